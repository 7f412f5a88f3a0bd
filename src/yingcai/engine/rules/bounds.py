"""What an expression can be at most and at least, without knowing the subject.

An interval for numbers and dates, a set of possible values for booleans and enums. The same walk
serves three ends: refusing sums that could leave 64 bits, finding thresholds that nobody can meet,
and giving an amount as an interval while facts are missing. It never excludes a possible value;
it may include impossible ones, since it does not see that two parts share a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import STEP, divide, full_months
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.tables import Cell, Row, Span, Table
from yingcai.engine.rules.types import LIMIT, Boolean, Enum, Known, Value, from_civil


@dataclass(frozen=True, slots=True)
class Interval:
    """Whole numbers (or civil codes of dates) from ``low`` to ``high``."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Options:
    """The possible values of a boolean or an enum."""

    values: frozenset[Value]


Bounds = Interval | Options
Leaves = Mapping[str, Bounds]  # by fact, and by step under `closures.STEP`

BOTH = Options(frozenset({True, False}))
ALWAYS = Options(frozenset({True}))
NEVER = Options(frozenset({False}))


def bounds(node: n.Node, leaves: Leaves) -> Bounds:
    """Every value that ``node`` can take when its facts lie within ``leaves``."""
    return _Context(leaves).of(node)


def exactly(value: Value, kind: object) -> Bounds:
    """The bounds of a known value."""
    if isinstance(kind, Boolean | Enum):
        return Options(frozenset({value}))
    return Interval(int(value), int(value))


def declared_bounds(
    facts: Mapping[str, FactType], known: Mapping[str, Known] = MappingProxyType({})
) -> dict[str, Bounds]:
    """The bounds of every fact: its value where ``known``, else all that the vocabulary allows."""
    return {
        name: _declared(fact) if (value := known.get(name)) is None else exactly(value, fact.type)
        for name, fact in facts.items()
    }


def _declared(fact: FactType) -> Bounds:
    if isinstance(fact.type, Boolean):
        return BOTH
    if isinstance(fact.type, Enum):
        return Options(frozenset(range(len(fact.type.values))))
    return Interval(cast(int, fact.low), cast(int, fact.high))


def overflow(node: n.Node, leaves: Leaves) -> list[str]:
    """A sentence for every part that could leave ±LIMIT; empty when none can."""
    found = []
    for part in n.walk(node):
        reach = _reach(part, _Context(leaves))
        if reach is not None and max(abs(reach.low), abs(reach.high)) > LIMIT:
            found.append("could grow beyond 64 bits; give its facts a narrower range")
    return found[:1]


def _reach(node: n.Node, context: _Context) -> Interval | None:
    """The largest number met on the way to a node's value."""
    if isinstance(node, n.Portion):
        return _times(context.number(node.money), context.number(node.share))
    if isinstance(node, n.Arithmetic | n.RoundTo):
        return context.number(node)
    return None


class _Context:
    def __init__(self, leaves: Leaves) -> None:
        self.leaves = leaves

    def of(self, node: n.Node) -> Bounds:
        return _WALKERS[type(node)](node, self)

    def number(self, node: n.Node) -> Interval:
        return cast(Interval, self.of(node))

    def options(self, node: n.Node) -> frozenset[Value]:
        return cast(Options, self.of(node)).values


def _const(node: n.Const, context: _Context) -> Bounds:
    return exactly(node.value, node.type)


def _fact(node: n.Fact, context: _Context) -> Bounds:
    return context.leaves[node.name]


def _step(node: n.Step, context: _Context) -> Bounds:
    return context.leaves[STEP + node.name]


def _param(node: n.Param, context: _Context) -> Bounds:
    if node.by is None:
        return exactly(node.values[0][1], node.type)
    day = context.number(node.by)
    ends = [start for start, _ in node.values[1:]]
    counting = [
        value
        for (start, value), end in zip(node.values, [*ends, None], strict=True)
        if start <= day.high and (end is None or end > day.low)
    ]
    # A date before the first value gives no value at all, so the first one stands for it.
    return union(exactly(value, node.type) for value in counting or [node.values[0][1]])


