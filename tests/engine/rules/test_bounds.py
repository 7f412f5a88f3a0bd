"""What an expression can be at most and at least: nothing possible is ever excluded."""

from collections.abc import Iterator
from random import Random

import pytest

from tests.engine.rules.equality import Case, Facts, random_work
from tests.engine.rules.texts import facts_of, rules_of, wrong
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import (
    Bounds,
    Interval,
    Leaves,
    Options,
    bounds,
    declared_bounds,
    overflow,
)
from yingcai.engine.rules.closures import STEP, evaluate
from yingcai.engine.rules.model import Rule, RuleSet
from yingcai.engine.rules.narrow import narrowed
from yingcai.engine.rules.types import Date, Known
from yingcai.engine.rules.written import read_value

PLACE = """
parameters:
  cap: {value: 500, unit: CNY}
  rate: {unit: CNY, by: case.applied_on, values: [{from: 2018-01-01, value: 1}, {from: 2019-01-01, value: 5}, {from: 2020-01-01, value: 3}]}
tables:
  base: {columns: [person.level, "-> amount CNY"], rows: [[top, 900], [leading, 700], [senior, 300]]}
  bands: {columns: [person.age, "-> factor time"], rows: [["<30", 3], ["30..39", 2]], otherwise: [1]}
"""


def bounded(text: str, **groups: dict[str, object]) -> Bounds:
    """The bounds of an expression where only some facts are known; the day of application is not."""
    rules = rules_of(
        f"programme: p\n{PLACE}\nconditions: [{{id: in, when: COVERED('base')}}]\n"
        f"steps:\n  - {{id: x, value: {text!r}}}"
    )
    known = facts_of(rules, **groups)
    if "case" not in groups:
        del known["case.applied_on"]
    return bounds(rules.rules[0].steps[0].value, declared_bounds(rules.facts, known))


def fen(low: float, high: float) -> Interval:
    return Interval(round(low * 100), round(high * 100))


def day(text: str) -> int:
    return read_value(text, Date())


EVER = {"introduced_on": "2018-01-31"}


@pytest.mark.parametrize(
    ("text", "person", "expected"),
    [
        ("YUAN(3)", {}, fen(3, 3)),
        ("person.salary", {}, fen(0, 100_000_000)),
        ("person.salary", {"salary": 7}, fen(7, 7)),
        ("person.introduced_on", {}, Interval(day("1900-01-01"), day("2100-12-31"))),
        ("param.cap", {}, fen(500, 500)),
        ("param.rate", {}, fen(1, 5)),
        ("LOOKUP('base')", {}, fen(300, 900)),
        ("LOOKUP('base')", {"level": "leading"}, fen(700, 700)),
        ("LOOKUP('base')", {"level": "none"}, fen(900, 900)),  # no row: any of them stands for none
        ("LOOKUP('bands')", {}, Interval(1, 3)),
        ("LOOKUP('bands')", {"age": 35}, Interval(2, 2)),
        ("LOOKUP('bands')", {"age": 40}, Interval(1, 1)),
        ("person.months_insured + 3", {}, Interval(3, 603)),
        ("person.months_insured - 3", {}, Interval(-3, 597)),
        ("3 - person.months_insured", {}, Interval(-597, 3)),
        ("(person.months_insured - 3) * (person.months_insured - 600)", {}, Interval(-600 * 597, 1800)),
        ("-person.salary", {}, fen(-100_000_000, 0)),
        ("LEAST(person.salary, param.cap)", {}, fen(0, 500)),
        ("GREATEST(person.salary, param.cap, YUAN(600))", {}, fen(600, 100_000_000)),
        ("PORTION(person.salary, person.stake, 'down')", {"stake": 12.5}, fen(0, 12_500_000)),
        ("PORTION(-person.salary, PERCENT(50), 'up')", {"salary": 0.01}, Interval(-1, -1)),
        ("ROUND_TO(person.salary, YUAN(100), 'half_up')", {"salary": 150}, fen(200, 200)),
        ("ROUND_TO(LEAST(person.salary, YUAN(149.99)), YUAN(100), 'half_up')", {}, fen(0, 100)),
        ("CASE WHEN person.full_time THEN YUAN(1) ELSE YUAN(2) END", {}, fen(1, 2)),
        ("CASE WHEN person.full_time THEN YUAN(1) ELSE YUAN(2) END", {"full_time": True}, fen(1, 1)),
        ("CASE WHEN person.full_time THEN YUAN(1) ELSE YUAN(2) END", {"full_time": False}, fen(2, 2)),
        ("CASE WHEN person.full_time THEN YUAN(1) WHEN person.age < 200 THEN YUAN(2) ELSE YUAN(9) END", {}, fen(1, 2)),
        ("FULL_MONTHS(person.introduced_on, DATE '2018-02-28', 'strict')", EVER, Interval(0, 0)),
        ("FULL_MONTHS(person.introduced_on, DATE '2018-02-28', 'month_end')", EVER, Interval(0, 1)),
        ("FULL_MONTHS(DATE '2010-01-01', person.introduced_on, 'strict')", {}, Interval(0, 1091)),
        ("FULL_YEARS(DATE '2010-01-01', person.introduced_on, 'strict')", {}, Interval(0, 90)),
        ("DAYS_BETWEEN(DATE '2018-03-01', person.introduced_on)", EVER, Interval(-29, -29)),
        ("DAYS_BETWEEN(DATE '2100-12-31', person.introduced_on)", {}, Interval(-73_413, 0)),
        ("YEAR_OF(person.introduced_on)", {}, Interval(1900, 2100)),
    ],
)  # fmt: skip
def test_a_number_lies_in_an_interval(
    text: str, person: dict[str, object], expected: Interval
) -> None:
    assert bounded(text, person=person) == expected


