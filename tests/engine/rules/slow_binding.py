"""Names, kinds and tables of one rule of the slow model, and the value of a bound tree."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from tests.engine.rules.slow_text import Node
from tests.engine.rules.slow_values import (
    BOOLEAN,
    DATE,
    MONEY,
    RATIO,
    Domains,
    Kind,
    accepts,
    both,
    cell,
    denied,
    either,
    full_months,
    kind_of_unit,
    portion,
    read,
    round_to,
)

Values = Mapping[str, Any]
Bound = tuple[Node, Kind]


class NotTyped(ValueError):
    """The kinds of an expression do not fit, or a name is not there."""


class Table(NamedTuple):
    """``rows`` are (cells, outputs); ``otherwise`` the outputs where none matches, or None."""

    keys: list[str]
    outputs: dict[str, Kind]
    rows: list[tuple[list[tuple[Any, ...]], list[Any]]]
    otherwise: list[Any] | None

    def row(self, keys: list[Any]) -> list[Any] | None:
        """The outputs of the one row that matches known keys."""
        found = [
            outputs
            for cells, outputs in self.rows
            if all(map(accepts, cells, keys))  # as many cells as keys
        ]
        if len(found) > 1:
            raise AssertionError(f"{keys} match {len(found)} rows")
        return found[0] if found else None


class Binding:
    """What a rule's expressions may name. ``behind`` says on which facts each name stands."""

    def __init__(self, *, kinds: Mapping[str, Kind], domains: Domains, ordered: set[str]) -> None:
        self.kinds = dict(kinds)
        self.domains = domains
        self.ordered = ordered
        self.behind: dict[str, set[str]] = {name: {name} for name in kinds}
        self.written: dict[str, Mapping[str, Any]] = {}
        self.named: set[str] = set()

    def add(self, name: str, kind: Kind, behind: set[str]) -> None:
        """A parameter or a step from here on."""
        self.kinds[name] = kind
        self.behind[name] = behind

    def bound(self, node: Node) -> tuple[Node, Kind, set[str]]:
        """The node made ready for ``value_of``, its kind, and the facts that it names."""
        self.named = set()
        found, kind = self.bind(node)
        if kind[0] == "word":
            raise NotTyped(f"{kind[1]!r} stands against no enum")
        return found, kind, self.named

    def bind(self, node: Node) -> Bound:
        return BIND[node[0]](self, node)

    def one_kind(self, kinds: Sequence[Kind]) -> Kind:
        """The one kind of all; a plain number fits any unit, a word the enum beside it."""
        (kind, *others) = sorted(set(kinds), key=lambda kind: (kind[0] == "word", kind[1] == ""))
        for other in others:
            if kind[0] == "enum" and other[0] == "word":
                read(kind, other[1], self.domains)
            elif (kind[0], other) != ("integer", ("integer", "")):
                raise NotTyped(f"{kind} beside {other}")
        return kind

    def ranks(self, kind: Kind) -> dict[str, int] | None:
        """The order of an enum's words; None for kinds whose values have their own order."""
        if kind[0] in ("integer", "money", "ratio", "date"):
            return None
        if kind[1] not in self.ordered:
            raise NotTyped(f"{kind} has no order")
        return {word: rank for rank, word in enumerate(self.domains[kind[1]])}

    def name(self, name: str) -> Kind:
        if name not in self.kinds:
            raise NotTyped(f"there is no {name}")
        self.named |= self.behind[name]
        return self.kinds[name]

    def table(self, name: str) -> Table:
        if name not in self.written:
            raise NotTyped(f"there is no table {name}")
        written = self.written[name]
        columns = [str(column) for column in written["columns"]]
        keys = [column for column in columns if not column.startswith("->")]
        key_kinds = [self.name(key) for key in keys]
        outputs = {}
        for column in columns[len(keys) :]:
            _, output, unit = column.split()
            outputs[output] = kind_of_unit(unit, self.kinds)
        kinds = list(outputs.values())
        rows = []
        for row in written["rows"]:
            cells = [
                cell(kind, raw, self.domains)
                for kind, raw in zip(key_kinds, row[: len(keys)], strict=True)
            ]
            rows.append((cells, self._outputs(kinds, row[len(keys) :])))
        otherwise = written.get("otherwise")
        return Table(
            keys, outputs, rows, None if otherwise is None else self._outputs(kinds, otherwise)
        )

    def _outputs(self, kinds: list[Kind], raws: Sequence[Any]) -> list[Any]:
        return [read(kind, raw, self.domains) for kind, raw in zip(kinds, raws, strict=True)]

    # One method for each shape of node.

    def literal(self, node: Node) -> Bound:
        family = node[0]
        return ("constant", node[1]), (family, node[1] if family == "word" else "")

    def reference(self, node: Node) -> Bound:
        return node, self.name(node[1])

    def logic(self, node: Node) -> Bound:
        parts = [self._of(BOOLEAN, part) for part in node[1:]]
        return (node[0], *parts), BOOLEAN

    def _of(self, wanted: Kind, node: Node) -> Node:
        found, kind = self.bind(node)
        if kind != wanted:
            raise NotTyped(f"{wanted} is expected, {kind} found")
        return found

    def compare(self, node: Node) -> Bound:
        _, sign, left, right = node
        (a, left_kind), (b, right_kind) = self.bind(left), self.bind(right)
        kind = self.one_kind([left_kind, right_kind])
        if kind[0] == "word":
            raise NotTyped("two words stand against no enum")
        ranks = None if sign in ("=", "<>") else self.ranks(kind)
        return ("compare", sign, ranks, a, b), BOOLEAN

    def among(self, node: Node) -> Bound:
        found, kind = self.bind(node[1])
        if kind[0] != "enum":
            raise NotTyped(f"IN stands on an enum, not on {kind}")
        for word in node[2]:
            read(kind, word, self.domains)
        return ("in", found, node[2]), BOOLEAN

    def between(self, node: Node) -> Bound:
        _, value, low, high = node
        return self.bind(("and", ("compare", ">=", value, low), ("compare", "<=", value, high)))

    def add_up(self, node: Node) -> Bound:
        sign, left, right = node
        (a, left_kind), (b, right_kind) = self.bind(left), self.bind(right)
        kind = self.one_kind([left_kind, right_kind])
        if kind[0] not in ("integer", "money"):
            raise NotTyped(f"{kind} has no {sign}")
        return (sign, a, b), kind

    def multiply(self, node: Node) -> Bound:
        (a, left), (b, right) = self.bind(node[1]), self.bind(node[2])
        families = {left[0], right[0]}
        if families == {"integer"}:
            units = {left[1], right[1]} - {""}
            return ("*", a, b), ("integer", units.pop() if len(units) == 1 else "")
        if families != {"integer", "money"}:
            raise NotTyped(f"{left} times {right}")
        return ("*", a, b), MONEY

    def negate(self, node: Node) -> Bound:
        found, kind = self.bind(node[1])
        if kind[0] not in ("integer", "money"):
            raise NotTyped(f"{kind} has no minus")
        return ("negate", found), kind

    def case(self, node: Node) -> Bound:
        branches = [
            (self._of(BOOLEAN, condition), self.bind(value)) for condition, value in node[1]
        ]
        otherwise, last = self.bind(node[2])
        kind = self.one_kind([*(kind for _, (_, kind) in branches), last])
        return ("case", [(when, value) for when, (value, _) in branches], otherwise), kind

    def extreme(self, node: Node) -> Bound:
        parts = [self.bind(part) for part in node[1:]]
        kind = self.one_kind([kind for _, kind in parts])
        return (node[0], self.ranks(kind), [part for part, _ in parts]), kind

    def portion(self, node: Node) -> Bound:
        return ("strict", portion, self._of(MONEY, node[1]), self._of(RATIO, node[2]), node[3]), (
            MONEY
        )

    def round_to(self, node: Node) -> Bound:
        if node[2][0] != "money" or node[2][1] == 0:
            raise NotTyped("ROUND_TO needs an amount above zero as it stands")
        return ("strict", round_to, self._of(MONEY, node[1]), self._of(MONEY, node[2]), node[3]), (
            MONEY
        )

    def days(self, node: Node) -> Bound:
        kind, count = DAYS[node[0]]
        parts = [self._of(DATE, part) for part in node[1:] if isinstance(part, tuple)]
        modes = [part for part in node[1:] if isinstance(part, str)]
        return ("strict", count, *parts, *modes), kind

    def look_up(self, node: Node) -> Bound:
        name, _, output = node[1].partition(".")
        table = self.table(name)
        if not output and len(table.outputs) > 1:
            raise NotTyped(f"{name} has several outputs; name one")
        output = output or next(iter(table.outputs))
        if output not in table.outputs:
            raise NotTyped(f"{name} has no output {output}")
        place = list(table.outputs).index(output)
        return ("LOOKUP", table, place), table.outputs[output]

    def covered(self, node: Node) -> Bound:
        return ("COVERED", self.table(node[1])), BOOLEAN


