"""A decision: outcome, amount or its bounds, every reason with its clause, and what is still asked."""

from random import Random

import pytest

from tests.engine.rules.equality import Case, Facts, pack_case, random_work
from tests.engine.rules.texts import facts_of, rules_of
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.decide import (
    ConditionText,
    Decider,
    Decision,
    Reach,
    StepText,
    amount_bounds,
)
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.types import Known, Money
from yingcai.engine.rules.words import LANGUAGES, Language

RENT = """
programme: rent
source: plan#9
parameters: {months: {value: 6, unit: month}, cap: {value: 3000, unit: CNY}}
tables: {t: {columns: [person.level, "-> amount CNY"], rows: [[top, 5000], [leading, 2000]], otherwise: [500]}}
conditions:
  - {id: insured, when: person.months_insured >= param.months, source: plan#10}
  - {id: worthy, when: person.suitable}
steps:
  - {id: base, value: LOOKUP('t'), label: {zh: 标准额, en: Standard amount}}
  - {id: bare, value: person.salary}
amount: LEAST(step.base, param.cap)
"""


def decision(rules: RuleSet, facts: Facts, language: Language = "zh") -> Decision:
    """The only programme's decision."""
    (found,) = decider_of(rules, language).decide(facts).values()
    return found


def decider_of(rules: RuleSet, language: Language) -> Decider:
    return Decider(rules, lambda known: decide(rules, known), language)


def reach(rules: RuleSet, **groups: dict[str, object]) -> tuple[int, int] | None:
    """The bounds of the only programme's amount, in yuan."""
    found = amount_bounds(decision(rules, facts_of(rules, **groups)), rules)
    if found is None:
        return None
    assert found.high is not None
    return found.low // 100, found.high // 100


def test_a_grant_with_its_reasons() -> None:
    rules = rules_of(RENT)
    person: dict[str, object] = {"months_insured": 8, "suitable": True, "level": "top", "salary": 9}
    found = decision(rules, facts_of(rules, person=person))
    assert (found.programme, found.version, found.outcome, found.amount) == ("rent", "", "yes", 300_000)  # fmt: skip
    assert (found.result, found.ask) == (None, ())
    assert found.conditions == (
        (ConditionText("insured", "社保缴纳月数不少于6个月", "plan#10", ("person.months_insured",)), True),
        (ConditionText("worthy", "经评议合适", "plan#9", ("person.suitable",)), True),
    )  # fmt: skip
    assert found.steps == (
        (StepText("base", "标准额", Money()), 500_000),
        (StepText("bare", "bare", Money()), 900),
    )
    assert found.rule is rules.rules[0]
    assert found.facts["person.months_insured"] == 8
    assert reach(rules, person=person) == (3000, 3000)


def test_its_reasons_in_english() -> None:
    rules = rules_of(RENT)
    found = decision(rules, facts_of(rules), "en")
    assert [text.text for text, _ in found.conditions] == [
        "Months insured is at least 6 months",
        "Found suitable",
    ]
    assert [text.label for text, _ in found.steps] == ["Standard amount", "bare"]


def test_a_refusal_pays_nothing_and_asks_nothing() -> None:
    rules = rules_of(RENT)
    found = decision(rules, facts_of(rules, person={"months_insured": 5}))
    assert (found.outcome, found.amount, found.ask) == ("no", 0, ())
    assert [holds for _, holds in found.conditions] == [False, None]
    assert amount_bounds(found, rules) is None


def test_what_is_missing_is_asked_and_what_people_judge_comes_last() -> None:
    rules = rules_of(RENT)
    found = decision(rules, facts_of(rules))
    assert (found.outcome, found.amount) == ("unknown", None)
    assert found.ask == ("person.months_insured", "person.level", "person.suitable")
    judged = decision(rules, facts_of(rules, person={"months_insured": 6, "level": "top"}))
    assert (judged.outcome, judged.ask) == ("person", ("person.suitable",))


def test_an_amount_is_bounded_while_facts_are_missing() -> None:
    rules = rules_of(RENT)
    assert reach(rules) == (500, 3000)
    assert reach(rules, person={"level": "leading"}) == (2000, 2000)
    granted: dict[str, object] = {"months_insured": 6, "suitable": True}
    found = decision(rules, facts_of(rules, person=granted))
    assert (found.outcome, found.amount, found.ask) == ("yes", None, ("person.level",))
    assert reach(rules, person=granted) == (500, 3000)


def test_conditions_narrow_what_can_be_paid() -> None:
    rules = rules_of(RENT.replace("when: person.suitable", "when: person.level = 'top'"))
    assert reach(rules) == (3000, 3000)


