"""Tables of indicators in lines: a name with its unit, a base, and the value to reach."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from yingcai.engine.reading.mentions import Mention, mentions
from yingcai.engine.reading.model import Target
from yingcai.engine.reading.view import Line
from yingcai.engine.values import Span

_NAME = re.compile(r"指标|名称|项目|内容")
_UNIT = re.compile(r"^(?:计量)?单位$")
_YEAR = re.compile(r"(20\d\d)年?")
_GOAL = re.compile(r"目标")
_BASE = re.compile(r"基期|基数|现状|实际|完成|累计完成")
_BRACKET = re.compile(r"（([^（）]{1,8})）[^（）]*$")
_CELL = re.compile(r"^([≥≤><＞＜约~]?=?)〔?(\d[\d.]*)〕?(.*)$")
_NOTE = re.compile(r"^(?:注|备注|说明)[：:]")
_SUMMED = re.compile(r"累计")
_GROWTH = re.compile(r"增长|增幅|增速|提高|递增")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row: where its name begins and its value ends in the line, and the value as a number."""

    start: int
    end: int
    name: str
    mention: Mention
    year: int | None
    cumulative: bool


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column holds what."""

    count: int
    name: int
    unit: int | None
    value: int
    year: int | None

    @property
    def needed(self) -> int:
        """So many cells a row has at least."""
        return max(self.name, self.value, self.unit or 0) + 1


def indicators(lines: list[Line]) -> dict[int, Indicator | None]:
    """By place among ``lines``: each row of such tables, None for their headings and notes."""
    found: dict[int, Indicator | None] = {}
    at = 0
    while at < len(lines):
        columns = _columns(lines[at])
        if columns is None:
            at += 1
            continue
        last = _last(lines, at + 1, columns)
        note = lines[last].text if last < len(lines) and _NOTE.match(lines[last].text) else ""
        if last > at + 1:
            found[at] = None
        found |= {i: _row(lines[i], columns, note) for i in range(at + 1, last)}
        if note and last > at + 1:
            found[last] = None
        at = last
    return found


def target_of(row: Indicator, text: str, at: int, last: int | None) -> Target:
    """The target of a row whose line begins at ``at`` of the view. ``last``: the plan's last year."""
    span = Span(at + row.start, at + row.end)
    mention = row.mention
    grows = mention.unit in ("%", "个百分点") and bool(_GROWTH.search(row.name))
    return Target(
        text=text[span.start : span.end], span=span, value=mention.value,
        value_max=mention.value_max, unit=mention.unit, comparator=mention.comparator,
        per="year" if "年均" in row.name else "total", cumulative=row.cumulative,
        subject=row.name, baseline="growth" if grows else None, by=row.year or last,
    )  # fmt: skip


def _columns(line: Line) -> _Columns | None:
    cells = [line.text[a:z] for a, z in _cells(line, None)]
    if len(cells) < 3 or len(line.text) > 80 or re.search(r"[。，；]", line.text):
        return None
    names = [i for i, cell in enumerate(cells) if _NAME.search(cell) and not _YEAR.search(cell)]
    years = {i: int(m.group(1)) for i, cell in enumerate(cells) if (m := _YEAR.search(cell))}
    goals = [i for i, cell in enumerate(cells) if _GOAL.search(cell) and i not in names[:1]]
    if not names or not (years or goals):
        return None
    promised = goals or [i for i in years if not _BASE.search(cells[i])]
    if not promised:
        return None
    value = max(promised, key=lambda i: (years.get(i, 0), i))
    unit = next((i for i, cell in enumerate(cells) if _UNIT.match(cell)), None)
    return _Columns(len(cells), names[0], unit, value, years.get(value))


def _cells(line: Line, count: int | None) -> list[tuple[int, int]]:
    """The cells at borders or wide gaps; else at blanks, counted from the right."""
    cuts = line.cells if len(line.cells) > 1 else line.gaps
    if count is not None and line.cells == [] and len(cuts) >= count:
        cuts = cuts[len(cuts) - count + 1 :]
    return list(itertools.pairwise([0, *cuts, len(line.text)]))


def _last(lines: list[Line], at: int, columns: _Columns) -> int:
    while at < len(lines) and len(_cells(lines[at], columns.count)) >= columns.needed:
        if _NOTE.match(lines[at].text) or re.search(r"。$", lines[at].text):
            break
        at += 1
    return at


def _row(line: Line, columns: _Columns, note: str) -> Indicator | None:
    cells = _cells(line, columns.count)
    words = [line.text[a:z].strip() for a, z in cells]
    cell = _CELL.match(words[columns.value])
    name = words[columns.name]
    bracket = _BRACKET.search(name)
    unit = words[columns.unit] if columns.unit is not None else bracket.group(1) if bracket else ""
    if cell is None or not name:
        return None
    sign, number, rest = cell.groups()
    told = rest if rest.startswith(unit) else unit + rest
    found = mentions(f"{sign}{number}{told}", 0, len(sign) + len(number) + len(told))
    if not found or not found[0].unit:
        return None
    start, end = cells[columns.name][0], cells[columns.value][1]
    summed = bool(_SUMMED.search(name)) or ("〔" in words[columns.value] and "累计" in note)
    plain = name[: bracket.start()] if bracket and columns.unit is None else name
    return Indicator(start, end, plain, found[0], columns.year, summed)
