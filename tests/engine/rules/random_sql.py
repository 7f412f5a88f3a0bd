"""A seeded generator of well-typed rule sets over all kinds of nodes, and of people.

Bounds are kept as the compiler keeps them: no value leaves ±LIMIT.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import get_args

from tests.engine.rules.make_sql import (
    BOOLEAN,
    DATE,
    DEGREE,
    ENUMS,
    FIRST_DAY,
    HONOUR,
    LAST_DAY,
    MONEY,
    NUMBER,
    RATIO,
    VOCABULARY,
    rule,
    rule_set,
)
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import FactType, Rule, RuleSet
from yingcai.engine.rules.tables import Cell, Row, Span, Table
from yingcai.engine.rules.types import (
    LIMIT,
    RATIO_SCALE,
    Boolean,
    Date,
    Enum,
    Integer,
    Known,
    Money,
    Ratio,
    Type,
    Value,
    civil,
)


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # the same sequence at every run is what is wanted


@dataclass(frozen=True, slots=True)
class Made:
    """A generated tree and the bounds of its value; both 0 where it is not a number."""

    node: n.Node
    low: int = 0
    high: int = 0


@dataclass(slots=True)
class Generator:
    """Random well-typed trees. ``steps`` are the named values that a tree may use so far."""

    random: Random
    steps: dict[str, Made] = field(default_factory=dict)

    def rules(self, count: int = 3) -> RuleSet:
        return rule_set(*(self._rule(f"p{place // 2}") for place in range(count)))

    def _rule(self, programme: str) -> Rule:
        self.steps = {}
        for place in range(self.random.randrange(4)):
            made = self.tree(self._type(), 3)
            self.steps[f"s{place}"] = made
        conditions = [self.tree(BOOLEAN, 3).node for _ in range(self.random.randrange(4))]
        amount = self.tree(MONEY, 4).node if self.random.random() < 0.9 else None
        result = self.tree(DEGREE, 3).node if self.random.random() < 0.4 else None
        steps = {name: made.node for name, made in self.steps.items()}
        return rule(*conditions, amount=amount, result=result, steps=steps, programme=programme)

    def _type(self) -> Type:
        types: list[Type] = [BOOLEAN, NUMBER, MONEY, MONEY, RATIO, DATE, *ENUMS]
        return self.random.choice(types)

    def tree(self, kind: Type, depth: int) -> Made:
        """A tree within bounds; one that leaves them is made again, lower."""
        makers = self._leaves(kind) if depth == 0 else [*self._leaves(kind), *self._inner(kind)]
        made = self.random.choice(makers[-6:] if depth > 1 else makers)(kind, max(depth - 1, 0))
        inside = made.low >= -LIMIT // 2 and made.high <= LIMIT // 2
        return made if inside else self.tree(kind, max(depth - 1, 0))

    def _leaves(self, kind: Type) -> list[Callable[[Type, int], Made]]:
        return [self._fact, self._fact, self._fact, self._const, self._step]

    def _inner(self, kind: Type) -> list[Callable[[Type, int], Made]]:
        shared: list[Callable[[Type, int], Made]] = [
            self._case,
            self._lookup,
            self._param,
            self._step,
        ]
        if isinstance(kind, Boolean):
            tests = [self._compare, self._compare, self._logic, self._logic, self._not]
            return [*shared, *tests, self._member, self._covered]
        if isinstance(kind, Integer):
            dates = [self._months, self._months, self._days, self._year]
            return [*shared, *dates, self._arithmetic, self._extreme, self._negative]
        if isinstance(kind, Money):
            money = [self._portion, self._round_to, self._extreme, self._extreme]
            return [*shared, *money, self._arithmetic, self._negative]
        return shared if isinstance(kind, Enum | Boolean) else [*shared, self._extreme]

    def _fact(self, kind: Type, depth: int) -> Made:
        fits = [one for one in VOCABULARY.values() if _fits(one.type, kind)]
        one = self.random.choice(fits)
        return Made(n.Fact(one.name, one.type), one.low or 0, one.high or 0)

    def _const(self, kind: Type, depth: int) -> Made:
        value = self._value(kind)
        return Made(n.Const(value, kind), value, value)

    def _value(self, kind: Type) -> Value:
        pick = self.random
        if isinstance(kind, Boolean):
            return pick.random() < 0.5
        if isinstance(kind, Enum):
            return pick.randrange(len(kind.values))
        if isinstance(kind, Date):
            return civil(random_day(pick))
        if isinstance(kind, Ratio):
            return pick.choice([0, 1, 125_000, 333_333, 500_000, 1_000_000, 1_500_000])
        return pick.choice(
            [0, 1, -1, 3, 12, 100, -250, 3_000_000, 5_000_000_000, pick.randrange(10**6)]
        )

    def _step(self, kind: Type, depth: int) -> Made:
        fits = [(name, made) for name, made in self.steps.items() if _fits(made.node.type, kind)]
        if not fits:
            return self._fact(kind, depth)
        name, made = self.random.choice(fits)
        return Made(n.Step(name, made.node.type), made.low, made.high)

    def _case(self, kind: Type, depth: int) -> Made:
        arms = [
            (self.tree(BOOLEAN, depth).node, self.tree(kind, depth))
            for _ in range(self.random.randint(1, 3))
        ]
        otherwise = self.tree(kind, depth)
        values = [*(value for _, value in arms), otherwise]
        node = n.Case(tuple((test, value.node) for test, value in arms), otherwise.node, kind)
        return _spanned(node, values)

    def _param(self, kind: Type, depth: int) -> Made:
        if self.random.random() < 0.3:
            value = self._value(kind)
            return Made(n.Param("cap", kind, None, ((0, value),)), value, value)
        days = sorted({civil(random_day(self.random)) for _ in range(self.random.randint(1, 4))})
        values = tuple((one, self._value(kind)) for one in days)
        bounds = [Made(n.Const(value, kind), value, value) for _, value in values]
        return _spanned(n.Param("rate", kind, self.tree(DATE, depth).node, values), bounds)

    def _lookup(self, kind: Type, depth: int) -> Made:
        table, keys = self._table(kind, depth)
        outputs = [row.outputs[1] for row in table.rows]
        outputs += [table.otherwise[1]] if table.otherwise else []
        bounds = [Made(n.Const(value, kind), value, value) for value in outputs or [0]]
        return _spanned(n.Lookup(table, "second", keys, kind), bounds)

    def _covered(self, kind: Type, depth: int) -> Made:
        table, keys = self._table(kind, depth)
        return Made(n.Covered(table, keys))

    def _table(self, kind: Type, depth: int) -> tuple[Table, tuple[n.Node, ...]]:
        """A table without overlaps: a row that meets an earlier one is left out."""
        keys = tuple(self.tree(self._type(), depth).node for _ in range(self.random.randint(1, 3)))
        rows: list[Row] = []
        outputs = [self._value(kind) for _ in range(3)]
        for line in range(self.random.randrange(12)):
            cells = tuple(self._cell(key.type) for key in keys)
            if not any(_overlap(cells, row.cells) for row in rows):
                rows.append(Row(cells, (0, self.random.choice(outputs)), line))
        otherwise = (0, self._value(kind)) if self.random.random() < 0.5 else None
        types = tuple(key.type for key in keys)
        names = tuple(str(place) for place in range(len(keys)))
        table = Table(
            "t", types, names, ("first", "second"), (NUMBER, kind), tuple(rows), otherwise
        )
        return table, keys

    def _cell(self, kind: Type) -> Cell:
        pick = self.random
        if pick.random() < 0.15:
            return None
        if isinstance(kind, Boolean):
            return frozenset(pick.choice([(True,), (False,), (True, False)]))
        if isinstance(kind, Enum):
            size = len(kind.values)
            return frozenset(pick.sample(range(size), pick.randint(1, max(size // 3, 2))))
        low, high = sorted((self._value(kind), self._value(kind)))
        return pick.choice(
            [Span(low, high), Span(low, high), Span(low, low), Span(None, low), Span(high, None)]
        )

    def _logic(self, kind: Type, depth: int) -> Made:
        items = tuple(self.tree(BOOLEAN, depth).node for _ in range(self.random.randint(2, 4)))
        return Made(n.And(items) if self.random.random() < 0.5 else n.Or(items))

    def _not(self, kind: Type, depth: int) -> Made:
        return Made(n.Not(self.tree(BOOLEAN, depth).node))

    def _compare(self, kind: Type, depth: int) -> Made:
        types: list[Type] = [BOOLEAN, NUMBER, MONEY, MONEY, RATIO, DATE, DATE, DEGREE, HONOUR]
        sides = self.random.choice(types)
        ordered = not isinstance(sides, Boolean | Enum) or sides is DEGREE
        operators = get_args(n.Comparison) if ordered else ("=", "<>")
        left, right = self.tree(sides, depth).node, self.tree(sides, depth).node
        return Made(n.Compare(self.random.choice(operators), left, right))

    def _member(self, kind: Type, depth: int) -> Made:
        enum = self.random.choice(ENUMS)
        size = len(enum.values)
        codes = self.random.sample(range(size), self.random.randint(1, size))
        return Made(n.Member(self.tree(enum, depth).node, tuple(sorted(codes))))

    def _arithmetic(self, kind: Type, depth: int) -> Made:
        operator = self.random.choice(["+", "-", "*"])
        left = self.tree(kind, depth)
        right = self.tree(NUMBER if operator == "*" else kind, depth)
        node = n.Arithmetic(operator, left.node, right.node, kind)  # type: ignore[arg-type]  # one of its three
        if operator == "+":
            return Made(node, left.low + right.low, left.high + right.high)
        if operator == "-":
            return Made(node, left.low - right.high, left.high - right.low)
        return Made(node, *_product(left, right))

    def _negative(self, kind: Type, depth: int) -> Made:
        item = self.tree(kind, depth)
        return Made(n.Negative(item.node, kind), -item.high, -item.low)

    def _extreme(self, kind: Type, depth: int) -> Made:
        items = [self.tree(kind, depth) for _ in range(self.random.randint(2, 4))]
        which = self.random.choice(["least", "greatest"])
        node = n.Extreme(which, tuple(item.node for item in items), kind)  # type: ignore[arg-type]  # one of its two
        return _spanned(node, items)

    def _portion(self, kind: Type, depth: int) -> Made:
        money, share = self.tree(MONEY, depth), self.tree(RATIO, depth)
        low, high = _product(money, share)
        node = n.Portion(money.node, share.node, RATIO_SCALE, self._rounding())
        # The bounds of the product count, too, for it is what the engines hold.
        fits = low >= -LIMIT // 2 and high <= LIMIT // 2
        return (
            Made(node, low // RATIO_SCALE - 1, high // RATIO_SCALE + 1)
            if fits
            else self._fact(MONEY, 0)
        )

    def _round_to(self, kind: Type, depth: int) -> Made:
        money, unit = self.tree(MONEY, depth), self.random.choice([1, 7, 100, 10_000, 1_000_000])
        return Made(
            n.RoundTo(money.node, unit, self._rounding()), money.low - unit, money.high + unit
        )

    def _rounding(self) -> n.Rounding:
        return self.random.choice(get_args(n.Rounding))

    def _months(self, kind: Type, depth: int) -> Made:
        start, end = self.tree(DATE, depth // 2).node, self.tree(DATE, depth // 2).node
        month_end, years = self.random.random() < 0.5, self.random.random() < 0.3
        return Made(n.Months(start, end, month_end, years, NUMBER), 0, 2412)

    def _days(self, kind: Type, depth: int) -> Made:
        start, end = self.tree(DATE, depth // 2).node, self.tree(DATE, depth // 2).node
        return Made(n.Days(start, end, NUMBER), -73_500, 73_500)

    def _year(self, kind: Type, depth: int) -> Made:
        return Made(n.YearOf(self.tree(DATE, depth // 2).node, NUMBER), 1900, 2100)


def _fits(one: Type, kind: Type) -> bool:
    return one == kind or (isinstance(one, Integer) and isinstance(kind, Integer))


def _spanned(node: n.Node, values: Sequence[Made]) -> Made:
    return Made(node, min(one.low for one in values), max(one.high for one in values))


def _product(left: Made, right: Made) -> tuple[int, int]:
    ends = [one * other for one in (left.low, left.high) for other in (right.low, right.high)]
    return min(ends), max(ends)


def _overlap(one: tuple[Cell, ...], other: tuple[Cell, ...]) -> bool:
    return all(_meet(left, right) for left, right in zip(one, other, strict=True))


def _meet(left: Cell, right: Cell) -> bool:
    if left is None or right is None:
        return True
    if isinstance(left, Span) and isinstance(right, Span):
        return _at_or_below(left.low, right.high) and _at_or_below(right.low, left.high)
    return isinstance(left, frozenset) and isinstance(right, frozenset) and bool(left & right)


def _at_or_below(low: int | None, high: int | None) -> bool:
    return low is None or high is None or low <= high


def random_day(random: Random) -> date:
    """Any day within the bounds; often around a month's end, where months are counted hardest."""
    if random.random() < 0.3:
        return FIRST_DAY + timedelta(days=random.randrange((LAST_DAY - FIRST_DAY).days + 1))
    first = date(random.choice([1968, 1999, 2000, 2018, 2019, 2020]), random.randint(1, 12), 1)
    return first + timedelta(days=random.randint(-3, 30))


def people(random: Random, count: int) -> list[dict[str, Known]]:
    """People with nothing, something or much unknown, and often at the ends of a range."""
    return [_person(random, random.choice([0.0, 0.1, 0.5])) for _ in range(count)]


def _person(random: Random, unknown: float) -> dict[str, Known]:
    return {
        one.name: None if not one.always and random.random() < unknown else _any_value(one, random)
        for one in VOCABULARY.values()
    }


def _any_value(one: FactType, random: Random) -> Value:
    if isinstance(one.type, Boolean):
        return random.random() < 0.5
    if isinstance(one.type, Date):
        return civil(random_day(random))
    low, high = one.low or 0, one.high or 0
    if random.random() < 0.15:
        return random.choice([low, high])
    return (
        random.randint(max(low, -(10**9)), min(high, 10**9))
        if random.random() < 0.7
        else random.randint(low, high)
    )
