"""Builders of trees, rules and rule sets by hand, and the CSV text of people that databases load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

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
from yingcai.engine.rules.types import (
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
    from_civil,
)

BOOLEAN, MONEY, DATE, RATIO, MONTHS = Boolean(), Money(), Date(), Ratio(), Integer("month")
NUMBER = Integer("")
DEGREE = Enum("degree", ("none", "college", "bachelor", "master", "doctor"), ordered=True)
HONOUR = Enum("honour", tuple(f"honour-{place}" for place in range(24)))
ENUMS = (DEGREE, HONOUR)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
NULL = r"\N"


def fact(
    name: str, kind: Type, low: int | None = None, high: int | None = None, **more: bool
) -> FactType:
    judged, always = more.get("judged", False), more.get("always", False)
    return FactType(name, kind, {}, low=low, high=high, judged=judged, always=always)


def dated(name: str, *, always: bool = False) -> FactType:
    return fact(name, DATE, civil(FIRST_DAY), civil(LAST_DAY), always=always)


VOCABULARY = {
    one.name: one
    for one in (
        fact("person.degree", DEGREE, 0, 4),
        fact("person.honour", HONOUR, 0, 23),
        fact("committee.degree", DEGREE, 0, 4, judged=True),
        fact("case.kind", DEGREE, 0, 4, always=True),
        fact("person.full_time", BOOLEAN),
        fact("committee.agrees", BOOLEAN, judged=True),
        fact("case.first", BOOLEAN, always=True),
        fact("person.months", MONTHS, 0, 720),
        fact("firm.growth", NUMBER, -5000, 5000),
        fact("committee.score", NUMBER, 0, 100, judged=True),
        fact("case.places", NUMBER, 1, 9, always=True),
        fact("person.price", MONEY, 0, 10**12),
        fact("firm.result", MONEY, -(10**12), 10**12),
        fact("firm.share", RATIO, 0, RATIO_SCALE),
        fact("firm.change", RATIO, -2 * RATIO_SCALE, 2 * RATIO_SCALE),
        dated("person.born_on"),
        dated("person.arrived_on"),
        dated("case.applied_on", always=True),
    )
}


def known(name: str) -> n.Fact:
    return n.Fact(name, VOCABULARY[name].type)


def const(value: Value, kind: Type) -> n.Const:
    return n.Const(value, kind)


def yuan(amount: int) -> n.Const:
    return n.Const(amount * 100, MONEY)


def day(text: str) -> int:
    return civil(date.fromisoformat(text))


def rule(
    *conditions: n.Node,
    amount: n.Node | None = None,
    result: n.Node | None = None,
    steps: dict[str, n.Node] | None = None,
    programme: str = "grant",
) -> Rule:
    values = steps or {}
    tests = tuple(
        Condition(f"c{place}", test, "", {}, facts_of(test, values))
        for place, test in enumerate(conditions)
    )
    named = tuple(
        StepValue(name, node, {}, facts_of(node, values)) for name, node in values.items()
    )
    ends = [node for node in (amount, result) if node is not None]
    amount_facts = tuple(dict.fromkeys(name for node in ends for name in facts_of(node, values)))
    of_parts = [
        *(name for one in tests for name in one.facts),
        *(name for one in named for name in one.facts),
    ]
    facts = tuple(dict.fromkeys((*of_parts, *amount_facts)))
    return Rule(0, programme, "", tests, named, amount, result, (), facts, amount_facts)


def rule_set(*rules: Rule) -> RuleSet:
    numbered = tuple(replace(one, number=place) for place, one in enumerate(rules))
    programmes = {one.programme: _programme(one.programme, numbered) for one in numbered}
    return RuleSet(VOCABULARY, programmes, numbered)


def _programme(name: str, rules: Sequence[Rule]) -> Programme:
    numbers = tuple(one.number for one in rules if one.programme == name)
    return Programme(
        name=name, title={}, kind="benefit", subject="person", lead="", source="", sample=False,
        rules=numbers, stacking=Stacking(), details={},
    )  # fmt: skip


def csv_text(rules: RuleSet, rows: Sequence[Mapping[str, Known]]) -> str:
    """The rows as the table of a decision query holds them: the id is the place, ``\\N`` is NULL."""
    facts = [rules.facts[name] for name in rules.used_facts]
    lines = (
        ",".join([str(place), *(_written(row[one.name], one.type) for one in facts)])
        for place, row in enumerate(rows)
    )
    return "\n".join(lines) + "\n"


def _written(value: Known, kind: Type) -> str:
    if value is None:
        return NULL
    if isinstance(kind, Date):
        return from_civil(value).isoformat()
    return str(value).lower() if isinstance(kind, Boolean) else str(value)
