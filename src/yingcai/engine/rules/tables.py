"""Decision tables: rows of cells over typed keys; every combination matches one row at most."""

from __future__ import annotations

from dataclasses import dataclass

from yingcai.engine.rules.types import Type, Value


@dataclass(frozen=True, slots=True)
class Span:
    """All values from ``low`` to ``high``, both included; None is open."""

    low: int | None
    high: int | None


# What a cell accepts: anything, one of some values (codes of an enum, True, False), or a span.
Cell = None | frozenset[Value] | Span


@dataclass(frozen=True, slots=True)
class Row:
    """``outputs`` in the order of the table's outputs; ``line`` is where a person wrote it."""

    cells: tuple[Cell, ...]
    outputs: tuple[Value, ...]
    line: int
    source: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A checked table: no two rows match the same keys.

    ``otherwise`` holds the outputs where no row matches; None: the lookup is unknown there.
    Boolean, enum keys have sets in their cells; integer, money, ratio, date keys have spans.
    """

    name: str
    keys: tuple[Type, ...]
    key_names: tuple[str, ...]
    outputs: tuple[str, ...]
    types: tuple[Type, ...]
    rows: tuple[Row, ...]
    otherwise: tuple[Value, ...] | None
    source: str = ""

    def column(self, output: str) -> int:
        return self.outputs.index(output)


def matches(cell: Cell, value: Value) -> bool:
    """Whether a cell accepts a known value."""
    if cell is None:
        return True
    if isinstance(cell, Span):
        return (cell.low is None or value >= cell.low) and (cell.high is None or value <= cell.high)
    return value in cell
