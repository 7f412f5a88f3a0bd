"""Tables that assign measures to units: rows of number, measure, lead, joint units, deadline."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from yingcai.engine.reading.markers import Level, marker_of
from yingcai.engine.reading.units import split_names
from yingcai.engine.reading.view import Line
from yingcai.engine.values import Span

_ROLES = (
    ("number", re.compile(r"^(?:序号|编号|条目)$")),
    ("joint", re.compile(r"配合|协办|参与|参加|协同|协助")),
    ("lead", re.compile(r"牵头|主办|负责")),
    ("both", re.compile(r"责任.{0,2}(?:单位|部门)|承办|实施单位|落实单位|^单位$|^部门$")),
    ("due", re.compile(r"时限|时间|期限|进度")),
    ("title", re.compile(r"措施|任务|事项|内容|举措|项目|工作|名称|条款")),
)
_UNIT_END = re.compile(r"[局委部办院会室处厅府区县市校司]$|中心$|集团$|公司$|街道$|单位$|协$|联$")
_END = re.compile(r"。$|^附件|^注：|^备注：")


@dataclass(slots=True)
class Row:
    """One row: raw spans of its cells by role."""

    number: int | None
    title: str
    lead: list[tuple[str, Span]] = field(default_factory=list)
    joint: list[tuple[str, Span]] = field(default_factory=list)
    both: list[tuple[str, Span]] = field(default_factory=list)
    due: tuple[str, Span] | None = None


@dataclass(slots=True)
class Table:
    first: int  # place of its heading among the lines
    last: int  # place after its last line
    rows: list[Row]


def tables(lines: list[Line]) -> list[Table]:
    """All tables of units among the lines."""
    found: list[Table] = []
    at = 0
    while at < len(lines):
        columns = _columns(lines[at])
        if columns:
            last = _last(lines, at + 1)
            rows = _rows(lines[at + 1 : last], columns, wide=_is_wide(lines[at], columns))
            found.append(Table(at, last, rows))
            at = last
        else:
            at += 1
    return found


def _columns(line: Line) -> list[str]:
    """The role of each column when the line is the heading of such a table."""
    cells = _split(line, line.cells) if line.cells else _split(line, line.gaps)
    cells = cells if len(cells) > 2 else _split(line, line.gaps)
    if len(cells) < 2 or len(line.text) > 60 or re.search(r"[。，；：]", line.text):
        return []
    roles = [_role(line.text[a:z]) for a, z in cells]
    units = {"lead", "joint", "both"} & set(roles)
    return roles if units and "title" in roles and "" not in roles[:3] else []


def _role(words: str) -> str:
    return next((role for role, pattern in _ROLES if pattern.search(words)), "")


def _is_wide(line: Line, columns: list[str]) -> bool:
    return len(line.cells) >= len(columns) - 1


def _split(line: Line, cuts: list[int]) -> list[tuple[int, int]]:
    edges = [0, *cuts, len(line.text)]
    return list(itertools.pairwise(edges))


def _last(lines: list[Line], at: int) -> int:
    while at < len(lines):
        marker = marker_of(lines[at].text)
        if _END.search(lines[at].text) or (
            marker and marker.level <= Level.HEAD and not lines[at].gaps
        ):
            break
        at += 1
    return at


def _rows(lines: list[Line], columns: list[str], *, wide: bool) -> list[Row]:
    found: list[Row] = []
    for line in _wide_rows(lines, columns) if wide else _narrow_rows(lines):
        cells = _split(line, line.cells) if wide else _narrow_cells(line, len(columns))
        if len(cells) >= min(3, len(columns)):
            found.append(_row(line, cells, columns))
    return found


def _wide_rows(lines: list[Line], columns: list[str]) -> list[Line]:
    """Each line is a row; a line with too few cells goes on with the one before it."""
    return [line for line in lines if len(line.cells) >= min(2, len(columns) - 1)]


def _narrow_rows(lines: list[Line]) -> list[Line]:
    """Rows begin with the next number; what is wrapped is joined."""
    found: list[Line] = []
    for line in lines:
        number = re.match(r"(\d{1,3})(?=\D)", line.text)
        begins = number and int(number.group(1)) == len(found) + 1 and number.end() in line.gaps
        if begins or marker_of(line.text):
            found.append(_copy(line))
        elif found:
            _append(found[-1], line)
    return found


def _copy(line: Line) -> Line:
    return Line(line.text, list(line.starts), list(line.ends), list(line.gaps), [])


def _append(row: Line, line: Line) -> None:
    """Join a wrapped line; ``cells`` of the row remember where it was joined."""
    at = len(row.text)
    row.cells.append(at)
    row.gaps += [at + gap for gap in line.gaps]
    row.text += line.text
    row.starts += line.starts
    row.ends += line.ends


def _narrow_cells(row: Line, count: int) -> list[tuple[int, int]]:
    """Cells at the blanks; where one is missing, a wrap between two units may be a border."""
    cuts = [gap for gap in row.gaps if 0 < gap < len(row.text)]
    for at in row.cells:
        if len(cuts) + 1 >= count:
            break
        border = _UNIT_END.search(row.text[:at]) and row.text[at] not in "、，（）"
        if border and at not in cuts:
            cuts.append(at)
    return _split(row, sorted(cuts))


def _row(line: Line, cells: list[tuple[int, int]], columns: list[str]) -> Row:
    row = Row(None, "")
    for (start, end), role in zip(cells, columns, strict=False):
        _fill(row, role, line, (start, end))
    return row


def _fill(row: Row, role: str, line: Line, cell: tuple[int, int]) -> None:
    start, end = cell
    words = line.text[start:end]
    if role == "number" or (role == "title" and not row.title and row.number is None):
        marker = marker_of(words)
        digits = re.match(r"\d{1,3}", words)
        row.number = marker.number if marker else int(digits.group()) if digits else None
    if role == "title" and not row.title:
        row.title = words
    elif role in ("lead", "joint", "both"):
        names = [
            (n, Span(line.starts[a], line.ends[z - 1]))
            for n, a, z in split_names(line.text, start, end)
        ]
        getattr(row, role).extend(names)
    elif role == "due" and words:
        row.due = (words, Span(line.starts[start], line.ends[end - 1]))
