"""Rule sets and rows for the kernels: built by hand, or drawn by a seeded generator of well-typed trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.engine.rules.step_facts import step_facts
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import divide
from yingcai.engine.rules.kernel_layout import bounds
from yingcai.engine.rules.model import (
    Condition,
    FactType,
    Rule,
    RuleSet,
    StepValue,
    facts_of,
)
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

BOOLEAN, MONEY, DATE, COUNT, RATIO = Boolean(), Money(), Date(), Integer(), Ratio()
LEVEL = Enum("level", ("top", "leading", "high", "other"), ordered=True)
HONOUR = Enum("honour", tuple(f"h{number}" for number in range(70)))
WORDS = {"zh": "无", "en": "none"}


def make_fact(
    name: str,
    type_: Type,
    span: tuple[int, int] | None = None,
    *,
    judged: bool = False,
    always: bool = False,
) -> FactType:
    low, high = span if span else (None, None)
    return FactType(name, type_, WORDS, low=low, high=high, judged=judged, always=always)


def make_rule(
    number: int,
    conditions: tuple[n.Node, ...] = (),
    *,
    amount: n.Node | None = None,
    result: n.Node | None = None,
    steps: Mapping[str, n.Node] | None = None,
) -> Rule:
    """One rule with what its trees name filled in."""
    values = dict(steps or {})
    behind = step_facts(values)
    tests = tuple(
        Condition(f"c{place}", test, "", WORDS, facts_of(test, behind))
        for place, test in enumerate(conditions)
    )
    roots = [*conditions, *values.values(), *(one for one in (amount, result) if one is not None)]
    named = dict.fromkeys(name for root in roots for name in facts_of(root, behind))
    return Rule(
        number=number,
        programme=f"p{number}",
        version="",
        conditions=tests,
        steps=tuple(
            StepValue(name, value, WORDS, facts_of(value, behind)) for name, value in values.items()
        ),
        amount=amount,
        result=result,
        parameters=(),
        facts=tuple(named),
        amount_facts=() if amount is None else facts_of(amount, behind),
    )


def make_rules(facts: tuple[FactType, ...], *rules: Rule) -> RuleSet:
    return RuleSet({fact.name: fact for fact in facts}, {}, rules)


def make_table(
    keys: tuple[Type, ...],
    rows: list[tuple[tuple[Cell, ...], tuple[Value, ...]]],
    *,
    types: tuple[Type, ...] = (MONEY,),
    otherwise: tuple[Value, ...] | None = None,
) -> Table:
    return Table(
        name="table",
        keys=keys,
        key_names=tuple(f"k{place}" for place, _ in enumerate(keys)),
        outputs=tuple(f"o{place}" for place, _ in enumerate(types)),
        types=types,
        rows=tuple(Row(cells, outputs, line) for line, (cells, outputs) in enumerate(rows)),
        otherwise=otherwise,
    )


# -- anything that is well typed -----------------------------------------------------------------

HUGE = 4 * 10**18
FIRST, LAST = civil(date(1900, 1, 1)), civil(date(2100, 12, 31))
VOCABULARY = (
    make_fact("person.full_time", BOOLEAN),
    make_fact("person.abroad", BOOLEAN, always=True),
    make_fact("case.fit", BOOLEAN, judged=True),
    make_fact("person.level", LEVEL),
    make_fact("case.level", LEVEL, judged=True),
    make_fact("case.honour", HONOUR),
    make_fact("person.months", COUNT, (0, 120)),
    make_fact("firm.staff", COUNT, (-1000, 30_000)),
    make_fact("firm.number", COUNT, (-HUGE, HUGE)),
    make_fact("person.pay", MONEY, (0, 10**9)),
    make_fact("firm.gain", MONEY, (-HUGE, HUGE)),
    make_fact("case.price", MONEY, (0, HUGE), judged=True),
    make_fact("person.share", RATIO, (0, 1_000_000)),
    make_fact("person.change", RATIO, (-2_000_000, 2_000_000)),
    make_fact("person.born_on", DATE, (FIRST, LAST)),
    make_fact("person.came_on", DATE, (FIRST, LAST)),
    make_fact("case.applied_on", DATE, (FIRST, LAST), always=True),
)
WIDE = tuple(make_fact(f"person.flag{place}", BOOLEAN) for place in range(40))


def civil_month(month: int) -> date:
    """The first day of a month counted from year 0."""
    return date(month // 12, month % 12 + 1, 1)


@dataclass(frozen=True)
class Ranged:
    """A node and bounds of its value, as the compiler keeps them."""

    node: n.Node
    low: int = 0
    high: int = 1


class Draw:
    """Draws well-typed trees from a seed; ``depth`` is how many levels may follow."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - for tests
        self.steps: dict[str, Ranged] = {}

    def rules(self, count: int) -> RuleSet:
        facts = (*VOCABULARY[:3], *WIDE, *VOCABULARY[3:])
        return make_rules(facts, *(self.rule(number) for number in range(count)))

    def rule(self, number: int) -> Rule:
        self.steps = {}
        for place in range(self.random.randrange(4)):
            self.steps[f"s{place}"] = self.any_of(self.a_type(), 3)
        conditions = tuple(self.boolean(3).node for _ in range(self.random.randrange(4)))
        amount = self.any_of(MONEY, 4).node if self.random.random() < 0.85 else None
        result = self.any_of(LEVEL, 2).node if self.random.random() < 0.5 else None
        steps = {name: one.node for name, one in self.steps.items()}
        return make_rule(number, conditions, amount=amount, result=result, steps=steps)

    def a_type(self) -> Type:
        return self.random.choice((BOOLEAN, LEVEL, HONOUR, COUNT, MONEY, RATIO, DATE))

    def any_of(self, type_: Type, depth: int) -> Ranged:
        ways: list[Callable[[Type, int], Ranged]]
        ways = [self.constant, self.fact, self.step, self.parameter]
        if depth > 0:
            ways += [self.case, self.lookup] * 2 + self._makers(type_) * 3
        return self.random.choice(ways)(type_, depth - 1)

    def _makers(self, type_: Type) -> list[Callable[[Type, int], Ranged]]:
        if isinstance(type_, Boolean):
            return [
                self.kleene,
                self.kleene,
                self.negation,
                self.compare,
                self.member,
                self.covered,
            ]
        if isinstance(type_, Money):
            return [self.arithmetic, self.extreme, self.portion, self.round_to, self.negative]
        if isinstance(type_, Integer):
            return [self.arithmetic, self.extreme, self.negative, self.months, self.days, self.year]
        return [] if isinstance(type_, Enum) and not type_.ordered else [self.extreme]

    def boolean(self, depth: int) -> Ranged:
        return self.any_of(BOOLEAN, depth)

    def bounds(self, type_: Type) -> tuple[int, int]:
        if isinstance(type_, Enum):
            return 0, len(type_.values) - 1
        ends = {BOOLEAN: (0, 1), RATIO: (-2_000_000, 2_000_000), DATE: (FIRST, LAST)}
        return ends.get(type_) or self.random.choice(((-50, 50), (-HUGE, HUGE), (0, 10**8)))

    def drawn(self, type_: Type) -> Value:
        """A value: an end of the range, or anything between."""
        if isinstance(type_, Boolean):
            return self.random.random() < 0.5
        if isinstance(type_, Date):
            return self.day()
        low, high = self.bounds(type_)
        return self.random.choice((low, high, self.random.randint(low, high)))

    def day(self) -> int:
        """Often among the last days of a month, and around leap days."""
        year = self.random.choice((1900, 2000, 2018, 2019, 2020))
        month = self.random.choice((*range(12), 1, 1))
        following = civil_month(year * 12 + month + 1)
        chosen = self.random.choice((following - timedelta(1), following - timedelta(2), following))
        return civil(chosen.replace(day=self.random.choice((chosen.day, 15))))

    def constant(self, type_: Type, depth: int) -> Ranged:
        value = self.drawn(type_)
        return Ranged(n.Const(value, type_), value, value)

    def fact(self, type_: Type, depth: int) -> Ranged:
        fitting = [one for one in VOCABULARY if one.type == type_]
        if isinstance(type_, Boolean):
            fitting += self.random.sample(WIDE, 4)
        chosen = self.random.choice(fitting)
        return Ranged(n.Fact(chosen.name, type_), *bounds(chosen))

    def step(self, type_: Type, depth: int) -> Ranged:
        fitting = [name for name, one in self.steps.items() if one.node.type == type_]
        if not fitting:
            return self.fact(type_, depth)
        name = self.random.choice(fitting)
        return Ranged(n.Step(name, type_), self.steps[name].low, self.steps[name].high)

    def parameter(self, type_: Type, depth: int) -> Ranged:
        values = [self.drawn(type_) for _ in range(self.random.randint(1, 3))]
        by = self.any_of(DATE, depth).node if self.random.random() < 0.7 else None
        days = sorted({self.day() for _ in values}) if by else [0]
        dated = tuple(zip(days, values, strict=False))
        used = [value for _, value in dated]
        return Ranged(n.Param("p", type_, by, dated), min(used), max(used))

    def case(self, type_: Type, depth: int) -> Ranged:
        tests = [self.boolean(depth) for _ in range(self.random.randint(1, 2))]
        arms = [self.any_of(type_, depth) for _ in tests]
        last = self.any_of(type_, depth)
        node = n.Case(
            tuple((test.node, arm.node) for test, arm in zip(tests, arms, strict=True)),
            last.node,
            type_,
        )
        return self._covering(node, [*arms, last])

    def _covering(self, node: n.Node, parts: list[Ranged]) -> Ranged:
        return Ranged(node, min(one.low for one in parts), max(one.high for one in parts))

    def table(self, types: tuple[Type, ...]) -> Table:
        keys = tuple(self.a_type() for _ in range(self.random.randint(1, 3)))
        rows = [
            (tuple(self.cell(key) for key in keys), tuple(self.drawn(one) for one in types))
            for _ in range(self.random.choice((1, 3, 12)))
        ]
        otherwise = tuple(self.drawn(one) for one in types) if self.random.random() < 0.4 else None
        return make_table(keys, rows, types=types, otherwise=otherwise)

    def cell(self, key: Type) -> Cell:
        if self.random.random() < 0.3:
            return None
        if isinstance(key, Boolean):
            return frozenset((self.drawn(key),))
        if isinstance(key, Enum):
            return frozenset(self.drawn(key) for _ in range(2))
        ends: list[int | None] = sorted(self.drawn(key) for _ in range(2))  # type: ignore[assignment]
        return Span(*(None if self.random.random() < 0.2 else end for end in ends))

    def lookup(self, type_: Type, depth: int) -> Ranged:
        table = self.table((MONEY, type_))
        keys = tuple(self.any_of(key, depth).node for key in table.keys)
        values = [row.outputs[1] for row in (*table.rows,)]
        values += [table.otherwise[1]] if table.otherwise else []
        return Ranged(n.Lookup(table, "o1", keys, type_), min(values), max(values))

    def covered(self, type_: Type, depth: int) -> Ranged:
        table = self.table((MONEY,))
        return Ranged(n.Covered(table, tuple(self.any_of(key, depth).node for key in table.keys)))

    def kleene(self, type_: Type, depth: int) -> Ranged:
        items = tuple(self.boolean(depth).node for _ in range(self.random.randint(2, 3)))
        return Ranged(n.And(items) if self.random.random() < 0.5 else n.Or(items))

    def negation(self, type_: Type, depth: int) -> Ranged:
        return Ranged(n.Not(self.boolean(depth).node))

    def compare(self, type_: Type, depth: int) -> Ranged:
        of = self.a_type()
        ordered = not isinstance(of, Boolean) and of != HONOUR
        op = self.random.choice(n.COMPARISONS if ordered else n.COMPARISONS[:2])
        return Ranged(n.Compare(op, self.any_of(of, depth).node, self.any_of(of, depth).node))

    def member(self, type_: Type, depth: int) -> Ranged:
        of = self.random.choice((LEVEL, HONOUR))
        codes = self.random.sample(range(len(of.values)), self.random.randint(1, 3))
        return Ranged(n.Member(self.any_of(of, depth).node, tuple(sorted(codes))))

    def arithmetic(self, type_: Type, depth: int) -> Ranged:
        op: Any = self.random.choice("+-*")
        left = self.any_of(type_, depth)
        right = self.any_of(COUNT if op == "*" else type_, depth)
        of = {"+": int.__add__, "-": int.__sub__, "*": int.__mul__}[op]
        ends = [of(int(a), int(b)) for a in (left.low, left.high) for b in (right.low, right.high)]
        if min(ends) < -HUGE or max(ends) > HUGE:
            return left
        return Ranged(n.Arithmetic(op, left.node, right.node, type_), min(ends), max(ends))

    def extreme(self, type_: Type, depth: int) -> Ranged:
        items = [self.any_of(type_, depth) for _ in range(self.random.randint(2, 3))]
        kind: Any = self.random.choice(("least", "greatest"))
        return self._covering(n.Extreme(kind, tuple(one.node for one in items), type_), items)

    def negative(self, type_: Type, depth: int) -> Ranged:
        item = self.any_of(type_, depth)
        return Ranged(n.Negative(item.node, type_), -item.high, -item.low)

    def portion(self, type_: Type, depth: int) -> Ranged:
        money, share = self.any_of(MONEY, depth), self.any_of(RATIO, depth)
        scale, way = self.random.choice((7, 10**6, 10**9)), self.way()
        ends = [
            divide(a * b, scale, way)
            for a in (money.low, money.high)
            for b in (share.low, share.high)
        ]
        if min(ends) < -HUGE or max(ends) > HUGE:
            return money
        return Ranged(n.Portion(money.node, share.node, scale, way), min(ends), max(ends))

    def round_to(self, type_: Type, depth: int) -> Ranged:
        money, unit, way = self.any_of(MONEY, depth), self.random.choice((1, 7, 10_000)), self.way()
        ends = [divide(end, unit, way) * unit for end in (money.low, money.high)]
        return (
            Ranged(n.RoundTo(money.node, unit, way), *ends)
            if max(map(abs, ends)) <= HUGE
            else money
        )

    def way(self) -> n.Rounding:
        return self.random.choice(("down", "half_up", "up"))

    def _dates(self, depth: int) -> tuple[n.Node, n.Node]:
        return self.any_of(DATE, depth).node, self.any_of(DATE, depth).node

    def months(self, type_: Type, depth: int) -> Ranged:
        ways = self.random.random() < 0.5, self.random.random() < 0.5
        return Ranged(n.Months(*self._dates(depth), *ways, COUNT), 0, 2412)

    def days(self, type_: Type, depth: int) -> Ranged:
        return Ranged(n.Days(*self._dates(depth), COUNT), -73_414, 73_414)

    def year(self, type_: Type, depth: int) -> Ranged:
        return Ranged(n.YearOf(self.any_of(DATE, depth).node, COUNT), 1900, 2100)

    def subjects(self, rules: RuleSet, count: int) -> list[dict[str, Known]]:
        """Rows of facts: a fifth of what can be unknown is."""
        return [
            {
                name: self.held(fact)
                for name, fact in rules.facts.items()
                if fact.always or self.random.random() > 0.2
            }
            for _ in range(count)
        ]

    def held(self, fact: FactType) -> Value:
        if isinstance(fact.type, Boolean | Date):
            return self.drawn(fact.type)
        low, high = bounds(fact)
        near = self.random.randint(max(low, -9), min(high, 99))
        return self.random.choice((low, high, near, self.random.randint(low, high)))


def arrays_of(rules: RuleSet, subjects: list[dict[str, Known]]) -> dict[str, NDArray[Any]]:
    """The subjects as masked columns; what stands under the mask is rubbish on purpose."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, fact in rules.facts.items():
        values = [subject.get(name) for subject in subjects]
        kind = bool if isinstance(fact.type, Boolean) else np.int64
        rubbish = np.array([99 if one is None else one for one in values], dtype=kind)
        arrays[name] = np.ma.masked_array(rubbish, mask=[one is None for one in values])
        if fact.always:
            arrays[name] = rubbish
    return arrays
