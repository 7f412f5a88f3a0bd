"""What would turn a no: the nearest change for each condition, told only where it really helps."""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.engine.rules.equality import random_work
from tests.engine.rules.texts import facts_of, rules_of
from yingcai.engine.rules.change import Change, Way, ways_to_yes
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.model import FactType, Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.probes import from_line, to_line
from yingcai.engine.rules.types import Boolean, Enum, Known, Value
from yingcai.engine.rules.words import value_words

Told = list[tuple[str, list[tuple[str, str, str]], bool]]

SETTLING = """
programme: settling-in
conditions:
  - {id: insured, when: person.months_insured >= 6}
  - {id: level, when: person.level >= 'leading'}
  - {id: young, when: person.age <= 45}
"""


def told(text: str, **groups: dict[str, object]) -> Told:
    """Each way: its condition, every change as fact, from, to in words, and whether it is enough."""
    rules = rules_of(text)
    facts = facts_of(rules, **groups)
    ways = ways_to_yes(rules.rules[0], rules, decide(rules, facts)[0], facts)
    return [
        (
            way.condition,
            [
                (one.fact, _said(rules, one.fact, one.present), _said(rules, one.fact, one.needed))
                for one in way.changes
            ],
            way.whole,
        )
        for way in ways
    ]


def _said(rules: RuleSet, name: str, value: Known) -> str:
    fact = rules.facts[name]
    assert value is not None
    return value_words(value, fact.type, "en", fact.value_labels)


FINE: dict[str, object] = {"months_insured": 6, "level": "leading", "age": 45}


def test_two_more_months_of_insurance() -> None:
    assert told(SETTLING, person={**FINE, "months_insured": 4}) == [
        ("insured", [("person.months_insured", "4 months", "6 months")], True)
    ]


def test_the_higher_level_and_no_more_than_that() -> None:
    assert told(SETTLING, person={**FINE, "level": "none"}) == [
        ("level", [("person.level", "none", "leading")], True)
    ]


def test_nobody_grows_younger() -> None:
    assert told(SETTLING, person={**FINE, "age": 46}) == []
    assert told(SETTLING, person=FINE) == []


def test_two_conditions_fail_and_both_changes_are_needed() -> None:
    assert told(SETTLING, person={**FINE, "months_insured": 4, "level": "senior"}) == [
        ("insured", [("person.months_insured", "4 months", "6 months")], False),
        ("level", [("person.level", "senior", "leading")], False),
        ("", [("person.months_insured", "4 months", "6 months"), ("person.level", "senior", "leading")], True),
    ]  # fmt: skip


def test_what_nobody_can_change_leaves_no_way_for_all() -> None:
    found = told(SETTLING, person={**FINE, "months_insured": 4, "age": 50})
    assert found == [("insured", [("person.months_insured", "4 months", "6 months")], False)]


def test_an_unknown_condition_is_never_promised() -> None:
    person: dict[str, object] = {"months_insured": 4, "level": "top"}
    assert told(SETTLING, person=person) == [
        ("insured", [("person.months_insured", "4 months", "6 months")], False)
    ]


def test_one_way_mends_both() -> None:
    text = "programme: p\nconditions: [{id: a, when: person.months_insured >= 6}, {id: b, when: person.months_insured >= 12}]"  # fmt: skip
    assert told(text, person={"months_insured": 4}) == [
        ("a", [("person.months_insured", "4 months", "6 months")], False),
        ("b", [("person.months_insured", "4 months", "12 months")], True),
    ]


def test_the_same_change_for_two_conditions_is_told_once_for_all() -> None:
    text = "programme: p\nconditions: [{id: a, when: person.full_time}, {id: b, when: person.full_time = TRUE}]"  # fmt: skip
    change = [("person.full_time", "no", "yes")]
    assert told(text, person={"full_time": False}) == [("a", change, True), ("b", change, True), ("", change, True)]  # fmt: skip


def test_changes_that_contradict_give_no_way_for_all() -> None:
    text = "programme: p\nconditions: [{id: a, when: person.salary > YUAN(50)}, {id: b, when: person.salary < YUAN(10)}]"  # fmt: skip
    assert told(text, person={"salary": 20}) == [
        ("a", [("person.salary", "20 yuan", "50.01 yuan")], False),
        ("b", [("person.salary", "20 yuan", "9.99 yuan")], False),
    ]


def test_a_change_that_breaks_another_condition_is_not_enough() -> None:
    text = "programme: p\nconditions: [{id: a, when: person.salary > YUAN(50)}, {id: b, when: person.salary < YUAN(30)}]"  # fmt: skip
    assert told(text, person={"salary": 20}) == [
        ("a", [("person.salary", "20 yuan", "50.01 yuan")], False)
    ]


@pytest.mark.parametrize(
    ("when", "person", "expected"),
    [
        ("person.introduced_on > DATE '2018-01-31'", {"introduced_on": "2017-12-01"}, "2018-02-01"),
        ("person.introduced_on < DATE '2018-03-01'", {"introduced_on": "2019-12-01"}, "2018-02-28"),
        ("FULL_MONTHS(person.introduced_on, DATE '2019-05-06', 'strict') >= 6", {"introduced_on": "2019-01-01"}, "2018-11-06"),
        ("DAYS_BETWEEN(person.introduced_on, DATE '2019-05-06') <= 30", {"introduced_on": "2019-01-01"}, "2019-04-06"),
        ("YEAR_OF(person.introduced_on) = 2018", {"introduced_on": "2019-06-01"}, None),  # no cut: the year is no day
        ("YEAR_OF(person.introduced_on) <= 2018", {"introduced_on": "2019-06-01"}, "2018-12-31"),
    ],
)  # fmt: skip
def test_the_nearest_day(when: str, person: dict[str, object], expected: str | None) -> None:
    quoted = when.replace("'", "''")
    found = told(f"programme: p\nconditions: [{{id: a, when: '{quoted}'}}]", person=person)
    assert [changes[0][2] for _, changes, _ in found] == ([expected] if expected else [])


