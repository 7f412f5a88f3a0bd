"""From printed lines to blocks: page furniture out, wrapped lines joined, headings found."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from yingcai.engine.reading.numerals import chinese
from yingcai.engine.reading.view import Line
from yingcai.engine.reading.words import MEASURE_WORD, TITLE_NOUN

_CN = "一二三四五六七八九十百零〇"
MARKERS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(rf"第([{_CN}\d]{{1,4}})(?:章|部分|编|篇)[、，：]?")),
    (1, re.compile(rf"([{_CN}]{{1,3}})、")),
    (2, re.compile(rf"第([{_CN}\d]{{1,4}})条[：、，]?")),
    (
        2,
        re.compile(
            rf"(?:措施|任务|举措|行动|重点)([{_CN}]{{1,3}}|\d{{1,2}})(?:[：、，.]|(?=[^\d%]))"
        ),
    ),
    (3, re.compile(rf"（([{_CN}]{{1,3}})）[、，]?")),
    (4, re.compile(r"(\d{1,2})[.、](?!\d)")),
    (5, re.compile(r"（(\d{1,2})）|(\d{1,2})）")),
    (6, re.compile(r"([①-⑳])")),
)
_CLOSED = re.compile(r"[。！？；：）”>]$|[。；]）?$")
_PAGE = re.compile(
    r"^(?:[-—–―－·•一~]{1,3}\d{1,4}[-—–―－·•一~]{1,3}|第?\d{1,4}页(?:[，/]?共\d{1,4}页)?|\d{1,3}/\d{1,3}|Page\d+)$",
    re.I,
)
_BARE = re.compile(r"^\d{1,3}$")
_ANNEX = re.compile(r"^附件[一二三四五六七八九\d]{0,2}(?:[：:]|$)")
_INLINE = re.compile(
    rf"(?<=[。；！？）>])(?=(?:[{_CN}]{{1,3}}、|（[{_CN}]{{1,3}}）|\d{{1,2}}[.、](?!\d)|第[{_CN}\d]{{1,4}}条))"
)
_LABEL = re.compile(
    r"^（?(?:责任|牵头|配合|主办|协办|负责|参与|参加|协同|实施|完成|主要责任|主管)(?:单位|部门|领导|时限|时间)?（?[^，。；：]{0,6}："
)


@dataclass(slots=True)
class Block:
    """A paragraph or heading: its lines, and the marker it begins with."""

    lines: list[Line]
    level: int | None = None
    number: int = 0
    mark: str = ""  # the number as printed, without its brackets
    label: str = ""  # the whole marker as printed
    table: bool = False
    start: int = 0  # range in the joined view, set once the blocks are joined
    end: int = 0
    heading_end: int = 0


@dataclass(frozen=True, slots=True)
class Marker:
    level: int
    number: int
    text: str
    printed: str  # the number as printed, without its brackets


_DOTTED = re.compile(
    rf"\d{{1,2}}\.(\d{{1,2}})(?!\d|\.|[万亿千百%]|(?:{MEASURE_WORD}))[、.]?(?=[\u4e00-\u9fff“])"
)
_SPACED = re.compile(rf"(\d{{1,2}})(?![万亿千百%]|(?:{MEASURE_WORD}))(?=[\u4e00-\u9fff“])")


def spaced_marker(line: Line) -> Marker | None:
    """Headings numbered 2 and 2.1 with nothing but a blank behind the number."""
    for level, pattern in ((4, _DOTTED), (1, _SPACED)):
        match = pattern.match(line.text)
        if match and match.end() in line.gaps and len(line.text) <= 40:
            return Marker(level, int(match.group(1)), match.group(), match.group())
    return None


def marker_of(text: str) -> Marker | None:
    """The numbering a line begins with, if any."""
    for level, pattern in MARKERS:
        match = pattern.match(text)
        if match:
            printed = next(group for group in match.groups() if group)
            number = _number(printed)
            if number is not None:
                return Marker(level, number, match.group(), printed)
    return None


def _number(printed: str) -> int | None:
    if printed.isascii():
        return int(printed)
    if "①" <= printed[0] <= "⑳":
        return ord(printed) - ord("①") + 1
    return chinese(printed)


def drop_furniture(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Page numbers and running heads out of the way: (what stays, what was dropped)."""
    bare = [i for i, line in enumerate(lines) if _BARE.match(line.text)]
    pages = {i for i, line in enumerate(lines) if _PAGE.match(line.text)} | _bare_pages(lines, bare)
    heads = _running_heads(lines, pages)
    dropped = pages | heads
    kept = [line for i, line in enumerate(lines) if i not in dropped]
    return kept, [lines[i] for i in sorted(dropped)]


def _bare_pages(lines: list[Line], bare: list[int]) -> set[int]:
    """Lines of nothing but a number are page numbers when they count up by one."""
    values = [int(lines[i].text) for i in bare]
    counting = len(values) > 1 and all(b - a == 1 for a, b in itertools.pairwise(values))
    return set(bare) if counting else set()


def _running_heads(lines: list[Line], pages: set[int]) -> set[int]:
    """A short line that comes back beside page breaks, splitting sentences, is a running head."""
    counts = Counter(line.text for line in lines if 3 <= len(line.text) <= 40)
    found: set[int] = set()
    for i, line in enumerate(lines):
        text = line.text
        if counts[text] < 2 or _CLOSED.search(text) or "：" in text or marker_of(text):
            continue
        beside = bool({i - 2, i - 1, i + 1, i + 2} & pages)
        splits = i > 0 and not _CLOSED.search(lines[i - 1].text)
        if beside or (counts[text] >= 3 and splits):
            found.add(i)
    # The first one may be the title itself: it goes only when it, too, stands beside a page number.
    return {i for i in found if i - 1 in pages or i + 1 in pages or i > min(found)}


