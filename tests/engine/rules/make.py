"""Builders of rule sets by hand: facts, conditions and programmes of nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import (
    Condition,
    FactType,
    Programme,
    Rule,
    RuleSet,
    Stacking,
    StepValue,
    facts_of,
)
from yingcai.engine.rules.tables import Cell, Row, Table
from yingcai.engine.rules.types import Boolean, Date, Enum, Integer, Money, Ratio, Type, Value

LEVEL = Enum("level", ("none", "third", "second", "first"), ordered=True)
TRADE = Enum("trade", ("tea", "silk", "salt", "lacquer", "paper"))
FACTS: tuple[FactType, ...] = (
    FactType("person.full_time", Boolean(), {}),
    FactType("person.local", Boolean(), {}),
    FactType("person.level", LEVEL, {}, low=0, high=3),
    FactType("person.trade", TRADE, {}, low=0, high=4),
    FactType("person.months", Integer("month"), {}, low=0, high=720),
    FactType("person.age", Integer("year"), {}, low=0, high=120),
    FactType("person.salary", Money(), {}, low=0, high=10**12),
    FactType("person.received", Money(), {}, low=0, high=10**12),
    FactType("person.share", Ratio(), {}, low=0, high=10**6),
    FactType("person.arrived_on", Date(), {}, low=730_177, high=807_839),
    FactType("case.passed", Boolean(), {}, judged=True),
    FactType("case.score", Integer("point"), {}, low=0, high=100, judged=True),
    FactType("case.applied_on", Date(), {}, low=730_177, high=807_839, always=True),
)
_TYPES = {one.name: one.type for one in FACTS}


def fact(name: str) -> n.Fact:
    return n.Fact(name, _TYPES[name])


def number(value: int) -> n.Const:
    return n.Const(value, Integer())


def fen(value: int) -> n.Const:
    return n.Const(value, Money())


def table(
    keys: Mapping[str, Type],
    rows: Sequence[tuple[Sequence[Cell], Sequence[Value]]],
    *,
    otherwise: tuple[Value, ...] | None = None,
    name: str = "base",
) -> Table:
    """A table with money outputs ``amount``, ``amount2`` …, as many as the first row has."""
    outputs = tuple(
        "amount" if not place else f"amount{place + 1}" for place in range(len(rows[0][1]))
    )
    made = [
        Row(tuple(cells), tuple(values), place + 2) for place, (cells, values) in enumerate(rows)
    ]
    return Table(
        name=name,
        keys=tuple(keys.values()),
        key_names=tuple(keys),
        outputs=outputs,
        types=(Money(),) * len(outputs),
        rows=tuple(made),
        otherwise=otherwise,
    )


def rule(
    *conditions: n.Node,
    steps: Mapping[str, n.Node] | None = None,
    amount: n.Node | None = None,
    result: n.Node | None = None,
) -> Rule:
    """A rule without a number or a programme; ``rule_set`` gives both."""
    values = dict(steps or {})
    named: dict[str, tuple[str, ...]] = {}
    for name, value in values.items():
        named[name] = facts_of(value, named)
    tests = [
        Condition(f"c{place}", test, "", {}, facts_of(test, named))
        for place, test in enumerate(conditions)
    ]
    benefit = [facts_of(node, named) for node in (amount, result) if node is not None]
    names = [one.facts for one in tests] + [*named.values()] + benefit
    return Rule(
        number=0,
        programme="",
        version="",
        conditions=tuple(tests),
        steps=tuple(StepValue(k, v, {}, named[k]) for k, v in values.items()),
        amount=amount,
        result=result,
        parameters=(),
        facts=_unique(names),
        amount_facts=_unique(benefit),
    )


def rule_set(*rules: Rule, facts: Iterable[FactType] = FACTS) -> RuleSet:
    """Each rule is a programme of its own: p0, p1, …"""
    numbered = []
    for place, one in enumerate(rules):
        fields = {name: getattr(one, name) for name in one.__dataclass_fields__}
        numbered.append(Rule(**{**fields, "number": place, "programme": f"p{place}"}))
    programmes = {
        one.programme: Programme(
            name=one.programme,
            title={},
            kind="benefit",
            subject="person",
            lead="",
            source="",
            sample=False,
            rules=(one.number,),
            stacking=Stacking(),
            details={},
        )
        for one in numbered
    }
    return RuleSet({one.name: one for one in facts}, programmes, tuple(numbered))


def _unique(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for some in names for name in some))
