"""Tests of an enum and of the cells of a decision table, in as few comparisons as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from sqlglot import exp

from yingcai.engine.rules.sql_pieces import (
    Arms,
    Piece,
    binary,
    case,
    conjunction,
    disjunction,
    is_null,
    number,
    plain,
    typed,
    wrapped,
)
from yingcai.engine.rules.tables import Cell, Span, Table
from yingcai.engine.rules.types import Enum, Type, Value

Line = tuple[tuple[Cell, ...], Value]  # the cells of a row and one output
Make = Callable[[], exp.Expr]  # an operand, anew at every call


def member(item: Make, codes: Sequence[int], size: int) -> exp.Expr:
    """``item`` is one of ``codes`` out of a domain of ``size``: unknown where the item is.

    Comparisons with single runs of codes, or with the runs of the complement where those are
    fewer: a column store compares much faster than it searches a list.
    """
    inside, outside = _runs(codes), _runs([code for code in range(size) if code not in codes])
    if not inside:
        return binary(exp.LT, item(), number(0))
    if not outside or _cost(inside, size) <= _cost(outside, size):
        return disjunction(_within(item, run, size) for run in inside)
    return conjunction(_outside(item, run, size) for run in outside)


def _runs(codes: Sequence[int]) -> list[tuple[int, int]]:
    """Rising codes as first and last of each unbroken run."""
    runs = []
    for _, group in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        run = [code for _, code in group]
        runs.append((run[0], run[-1]))
    return runs


def _cost(runs: list[tuple[int, int]], size: int) -> int:
    """How many comparisons the runs take."""
    return sum(1 + (low not in (0, high) and high != size - 1) for low, high in runs)


def _within(item: Make, run: tuple[int, int], size: int) -> exp.Expr:
    low, high = run
    if high == size - 1:
        return binary(exp.GTE, item(), number(low))
    if low == high:
        return binary(exp.EQ, item(), number(low))
    if low == 0:
        return binary(exp.LTE, item(), number(high))
    return exp.Between(this=item(), low=number(low), high=number(high))


def _outside(item: Make, run: tuple[int, int], size: int) -> exp.Expr:
    if run[0] == run[1]:
        return binary(exp.NEQ, item(), number(run[0]))
    return exp.Not(this=wrapped(_within(item, run, size)))


def lookup(table: Table, output: str, kind: Type, keys: Sequence[Piece]) -> exp.Expr:
    """One output of a table over simple keys; NULL where a key is, or where nothing matches."""
    place = table.column(output)
    lines = _merged([(row.cells, row.outputs[place]) for row in table.rows])
    arms = [*_unknown_key(keys)]
    arms += [(_matches(table, cells, keys), typed(value, kind)) for cells, value in lines]
    other = None if table.otherwise is None else table.otherwise[place]
    return case(arms, typed(other, kind))


def covered(table: Table, keys: Sequence[Piece]) -> exp.Expr:
    """Whether a row matches; NULL where a key is."""
    lines = _merged([(row.cells, True) for row in table.rows])
    some = disjunction(_matches(table, cells, keys) for cells, _ in lines)
    return case(_unknown_key(keys), some)


def _unknown_key(keys: Sequence[Piece]) -> Arms:
    open_keys = [is_null(key.again()) for key in keys if key.nullable]
    return [(disjunction(open_keys), exp.Null())] if open_keys else []


def _merged(lines: list[Line]) -> list[Line]:
    """Lines that differ in one set of words only become one: their order does not matter."""
    for place in range(len(lines[0][0]) if lines else 0):
        groups: dict[tuple[object, ...], Line] = {}
        for cells, value in lines:
            cell = cells[place]
            rest = (*cells[:place], *cells[place + 1 :], value)
            if not isinstance(cell, frozenset):
                groups[(*rest, cell)] = (cells, value)
                continue
            before = groups.get((*rest, frozenset))
            both = cell | before[0][place] if before else cell  # type: ignore[operator]  # the group holds sets
            groups[(*rest, frozenset)] = ((*cells[:place], both, *cells[place + 1 :]), value)
        lines = list(groups.values())
    return lines


def _matches(table: Table, cells: tuple[Cell, ...], keys: Sequence[Piece]) -> exp.Expr:
    tests = zip(table.keys, cells, keys, strict=True)
    return conjunction(test for one in tests for test in _cell_tests(*one))


def _cell_tests(kind: Type, cell: Cell, key: Piece) -> Iterator[exp.Expr]:
    """What a known key has to pass; nothing where the cell accepts all."""
    if isinstance(cell, Span):
        yield from _span_tests(kind, cell, key)
    elif cell is not None and isinstance(kind, Enum):
        yield member(key.again, sorted(cell), len(kind.values))
    elif cell is not None and len(cell) == 1:
        yield key.again() if True in cell else exp.Not(this=key.again())


def _span_tests(kind: Type, span: Span, key: Piece) -> Iterator[exp.Expr]:
    for operator, bound in ((exp.GTE, span.low), (exp.LTE, span.high)):
        if bound is not None:
            yield binary(operator, key.again(), plain(bound, kind))
