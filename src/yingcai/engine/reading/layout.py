"""From printed lines to blocks: page furniture out, wrapped lines joined, headings found."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from yingcai.engine.reading.indicators import Indicator
from yingcai.engine.reading.markers import CN, Level, Marker, marker_of, spaced_marker
from yingcai.engine.reading.view import Line
from yingcai.engine.reading.words import TITLE_NOUN

_CLOSED = re.compile(r"[。！？；：）”>]$|[。；]）?$")
_PAGE = re.compile(
    r"^(?:[-—–―－·•一~]{1,3}\d{1,4}[-—–―－·•一~]{1,3}|第?\d{1,4}页(?:[，/]?共\d{1,4}页)?|\d{1,3}/\d{1,3}|Page\d+)$",
    re.I,
)
_BARE = re.compile(r"^\d{1,3}$")
_ANNEX = re.compile(
    r"^附件[一二三四五六七八九\d]{0,2}(?:[：:]|$)|^(?:附件|附表|附录)[一二三四五六七八九\d]{0,2}[：:]?[^，。；：]{0,30}$"
)
# Boxes and tables have a heading of their own, which is part of no clause.
_CAPTION = re.compile(
    rf"^(?:专栏|专表|表|图)(?:[{CN}]{{1,3}}|\d{{1,2}})(?:[-—.]\d{{1,2}})?[：、]?[^，。；：]{{0,40}}$"
)
_INLINE = re.compile(
    rf"(?<=[。；！？）>])(?=(?:[{CN}]{{1,3}}、|（[{CN}]{{1,3}}）|\d{{1,2}}[.、](?!\d)|第[{CN}\d]{{1,4}}条))"
)
_LABEL = re.compile(
    r"^[（〔【]?(?:责任|牵头|配合|主办|协办|负责|参与|参加|协同|实施|完成|主要责任|主管)(?:单位|部门|领导|时限|时间)?（?[^，。；：】]{0,6}[：】]"
)


@dataclass(slots=True)
class Block:
    """A paragraph or heading: its lines, and the marker it begins with."""

    lines: list[Line]
    level: Level | None = None
    number: int = 0
    mark: str = ""  # the number as printed, without its brackets
    label: str = ""  # the whole marker as printed
    table: bool = False
    caption: bool = False  # the heading of a box or a table: 专栏1, 表2
    past: bool = False  # tells what was reached before the plan
    row: Indicator | None = None  # a row of a table of indicators
    start: int = 0  # range in the joined view, set once the blocks are joined
    end: int = 0
    heading_end: int = 0


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
        result += [_part(line, begin, end) for begin, end in itertools.pairwise(cuts)]
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
        if marker and marker.level <= Level.POINT:
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


def blocks_of(
    lines: list[Line], body_from: int, tables: list[range], rows: dict[int, Indicator | None]
) -> list[Block]:
    """Join wrapped lines into paragraphs. Lines before ``body_from`` stay as printed, and so do
    the lines of ``tables`` and those of tables of indicators (``rows``).
    """
    tabled = {i for table in tables for i in table}
    width = wrap_width(lines[body_from:])
    inline = _inline_levels(lines[body_from:])
    blocks: list[Block] = []
    seen: dict[Level, int] = {}
    dotted = sum(1 for line in lines if (m := spaced_marker(line)) and m.level > Level.HEAD) > 1
    for i, line in enumerate(lines):
        marker = (
            _plausible(_marker(line, dotted=dotted), blocks, seen)
            if i >= body_from and i not in tabled and i not in rows
            else None
        )
        if i in tabled:
            blocks.append(Block([line], table=True))
        elif i in rows:
            blocks.append(Block([line], row=rows[i], caption=rows[i] is None))
        elif i > body_from and _CAPTION.match(line.text):
            blocks.append(Block([line], caption=True))
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


def _plausible(marker: Marker | None, blocks: list[Block], seen: dict[Level, int]) -> Marker | None:
    """A marker inside an open sentence counts only when its number is the next one."""
    if marker is None or not blocks or _CLOSED.search(blocks[-1].lines[-1].text):
        return marker
    expected = marker.number in (1, seen.get(marker.level, 0) + 1)
    return marker if expected else None


def _inline_levels(lines: list[Line]) -> set[Level]:
    """Levels whose headings run on into their text instead of standing on their own line."""
    total: Counter[Level] = Counter()
    running: Counter[Level] = Counter()
    for line in lines:
        marker = marker_of(line.text)
        if marker:
            total[marker.level] += 1
            running[marker.level] += bool(re.search(r"[。；：，]", line.text[len(marker.text) :]))
    return {level for level in total if running[level] * 2 > total[level]}


def _continues(block: Block, line: Line, width: int | None, inline: set[Level]) -> bool:
    last = block.lines[-1].text
    if block.table or block.caption or block.row or _ANNEX.match(line.text) or _ANNEX.match(last):
        return False
    if _CLOSED.search(last) or _LABEL.match(line.text) or line.tabbed:
        return False
    words = last[len(block.label) :]
    if block.level is not None and len(block.lines) == 1 and not re.search(r"[。；：，]", words):
        if block.level in inline:
            return True
        return width is not None and len(last) >= width - 1
    return True
