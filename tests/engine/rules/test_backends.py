"""All speeds give the same answer; `tools/prove_equal.py` shows the same on as many subjects as one likes."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.engine.rules.back_ends import Answers, BackEnd, Facts, oracle, plain
from tests.engine.rules.metamorphic import database_changes, kernel_changes
from tests.engine.rules.proof import Part, Tally, compare, facts_of, pack, prove
from yingcai.engine.population.kernel import Budget, Decisions, Kernel
from yingcai.engine.rules.model import RuleSet

BACK_ENDS = {"oracle", "generated run", "generated trace", "DuckDB", "DuckDB, reasons"}
PACK = Part(None, 1, 120)


@pytest.mark.parametrize("world", range(8))
def test_all_back_ends_agree_in_random_worlds(world: int) -> None:
    tally = prove(Part(world, 1, 40, native=world == 0))
    assert tally.examples == []
    assert tally.different.total() == 0
    assert set(tally.cells) == BACK_ENDS | {"kernel" if world == 0 else "kernel as Python"}


def test_all_back_ends_agree_on_every_programme_of_the_pack() -> None:
    tally = prove(PACK)
    rules = pack().rules
    cells = sum(3 + len(rule.conditions) + len(rule.steps) for rule in rules.rules)
    assert tally.examples == []
    assert tally.cells["oracle"] == cells * PACK.subjects
    assert tally.cells["DuckDB, reasons"] == 2 * tally.cells["oracle"]  # against two references
    assert min(tally.outcomes[word] for word in ("yes", "no", "unknown", "person")) > 30


def test_the_subjects_of_the_pack_satisfy_every_rule_that_one_subject_can() -> None:
    """A comparison of nothing but refusals would show little."""
    rules, subjects = facts_of(Part(None, 2, 400))
    met = {
        place
        for row in oracle(rules, subjects)
        for place, one in enumerate(row)
        if one.outcome == "yes"
    }
    assert len(met) >= len(rules.rules) - 1


def broken(rules: RuleSet, subjects: Sequence[Facts]) -> Answers:
    """One yuan too much, once; and 1 for True, once."""
    answers = oracle(rules, subjects)
    answers[3][0] = answers[3][0]._replace(amount=(answers[3][0].amount or 0) + 100)
    true = next(row for row in answers if True in row[1].conditions)
    ones: tuple[Any, ...] = tuple(one and 1 for one in true[1].conditions)
    true[1] = true[1]._replace(conditions=ones)
    return answers


def test_one_wrong_cell_is_counted_and_told_with_its_place() -> None:
    rules, subjects = facts_of(PACK)
    tally, wanted = Tally(), oracle(rules, subjects)
    back_end = BackEnd("broken", broken)
    compare(
        tally,
        rules,
        back_end,
        wanted=wanted,
        found=back_end.decide(rules, subjects),
        where="pack/1/120",
    )
    assert tally.different["broken"] >= 2
    assert f"broken: pack/1/120 subject 3 {rules.rules[0].programme}" in " ".join(tally.examples)
    assert any("True, not 1" in one for one in tally.examples)
    assert Part.read("17/3/500/native") == Part(17, 3, 500, native=True)
    assert Part.read(str(PACK)) == PACK
    total = Tally()
    for _ in range(2):
        total.add(tally)
    assert total.different["broken"] == 2 * tally.different["broken"]


class Unsteady(Kernel):
    """A kernel that counts its calls, and lets them count."""

    calls = 0

    def budget(self, *arguments: object, **named: object) -> Budget:
        self.calls += 1
        first, *rest = super().budget(*arguments, **named)  # type: ignore[arg-type]  # passed on
        return Budget(first + self.calls, *rest)

    def full(self, *arguments: object, **named: object) -> Decisions:
        self.calls += 1
        found = super().full(*arguments, **named)  # type: ignore[arg-type]  # passed on
        found.outcome[0] = self.calls
        return found


# A count of calls on top of sums near the limit of 64 bits.
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_order_threads_and_halves_change_nothing_or_are_told() -> None:
    rules, subjects = facts_of(Part(0, 1, 100))
    assert database_changes(rules, subjects * 20) == []
    assert kernel_changes(Kernel(rules, plain), subjects) == []
    assert len(kernel_changes(Unsteady(rules, plain), subjects)) == 10
