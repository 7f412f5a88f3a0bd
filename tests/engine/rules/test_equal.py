"""The oracle says what the slow model says, which was written from the contract alone."""

from collections.abc import Sequence

import pytest

from tests.engine.rules.equality import (
    Case,
    Facts,
    compare,
    expected,
    inside,
    pack_case,
    pack_work,
    prove,
    random_work,
)
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.types import Money

# How much is compared here; the same on every machine.
WORLDS, SUBJECTS, DECISIONS = 25, 15, 4_845
PACK_SUBJECTS = 40


def oracle(rules: RuleSet, subjects: Sequence[Facts]) -> list[list[RuleOutcome]]:
    return [decide(rules, facts) for facts in subjects]


def test_the_oracle_equals_the_slow_model_in_random_worlds() -> None:
    counted = prove(oracle, random_work(range(WORLDS), SUBJECTS))
    assert counted.total() == DECISIONS
    assert min(counted[outcome] for outcome in ("yes", "no", "unknown", "person")) > DECISIONS // 50


@pytest.mark.parametrize(("name", "traced"), [("trace", True), ("run", False)])
def test_the_generated_source_equals_the_slow_model(name: str, *, traced: bool) -> None:
    def generated(rules: RuleSet, subjects: Sequence[Facts]) -> list[list[RuleOutcome]]:
        decide_one = getattr(compile_case(rules), name)
        return [decide_one(facts) for facts in subjects]

    prove(generated, random_work(range(100, 105), SUBJECTS), traced=traced)


@pytest.fixture(scope="module")
def pack() -> Case:
    return pack_case()


def test_the_oracle_equals_the_slow_model_on_the_pack(pack: Case) -> None:
    work = pack_work(pack, PACK_SUBJECTS)
    counted = prove(oracle, [work])
    assert counted.total() == len(work[1]) * len(pack.rules.rules)
    assert min(counted[outcome] for outcome in ("yes", "no", "unknown", "person")) > 30


def test_one_wrong_value_is_told_with_its_place(pack: Case) -> None:
    subject = pack.world.subject(1)
    right = expected(pack, subject)
    (first, *_), rule = right, pack.rules.rules[0]
    wrong = [
        first._replace(amount=12_345),
        first._replace(conditions=(1, *first.conditions[1:])),  # type: ignore[arg-type]  # 1 is not True
        first._replace(outcome="person" if first.outcome != "person" else "no"),
    ]
    for one, name in zip(wrong, ("amount", rule.conditions[0].name, "outcome"), strict=True):
        (told,) = compare(pack.rules, right, [one, *right[1:]])
        assert told.startswith(f"{rule.programme} {rule.version} {name}: ")
    short = [one._replace(conditions=(), steps=()) for one in right]
    assert compare(pack.rules, right, short, traced=False) == []


def test_inside_values_are_whole() -> None:
    with pytest.raises(AssertionError, match="is not whole"):
        inside("0.001", Money())
