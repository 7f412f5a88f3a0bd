"""Check the layout of a Word file against GB/T 9704-2012 and say what is off, where and why."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from yingcai.engine.documents.measures import (
    BODY_PT,
    BOTTOM_MM,
    FANGSONG,
    FOOTER_RANGE_MM,
    HEADING_FONTS,
    LEFT_MM,
    LINE_PITCH_RANGE_PT,
    MARGIN_TOLERANCE_MM,
    PAPER_MM,
    RIGHT_MM,
    SAME_FACE,
    SMALL_PT,
    SONGTI,
    STANDARD,
    TITLE_PT,
    TITLE_SONG,
    TOP_MM,
)
from yingcai.engine.documents.word_file import Line, Page, WordFile, read_word

_SHOWN_PLACES = 3


@dataclass(frozen=True)
class Finding:
    """One departure from the standard. ``rule`` is a stable key; the rest is for people."""

    rule: str
    where: str
    found: str
    expected: str
    clause: str

    def __str__(self) -> str:
        return (
            f"{self.where}：现为{self.found}，应为{self.expected}（{STANDARD} 第{self.clause}条）"
        )


def check_layout(data: bytes) -> list[Finding]:
    """Everything in a Word file that departs from the layout of official documents.

    The same departure in many paragraphs is one finding that names the first of them.

    Raises: DocumentError if the bytes are no readable .docx file.
    Source: GB/T 9704-2012.
    """
    word = read_word(data)
    parts = _Parts.of(word)
    findings = [finding for rule in _RULES for finding in rule(word, parts)]
    return list(_gathered(findings))


@dataclass(frozen=True)
class _Parts:
    """The paragraphs of a document by what they are."""

    head: tuple[Line, ...]
    title: Line | None
    body: tuple[Line, ...]
    imprint: tuple[Line, ...]

    @classmethod
    def of(cls, word: WordFile) -> "_Parts":
        imprint = tuple(line for line in word.lines if line.framed or _IMPRINT.match(line.text))
        text = [line for line in word.lines if line.text and line not in imprint]
        loose = [line for line in text if not line.in_table]
        named = (line for line in loose if _TITLE_STYLE.match(line.style))
        title = next(named, None) or next(filter(_looks_like_title, loose), None)
        start = loose.index(title) if title else -1
        return cls(
            head=tuple(loose[: max(start, 0)]),
            title=title,
            body=tuple(line for line in loose[start + 1 :] if _is_body(line)),
            imprint=tuple(line for line in imprint if _IMPRINT.match(line.text)),
        )


_TITLE_STYLE = re.compile("title$|标题$|公文标题", re.IGNORECASE)
_IMPRINT = re.compile(r"抄送：|抄送:|.*\d日\s*印发$")
_LEVELS = {
    1: re.compile("[一二三四五六七八九十百]+、"),
    2: re.compile("[（(][一二三四五六七八九十百]+[)）]"),
    3: re.compile(r"\d{1,2}[.．](?!\d)"),
    4: re.compile(r"[（(]\d{1,2}[)）]"),
}
_RED = re.compile("(?:[C-F][0-9A-F])(?:[0-4][0-9A-F]){2}")
_DATE_LINE = re.compile(
    r"(?:\d{2,4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?|[〇○零一二三四五六七八九]{4}年\S{1,3}月\S{1,4}日)"
)
_GOOD_DATE = re.compile(r"(?:19|20)\d{2}年(?:[1-9]|1[0-2])月(?:[1-9]|[12]\d|3[01])日")
_NUMBER_LINE = re.compile(
    r"\S{1,20}?(?:[〔（(\[【［]\s*\d{2,4}\s*[〕）)\]】］]|\d{4}年)\s*第?\s*\d+\s*号?"
)
_GOOD_NUMBER = re.compile(r"[^\s\d]{1,20}〔(?:19|20)\d{2}〕[1-9]\d*号")
_HAN = "[\u3400-\u9fff]"
_HALF_WIDTH = re.compile(f"(?:(?<={_HAN})[,;:!?()]|[,;:!?()](?={_HAN})|(?<={_HAN})\\.(?={_HAN}|$))")


def _looks_like_title(line: Line) -> bool:
    """Large and centred, but not the red mark."""
    red = any(_RED.fullmatch(piece.colour) for piece in line.pieces)
    large = any(piece.size >= BODY_PT + 2 for piece in line.chinese)
    return line.align == "center" and large and not red


def _is_body(line: Line) -> bool:
    """Running text: not centred or set right, no remark, no label, no list of annexes."""
    if line.align in ("center", "right", "end"):
        return False
    labels = r"注：|附件\d*$|附件：|\d{1,2}\.\s|.{2,120}：$"
    return not (re.match(labels, line.text) and line.first_line == 0)


def _level(line: Line) -> int:
    """The heading level a paragraph opens with, 0 for none."""
    return next((level for level, mark in _LEVELS.items() if mark.match(line.text)), 0)


def _place(line: Line) -> str:
    start = line.text[:12] + ("…" if len(line.text) > 12 else "")
    return f"第 {line.number} 段“{start}”"


def _paper(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    for number, page in enumerate(word.pages, start=1):
        sides = sorted((page.width, page.height))
        if any(abs(a - b) > MARGIN_TOLERANCE_MM for a, b in zip(sides, PAPER_MM, strict=True)):
            found = f"{page.width}×{page.height} 毫米"
            yield Finding("paper", f"第 {number} 节纸张", found, "A4（210×297 毫米）", "5.1")


def _margins(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    for number, page in enumerate(word.pages, start=1):
        for name, found, expected in _edges(page):
            if abs(found - expected) > MARGIN_TOLERANCE_MM:
                yield Finding(
                    "margin",
                    f"第 {number} 节{name}",
                    f"{found} 毫米",
                    f"{expected} 毫米（±1）",
                    "5.2.1",
                )


def _edges(page: Page) -> list[tuple[str, Decimal, int]]:
    if page.landscape:
        # The sheet is turned clockwise: what was the left edge is now on top.
        wanted = (LEFT_MM, TOP_MM, RIGHT_MM, BOTTOM_MM)
    else:
        wanted = (TOP_MM, RIGHT_MM, BOTTOM_MM, LEFT_MM)
    found = (page.top, page.right, page.bottom, page.left)
    return list(zip(("上边距", "右边距", "下边距", "左边距"), found, wanted, strict=True))


def _mark(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    large = [line for line in parts.head if any(piece.size > TITLE_PT for piece in line.chinese)]
    for line in large:
        for piece in line.chinese:
            if not _RED.fullmatch(piece.colour):
                yield Finding("mark-colour", _place(line), "不是红色", "红色", "7.2.4")
            if piece.font not in SAME_FACE[TITLE_SONG]:
                yield Finding("mark-font", _place(line), _named(piece.font), TITLE_SONG, "7.2.4")


def _number(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    for line in parts.head:
        match = _NUMBER_LINE.match(line.text)
        if match and not _GOOD_NUMBER.match(line.text):
            expected = "机关代字〔四位年份〕序号加“号”，不加“第”，序号不编虚位"
            yield Finding("number", f"{_place(line)}发文字号", f"“{match[0]}”", expected, "7.2.5")


def _title(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    if parts.title is None:
        yield Finding("title", "全文", "没有居中的大字标题", "2号小标宋体标题，居中", "7.3.1")
        return
    where = f"标题{_place(parts.title)}"
    if parts.title.align != "center":
        yield Finding("title-align", where, "没有居中", "居中", "7.3.1")
    for piece in parts.title.chinese:
        if piece.font not in SAME_FACE[TITLE_SONG]:
            yield Finding("title-font", where, _named(piece.font), TITLE_SONG, "7.3.1")
        if piece.size != TITLE_PT:
            yield Finding("title-size", where, _sized(piece.size), "2号（22磅）", "7.3.1")


def _headings(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    for line in parts.body:
        level = _level(line)
        if level and line.chinese:
            font, expected = line.chinese[0].font, HEADING_FONTS[level]
            if font not in SAME_FACE[expected]:
                where = f"{_place(line)}第{'一二三四'[level - 1]}层标题"
                yield Finding(f"heading-font-{level}", where, _named(font), expected, "7.3.3")


def _body_font(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    for line in parts.body:
        # A heading may run on into the text of its paragraph; only the rest is running text.
        for piece in line.chinese[1 if _level(line) else 0 :]:
            if piece.font not in SAME_FACE[FANGSONG]:
                yield Finding("body-font", _place(line), _named(piece.font), FANGSONG, "5.2.2")


def _body_size(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    for line in parts.body:
        for piece in line.chinese:
            if piece.size != BODY_PT:
                yield Finding("body-size", _place(line), _sized(piece.size), "3号（16磅）", "5.2.2")


def _pitch(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    low, high = LINE_PITCH_RANGE_PT
    for line in parts.body:
        if line.pitch is None or not low <= line.pitch <= high:
            found = "没有固定行距" if line.pitch is None else f"固定值 {_plain(line.pitch)} 磅"
            expected = f"固定值 {low} 至 {high} 磅（每面 22 行）"
            yield Finding("line-pitch", _place(line), found, expected, "5.2.3")


def _indents(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    two = 2 * BODY_PT
    for line in parts.body:
        if abs(line.first_line - two) > 2:
            found = f"首行缩进 {_plain(line.first_line)} 磅"
            yield Finding("indent", _place(line), found, "首行左空二字（32 磅）", "7.3.3")


def _dates(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    lines = [line for line in word.lines if line.align in ("right", "end") or line in parts.imprint]
    for line in lines:
        match = _DATE_LINE.search(line.text)
        if match and not _GOOD_DATE.fullmatch(match[0]):
            clause = "7.4.3" if line in parts.imprint else "7.3.5.4"
            expected = "如“2018年5月8日”：阿拉伯数字，年份写全，月、日不编虚位"
            yield Finding("date", _place(line), f"“{match[0]}”", expected, clause)


def _punctuation(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    for line in word.lines:
        marks = sorted({match[0] for match in _HALF_WIDTH.finditer(line.text)})
        if marks:
            found = f"汉字旁的半角标点 {' '.join(marks)}"
            yield Finding("punctuation", _place(line), found, "全角标点", "9")


def _imprint_size(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    for line in parts.imprint:
        clause = "7.4.2" if line.text.startswith("抄送") else "7.4.3"
        for piece in line.chinese:
            if piece.size != SMALL_PT:
                where = f"版记{_place(line)}"
                yield Finding("imprint-size", where, _sized(piece.size), "4号（14磅）", clause)


def _page_numbers(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    numbered = [(kind, line) for kind, lines in word.footers for line in lines if _is_number(line)]
    if not numbered:
        yield Finding("page-number", "页脚", "没有页码", "“— 1 —”形式的页码", "7.5")
        return
    if not word.odd_and_even:
        expected = "单页码居右空一字、双页码居左空一字"
        yield Finding("page-number-sides", "页脚", "单双页页码位置相同", expected, "7.5")
    for kind, line in numbered:
        yield from _page_number(kind, line, sides=word.odd_and_even)


def _is_number(line: Line) -> bool:
    return any(field.split()[:1] == ["PAGE"] for field in line.fields)


def _page_number(kind: str, line: Line, *, sides: bool) -> Iterator[Finding]:
    where = "双页页码" if kind == "even" else "单页页码"
    if not re.fullmatch(r"—\s*\d+\s*—", line.text):
        yield Finding("page-number-form", where, f"“{line.text}”", "“— 1 —”", "7.5")
    wanted = ("left", "start", "both") if kind == "even" else ("right", "end")
    if sides and line.align not in wanted and not line.framed:
        side = "居左空一字" if kind == "even" else "居右空一字"
        yield Finding("page-number-place", where, f"对齐方式 {line.align}", side, "7.5")
    for piece in line.pieces:
        if piece.size != SMALL_PT:
            yield Finding("page-number-size", where, _sized(piece.size), "4号（14磅）", "7.5")
        if piece.latin not in SAME_FACE[SONGTI]:
            yield Finding("page-number-font", where, _named(piece.latin), SONGTI, "7.5")


def _footer_place(word: WordFile, parts: _Parts) -> Iterator[Finding]:
    low, high = FOOTER_RANGE_MM
    for number, page in enumerate(word.pages, start=1):
        if not page.landscape and not low <= page.footer <= high:
            found = f"页脚距纸边 {page.footer} 毫米"
            expected = f"{low} 至 {high} 毫米（一字线上距版心下边缘 7 毫米）"
            yield Finding("page-number-height", f"第 {number} 节页脚", found, expected, "7.5")


def _named(font: str) -> str:
    return font or "未指定字体"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _sized(points: Decimal) -> str:
    return f"{_plain(points)} 磅"


_Rule = Callable[[WordFile, _Parts], Iterator[Finding]]
_RULES: tuple[_Rule, ...] = (
    _paper,
    _margins,
    _mark,
    _number,
    _title,
    _headings,
    _body_font,
    _body_size,
    _pitch,
    _indents,
    _dates,
    _punctuation,
    _imprint_size,
    _page_numbers,
    _footer_place,
)


def _gathered(findings: list[Finding]) -> Iterator[Finding]:
    """One finding for each kind of departure, naming the first places it was met."""
    places: dict[tuple[str, str, str, str], list[str]] = {}
    for finding in findings:
        key = (finding.rule, finding.found, finding.expected, finding.clause)
        where = places.setdefault(key, [])
        if finding.where not in where:
            where.append(finding.where)
    for (rule, found, expected, clause), where in places.items():
        more = f" 等 {len(where)} 处" if len(where) > _SHOWN_PLACES else ""
        yield Finding(rule, "、".join(where[:_SHOWN_PLACES]) + more, found, expected, clause)
