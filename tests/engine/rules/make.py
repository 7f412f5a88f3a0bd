"""Builders of rule sets by hand: facts, trees, tables and rules of nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from yingcai.engine.rules.tables import Cell, Row, Table
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

BOOLEAN, NUMBER, MONEY, RATIO, DATE = Boolean(), Integer(), Money(), Ratio(), Date()
MONTHS = Integer("month")
LEVEL = Enum("level", ("none", "third", "second", "first"), ordered=True)
TRADE = Enum("trade", tuple(f"trade-{place}" for place in range(70)))  # more than a word has bits
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


def declare(
    name: str,
    kind: Type,
    low: int | None = None,
    high: int | None = None,
    *,
    judged: bool = False,
    always: bool = False,
) -> FactType:
    """A fact of the vocabulary; an enum and a date have all their values when no range is given."""
    if isinstance(kind, Enum):
        low, high = 0, len(kind.values) - 1
    elif isinstance(kind, Date):
        low, high = low or civil(FIRST_DAY), high or civil(LAST_DAY)
    return FactType(name, kind, {}, low=low, high=high, judged=judged, always=always)


FACTS: tuple[FactType, ...] = (
    declare("person.full_time", BOOLEAN),
    declare("person.local", BOOLEAN),
    declare("case.passed", BOOLEAN, judged=True),
    declare("case.opened", BOOLEAN, always=True),
    declare("person.level", LEVEL),
    declare("case.level", LEVEL, judged=True),
    declare("case.kind", LEVEL, always=True),
    declare("person.trade", TRADE),
    declare("person.months", MONTHS, 0, 720),
    declare("person.age", Integer("year"), 0, 120),
    declare("firm.growth", NUMBER, -5000, 5000),
    declare("firm.number", NUMBER, -LIMIT, LIMIT),
    declare("case.score", Integer("point"), 0, 100, judged=True),
    declare("case.places", NUMBER, 1, 9, always=True),
    declare("person.salary", MONEY, 0, 10**12),
    declare("person.received", MONEY, 0, 10**12),
    declare("firm.profit", MONEY, -(10**12), 10**12),
    declare("firm.gain", MONEY, -LIMIT, LIMIT),
    declare("case.price", MONEY, 0, LIMIT, judged=True),
    declare("person.share", RATIO, 0, RATIO_SCALE),
    declare("firm.change", RATIO, -2 * RATIO_SCALE, 2 * RATIO_SCALE),
    declare("person.born_on", DATE),
    declare("person.arrived_on", DATE),
    declare("case.applied_on", DATE, always=True),
)
_TYPES = {one.name: one.type for one in FACTS}


def fact(name: str) -> n.Fact:
    return n.Fact(name, _TYPES[name])


def const(value: Value, kind: Type) -> n.Const:
    return n.Const(value, kind)


def number(value: int) -> n.Const:
    return n.Const(value, NUMBER)


def fen(value: int) -> n.Const:
    return n.Const(value, MONEY)


def day(text: str) -> int:
    return civil(date.fromisoformat(text))


def subject(**known: Known) -> dict[str, Known]:
    """A subject of which only these facts are known (``person__level=2``), and those that always are."""
    given = {name.replace("__", "."): value for name, value in known.items()}
    always: dict[str, Known] = {
        "case.opened": True, "case.kind": 0, "case.places": 1, "case.applied_on": day("2019-05-06"),
    }  # fmt: skip
    return {**always, **given}


def table(
    keys: Mapping[str, Type],
    rows: Sequence[tuple[Sequence[Cell], Sequence[Value]]],
    *,
    types: tuple[Type, ...] | None = None,
    otherwise: tuple[Value, ...] | None = None,
    name: str = "base",
) -> Table:
    """A table with outputs ``amount``, ``amount2`` …, money unless ``types`` says otherwise."""
    kinds = types or (MONEY,) * len(rows[0][1])
    return Table(
        name=name,
        keys=tuple(keys.values()),
        key_names=tuple(keys),
        outputs=("amount", *(f"amount{place}" for place in range(2, len(kinds) + 1))),
        types=kinds,
        rows=tuple(
            Row(tuple(cells), tuple(values), line) for line, (cells, values) in enumerate(rows, 2)
        ),
        otherwise=otherwise,
    )


def rule(
    *conditions: n.Node,
    steps: Mapping[str, n.Node] | None = None,
    amount: n.Node | None = None,
    result: n.Node | None = None,
) -> Rule:
    """A rule without a number or a programme; `rule_set` gives both."""
    behind: dict[str, tuple[str, ...]] = {}
    for name, value in (steps or {}).items():
        behind[name] = facts_of(value, behind)
    tests = [
        Condition(f"c{place}", test, "", {}, facts_of(test, behind))
        for place, test in enumerate(conditions)
    ]
    benefit = [facts_of(node, behind) for node in (amount, result) if node is not None]
    return Rule(
        number=0,
        programme="",
        version="",
        conditions=tuple(tests),
        steps=tuple(StepValue(k, v, {}, behind[k]) for k, v in (steps or {}).items()),
        amount=amount,
        result=result,
        parameters=(),
        facts=_unique([*(one.facts for one in tests), *benefit]),
        amount_facts=_unique(benefit),
    )


def _unique(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for some in names for name in some))


def rule_set(*rules: Rule, facts: Iterable[FactType] = FACTS) -> RuleSet:
    """Each rule is a programme of its own: p0, p1, …"""
    numbered = tuple(
        replace(one, number=place, programme=f"p{place}") for place, one in enumerate(rules)
    )
    programmes = {one.programme: _programme(one) for one in numbered}
    return RuleSet({one.name: one for one in facts}, programmes, numbered)


def _programme(one: Rule) -> Programme:
    return Programme(
        name=one.programme, title={}, kind="benefit", subject="person", lead="", source="", sample=False,
        rules=(one.number,), stacking=Stacking(), details={},
    )  # fmt: skip
