"""Random well-typed trees, rules and facts: every kind of node, unknowns, ties and month ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Literal

from tests.engine.rules import make
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import FactType, Rule, RuleSet
from yingcai.engine.rules.tables import Cell, Row, Span, Table
from yingcai.engine.rules.types import (
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

BOOLEAN, INTEGER, MONEY, RATIO, DATE = Boolean(), Integer(), Money(), Ratio(), Date()
TYPES: tuple[Type, ...] = (BOOLEAN, make.LEVEL, make.TRADE, INTEGER, MONEY, RATIO, DATE)
ROUNDINGS: tuple[n.Rounding, ...] = ("down", "half_up", "up")


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 tests are to be repeated, not guessed


def value(random: Random, kind: Type) -> Value:
    """From a small pool, so that comparisons meet their own bounds."""
    if isinstance(kind, Enum):
        return random.randrange(len(kind.values))
    if isinstance(kind, Boolean):
        return random.random() < 0.6
    if isinstance(kind, Date):
        return civil(_day(random))
    if isinstance(kind, Ratio):
        return random.choice((0, 1, 125_000, 333_333, 500_000, 1_000_000))
    return random.choice((-3, 0, 1, 2, 5, 6, 7, 12, 36, 60, 101, 99_999, 10**12 + 1))


def _day(random: Random) -> date:
    start = date(random.choice((1900, 2000, 2018, 2019, 2020, 2100)), random.randrange(1, 13), 1)
    return start + timedelta(days=random.choice((-1, 0, 1, 14, 27, 28, 29, 30)))


def facts(random: Random, types: Mapping[str, FactType], unknown: float = 0.2) -> dict[str, Known]:
    """Values for one subject; what is unknown is None or absent."""
    known: dict[str, Known] = {}
    for name, one in types.items():
        if one.always or random.random() >= unknown:
            known[name] = value(random, one.type)
        elif random.random() < 0.5:
            known[name] = None
    return known


def rule_set(random: Random) -> RuleSet:
    common = [Trees(random, {}).node(BOOLEAN, 2) for _ in range(2)]
    return make.rule_set(*(_rule(random, common) for _ in range(random.randrange(1, 5))))


def _rule(random: Random, common: Sequence[n.Node]) -> Rule:
    trees = Trees(random, {})
    for place in range(random.randrange(4)):
        kind = random.choice(TYPES)
        trees.steps[f"s{place}"] = (trees.node(kind, 3), kind)
    tests = [
        random.choice(common) if random.random() < 0.2 else trees.node(BOOLEAN, random.randrange(4))
        for _ in range(random.randrange(4))
    ]
    return make.rule(
        *tests,
        steps={name: node for name, (node, _) in trees.steps.items()},
        amount=trees.node(MONEY, 3) if random.random() < 0.8 else None,
        result=trees.node(make.LEVEL, 3) if random.random() < 0.4 else None,
    )


class Trees:
    """Makes trees of a type; ``steps`` are those it may name."""

    def __init__(self, random: Random, steps: dict[str, tuple[n.Node, Type]]) -> None:
        self.random = random
        self.steps = steps

    def node(self, kind: Type, depth: int) -> n.Node:
        if depth <= 0 or self.random.random() < 0.1:
            return self._leaf(kind)
        makers: list[Callable[[Type, int], n.Node]] = [self._case, self._lookup, self._param]
        if isinstance(kind, Boolean):
            makers += [self._junction, self._not, self._compare, self._member, self._covered] * 2
        elif isinstance(kind, Integer):
            makers += [self._sum, self._negative, self._extreme, self._product, self._calendar] * 2
        elif isinstance(kind, Money):
            makers += [self._sum, self._negative, self._extreme, self._product, self._rounded] * 2
        elif not isinstance(kind, Enum):
            makers += [self._extreme]
        return self.random.choice(makers)(kind, depth - 1)

    def _leaf(self, kind: Type) -> n.Node:
        steps = [name for name, (_, other) in self.steps.items() if other == kind]
        if steps and self.random.random() < 0.4:
            return n.Step(self.random.choice(steps), kind)
        same = [one for one in make.FACTS if one.type == kind or _integers(one.type, kind)]
        if self.random.random() < 0.7:
            return make.fact(self.random.choice(same).name)
        return n.Const(value(self.random, kind), kind)

    def _some(self, kind: Type, depth: int, least: int) -> tuple[n.Node, ...]:
        return tuple(self.node(kind, depth) for _ in range(least + self.random.randrange(3)))

    def _case(self, kind: Type, depth: int) -> n.Node:
        count = self.random.choice((1, 2, 3, 9))
        arms = [(self.node(BOOLEAN, depth), self.node(kind, depth)) for _ in range(count)]
        return n.Case(tuple(arms), self.node(kind, depth), kind)

    def _param(self, kind: Type, depth: int) -> n.Node:
        if self.random.random() < 0.2:
            return n.Param("p", kind, None, ((0, value(self.random, kind)),))
        days = sorted({int(value(self.random, DATE)) for _ in range(self.random.randrange(1, 6))})
        dated = tuple((day, value(self.random, kind)) for day in days)
        return n.Param("p", kind, self.node(DATE, depth), dated)

    def _lookup(self, kind: Type, depth: int) -> n.Node:
        made = random_table(self.random, kind)
        return n.Lookup(made, made.outputs[0], self._keys(made, depth), kind)

    def _covered(self, kind: Type, depth: int) -> n.Node:
        made = random_table(self.random, kind)
        return n.Covered(made, self._keys(made, depth))

    def _keys(self, made: Table, depth: int) -> tuple[n.Node, ...]:
        return tuple(self.node(key, depth) for key in made.keys)

    def _junction(self, kind: Type, depth: int) -> n.Node:
        return self.random.choice((n.And, n.Or))(self._some(kind, depth, 1))

    def _not(self, kind: Type, depth: int) -> n.Node:
        return n.Not(self.node(kind, depth))

    def _compare(self, kind: Type, depth: int) -> n.Node:
        of = self.random.choice(TYPES)
        left, right = self.node(of, depth), self.node(of, depth)
        return n.Compare(self.random.choice(n.COMPARISONS), left, right)

    def _member(self, kind: Type, depth: int) -> n.Node:
        size = self.random.randrange(1, len(make.TRADE.values) + 1)
        codes = sorted(self.random.sample(range(len(make.TRADE.values)), size))
        return n.Member(self.node(make.TRADE, depth), tuple(codes))

    def _sum(self, kind: Type, depth: int) -> n.Node:
        sign: Literal["+", "-"] = self.random.choice(("+", "-"))
        return n.Arithmetic(sign, self.node(kind, depth), self.node(kind, depth), kind)

    def _product(self, kind: Type, depth: int) -> n.Node:
        return n.Arithmetic("*", self.node(kind, depth), self.node(INTEGER, depth), kind)

    def _negative(self, kind: Type, depth: int) -> n.Node:
        return n.Negative(self.node(kind, depth), kind)

    def _extreme(self, kind: Type, depth: int) -> n.Node:
        which: Literal["least", "greatest"] = self.random.choice(("least", "greatest"))
        return n.Extreme(which, self._some(kind, depth, 2), kind)

    def _rounded(self, kind: Type, depth: int) -> n.Node:
        way = self.random.choice(ROUNDINGS)
        money = self.node(MONEY, depth)
        if self.random.random() < 0.5:
            return n.RoundTo(money, self.random.choice((1, 2, 100, 1000)), way)
        return n.Portion(money, self.node(RATIO, depth), RATIO.scale, way)

    def _calendar(self, kind: Type, depth: int) -> n.Node:
        start, end = self.node(DATE, depth), self.node(DATE, depth)
        which = self.random.randrange(4)
        if which == 0:
            return n.Days(start, end, INTEGER)
        if which == 1:
            return n.YearOf(end, INTEGER)
        month_end, years = self.random.random() < 0.5, self.random.random() < 0.5
        return n.Months(start, end, month_end, years, INTEGER)


def _integers(one: Type, other: Type) -> bool:
    return isinstance(one, Integer) and isinstance(other, Integer)


def random_table(random: Random, kind: Type) -> Table:
    """One to three keys; rows come from cutting the space of keys again and again, so none overlap."""
    keys = tuple(random.choice(TYPES) for _ in range(random.randrange(1, 4)))
    rows = [
        Row(cells, (value(random, kind), value(random, kind)), line)
        for line, cells in enumerate(
            _cut(random, keys, (None,) * len(keys), tuple(range(len(keys))))
        )
        if random.random() < 0.85
    ]
    return Table(
        name="t",
        keys=keys,
        key_names=tuple(f"k{place}" for place in range(len(keys))),
        outputs=("x", "y"),
        types=(kind, kind),
        rows=tuple(rows),
        otherwise=(value(random, kind), value(random, kind)) if random.random() < 0.5 else None,
    )


def _cut(
    random: Random, keys: tuple[Type, ...], cells: tuple[Cell, ...], left: tuple[int, ...]
) -> list[tuple[Cell, ...]]:
    if not left or random.random() < 0.15:
        return [cells]
    place = random.choice(left)
    rows = []
    for part in _parts(random, keys[place]):
        inside = (*cells[:place], part, *cells[place + 1 :])
        rows += _cut(random, keys, inside, tuple(one for one in left if one != place))
    return rows


def _parts(random: Random, kind: Type) -> list[Cell]:
    if isinstance(kind, Enum | Boolean):
        domain: list[Value] = [False, True]
        if isinstance(kind, Enum):
            domain = list(range(len(kind.values)))
        random.shuffle(domain)
        cut = random.randrange(len(domain) + 1)
        return [frozenset(part) for part in (domain[:cut], domain[cut:]) if part]
    starts = sorted({int(value(random, kind)) for _ in range(random.randrange(4))})
    lows: list[int | None] = [None, *starts]
    highs: list[int | None] = [*(start - 1 for start in starts), None]
    return [Span(low, high) for low, high in zip(lows, highs, strict=True)]
