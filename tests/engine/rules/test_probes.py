"""Values worth trying: those at which some rule may answer differently."""

from datetime import date

import pytest

from tests.engine.rules.texts import rules_of
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.probes import MAX_PROBES, from_line, probes, thresholds, to_line
from yingcai.engine.rules.types import Date, civil
from yingcai.engine.rules.written import read_value, write_value

TABLES = """
programme: p
parameters:
  cap: {value: 500, unit: CNY}
  rate: {unit: percent, by: case.applied_on, values: [{from: 2018-01-01, value: 30}, {from: 2019-01-01, value: 12.5}]}
tables:
  t: {columns: [person.age, person.trade, step.pay, "-> a CNY"], rows: [["<30", "car|drug", "*", 1], ["40..50", "*", ">3", 2]], otherwise: [0]}
steps: [{id: pay, value: person.salary}]
"""


def rules_with(when: str) -> RuleSet:
    quoted = when.replace("'", "''")
    return rules_of(f"{TABLES}conditions: [{{id: c, when: '{quoted}'}}]\nresult: person.level")


def cuts(when: str) -> dict[str, set[int]]:
    return thresholds([one.test for one in rules_with(when).rules[0].conditions])


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("person.age > 40", {"person.age": {40}}),
        ("40 < person.age AND person.age <> 50", {"person.age": {40, 50}}),
        ("person.salary >= param.cap", {"person.salary": {50_000}}),
        ("person.stake >= param.rate", {"person.stake": {300_000, 125_000}, "case.applied_on": {civil(date(2018, 1, 1)), civil(date(2019, 1, 1))}}),
        ("person.stake >= PERCENT(12.5)", {"person.stake": {125_000}}),
        ("person.level IN ('top', 'senior')", {"person.level": {1, 3}}),
        ("GREATEST(person.level, 'top') IN ('top')", {}),
        ("person.age > person.age", {}),
        ("LOOKUP('t') > YUAN(0)", {"person.age": {29, 40, 50}, "person.trade": {0, 1}}),
        ("COVERED('t')", {"person.age": {29, 40, 50}, "person.trade": {0, 1}}),
        ("person.full_time", {}),
    ],
)  # fmt: skip
def test_the_numbers_that_a_rule_names(when: str, expected: dict[str, set[int]]) -> None:
    assert cuts(when) == expected


def test_all_trees_of_a_rule_are_seen() -> None:
    rule = rules_with("person.full_time").rules[0]
    assert len(list(rule.trees)) == 3


def tried(name: str, named: set[int], **more: int) -> list[str]:
    fact = rules_with("person.full_time").facts[name]
    return [write_value(value, fact.type) for value in probes(fact, {name: named}, **more)]


def days(*written: str) -> set[int]:
    return {int(read_value(one, Date())) for one in written}


def test_values_are_tried_around_what_is_named_and_at_the_ends() -> None:
    assert tried("person.full_time", set()) == ["no", "yes"]
    assert tried("person.age", {40}) == ["0", "39", "40", "41", "120"]
    assert tried("person.age", {0, 120}) == ["0", "1", "119", "120"]
    assert tried("person.age", {500}) == ["0", "120"]
    assert tried("person.level", {2, 3}) == ["leading", "top", "none"]
    assert tried("person.level", {0, 1, 2, 3}) == ["none", "senior", "leading", "top"]
    assert tried("person.trade", set()) == ["car"]


def test_days_beside_the_end_of_a_month_are_days() -> None:
    assert tried("person.introduced_on", days("2018-01-31", "2016-03-01")) == [
        "1900-01-01", "2016-02-29", "2016-03-01", "2016-03-02",
        "2018-01-30", "2018-01-31", "2018-02-01", "2100-12-31",
    ]  # fmt: skip


def test_many_values_are_thinned_and_keep_both_ends() -> None:
    found = tried("person.age", set(range(3, 100, 3)))
    assert (len(found), found[0], found[-1]) == (MAX_PROBES, "0", "120")
    assert len(set(found)) == MAX_PROBES
    assert len(tried("person.age", set(range(3, 100, 3)), most=200)) == 101
    assert len(tried("person.level", {0, 1, 2, 3}, most=2)) == 2


def test_days_stand_on_a_line_without_holes() -> None:
    facts = rules_with("person.full_time").facts
    day, count = facts["person.introduced_on"], facts["person.age"]
    last = civil(date(2018, 1, 31))
    assert from_line(to_line(last, day) + 1, day) == civil(date(2018, 2, 1))
    assert from_line(to_line(40, count) + 1, count) == 41