def test_the_nearest_on_either_side() -> None:
    text = "programme: p\nconditions: [{id: a, when: person.salary <= YUAN(10) OR person.salary >= YUAN(100)}]"  # fmt: skip
    assert told(text, person={"salary": 30})[0][1] == [("person.salary", "30 yuan", "10 yuan")]
    assert told(text, person={"salary": 80})[0][1] == [("person.salary", "80 yuan", "100 yuan")]


def test_a_fact_that_only_rises_does_not_fall() -> None:
    text = "programme: p\nconditions: [{id: a, when: person.months_insured < 6}]"
    assert told(text, person={"months_insured": 8}) == []
    falls = """
sources: []
facts: [{id: firm.debt, label: {zh: 负债, en: Debt}, type: money, moves: down}]
"""
    rules = rules_of("programme: p\nconditions: [{id: a, when: firm.debt = YUAN(5)}]", facts=falls)
    for present, needed in ((900, [500]), (100, [])):
        facts = {"firm.debt": present}
        ways = ways_to_yes(rules.rules[0], rules, decide(rules, facts)[0], facts)
        assert [way.changes[0].needed for way in ways] == needed


def test_a_count_that_rises_by_itself_goes_before_an_act() -> None:
    text = "programme: p\nconditions: [{id: a, when: person.full_time OR person.months_insured >= 12}]"  # fmt: skip
    assert told(text, person={"full_time": False, "months_insured": 4})[0][1] == [
        ("person.months_insured", "4 months", "12 months")
    ]
    assert told(text, person={"full_time": False}) == []  # not known to fail


def test_a_change_reaches_through_steps_and_tables() -> None:
    text = """
programme: p
tables: {t: {columns: [person.level, "-> points point"], rows: [[top, 30], [leading, 20], [senior, 10]], otherwise: [0]}}
steps: [{id: points, value: LOOKUP('t')}, {id: all, value: step.points + 5}]
conditions: [{id: a, when: step.all >= 20}]
"""
    assert told(text, person={"level": "none"})[0][1] == [("person.level", "none", "leading")]


def test_many_rows_cannot_hide_the_only_good_one() -> None:
    rows = ", ".join(f"[{place * 5}, {place}]" for place in range(60))
    text = f"""
programme: p
tables: {{t: {{columns: [person.months_insured, "-> points point"], rows: [{rows}], otherwise: [0]}}}}
conditions: [{{id: a, when: LOOKUP('t') = 37}}]
"""
    assert told(text, person={"months_insured": 3}) == [
        ("a", [("person.months_insured", "3 months", "185 months")], True)
    ]


# -- in random worlds ----------------------------------------------------------------------------


@cache
def random_ways() -> list[tuple[RuleSet, Rule, RuleOutcome, dict[str, Known], Way]]:
    return list(_random_ways())


def _random_ways() -> Iterator[tuple[RuleSet, Rule, RuleOutcome, dict[str, Known], Way]]:
    for case, written in random_work(range(300, 308), 4):
        for subject in written:
            facts = dict(case.facts(subject))
            for rule, outcome in zip(case.rules.rules, decide(case.rules, facts), strict=True):
                for way in ways_to_yes(rule, case.rules, outcome, facts):
                    yield case.rules, rule, outcome, facts, way


def test_every_way_does_what_it_says() -> None:
    ways = whole = 0
    for rules, rule, outcome, facts, way in random_ways():
        changed = {**facts, **{one.fact: one.needed for one in way.changes}}
        after = decide(rules, changed)[rule.number]
        names = [one.name for one in rule.conditions]
        if way.condition:
            place = names.index(way.condition)
            assert (outcome.conditions[place], after.conditions[place]) == (False, True)
        assert way.whole is (after.outcome == "yes")
        assert all(_may_move(rules.facts[one.fact], one) for one in way.changes)
        ways, whole = ways + 1, whole + way.whole
    assert ways > 100
    assert whole > 10


def _may_move(fact: FactType, change: Change) -> bool:
    present, needed = change.present, change.needed
    assert present is not None
    if not isinstance(fact.type, Boolean):
        assert fact.low is not None
        assert fact.high is not None
        assert fact.low <= needed <= fact.high
    return fact.moves == "any" or fact.moves == ("up" if needed > present else "down")


def test_one_step_less_is_not_enough() -> None:
    """So it is wherever a condition turns once, as thresholds do; at worst a nearer one was missed."""
    checked = 0
    for rules, rule, _, facts, way in random_ways():
        (first, *others) = way.changes
        fact = rules.facts[first.fact]
        if others or not way.condition or isinstance(fact.type, Boolean | Enum):
            continue
        place = [one.name for one in rule.conditions].index(way.condition)
        less = _one_less(fact, first)
        after = decide(rules, {**facts, first.fact: less})[rule.number]
        assert after.conditions[place] is not True, (rule.programme, way)
        checked += 1
    assert checked > 40


def _one_less(fact: FactType, change: Change) -> Value:
    assert change.present is not None
    there, here = to_line(change.needed, fact), to_line(change.present, fact)
    return from_line(there - 1 if there > here else there + 1, fact)
