"""A decision table as written to a checked one: typed cells, no overlap, and where its gaps are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import lcm
from typing import Any, cast

from yingcai.engine.rules.bounds import Bounds, Interval, Options, meets
from yingcai.engine.rules.source_form import Key
from yingcai.engine.rules.tables import Cell, Row, Span, Table
from yingcai.engine.rules.types import (
    Boolean,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
    Value,
    following,
    preceding,
)
from yingcai.engine.rules.written import NotReadable, read_value, share, write_value

MAX_ROWS = 1_000
_MAX_COMPARED = 1_000_000  # rows beside pieces of keys: about half a second
_OUTPUT = re.compile(r"->\s*([a-z][a-z0-9_]*)\s+(\S+)")
_SPAN = re.compile(r"(>=|<=|>|<)\s*(\S+)|(\S+?)\s*\.\.\s*(\S+)|(\S+)")

Problems = list[tuple[Key, str]]


def key_columns(form: Mapping[str, Any]) -> list[str]:
    """The names of the key columns, in order."""
    return [str(column) for column in form["columns"] if not str(column).startswith("->")]


def read_table(
    name: str, form: Mapping[str, Any], keys: Sequence[Type], enums: Mapping[str, Type]
) -> tuple[Table | None, Problems]:
    """A table whose key columns have the types ``keys``; ``enums``: facts whose values it may give."""
    reader = _TableReader(name, form, keys, enums)
    table = reader.read()
    return (None if reader.problems else table), reader.problems


class _TableReader:
    def __init__(
        self, name: str, form: Mapping[str, Any], keys: Sequence[Type], enums: Mapping[str, Type]
    ) -> None:
        self.name, self.form, self.keys, self.enums = name, form, keys, enums
        self.problems: Problems = []
        self.columns = [str(column) for column in form["columns"]]

    def read(self) -> Table:
        outputs = self._outputs()
        forms = [list(row) for row in self.form["rows"][:MAX_ROWS]]
        if not forms or len(self.form["rows"]) > MAX_ROWS:
            self.problems.append((("rows",), f"has no rows, or more than {MAX_ROWS}"))
        scales = self._scales([kind for _, kind in outputs], forms)
        types = [
            Ratio(scale) if isinstance(kind, Ratio) else kind
            for (_, kind), scale in zip(outputs, scales, strict=True)
        ]
        rows = [row for i, one in enumerate(forms) if (row := self._row(i, one, types)) is not None]
        otherwise = self.form.get("otherwise")
        table = Table(
            name=self.name,
            keys=tuple(self.keys),
            key_names=tuple(key_columns(self.form)),
            outputs=tuple(name for name, _ in outputs),
            types=tuple(types),
            rows=tuple(rows),
            otherwise=None if otherwise is None else self._values(("otherwise",), otherwise, types),
            source=self.form.get("source", ""),
        )
        self._check_overlap(table)
        return table

    def _outputs(self) -> list[tuple[str, Type]]:
        found: list[tuple[str, Type]] = []
        for place, column in enumerate(self.columns[len(self.keys) :], len(self.keys)):
            written = _OUTPUT.fullmatch(column)
            if written is None:
                text = f"{column!r} must be an output, such as `-> amount CNY`, after the keys"
                self.problems.append((("columns", place), text))
            else:
                found.append((written[1], self._output_type(written[2], place)))
        if not found:
            self.problems.append((("columns",), "has no output, such as `-> amount CNY`"))
        return found

    def _output_type(self, unit: str, place: int) -> Type:
        if unit == "CNY":
            return Money()
        if unit == "percent":
            return Ratio()
        if "." in unit:
            kind = self.enums.get(unit)
            if isinstance(kind, Enum):
                return kind
            self.problems.append((("columns", place), f"`{unit}` is no fact with a list of values"))
        return Integer(unit)

    def _scales(self, types: Sequence[Type], forms: Sequence[Sequence[Any]]) -> list[int]:
        """For outputs in percent the smallest scale in which all rows are whole."""
        scales = [1] * len(types)
        rows = [*forms, [*[None] * len(self.keys), *self.form.get("otherwise", [])]]
        for row in rows:
            for place, (kind, cell) in enumerate(zip(types, row[len(self.keys) :], strict=False)):
                if isinstance(kind, Ratio):
                    scales[place] = lcm(scales[place], _denominator(cell))
        return scales

    def _row(self, place: int, form: Sequence[Any], types: Sequence[Type]) -> Row | None:
        width = len(self.keys) + len(types)
        if len(form) != width:
            text = f"row {place + 1} has {len(form)} cells; the columns are {width}"
            self.problems.append((("rows", place), text))
            return None
        cells = [self._cell(place, i, form[i], kind) for i, kind in enumerate(self.keys)]
        outputs = self._values(("rows", place), form[len(self.keys) :], types)
        sources, statuses = self.form.get("sources"), self.form.get("statuses")
        return Row(
            cells=tuple(cells),
            outputs=outputs,
            line=place,
            source=(sources and sources[place]) or self.form.get("source", ""),
            sample=((statuses and statuses[place]) or self.form.get("status")) == "sample",
        )

    def _values(self, key: Key, written: Sequence[Any], types: Sequence[Type]) -> tuple[Value, ...]:
        if len(written) != len(types):
            self.problems.append((key, f"gives {len(written)} values for {len(types)} outputs"))
            return tuple(0 for _ in types)
        found = []
        for one, kind in zip(written, types, strict=True):
            try:
                found.append(_output_value(one, kind))
            except NotReadable as error:
                self.problems.append((key, str(error)))
                found.append(0)
        return tuple(found)

    def _cell(self, row: int, column: int, written: Any, kind: Type) -> Cell:
        try:
            return read_cell(written, kind)
        except NotReadable as error:
            text = f"row {row + 1}, {self.columns[column]}: {error}"
            self.problems.append((("rows", row), text))
            return None

    def _check_overlap(self, table: Table) -> None:
        for place, row in enumerate(table.rows):
            for earlier in table.rows[:place]:
                if all(map(_cells_meet, row.cells, earlier.cells)):
                    text = f"row {row.line + 1} overlaps row {earlier.line + 1}"
                    self.problems.append((("rows", row.line), text))
                    break


def _denominator(written: Any) -> int:
    try:
        return share(written)[1]
    except NotReadable:
        return 1  # said where the value itself is read


def _output_value(written: Any, kind: Type) -> Value:
    if isinstance(kind, Ratio):
        numerator, denominator = share(written)
        return numerator * (kind.scale // denominator)
    return read_value(written, kind)


def read_cell(written: Any, kind: Type) -> Cell:
    """A cell as written: `*`, a value, `a|b`, `>=3`, `3..5`. Raises: NotReadable."""
    text = str(written).strip()
    if text == "*":
        return None
    if isinstance(kind, Boolean | Enum):
        parts = [written] if isinstance(written, bool) else text.split("|")
        return frozenset(read_value(part, kind) for part in parts)
    found = _SPAN.fullmatch(text)
    if found is None:
        raise NotReadable(f"{text!r} is not a cell; write 3, 3..5, >=3, <3 or *")
    return _span(found, kind)


def _span(found: re.Match[str], kind: Type) -> Span:
    sign, bound, low, high, single = found.groups()
    if single is not None:
        value = int(read_value(single, kind))
        return Span(value, value)
    if low is not None:
        span = Span(int(read_value(low, kind)), int(read_value(high, kind)))
        if cast(int, span.low) > cast(int, span.high):
            raise NotReadable(f"{low}..{high} is empty")
        return span
    value = int(read_value(bound, kind))
    return {
        ">=": Span(value, None),
        ">": Span(following(value, kind), None),
        "<=": Span(None, value),
        "<": Span(None, preceding(value, kind)),
    }[sign]


def _cells_meet(left: Cell, right: Cell) -> bool:
    if left is None or right is None:
        return True
    if isinstance(left, Span) and isinstance(right, Span):
        return not (_ends_before(left, right) or _ends_before(right, left))
    return not cast("frozenset[Value]", left).isdisjoint(cast("frozenset[Value]", right))


def _ends_before(left: Span, right: Span) -> bool:
    return left.high is not None and right.low is not None and left.high < right.low


def first_gap(table: Table, reach: Sequence[Bounds]) -> str | None:
    """Keys within ``reach`` that no row matches, in words; None when every combination has its row.

    A table that takes more than a million comparisons counts as having a gap.
    """
    budget = [_MAX_COMPARED]
    found = _gap(table, list(reach), 0, list(table.rows), budget)
    if budget[0] <= 0:
        return "too many combinations to check"
    if found is None:
        return None
    parts = [
        f"{name} = {write_value(value, kind)}"
        for name, kind, value in zip(table.key_names, table.keys, found, strict=True)
    ]
    return ", ".join(parts)


def _gap(
    table: Table, reach: list[Bounds], column: int, rows: list[Row], budget: list[int]
) -> list[Value] | None:
    if column == len(table.keys):
        return None if rows else []
    for value in _pieces(reach[column], [row.cells[column] for row in rows], table.keys[column]):
        budget[0] -= 1 + len(rows)
        if budget[0] <= 0:
            return None
        point = _point(value, table.keys[column])
        left = [row for row in rows if meets(row.cells[column], point)]
        found = _gap(table, reach, column + 1, left, budget)
        if found is not None:
            return [value, *found]
    return None


def _point(value: Value, kind: Type) -> Bounds:
    if isinstance(kind, Boolean | Enum):
        return Options(frozenset({value}))
    return Interval(int(value), int(value))


def _pieces(reach: Bounds, cells: Sequence[Cell], kind: Type) -> list[Value]:
    """One value for each piece of the key's range in which all cells answer alike."""
    if isinstance(reach, Options):
        return sorted(reach.values)
    starts = {reach.low}
    for cell in cells:
        if isinstance(cell, Span):
            starts |= {cell.low} if cell.low is not None else set()
            starts |= {following(cell.high, kind)} if cell.high is not None else set()
    return sorted(value for value in starts if reach.low <= value <= reach.high)