BIND: dict[str, Callable[[Binding, Node], Bound]] = {
    **dict.fromkeys(("integer", "money", "ratio", "date", "boolean", "word"), Binding.literal),
    **dict.fromkeys(("and", "or", "not"), Binding.logic),
    **dict.fromkeys(("+", "-"), Binding.add_up),
    **dict.fromkeys(("LEAST", "GREATEST"), Binding.extreme),
    **dict.fromkeys(("FULL_MONTHS", "FULL_YEARS", "DAYS_BETWEEN", "YEAR_OF"), Binding.days),
    "name": Binding.reference,
    "compare": Binding.compare,
    "in": Binding.among,
    "between": Binding.between,
    "*": Binding.multiply,
    "negate": Binding.negate,
    "case": Binding.case,
    "PORTION": Binding.portion,
    "ROUND_TO": Binding.round_to,
    "LOOKUP": Binding.look_up,
    "COVERED": Binding.covered,
}
DAYS: dict[str, tuple[Kind, Callable[..., int]]] = {
    "FULL_MONTHS": (("integer", "month"), full_months),
    "FULL_YEARS": (("integer", "year"), lambda a, b, mode: full_months(a, b, mode) // 12),
    "DAYS_BETWEEN": (("integer", "day"), lambda a, b: (b - a).days),
    "YEAR_OF": (("integer", "year"), lambda day: day.year),
}
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SUMS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def value_of(node: Node, values: Values) -> Any:
    """The value of a bound tree; None is unknown."""
    return VALUE[node[0]](node, values)


def _compare(node: Node, values: Values) -> bool | None:
    _, sign, ranks, a, b = node
    left, right = value_of(a, values), value_of(b, values)
    if left is None or right is None:
        return None
    if ranks is not None:
        left, right = ranks[left], ranks[right]
    return SIGNS[sign](left, right)


def _in(node: Node, values: Values) -> bool | None:
    value = value_of(node[1], values)
    return None if value is None else value in node[2]


def _sum(node: Node, values: Values) -> Any:
    left, right = value_of(node[1], values), value_of(node[2], values)
    return None if left is None or right is None else SUMS[node[0]](left, right)


def _negate(node: Node, values: Values) -> Any:
    value = value_of(node[1], values)
    return None if value is None else -value


def _case(node: Node, values: Values) -> Any:
    for condition, value in node[1]:
        reached = value_of(condition, values)
        if reached is None:
            return None
        if reached:
            return value_of(value, values)
    return value_of(node[2], values)


def _extreme(node: Node, values: Values) -> Any:
    found = [value_of(part, values) for part in node[2]]
    if None in found:
        return None
    pick = min if node[0] == "LEAST" else max
    return pick(found, key=None if node[1] is None else node[1].__getitem__)


def _strict(node: Node, values: Values) -> Any:
    found = [part if isinstance(part, str) else value_of(part, values) for part in node[2:]]
    return None if None in found else node[1](*found)


def _row(table: Table, values: Values) -> tuple[bool, list[Any] | None]:
    """Whether all keys are known, and the outputs of the row that matches them."""
    keys = [values[key] for key in table.keys]
    return (False, None) if None in keys else (True, table.row(keys))


def _look_up(node: Node, values: Values) -> Any:
    _, table, place = node
    known, outputs = _row(table, values)
    if known and outputs is None:
        outputs = table.otherwise
    return None if outputs is None else outputs[place]


def _covered(node: Node, values: Values) -> bool | None:
    known, outputs = _row(node[1], values)
    return outputs is not None if known else None


VALUE: dict[str, Callable[[Node, Values], Any]] = {
    "constant": lambda node, values: node[1],
    "name": lambda node, values: values[node[1]],
    "and": lambda node, values: both(value_of(node[1], values), value_of(node[2], values)),
    "or": lambda node, values: either(value_of(node[1], values), value_of(node[2], values)),
    "not": lambda node, values: denied(value_of(node[1], values)),
    **dict.fromkeys(("+", "-", "*"), _sum),
    **dict.fromkeys(("LEAST", "GREATEST"), _extreme),
    "compare": _compare,
    "in": _in,
    "negate": _negate,
    "case": _case,
    "strict": _strict,
    "LOOKUP": _look_up,
    "COVERED": _covered,
}