def split_inline(lines: list[Line]) -> list[Line]:
    """Begin a new line where a numbered heading follows a full stop on the same line."""
    result: list[Line] = []
    for line in lines:
        cuts = [0, *(m.start() for m in _INLINE.finditer(line.text)), len(line.text)]
        if len(cuts) == 2:
            result.append(line)
            continue
        for begin, end in itertools.pairwise(cuts):
            if begin < end:
                result.append(_part(line, begin, end))
    return result


def _part(line: Line, begin: int, end: int) -> Line:
    return Line(
        text=line.text[begin:end],
        starts=line.starts[begin:end],
        ends=line.ends[begin:end],
        cells=[cell - begin for cell in line.cells if begin < cell < end],
        blank_before=line.blank_before and begin == 0,
    )


def wrap_width(lines: list[Line]) -> int | None:
    """The width at which the text was wrapped, or None when lines are paragraphs."""
    open_lines = sorted(len(line.text) for line in lines if not _CLOSED.search(line.text))
    if len(open_lines) < 8:
        return None
    width = open_lines[int(len(open_lines) * 0.9)]
    near = sum(1 for length in open_lines if length >= width - 4)
    return width if 18 <= width <= 60 and near * 2 >= len(open_lines) else None


def title_line(lines: list[Line]) -> int | None:
    """Place of the plan's own title: the last short title-like line before the body."""
    best = None
    for i, line in enumerate(lines[:80]):
        marker = marker_of(line.text)
        if marker and marker.level <= 4:
            break
        text = line.text
        is_notice = re.search(r"通知(?:（.{1,20}）)?$", text)
        if 4 <= len(text) <= 60 and TITLE_NOUN.search(text) and not _mid_sentence(text):
            if best is None or not is_notice:
                best = i
        elif best is None and i and 4 <= len(lines[i - 1].text + text) <= 80:
            both = lines[i - 1].text + text
            if TITLE_NOUN.search(text) and not _mid_sentence(both):
                best = i
    return best if best is not None else _fallback_title(lines)


_LIKE_TITLE = re.compile(r"计划|方案|意见|规划|措施|行动|工程")


def _fallback_title(lines: list[Line]) -> int | None:
    """No line ends like a title: the first short one that names a plan."""
    for i, line in enumerate(lines[:6]):
        if marker_of(line.text):
            return None
        if (
            6 <= len(line.text) <= 60
            and _LIKE_TITLE.search(line.text)
            and not _mid_sentence(line.text)
        ):
            return i
    return None


def _mid_sentence(text: str) -> bool:
    return bool(re.search(r"[，。；：]", text))


def blocks_of(lines: list[Line], body_from: int, tables: list[range]) -> list[Block]:
    """Join wrapped lines into paragraphs. Lines before ``body_from`` stay as printed, and so do
    the lines of ``tables``.
    """
    tabled = {i for table in tables for i in table}
    width = wrap_width(lines[body_from:])
    inline = _inline_levels(lines[body_from:])
    blocks: list[Block] = []
    seen: dict[int, int] = {}
    dotted = sum(1 for line in lines if (m := spaced_marker(line)) and m.level > 1) > 1
    for i, line in enumerate(lines):
        marker = (
            _plausible(_marker(line, dotted=dotted), blocks, seen)
            if i >= body_from and i not in tabled
            else None
        )
        if i in tabled:
            blocks.append(Block([line], table=True))
        elif marker:
            seen[marker.level] = marker.number
            blocks.append(Block([line], marker.level, marker.number, marker.printed, marker.text))
        elif i > body_from and blocks and _continues(blocks[-1], line, width, inline):
            blocks[-1].lines.append(line)
        else:
            blocks.append(Block([line]))
    return blocks


def _marker(line: Line, *, dotted: bool) -> Marker | None:
    return marker_of(line.text) or (spaced_marker(line) if dotted else None)


def is_annex(block: Block) -> bool:
    """Whether an annex begins here."""
    return bool(_ANNEX.match(block.lines[0].text))


def _plausible(marker: Marker | None, blocks: list[Block], seen: dict[int, int]) -> Marker | None:
    """A marker inside an open sentence counts only when its number is the next one."""
    if marker is None or not blocks or _CLOSED.search(blocks[-1].lines[-1].text):
        return marker
    expected = marker.number in (1, seen.get(marker.level, 0) + 1)
    return marker if expected else None


def _inline_levels(lines: list[Line]) -> set[int]:
    """Levels whose headings run on into their text instead of standing on their own line."""
    total: Counter[int] = Counter()
    running: Counter[int] = Counter()
    for line in lines:
        marker = marker_of(line.text)
        if marker:
            total[marker.level] += 1
            running[marker.level] += bool(re.search(r"[。；：，]", line.text[len(marker.text) :]))
    return {level for level in total if running[level] * 2 > total[level]}


def _continues(block: Block, line: Line, width: int | None, inline: set[int]) -> bool:
    last = block.lines[-1].text
    if block.table or _ANNEX.match(line.text) or _ANNEX.match(last):
        return False
    if _CLOSED.search(last) or _LABEL.match(line.text) or line.tabbed:
        return False
    if block.level is not None and len(block.lines) == 1 and not re.search(r"[。；：，]", last):
        if block.level in inline:
            return True
        return width is not None and len(last) >= width - 1
    return True