def test_a_dated_parameter_has_the_values_of_the_days_that_are_left() -> None:
    assert bounded("param.rate", case={"applied_on": "2019-12-31"}) == fen(5, 5)
    assert bounded("param.rate", case={"applied_on": "2020-01-01"}) == fen(3, 3)
    # Before the first one there is no value, so any bounds hold; the first value stands for none.
    assert bounded("param.rate", case={"applied_on": "2017-12-31"}) == fen(1, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TRUE", {True}),
        ("person.full_time", {True, False}),
        ("NOT person.age < 200", {False}),
        ("COVERED('base')", {True, False}),
        ("COVERED('base') AND person.level = 'none'", {True, False}),  # parts are not seen together
        ("person.age < 121 AND person.age >= 0", {True}),
        ("person.age < 0 AND person.full_time", {False}),
        ("person.age < 0 OR person.full_time", {True, False}),
        ("person.age <= 120 OR person.full_time", {True}),
        ("person.age > 120", {False}),
        ("person.age >= 120", {True, False}),
        ("person.age >= 0", {True}),
        ("person.age = 121", {False}),
        ("person.age <> 121", {True}),
        ("YUAN(1) = YUAN(1)", {True}),
        ("YUAN(1) <> YUAN(1)", {False}),
        ("person.trade = 'car'", {True, False}),
        ("person.level >= 'none'", {True}),
        ("person.level > 'top'", {False}),
        ("CASE WHEN person.full_time THEN person.trade ELSE 'car' END = 'drug'", {True, False}),
        ("CASE WHEN person.age > 120 THEN person.trade ELSE 'car' END = 'drug'", {False}),
        ("CASE WHEN person.age > 120 THEN person.trade ELSE 'car' END IN ('car')", {True}),
        ("person.trade IN ('car', 'drug')", {True, False}),
    ],
)
def test_a_condition_has_one_or_two_possible_values(text: str, expected: set[bool]) -> None:
    assert bounded(text) == Options(frozenset(expected))


