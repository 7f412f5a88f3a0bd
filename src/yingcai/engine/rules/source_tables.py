"""Decision tables and rising values in generated source: nested tuples, and choices by place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from yingcai.engine.rules.tables import Cell, Row, Span, Table
from yingcai.engine.rules.types import Boolean, Enum, Known, Type

# A leaf, or one level: the children by code, or (where segments begin, children by segment).
Level = Known | tuple["Level", ...] | tuple[tuple[int, ...], tuple["Level", ...]]

INLINE = 32  # so many segments are chosen faster by comparisons in the source than by bisection


class Tree(NamedTuple):
    """A table by its keys, one level each. ``partial``: some known keys reach no value.

    ``starts`` are those of the root; empty where its key is of finitely many values.
    """

    root: Level
    partial: bool
    starts: tuple[int, ...]


def tree(table: Table, leaf: Callable[[Row | None], Known]) -> Tree:
    """A table as nested tuples: a key of finitely many values indexes its level by code; any other

    key has levels of two, the places where its segments begin and the child of each segment.
    ``leaf`` gives the value of a row, or of no row.
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


def choice(operand: str, starts: Sequence[int], texts: Sequence[str]) -> str:
    """An expression for the text of the segment in which ``operand`` lies; halves at each step."""
    if not starts:
        return texts[0]
    middle = len(starts) // 2
    below = choice(operand, starts[:middle], texts[: middle + 1])
    above = choice(operand, starts[middle + 1 :], texts[middle + 1 :])
    return f"({below} if {operand} < {int(starts[middle])} else {above})"