def test_a_programme_without_money_has_no_bounds() -> None:
    rules = rules_of("programme: p\nconditions: [{id: a, when: person.full_time}]\nresult: person.level")  # fmt: skip
    assert reach(rules) is None
    found = decision(rules, facts_of(rules, person={"full_time": True, "level": "senior"}))
    assert (found.outcome, found.amount, found.result) == ("yes", None, "senior")
    asking = decision(rules, facts_of(rules, person={"full_time": True}))
    assert (asking.outcome, asking.result, asking.ask) == ("yes", None, ("person.level",))


VERSIONS = """
programme: grant
conditions: [{id: full-time, when: person.full_time}]
versions:
  - {id: old, window: {date: person.introduced_on, to: 2018-12-31}, amount: YUAN(100)}
  - {id: new, window: {date: person.introduced_on, from: 2019-01-01, to: 2019-12-31}, amount: YUAN(700)}
  - {id: none, window: {date: person.introduced_on, from: 2020-01-01}, result: person.level}
"""


@pytest.mark.parametrize(
    ("person", "version", "outcome"),
    [
        ({"full_time": True, "introduced_on": "2018-12-31"}, "old", "yes"),
        ({"full_time": True, "introduced_on": "2019-01-01"}, "new", "yes"),
        ({"introduced_on": "2019-01-01"}, "new", "unknown"),
        ({"full_time": False, "introduced_on": "2018-01-01"}, "old", "no"),
        ({"full_time": False, "introduced_on": "2019-01-01"}, "new", "no"),
        ({"full_time": False}, "none", "no"),
        ({"full_time": True}, "old", "unknown"),
    ],
)
def test_the_version_that_applies_speaks(
    person: dict[str, object], version: str, outcome: str
) -> None:
    rules = rules_of(VERSIONS)
    found = decision(rules, facts_of(rules, person=person))
    assert (found.version, found.outcome) == (version, outcome)


def test_while_it_is_open_which_version_applies_any_of_them_may_pay() -> None:
    rules = rules_of(VERSIONS)
    assert reach(rules, person={"full_time": True}) == (100, 700)
    assert reach(rules, person={"introduced_on": "2018-01-01"}) == (100, 100)
    assert (
        reach(rules, person={"introduced_on": "2020-01-01"}) is None
    )  # that version pays no money


def test_a_dated_value_that_is_not_there_leaves_the_amount_to_a_person() -> None:
    rules = rules_of(
        "programme: p\nparameters: {cap: {unit: CNY, by: case.applied_on, values: [{from: 2020-01-01, value: 5}]}}\n"
        "conditions: [{id: a, when: person.salary >= param.cap}]\namount: param.cap"
    )
    found = decision(rules, facts_of(rules, person={"salary": 9}))
    assert (found.outcome, found.amount, found.ask) == ("person", None, ())


# -- in random worlds ----------------------------------------------------------------------------


def some_of(case: Case, facts: Facts, random: Random) -> dict[str, Known]:
    share = random.choice([0.2, 0.5, 0.8])
    return {
        name: value
        for name, value in facts.items()
        if case.rules.facts[name].always or random.random() < share
    }


def test_the_bounds_hold_for_every_completion() -> None:
    granted = bounded = 0
    for case, written in random_work(range(500, 512), 6):
        decider = decider_of(case.rules, "en")
        for number, subject in enumerate(written):
            full = case.facts(subject)
            for seed in range(3):
                known = some_of(case, full, Random(100 * number + seed))  # noqa: S311 - a test, no secret
                partial, final = decider.decide(known), decider.decide(full)
                for name, one in partial.items():
                    done = final[name]
                    _consistent(one, done)
                    if done.outcome == "yes" and done.amount is not None:
                        found = amount_bounds(one, case.rules)
                        assert found is not None
                        assert found.low <= done.amount, (name, one.version)
                        assert found.high is None or done.amount <= found.high, name
                        granted, bounded = granted + 1, bounded + (one.amount is None)
    assert granted > 100
    assert bounded > 60


def _consistent(partial: Decision, final: Decision) -> None:
    """What is decided with less stays so with more; what is open says what it waits for."""
    if partial.outcome in ("yes", "no"):
        assert final.outcome == partial.outcome
        if partial.outcome == "yes" and partial.amount is not None:
            assert final.amount == partial.amount
    if partial.outcome == "unknown":
        assert partial.ask
    assert all(partial.facts.get(name) is None for name in partial.ask)


def test_every_programme_of_the_pack_is_decided_in_both_languages() -> None:
    case = pack_case()
    facts = case.facts(case.world.subject(3))
    chinese, english = (decider_of(case.rules, language).decide(facts) for language in LANGUAGES)
    assert list(chinese) == list(english) == list(case.rules.programmes)
    for name, one in chinese.items():
        assert one[:5] == english[name][:5]
        assert [holds for _, holds in one.conditions] == [
            holds for _, holds in english[name].conditions
        ]


def test_bounds_are_an_interval_of_fen() -> None:
    rules = rules_of("programme: p\namount: person.salary")
    found = decision(rules, facts_of(rules))
    assert amount_bounds(found, rules) == Reach(0, None)
