"""What to ask next: each answer brings the end nearer, and asking ends with an answer."""

from random import Random

import pytest

from tests.engine.rules.equality import Case, Facts, case_of, pack_case
from tests.engine.rules.random_rules import random_world
from tests.engine.rules.texts import FACTS, facts_of, rules_of
from yingcai.engine.rules.ask import Question, is_open, next_questions
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.types import Known


def asked(rules: RuleSet, facts: Facts, programmes: frozenset[str] | None = None) -> list[Question]:
    return next_questions(rules, lambda known: decide(rules, known), facts, programmes=programmes)


TWO = (
    "programme: a\nconditions: [{id: x, when: person.full_time}, {id: y, when: person.age < 40}]\namount: YUAN(1)",
    "programme: b\nconditions: [{id: x, when: person.full_time}]\namount: person.salary",
)


def test_the_fact_that_settles_most_is_asked_first() -> None:
    rules = rules_of(*TWO)
    assert asked(rules, facts_of(rules)) == [
        # no settles both; yes settles neither, since ages and salaries are still open
        Question("person.full_time", 1.0, 2),
        # of 0, 39, 40, 41, 120 three settle the first
        Question("person.age", 0.6, 1),
        Question("person.salary", 0.0, 1),
    ]


def test_an_answer_is_not_asked_again() -> None:
    rules = rules_of(*TWO)
    left = asked(rules, facts_of(rules, person={"full_time": True}))
    assert [one.fact for one in left] == ["person.age", "person.salary"]
    assert left[1] == Question("person.salary", 1.0, 1)
    assert asked(rules, facts_of(rules, person={"full_time": False})) == []


def test_only_what_some_programmes_need_is_asked() -> None:
    rules = rules_of(*TWO)
    found = asked(rules, facts_of(rules), frozenset({"b"}))
    assert found == [Question("person.full_time", 0.5, 1), Question("person.salary", 0.0, 1)]


def test_what_a_committee_judges_is_not_asked() -> None:
    rules = rules_of("programme: p\nconditions: [{id: a, when: person.suitable}, {id: b, when: person.full_time}]")  # fmt: skip
    assert asked(rules, facts_of(rules)) == [Question("person.full_time", 0.5, 1)]
    assert asked(rules, facts_of(rules, person={"full_time": True})) == []


def test_a_result_that_is_unknown_is_asked_for_too() -> None:
    rules = rules_of("programme: p\nresult: person.level")
    assert decide(rules, facts_of(rules))[0] == RuleOutcome("yes", None, None)
    assert asked(rules, facts_of(rules)) == [Question("person.level", 1.0, 1)]


def test_a_programme_of_several_versions_counts_once() -> None:
    versions = "\n".join(
        f"  - {{id: '{year}', window: {{date: person.introduced_on, from: {year}-01-01, to: {year}-12-31}}}}"
        for year in (2017, 2018)
    )
    rules = rules_of(f"programme: p\nversions:\n{versions}")
    # Every day decides both versions, so the one programme is settled whatever is said.
    assert asked(rules, facts_of(rules)) == [Question("person.introduced_on", 1.0, 1)]


@pytest.mark.parametrize(
    ("outcome", "amount", "result", "expected"),
    [
        ("no", 0, None, False),
        ("unknown", None, None, True),
        ("person", None, None, True),
        ("yes", 5, 1, False),
        ("yes", None, 1, True),
        ("yes", 5, None, True),
    ],
)
def test_what_is_open(
    outcome: str, amount: int | None, result: int | None, *, expected: bool
) -> None:
    rules = rules_of("programme: p\namount: person.salary\nresult: person.level")
    given = RuleOutcome(outcome, amount, result)  # type: ignore[arg-type]  # a word of the parameters
    assert is_open(rules.rules[0], given) is expected


# -- asking to the end ---------------------------------------------------------------------------


def ask_to_the_end(case: Case, full: Facts) -> tuple[dict[str, Known], int]:
    """Answer the first question from ``full`` until none is left; returns what is known then."""
    known: dict[str, Known] = {
        name: value for name, value in full.items() if case.rules.facts[name].always
    }
    for count in range(len(case.rules.facts) + 1):
        questions = asked(case.rules, known)
        if not questions:
            return known, count
        best = questions[0]
        assert known.get(best.fact) is None
        assert best.settles >= questions[-1].settles
        known[best.fact] = full[best.fact]
    raise AssertionError("a fact was asked twice")


def complete(case: Case, seed: int) -> dict[str, Known]:
    """A subject of which everything is known: several random ones, laid over each other."""
    facts: dict[str, Known] = {}
    for number in range(12):
        facts = {**case.facts(case.world.subject(seed * 100 + number)), **facts}
    for name, fact in case.rules.facts.items():
        facts.setdefault(name, 0 if fact.low is None else fact.low)
    return facts


def _settled(case: Case, known: Facts, full: Facts) -> None:
    """Each rule says what it says of the whole subject, or waits for a person or a dated value."""
    outcomes = zip(
        case.rules.rules, decide(case.rules, known), decide(case.rules, full), strict=True
    )
    for rule, outcome, final in outcomes:
        if is_open(rule, outcome):
            waiting = [
                name
                for condition, holds in zip(rule.conditions, outcome.conditions, strict=True)
                if holds is None
                for name in condition.facts
                if known.get(name) is None
            ]
            assert all(case.rules.facts[name].judged for name in waiting), rule.programme
        else:
            assert outcome[:3] == final[:3]


def test_asking_ends_and_settles_everything_in_random_worlds() -> None:
    questions = 0
    for seed in range(400, 406):
        case = case_of(random_world(seed, programmes=4))
        full = complete(case, seed)
        known, count = ask_to_the_end(case, full)
        _settled(case, known, full)
        questions += count
    assert questions > 40


def test_asking_about_one_programme_of_the_pack_asks_little() -> None:
    case = pack_case()
    random = Random(7)  # noqa: S311 - a test, no secret
    names = random.sample(sorted(case.rules.programmes), 4)
    for name in names:
        one = Case(case.world, case.rules.only(frozenset({name})), case.model)
        full = complete(one, len(name))
        known, count = ask_to_the_end(one, full)
        _settled(one, known, full)
        assert count <= len(one.rules.used_facts)


def test_the_vocabulary_s_order_decides_between_equals() -> None:
    rules = rules_of("programme: p\nconditions: [{id: a, when: person.full_time AND person.trade = 'car' AND case.flag}]", facts=FACTS + "  - {id: case.flag, label: {}, type: boolean, source: register}")  # fmt: skip
    assert [one.fact for one in asked(rules, facts_of(rules))] == [
        "person.trade", "person.full_time", "case.flag",
    ]  # fmt: skip
