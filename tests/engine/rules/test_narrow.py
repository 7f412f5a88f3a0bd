"""What conditions leave of the ranges: never less than what subjects who meet them have."""

from datetime import date

import pytest

from tests.engine.rules.make import FIRST_DAY, LAST_DAY, fact, number
from tests.engine.rules.random_nodes import FACTS, rule_set, seeded, subjects
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import Bounds, Interval, Options, bounds, declared_bounds
from yingcai.engine.rules.closures import STEP, evaluate, with_steps
from yingcai.engine.rules.model import Rule
from yingcai.engine.rules.narrow import contradict, narrowed, narrowed_with_steps
from yingcai.engine.rules.types import Integer, Known, civil

FIRST, LAST = civil(FIRST_DAY), civil(LAST_DAY)
DECLARED = declared_bounds({one.name: one for one in FACTS})
MONTHS = fact("person.months")


def holds(reach: Bounds, value: Known) -> bool:
    if value is None:
        return True
    if isinstance(reach, Options):
        return value in reach.values
    return reach.low <= value <= reach.high


def with_step_bounds(rule: Rule) -> dict[str, Bounds]:
    leaves = dict(DECLARED)
    for step in rule.steps:
        leaves[STEP + step.name] = bounds(step.value, leaves)
    return leaves


def test_whoever_meets_conditions_lies_within_what_they_leave() -> None:
    met = contradictions = 0
    for seed in range(150):
        random = seeded(seed)
        rules = rule_set(random)
        for rule in rules.rules:
            leaves = with_step_bounds(rule)
            contradictions += contradict(leaves, [one.test for one in rule.conditions])
            for known in subjects(random, rules, 10):
                values = with_steps(rule, known)
                tests = [one.test for one in rule.conditions if evaluate(one.test, values) is True]
                met += bool(tests)
                assert not contradict(leaves, tests)
                for left in (
                    narrowed(leaves, tests),
                    narrowed_with_steps(leaves, rule.step_values, tests),
                ):
                    assert all(holds(reach, values.get(name)) for name, reach in left.items())
    assert met > 500
    assert contradictions > 5


@pytest.mark.parametrize(
    ("tests", "contradicts"),
    [
        ([n.Compare(">=", MONTHS, number(6)), n.Compare("<=", MONTHS, number(5))], True),
        ([n.Compare(">=", MONTHS, number(6)), n.Compare("<=", MONTHS, number(6))], False),
        ([n.Compare("<", MONTHS, number(0))], True),
        ([n.Not(n.Compare(">=", MONTHS, number(0)))], True),
        ([fact("person.local"), n.Not(fact("person.local"))], True),
        ([fact("person.local"), n.Not(fact("person.full_time"))], False),
        ([n.Member(fact("person.trade"), (0, 1)), n.Member(fact("person.trade"), (2,))], True),
        ([n.Member(fact("person.trade"), (0, 1)), n.Member(fact("person.trade"), (1, 2))], False),
        ([n.Or((fact("person.local"), fact("person.full_time")))], False),
    ],
)
def test_conditions_that_leave_nothing(tests: list[n.Node], *, contradicts: bool) -> None:
    assert contradict(DECLARED, tests) is contradicts


@pytest.mark.parametrize(("op", "day"), [(">", date.max), ("<", date.min)])
def test_no_day_lies_beyond_the_calendar(op: n.Comparison, day: date) -> None:
    test = n.Compare(op, fact("person.arrived_on"), n.Const(civil(day), n.DATE))

    assert contradict(DECLARED, [test])


def test_what_a_step_leaves_of_a_later_fact_is_seen() -> None:
    step = n.Step("extra", MONTHS.type)
    tests = [n.Compare(">=", MONTHS, step), n.Compare("<=", MONTHS, number(12))]
    left = narrowed_with_steps(
        DECLARED, {"extra": n.Extreme("greatest", (MONTHS, number(6)), MONTHS.type)}, tests
    )

    assert left["person.months"] == Interval(6, 12)
    assert left[STEP + "extra"] == Interval(6, 12)


@pytest.mark.parametrize(
    ("op", "day", "expected"),
    [
        (">", date(2018, 1, 31), Interval(civil(date(2018, 2, 1)), LAST)),
        (">=", date(2018, 1, 31), Interval(civil(date(2018, 1, 31)), LAST)),
        ("<", date(2018, 3, 1), Interval(FIRST, civil(date(2018, 2, 28)))),
        ("<=", date(2018, 3, 1), Interval(FIRST, civil(date(2018, 3, 1)))),
    ],
)
def test_a_range_of_days_ends_on_days(op: n.Comparison, day: date, expected: Interval) -> None:
    """A day after the 31st has no distance to any other."""
    arrived = fact("person.arrived_on")
    left = narrowed(DECLARED, [n.Compare(op, arrived, n.Const(civil(day), n.DATE))])

    assert left["person.arrived_on"] == expected
    bounds(n.Days(arrived, arrived, Integer("day")), left)
