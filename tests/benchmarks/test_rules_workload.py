"""The benchmark of the rules measures right answers: ours are those of the same rules by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.rules import floor, ours, people, reference
from benchmarks.rules.people import Facts
from benchmarks.rules.reference import CLAIMED, Answer, Totals
from yingcai.engine.rules import closures
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.types import Known

COUNT = 1_000
HOLDS = {"yes": True, "no": False, "unknown": None}

Decide = Callable[[dict[str, Known]], list[RuleOutcome]]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return people.make(tmp_path_factory.mktemp("people") / "people.parquet", COUNT)


@pytest.fixture(scope="module")
def everybody(file: Path) -> list[Facts]:
    return people.read_cases(file, COUNT)


@pytest.fixture(scope="module")
def by_hand(everybody: list[Facts]) -> Totals:
    return reference.totals(everybody)


def answers(rules: RuleSet, outcomes: list[RuleOutcome]) -> dict[str, Answer]:
    return {
        rule.programme: (HOLDS[one.outcome], one.amount)
        for rule, one in zip(rules.rules, outcomes, strict=True)
    }


@pytest.mark.parametrize(
    "back_end",
    [
        lambda rules: lambda facts: closures.decide(rules, facts),
        lambda rules: compile_case(rules).run,
        lambda rules: compile_case(rules).trace,
    ],
    ids=["closures", "source", "traced source"],
)
def test_each_person_gets_the_answers_by_hand(
    back_end: Callable[[RuleSet], Decide], everybody: list[Facts]
) -> None:
    rules = ours.rules()
    decide = back_end(rules)
    different = [
        one["id"]
        for one in everybody
        if answers(rules, decide(ours.inside(one, rules))) != reference.decide(one)
    ]
    assert len(everybody) == COUNT
    assert different == []


# Where reasons are kept, so are outcomes and amounts: those variants need no test of their own.
@pytest.mark.parametrize("variant", sorted(ours.POPULATION.keys() - {"sql_columns", "kernel_full"}))
def test_a_population_has_the_totals_by_hand(variant: str, file: Path, by_hand: Totals) -> None:
    population = ours.POPULATION[variant](file)
    expected = dict(by_hand)
    if not variant.startswith("scanned"):
        del expected["agency"]  # only a scan knows the ceilings of firms
    assert population.totals(population.decide()) == expected


def test_the_floor_has_the_totals_by_hand(file: Path, by_hand: Totals) -> None:
    population = floor.by_hand(file)
    assert population.totals(population.decide()) == by_hand


def test_the_sample_has_something_to_find(by_hand: Totals) -> None:
    assert all(holding and unknown and fen for holding, unknown, fen in by_hand.values())
    assert by_hand["agency"][2] < by_hand[CLAIMED][2]
