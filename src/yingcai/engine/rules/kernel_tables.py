"""Decision tables as short chains of arrays: a key leads from one set of rows to the next."""

from __future__ import annotations

from dataclasses import dataclass

from yingcai.engine.rules.tables import Cell, Span, Table, matches
from yingcai.engine.rules.types import Boolean, Enum


@dataclass(frozen=True, slots=True)
class Stage:
    """One key: ``move[state * size + place]`` is the next state; after the last stage, the row.

    A value's place is itself, or for a number the count of ``bounds`` that it reaches.
    """

    bounds: tuple[int, ...] | None
    size: int
    move: tuple[int, ...]


def stages(table: Table) -> tuple[Stage, ...]:
    """A stage for each key. The end is the row that matches, counted from 1; 0 where none does.

    A state is the set of rows that are still possible, so a table needs the states that occur,
    not the product of its keys.
    """
    states = [(1 << len(table.rows)) - 1]
    made = []
    for number, key in enumerate(table.keys):
        cells = [row.cells[number] for row in table.rows]
        limits = None if isinstance(key, Boolean | Enum) else _limits(cells)
        accepted = _accepted(cells, _samples(table, number, limits))
        reached = [state & rows for state in states for rows in accepted]
        states = list(dict.fromkeys(reached))
        if number == len(table.keys) - 1:
            move = tuple((state & -state).bit_length() for state in reached)
        else:
            numbers = {state: place for place, state in enumerate(states)}
            move = tuple(numbers[state] for state in reached)
        made.append(Stage(limits, len(accepted), move))
    return tuple(made)


def outputs(table: Table, output: str) -> tuple[int, ...]:
    """One output by row from 1; at 0 what holds where no row matches."""
    column = table.column(output)
    nothing = 0 if table.otherwise is None else int(table.otherwise[column])
    return (nothing, *(int(row.outputs[column]) for row in table.rows))


def _limits(cells: list[Cell]) -> tuple[int, ...]:
    """The values at which some span begins, or has just ended."""
    spans = [cell for cell in cells if isinstance(cell, Span)]
    starts = {span.low for span in spans if span.low is not None}
    ends = {span.high + 1 for span in spans if span.high is not None}
    return tuple(sorted(starts | ends))


def _samples(table: Table, number: int, limits: tuple[int, ...] | None) -> list[int]:
    """One value for each place of a key."""
    key = table.keys[number]
    if limits is None:
        return list(range(len(key.values) if isinstance(key, Enum) else 2))
    return [limits[0] - 1, *limits] if limits else [0]


def _accepted(cells: list[Cell], samples: list[int]) -> list[int]:
    """By place the rows whose cell takes it, as bits."""
    return [
        sum(1 << row for row, cell in enumerate(cells) if matches(cell, value)) for value in samples
    ]