def union(many: Iterable[Bounds]) -> Bounds:
    """The smallest bounds that hold all of several of one kind."""
    found = list(many)
    if isinstance(found[0], Options):
        return Options(frozenset().union(*(cast(Options, one).values for one in found)))
    numbers = cast("list[Interval]", found)
    return Interval(min(one.low for one in numbers), max(one.high for one in numbers))


def _lookup(node: n.Lookup, context: _Context) -> Bounds:
    column = node.table.column(node.output)
    rows, sure = _rows(node.table, node.keys, context)
    values = [row.outputs[column] for row in rows]
    if node.table.otherwise is not None and not sure:
        values.append(node.table.otherwise[column])
    values = values or [row.outputs[column] for row in node.table.rows[:1]]
    return union(exactly(value, node.type) for value in values)


def _rows(table: Table, keys: tuple[n.Node, ...], context: _Context) -> tuple[list[Row], bool]:
    """The rows that some value of the keys matches, and whether one of them matches all values."""
    reach = [context.of(key) for key in keys]
    rows = [row for row in table.rows if all(map(meets, row.cells, reach))]
    return rows, any(all(map(_holds, row.cells, reach)) for row in rows)


def meets(cell: Cell, reach: Bounds) -> bool:
    """Whether a cell accepts some value within the bounds."""
    if cell is None:
        return True
    if isinstance(cell, Span):
        number = cast(Interval, reach)
        return (cell.low is None or cell.low <= number.high) and (
            cell.high is None or cell.high >= number.low
        )
    return not cell.isdisjoint(cast(Options, reach).values)


def _holds(cell: Cell, reach: Bounds) -> bool:
    """Whether a cell accepts every value within the bounds."""
    if cell is None:
        return True
    if isinstance(cell, Span):
        number = cast(Interval, reach)
        return (cell.low is None or cell.low <= number.low) and (
            cell.high is None or cell.high >= number.high
        )
    return cast(Options, reach).values <= cell


def _covered(node: n.Covered, context: _Context) -> Bounds:
    rows, sure = _rows(node.table, node.keys, context)
    if sure:
        return ALWAYS
    return BOTH if rows else NEVER


def _and(node: n.And, context: _Context) -> Bounds:
    return _kleene(node.items, context, stop=False)


def _or(node: n.Or, context: _Context) -> Bounds:
    return _kleene(node.items, context, stop=True)


def _kleene(items: tuple[n.Node, ...], context: _Context, *, stop: bool) -> Bounds:
    all_options = [context.options(item) for item in items]
    found: set[Value] = set()
    if any(stop in options for options in all_options):
        found.add(stop)
    if all((not stop) in options for options in all_options):
        found.add(not stop)
    return Options(frozenset(found))


def _not(node: n.Not, context: _Context) -> Bounds:
    return Options(frozenset(not value for value in context.options(node.item)))


def _compare(node: n.Compare, context: _Context) -> Bounds:
    return _compared(node.op, _side(context.of(node.left)), _side(context.of(node.right)))


def _side(reach: Bounds) -> Interval | tuple[int, ...]:
    return _as_numbers(reach) if isinstance(reach, Options) else reach


def _as_numbers(options: Options) -> tuple[int, ...]:
    return tuple(sorted(int(value) for value in options.values))


def _compared(
    op: str, left: Interval | tuple[int, ...], right: Interval | tuple[int, ...]
) -> Options:
    low, high = _ends(left)
    other_low, other_high = _ends(right)
    always, never = {
        "<": (high < other_low, low >= other_high),
        "<=": (high <= other_low, low > other_high),
        ">": (low > other_high, high <= other_low),
        ">=": (low >= other_high, high < other_low),
        "=": (low == high == other_low == other_high, _apart(left, right)),
        "<>": (_apart(left, right), low == high == other_low == other_high),
    }[op]
    return Options(frozenset({True}) if always else frozenset({False})) if always or never else BOTH


