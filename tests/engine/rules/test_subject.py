"""One subject as written: read whole, with where each value comes from, or refused with every reason."""

from typing import Any

import pytest

from tests.engine.rules.texts import rules_of
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.subject import Origin, read_subject
from yingcai.engine.rules.types import Date
from yingcai.engine.rules.written import read_value

CASE = {"applied_on": "2019-05-06"}


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return rules_of(
        "programme: rent-aid\n"
        "conditions: [{id: a, when: 'DAYS_BETWEEN(person.introduced_on, case.applied_on) > 0'}]",
        "programme: home\nstacking: {deducts: [rent-aid]}\nconditions: [{id: b, when: person.full_time}]",
    )


def problems(document: Any, rules: RuleSet) -> list[str]:
    subject, found = read_subject(document, rules)
    assert subject is None
    return found


def test_a_subject_becomes_inside_values(rules: RuleSet) -> None:
    person = {
        "level": "top", "full_time": "是", "months_insured": 6, "salary": "120,000.50", "stake": 12.5,
        "introduced_on": "2018年1月31日", "age": None, "trade": {"value": None, "source": "register"},
    }  # fmt: skip
    document = {"person": person, "case": CASE, "received": {"rent-aid": 24_000}}
    subject, found = read_subject(document, rules)
    assert found == []
    assert subject is not None
    assert subject.values == {
        "person.level": 3,
        "person.full_time": True,
        "person.months_insured": 6,
        "person.salary": 12_000_050,
        "person.stake": 125_000,
        "person.introduced_on": read_value("2018-01-31", Date()),
        "case.applied_on": read_value("2019-05-06", Date()),
        "received.rent_aid": 2_400_000,
    }
    assert subject.origins == {}


def test_a_value_may_bring_its_origin(rules: RuleSet) -> None:
    person = {
        "level": {"value": "top", "source": "register", "on": "2018-07-01"},
        "age": {"value": 30},
    }
    subject, _ = read_subject({"person": person, "case": CASE}, rules)
    assert subject is not None
    assert subject.values["person.age"] == 30
    assert subject.origins == {
        "person.level": Origin("register", "2018-07-01"),
        "person.age": Origin(),
    }


@pytest.mark.parametrize("document", [None, [], "person", 3])
def test_a_subject_is_groups_of_facts(document: object, rules: RuleSet) -> None:
    assert problems(document, rules) == ['must hold groups of facts, such as {"person": {…}}']


def test_all_problems_are_told_at_once(rules: RuleSet) -> None:
    document = {
        "person": {"level": "master", "months_insured": 601, "height": 180, "full_time": {"value": "x"}},
        "firm": ["x"],
        "received": {"rent-aid": -1, "gone": 5},
    }  # fmt: skip
    assert problems(document, rules) == [
        "`person.level`: 'master' is not one of: none, senior, leading, top",
        "`person.months_insured`: 601 is outside 0 to 600",
        "`person.height` is not a fact of the pack",
        "`person.full_time`: 'x' is neither yes nor no",
        "`firm` must hold facts by name",
        "`received.rent_aid`: -1 is outside 0 to 10000000000",
        "`received.gone` is not a fact of the pack",
        "`case.applied_on` is always needed",
    ]


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("months_insured", -1, "-1 is outside 0 to 600"),
        ("salary", "100000000.01", "100000000.01 is outside 0 to 100000000"),
        ("stake", "100.0001", "100.0001 is outside 0 to 100"),
        ("introduced_on", "1899-12-31", "1899-12-31 is outside 1900-01-01 to 2100-12-31"),
    ],
)
def test_a_value_outside_its_range_is_refused(
    name: str, written: object, words: str, rules: RuleSet
) -> None:
    found = problems({"person": {name: written}, "case": CASE}, rules)
    assert found == [f"`person.{name}`: {words}"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("months_insured", 600),
        ("salary", 100_000_000),
        ("stake", 0),
        ("introduced_on", "2100-12-31"),
    ],
)
def test_the_ends_of_a_range_are_inside(name: str, written: object, rules: RuleSet) -> None:
    subject, found = read_subject({"person": {name: written}, "case": CASE}, rules)
    assert found == []
    assert subject is not None


def test_what_no_rule_names_is_not_needed() -> None:
    rules = rules_of("programme: p\nconditions: [{id: a, when: person.full_time}]")
    subject, found = read_subject({"person": {}}, rules)
    assert found == []
    assert subject is not None
    assert subject.values == {}
