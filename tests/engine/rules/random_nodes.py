"""Random well-typed trees, rules and subjects: every kind of node, unknowns, ties, limits and month ends.

Trees are within the bounds that the compiler keeps, tables within what it accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Literal

from tests.engine.rules import make
from tests.engine.rules.make import BOOLEAN, DATE, LEVEL, MONEY, NUMBER, RATIO, TRADE
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import Bounds, bounds, declared_bounds, overflow
from yingcai.engine.rules.closures import STEP
from yingcai.engine.rules.model import FactType, Rule, RuleSet
from yingcai.engine.rules.tables import Cell, Row, Span, Table
from yingcai.engine.rules.types import (
    LIMIT,
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
    preceding,
)

TYPES: tuple[Type, ...] = (BOOLEAN, LEVEL, TRADE, NUMBER, MONEY, RATIO, DATE)
OFTEN = (*TYPES, NUMBER, NUMBER, MONEY)
ROUNDINGS: tuple[n.Rounding, ...] = ("down", "half_up", "up")
# Forty more, so that what is known of a subject does not fit one word of bits.
FLAGS = tuple(make.declare(f"person.flag{place}", BOOLEAN) for place in range(40))
FACTS = (*make.FACTS, *FLAGS)
_LEAVES = declared_bounds({one.name: one for one in FACTS})


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
    return random.choice((-3, 0, 1, 2, 5, 6, 7, 12, 36, 60, 101, 99_999, 10**12 + 1, LIMIT))


def _day(random: Random) -> date:
    """Half of them the last day of a month, where months are counted hardest, or a day beside it."""
    if random.random() < 0.05:
        whole = (make.LAST_DAY - make.FIRST_DAY).days
        return make.FIRST_DAY + timedelta(days=random.choice((0, whole, random.randrange(whole))))
    years = (1901, 1968, 2000, 2018, 2018, 2019, 2019, 2020, 2020, 2099)
    first = date(random.choice(years), random.randint(1, 12), 1)
    return first + timedelta(days=random.choice((-1, -1, -1, -2, 0, 14, 27, 28, 29, 30)))


def subjects(random: Random, rules: RuleSet, count: int) -> list[dict[str, Known]]:
    """Subjects of whom nothing, something or most is unknown; what is unknown is None or absent."""
    shares = (0.0, 0.05, 0.2, 0.5, 0.9)
    return [_subject(random, rules.facts, shares[place % len(shares)]) for place in range(count)]


def _subject(random: Random, types: Mapping[str, FactType], unknown: float) -> dict[str, Known]:
    known: dict[str, Known] = {}
    for name, one in types.items():
        if one.always or random.random() >= unknown:
            known[name] = _held(random, one)
        elif random.random() < 0.5:
            known[name] = None
    return known


def _held(random: Random, one: FactType) -> Value:
    """A value within the range of a fact: often one that rules name, an end, or any other."""
    found = value(random, one.type)
    if isinstance(one.type, Boolean | Enum):
        return found
    low, high = one.low or 0, one.high or 0
    if isinstance(one.type, Date):
        return min(max(found, low), high)
    if low <= found <= high and random.random() < 0.6:
        return found
    near = random.randint(max(low, -(10**6)), min(high, 10**6))
    return random.choice((low, low + 1, high - 1, high, near, random.randint(low, high)))


def rule_set(random: Random, rules: int = 3) -> RuleSet:
    """Rules that have some conditions in common."""
    common = [Trees(random).node(BOOLEAN, 2) for _ in range(2)]
    return make.rule_set(*(_rule(random, common) for _ in range(rules)), facts=FACTS)


def _rule(random: Random, common: Sequence[n.Node]) -> Rule:
    trees = Trees(random)
    for place in range(random.randrange(4)):
        trees.add_step(f"s{place}", trees.node(random.choice(OFTEN), 3))
    tests = [
        random.choice(common) if random.random() < 0.2 else trees.node(BOOLEAN, random.randrange(4))
        for _ in range(random.randrange(4))
    ]
    return make.rule(
        *tests,
        steps=trees.steps,
        amount=trees.node(MONEY, 3) if random.random() < 0.8 else None,
        result=trees.node(LEVEL, 3) if random.random() < 0.4 else None,
    )


def kinds(rules: RuleSet) -> list[type[n.Node]]:
    """The kind of every node of a rule set."""
    return [type(node) for rule in rules.rules for top in tops(rule) for node in n.walk(top)]


def tops(rule: Rule) -> list[n.Node]:
    ends = [node for node in (rule.amount, rule.result) if node is not None]
    return [*(one.test for one in rule.conditions), *rule.step_values.values(), *ends]


class Trees:
    """Makes trees of a type; ``steps`` are those it may name."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.steps: dict[str, n.Node] = {}
        self.leaves: dict[str, Bounds] = dict(_LEAVES)

    def add_step(self, name: str, node: n.Node) -> None:
        self.leaves[STEP + name] = bounds(node, self.leaves)
        self.steps[name] = node

    def node(self, kind: Type, depth: int) -> n.Node:
        """A tree of a type; a leaf stands in for one that could leave 64 bits."""
        if depth <= 0 or self.random.random() < 0.1:
            return self._leaf(kind)
        made = self.random.choice(self._makers(kind))(kind, depth - 1)
        return self._leaf(kind) if overflow(made, self.leaves) else made

    def _makers(self, kind: Type) -> list[Callable[[Type, int], n.Node]]:
        shared: list[Callable[[Type, int], n.Node]] = [self._case, self._lookup, self._param]
        numbers = [self._sum, self._negative, self._extreme, self._product]
        if isinstance(kind, Boolean):
            own = [self._junction, self._not, self._compare, self._member, self._covered]
            return shared + own * 2
        if isinstance(kind, Integer):
            return [*shared, *numbers * 2, *[self._calendar] * 9]
        if isinstance(kind, Money):
            return [*shared, *numbers * 2, *[self._rounded] * 4]
        return shared if kind == TRADE else [*shared, self._extreme]

    def _leaf(self, kind: Type) -> n.Node:
        steps = [name for name, node in self.steps.items() if _same(node.type, kind)]
        if steps and self.random.random() < 0.4:
            name = self.random.choice(steps)
            return n.Step(name, self.steps[name].type)
        fitting = [one for one in make.FACTS if _same(one.type, kind)]
        if kind == BOOLEAN:
            fitting += self.random.sample(FLAGS, 2)
        if self.random.random() < 0.75:
            one = self.random.choice(fitting)
            return n.Fact(one.name, one.type)
        return n.Const(value(self.random, kind), kind)

    def _some(self, kind: Type, depth: int) -> tuple[n.Node, ...]:
        return tuple(self.node(kind, depth) for _ in range(self.random.choice((2, 2, 3, 4))))

    def _case(self, kind: Type, depth: int) -> n.Node:
        count = self.random.choice((1, 1, 2, 3, 9 if depth == 0 else 2))
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
        if not made.rows:  # a table has rows
            return self._leaf(kind)
        return n.Lookup(made, self.random.choice(made.outputs), self._keys(made, depth), kind)

    def _covered(self, kind: Type, depth: int) -> n.Node:
        made = random_table(self.random, kind)
        return n.Covered(made, self._keys(made, depth))

    def _keys(self, made: Table, depth: int) -> tuple[n.Node, ...]:
        return tuple(self.node(key, depth) for key in made.keys)

    def _junction(self, kind: Type, depth: int) -> n.Node:
        return self.random.choice((n.And, n.Or))(self._some(kind, depth))

    def _not(self, kind: Type, depth: int) -> n.Node:
        return n.Not(self.node(kind, depth))

    def _compare(self, kind: Type, depth: int) -> n.Node:
        of = self.random.choice(OFTEN)
        signs = n.COMPARISONS[:2] if of in (BOOLEAN, TRADE) else n.COMPARISONS
        left, right = self.node(of, depth), self.node(of, depth)
        return n.Compare(self.random.choice(signs), left, right)

    def _member(self, kind: Type, depth: int) -> n.Node:
        of = self.random.choice((LEVEL, TRADE))
        codes = range(len(of.values))
        some = self.random.sample(codes, self.random.randint(1, len(codes)))
        return n.Member(self.node(of, depth), tuple(sorted(some)))

    def _sum(self, kind: Type, depth: int) -> n.Node:
        sign: Literal["+", "-"] = self.random.choice(("+", "-"))
        return n.Arithmetic(sign, self.node(kind, depth), self.node(kind, depth), kind)

    def _product(self, kind: Type, depth: int) -> n.Node:
        return n.Arithmetic("*", self.node(kind, depth), self.node(NUMBER, depth), kind)

    def _negative(self, kind: Type, depth: int) -> n.Node:
        return n.Negative(self.node(kind, depth), kind)

    def _extreme(self, kind: Type, depth: int) -> n.Node:
        which: Literal["least", "greatest"] = self.random.choice(("least", "greatest"))
        return n.Extreme(which, self._some(kind, depth), kind)

    def _rounded(self, kind: Type, depth: int) -> n.Node:
        way = self.random.choice(ROUNDINGS)
        money = self.node(MONEY, depth)
        if self.random.random() < 0.5:
            return n.RoundTo(money, self.random.choice((1, 2, 7, 100, 1000, 1_000_003)), way)
        scale = self.random.choice((RATIO.scale, RATIO.scale, 7, 10**9))
        return n.Portion(money, self.node(RATIO, depth), scale, way)

    def _calendar(self, kind: Type, depth: int) -> n.Node:
        start, end = self.node(DATE, depth // 2), self.node(DATE, depth // 2)
        which = self.random.randrange(5)
        if which == 0:
            return n.Days(start, end, NUMBER)
        if which == 1:
            return n.YearOf(end, NUMBER)
        month_end, years = self.random.random() < 0.5, self.random.random() < 0.3
        return n.Months(start, end, month_end, years, NUMBER)


def _same(one: Type, other: Type) -> bool:
    return one == other or (isinstance(one, Integer) and isinstance(other, Integer))


def random_table(random: Random, kind: Type) -> Table:
    """One to three keys; rows come from cutting the space of keys again and again, so none overlap."""
    keys = tuple(random.choice(TYPES) for _ in range(random.randrange(1, 4)))
    cells = _cut(random, keys, (None,) * len(keys), tuple(range(len(keys))))
    pool = [value(random, kind) for _ in range(3)]
    rows = [
        Row(some, (random.choice(pool), value(random, kind)), line)
        for line, some in enumerate(cells)
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
) -> Iterable[tuple[Cell, ...]]:
    if not left or random.random() < 0.15:
        yield cells
        return
    place = random.choice(left)
    for part in _parts(random, keys[place]):
        inside = (*cells[:place], part, *cells[place + 1 :])
        yield from _cut(random, keys, inside, tuple(one for one in left if one != place))


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
    highs: list[int | None] = [*(preceding(start, kind) for start in starts), None]
    return [Span(low, high) for low, high in zip(lows, highs, strict=True)]
