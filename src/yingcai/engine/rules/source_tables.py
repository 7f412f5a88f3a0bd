"""What generated source looks things up in: decision tables as nested tuples, and the calendar."""

from __future__ import annotations

from bisect import bisect_right
from calendar import isleap
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from yingcai.engine.rules.tables import Cell, Row, Span, Table
from yingcai.engine.rules.types import Boolean, Enum, Known, Type

# A leaf, or one level: the children by code, or (where segments begin, children by segment).
Level = Known | tuple["Level", ...] | tuple[tuple[int, ...], tuple["Level", ...]]

INLINE = 32  # so many segments are chosen faster by comparisons in the source than by bisection

# The calendar repeats every 400 years; the year 0 modulo 400 is a leap year.
CYCLE_MONTHS = 4800
CYCLE_DAYS = 146_097
_MONTH_DAYS = tuple(
    days + (month == 1 and isleap(year))
    for year in range(2000, 2400)
    for month, days in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))
)
_DAYS_BEFORE = tuple(accumulate(_MONTH_DAYS, initial=0))


class Tree(NamedTuple):
    """A table by its keys, one level each. ``partial``: some known keys reach no value.

    ``starts`` are those of the root; empty where its key is of finitely many values.
    """

    root: Level
    partial: bool
    starts: tuple[int, ...]


def tree(table: Table, leaf: Callable[[Row | None], Known]) -> Tree:
    """A table as nested tuples, a level for each key.

    A level of a key with finitely many values is indexed by code. Any other level is a pair: where
    its segments begin, and the children by segment. ``leaf`` gives the value of a row, or of no row.
    """
    partial = False

    @cache  # rows that are open in a key lead many segments to the same rows below
    def level(rows: tuple[int, ...], place: int) -> Level:
        nonlocal partial
        if place == len(table.keys):
            value = leaf(table.rows[rows[0]] if rows else None)
            partial = partial or value is None
            return value
        size = finite(table.keys[place])
        cells = [(row, table.rows[row].cells[place]) for row in rows]
        starts = _starts([cell for _, cell in cells]) if size is None else ()
        segments: list[list[int]] = [[] for _ in range(len(starts) + 1 if size is None else size)]
        for row, cell in cells:
            for segment in _segments(cell, starts, len(segments)):
                segments[segment].append(row)
        children = tuple(level(tuple(inside), place + 1) for inside in segments)
        return children if size is not None else (starts, children)

    root = level(tuple(range(len(table.rows))), 0)
    return Tree(root, partial, _starts([row.cells[0] for row in table.rows]))


def finite(kind: Type) -> int | None:
    """How many values a key can have, where its cells hold sets; None where they hold spans."""
    if isinstance(kind, Enum):
        return len(kind.values)
    return 2 if isinstance(kind, Boolean) else None


def _starts(cells: Sequence[Cell]) -> tuple[int, ...]:
    """The values at which what some span accepts begins or ends."""
    spans = [cell for cell in cells if isinstance(cell, Span)]
    lows = {span.low for span in spans if span.low is not None}
    return tuple(sorted(lows | {span.high + 1 for span in spans if span.high is not None}))


def _segments(cell: Cell, starts: tuple[int, ...], count: int) -> Sequence[int]:
    """The places of one level that a cell accepts."""
    if cell is None:
        return range(count)
    if isinstance(cell, Span):
        first = 0 if cell.low is None else bisect_right(starts, cell.low)
        last = count - 1 if cell.high is None else bisect_right(starts, cell.high)
        return range(first, last + 1)
    return sorted(int(code) for code in cell)


class Globals:
    """What generated source refers to but does not spell: names and tables of packs, functions."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {
            "__builtins__": {},
            "bisect": bisect_right,
            "month_days": _MONTH_DAYS,
            "days_before": _DAYS_BEFORE,
        }
        self._trees: dict[tuple[int, str], tuple[str, Tree, Table]] = {}

    def keep(self, value: object) -> str:
        """The name under which source finds a value."""
        name = f"g{len(self.values)}"
        self.values[name] = value
        return name

    def tree(self, table: Table, output: str) -> tuple[str, Tree]:
        """The name of a table's tree, and the tree; no output: does a row match?"""
        # By identity, for a table would be hashed anew at each use; kept, so that no other has its id.
        key = (id(table), output)
        if key not in self._trees:
            made = tree(table, _leaf(table, output))
            self._trees[key] = (self.keep(made.root), made, table)
        return self._trees[key][:2]


def _leaf(table: Table, output: str) -> Callable[[Row | None], Known]:
    if not output:
        return lambda row: row is not None
    column = table.column(output)
    otherwise = None if table.otherwise is None else table.otherwise[column]
    return lambda row: otherwise if row is None else row.outputs[column]