def test_a_table_covers_nothing_where_no_row_can_match() -> None:
    assert bounded("COVERED('base')", person={"level": "none"}) == Options(frozenset({False}))
    assert bounded("COVERED('base')", person={"level": "top"}) == Options(frozenset({True}))


def test_the_least_of_ordered_values_is_one_of_them() -> None:
    assert bounded("LEAST(person.level, 'leading')") == Options(frozenset({0, 1, 2}))
    assert bounded("GREATEST(person.level, 'leading')") == Options(frozenset({2, 3}))


EDGE = 4 * 10**18


@pytest.mark.parametrize(("beyond", "found"), [(0, 0), (1, 1)])
def test_a_sum_may_reach_the_limit_and_not_pass_it(beyond: int, found: int) -> None:
    half = n.Fact("x", n.MONEY)
    leaves = {"x": Interval(-EDGE // 2 - beyond, 0)}
    words = ["could grow beyond 64 bits; give its facts a narrower range"]
    assert overflow(n.Arithmetic("+", half, half, n.MONEY), leaves) == words * found
    up = n.RoundTo(n.Fact("y", n.MONEY), 10, "up")
    assert overflow(up, {"y": Interval(0, EDGE + beyond)}) == words * found
    part = n.Portion(n.Fact("y", n.MONEY), n.Const(4, n.MONEY), 1000, "down")
    assert overflow(part, {"y": Interval(0, EDGE // 4 + beyond)}) == words * found


def test_a_product_inside_another_expression_is_bounded_too() -> None:
    text = "person.salary * 1000000 * 100000 - person.salary * 1000000 * 100000 = YUAN(0)"
    assert "could grow beyond 64 bits" in wrong(f"programme: p\nconditions: [{{id: a, when: {text!r}}}]")[0]  # fmt: skip


# -- nothing possible is excluded ----------------------------------------------------------------

SEEDS, SUBJECTS, VALUES = 10, 8, 3_000


def within(value: Known, reach: Bounds) -> bool:
    if value is None:
        return True
    if isinstance(reach, Options):
        return value in reach.values
    return reach.low <= value <= reach.high


def env_of(rule: Rule, facts: Facts) -> dict[str, Known]:
    env = dict(facts)
    for step in rule.steps:
        env[STEP + step.name] = evaluate(step.value, env)
    return env


def leaves_of(rule: Rule, rules: RuleSet, known: Facts) -> dict[str, Bounds]:
    leaves = declared_bounds(rules.facts, known)
    for step in rule.steps:
        leaves[STEP + step.name] = bounds(step.value, leaves)
    return leaves


def some_of(facts: Facts, random: Random) -> Facts:
    share = random.choice([0, 0.3, 0.6, 1])
    return {name: value for name, value in facts.items() if random.random() < share}


def subjects() -> Iterator[tuple[Case, Facts, Random]]:
    for case, written in random_work(range(200, 200 + SEEDS), SUBJECTS):
        for number, subject in enumerate(written):
            yield case, case.facts(subject), Random(number)  # noqa: S311 - a test, no secret


def test_every_value_of_a_random_rule_lies_within_its_bounds() -> None:
    checked = 0
    for case, facts, random in subjects():
        known = some_of(facts, random)
        for rule in case.rules.rules:
            env, leaves = env_of(rule, facts), leaves_of(rule, case.rules, known)
            for tree in rule.trees:
                value = evaluate(tree, env)
                assert within(value, bounds(tree, leaves)), (rule.programme, tree)
                checked += value is not None
    assert checked > VALUES


def _assert_left(tests: list[n.Node], env: Facts, leaves: Leaves) -> None:
    left = narrowed(leaves, tests)
    for name, reach in left.items():
        assert within(env.get(name), reach), (name, reach, tests)


def test_what_conditions_leave_holds_whoever_meets_them() -> None:
    single = together = 0
    for case, facts, random in subjects():
        known = some_of(facts, random)
        for rule in case.rules.rules:
            env, leaves = env_of(rule, facts), leaves_of(rule, case.rules, known)
            tests = [one.test for one in rule.conditions]
            for test in tests:
                value = evaluate(test, env)
                if value is not None:
                    _assert_left([test if value else n.Not(test)], env, leaves)
                    single += 1
            if all(evaluate(test, env) is True for test in tests):
                _assert_left(tests, env, leaves)
                together += 1
    assert single > 800
    assert together > 30


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("person.age < 40", "person.age", Interval(0, 39)),
        ("40 >= person.age", "person.age", Interval(0, 40)),
        ("person.age = 40", "person.age", Interval(40, 40)),
        ("person.age <> 40", "person.age", Interval(0, 120)),
        ("NOT person.age > 40", "person.age", Interval(0, 40)),
        ("NOT (person.age > 40 OR person.age < 18)", "person.age", Interval(18, 40)),
        ("NOT (person.age > 40 AND person.full_time)", "person.age", Interval(0, 120)),
        ("person.age > 40 OR person.full_time", "person.age", Interval(0, 120)),
        ("person.age > 121", "person.age", Interval(0, 120)),  # contradicts; never empty
        ("person.age BETWEEN 20 AND 30", "person.age", Interval(20, 30)),
        ("person.full_time", "person.full_time", Options(frozenset({True}))),
        ("NOT person.full_time", "person.full_time", Options(frozenset({False}))),
        ("person.full_time = FALSE", "person.full_time", Options(frozenset({False}))),
        ("person.level IN ('top', 'senior')", "person.level", Options(frozenset({1, 3}))),
        ("person.level NOT IN ('top', 'senior')", "person.level", Options(frozenset({0, 2}))),
        ("person.level >= 'leading'", "person.level", Options(frozenset({2, 3}))),
        ("'leading' > person.level", "person.level", Options(frozenset({0, 1}))),
        ("person.level > 'senior'", "person.level", Options(frozenset({2, 3}))),
        ("person.level <= 'senior'", "person.level", Options(frozenset({0, 1}))),
        ("person.level <> 'none'", "person.level", Options(frozenset({1, 2, 3}))),
        ("GREATEST(person.level, 'top') IN ('top')", "person.level", Options(frozenset(range(4)))),
        ("LEAST(person.age, 5) < 3", "person.age", Interval(0, 120)),
        (
            "person.introduced_on > DATE '2018-01-31'",
            "person.introduced_on",
            Interval(day("2018-02-01"), day("2100-12-31")),
        ),
        (
            "person.introduced_on < DATE '2018-03-01'",
            "person.introduced_on",
            Interval(day("1900-01-01"), day("2018-02-28")),
        ),
    ],
)
def test_what_one_condition_leaves_of_a_fact(text: str, name: str, expected: Bounds) -> None:
    rules = rules_of(f'programme: p\nconditions: [{{id: a, when: "{text}"}}]')
    leaves = declared_bounds(rules.facts)
    assert narrowed(leaves, [rules.rules[0].conditions[0].test])[name] == expected


def test_a_step_is_narrowed_as_a_fact_is() -> None:
    rules = rules_of(
        "programme: p\nsteps: [{id: x, value: person.full_time}]\n"
        "conditions: [{id: a, when: step.x}]"
    )
    leaves = {STEP + "x": Options(frozenset({True, False}))}
    left = narrowed(leaves, [rules.rules[0].conditions[0].test])
    assert left == {STEP + "x": Options(frozenset({True}))}


def test_days_are_counted_after_a_condition_at_the_end_of_a_month() -> None:
    rules = rules_of(
        "programme: p\nconditions: [{id: a, when: person.introduced_on > DATE '2018-01-31' AND person.introduced_on < DATE '2018-03-01'}]\n"
        "steps: [{id: days, value: \"DAYS_BETWEEN(DATE '2018-02-01', person.introduced_on)\"}]\n"
        'tables: {t: {columns: [step.days, "-> a CNY"], rows: [["0..27", 1]]}}\n'
        "amount: LOOKUP('t')"
    )
    assert rules.rules[0].amount is not None