def _ends(side: Interval | tuple[int, ...]) -> tuple[int, int]:
    return (side.low, side.high) if isinstance(side, Interval) else (side[0], side[-1])


def _apart(left: Interval | tuple[int, ...], right: Interval | tuple[int, ...]) -> bool:
    if isinstance(left, tuple) and isinstance(right, tuple):
        return not set(left) & set(right)
    low, high = _ends(left)
    other_low, other_high = _ends(right)
    return high < other_low or low > other_high


def _member(node: n.Member, context: _Context) -> Bounds:
    options = context.options(node.item)
    return Options(frozenset(value in node.codes for value in options))


def _arithmetic(node: n.Arithmetic, context: _Context) -> Bounds:
    left, right = context.number(node.left), context.number(node.right)
    if node.op == "+":
        return Interval(left.low + right.low, left.high + right.high)
    if node.op == "-":
        return Interval(left.low - right.high, left.high - right.low)
    return _times(left, right)


def _times(left: Interval, right: Interval) -> Interval:
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Interval(min(corners), max(corners))


def _negative(node: n.Negative, context: _Context) -> Bounds:
    item = context.number(node.item)
    return Interval(-item.high, -item.low)


def _extreme(node: n.Extreme, context: _Context) -> Bounds:
    pick: Callable[..., int] = min if node.kind == "least" else max
    reach = [context.of(item) for item in node.items]
    if isinstance(reach[0], Options):
        codes = [_as_numbers(cast(Options, one)) for one in reach]
        low, high = pick(one[0] for one in codes), pick(one[-1] for one in codes)
        return Options(frozenset(code for one in codes for code in one if low <= code <= high))
    numbers = cast("list[Interval]", reach)
    return Interval(pick(one.low for one in numbers), pick(one.high for one in numbers))


def _portion(node: n.Portion, context: _Context) -> Bounds:
    product = _times(context.number(node.money), context.number(node.share))
    return Interval(
        divide(product.low, node.scale, node.rounding),
        divide(product.high, node.scale, node.rounding),
    )


def _round_to(node: n.RoundTo, context: _Context) -> Bounds:
    money, unit = context.number(node.money), node.unit_fen
    return Interval(
        divide(money.low, unit, node.rounding) * unit,
        divide(money.high, unit, node.rounding) * unit,
    )


def _case(node: n.Case, context: _Context) -> Bounds:
    found = []
    for test, value in node.arms:
        options = context.options(test)
        if True in options:
            found.append(context.of(value))
        if False not in options:
            return union(found)
    return union([*found, context.of(node.otherwise)])


def _months(node: n.Months, context: _Context) -> Bounds:
    start, end = context.number(node.start), context.number(node.end)
    # An end of month may complete a month that a later day does not, hence one more at the top.
    low = full_months(start.high, end.low, month_end=False)
    high = full_months(start.low, end.high, month_end=False) + node.month_end
    return Interval(low // 12, high // 12) if node.years else Interval(low, high)


def _days(node: n.Days, context: _Context) -> Bounds:
    start, end = context.number(node.start), context.number(node.end)
    return Interval(
        _ordinal(end.low) - _ordinal(start.high), _ordinal(end.high) - _ordinal(start.low)
    )


def _ordinal(code: int) -> int:
    return from_civil(code).toordinal()


def _year_of(node: n.YearOf, context: _Context) -> Bounds:
    day = context.number(node.item)
    return Interval((day.low >> 5) // 12, (day.high >> 5) // 12)


_WALKERS: dict[type, Callable[..., Bounds]] = {
    n.Const: _const,
    n.Fact: _fact,
    n.Step: _step,
    n.Param: _param,
    n.Lookup: _lookup,
    n.Covered: _covered,
    n.And: _and,
    n.Or: _or,
    n.Not: _not,
    n.Compare: _compare,
    n.Member: _member,
    n.Arithmetic: _arithmetic,
    n.Negative: _negative,
    n.Extreme: _extreme,
    n.Portion: _portion,
    n.RoundTo: _round_to,
    n.Case: _case,
    n.Months: _months,
    n.Days: _days,
    n.YearOf: _year_of,
}
