"""All back ends on the same random subjects, cell by cell against the slow model and against the oracle.

The work is cut into parts that repeat from their names alone, so that processes can share it and a
difference can be seen again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from tests.engine.rules.back_ends import (
    DUCKDB,
    DUCKDB_REASONS,
    NATIVE,
    ORACLE,
    PLAIN,
    RUN,
    TRACE,
    Answers,
    BackEnd,
    Facts,
)
from tests.engine.rules.equality import Case, case_of, expected, pack_case
from tests.engine.rules.pack_subjects import at_the_edges, pack_subject
from tests.engine.rules.random_rules import Yaml, random_world
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.outcome import RuleOutcome

EXAMPLES = 20  # differences that are told


class Part(NamedTuple):
    """Some subjects of the pack, or of the random world of a seed. ``native``: with machine code."""

    world: int | None
    seed: int
    subjects: int
    native: bool = False

    def __str__(self) -> str:
        where = "pack" if self.world is None else str(self.world)
        return f"{where}/{self.seed}/{self.subjects}" + "/native" * self.native

    @classmethod
    def read(cls, text: str) -> Part:
        """The part of a name. Raises: ValueError."""
        where, seed, subjects, *native = text.split("/")
        world = None if where == "pack" else int(where)
        return cls(world, int(seed), int(subjects), native == ["native"])


@dataclass
class Tally:
    """Counts by back end, which for `oracle` are of its comparison with the slow model."""

    subjects: int = 0
    cells: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    different: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.subjects += other.subjects
        for name in ("cells", "unknown", "different", "outcomes"):
            getattr(self, name).update(getattr(other, name))
        self.examples = (self.examples + other.examples)[:EXAMPLES]


def prove(part: Part) -> Tally:
    """One part: every back end against both references."""
    case, written = work_of(part)
    facts = [case.facts(subject) for subject in written]
    wanted = [expected(case, subject) for subject in written]
    tally = Tally(len(written), outcomes=Counter(one.outcome for row in wanted for one in row))
    said = ORACLE.decide(case.rules, facts)
    compare(tally, case.rules, ORACLE, wanted=wanted, found=said, where=f"{part} slow model")
    for back_end in (RUN, TRACE, DUCKDB, DUCKDB_REASONS, NATIVE if part.native else PLAIN):
        found = back_end.decide(case.rules, facts)
        for name, reference in (("slow model", wanted), ("oracle", said)):
            where = f"{part} {name}"
            compare(tally, case.rules, back_end, wanted=reference, found=found, where=where)
    return tally


def work_of(part: Part) -> tuple[Case, list[Yaml]]:
    seeds = [part.seed * 1_000_000 + number for number in range(part.subjects)]
    if part.world is None:
        return pack(), [pack_subject(pack(), seed) for seed in seeds]
    case = case_of(random_world(part.world))
    return case, [case.world.subject(seed) for seed in seeds]


@cache
def pack() -> Case:
    return at_the_edges(pack_case())


def facts_of(part: Part) -> tuple[RuleSet, list[Facts]]:
    case, written = work_of(part)
    return case.rules, [case.facts(subject) for subject in written]


def compare(
    tally: Tally, rules: RuleSet, back_end: BackEnd, *, wanted: Answers, found: Answers, where: str
) -> None:
    """Count every cell, and tell the first that differ; True is not 1 here."""
    for subject, (want, got) in enumerate(zip(wanted, found, strict=True)):
        for rule, one, other in zip(rules.rules, want, got, strict=True):
            cells, others = cells_of(back_end.shown(one)), cells_of(other)
            assert len(cells) == len(others), (back_end.name, rule.programme)
            tally.cells[back_end.name] += len(cells)
            tally.unknown[back_end.name] += cells.count(None)
            if cells == others and list(map(type, cells)) == list(map(type, others)):
                continue
            told = list(_told(cells, others))
            tally.different[back_end.name] += len(told)
            if len(tally.examples) < EXAMPLES:
                place = f"{where} subject {subject} {rule.programme} {rule.version}"
                tally.examples.append(f"{back_end.name}: {place}: {'; '.join(told)}")


def cells_of(outcome: RuleOutcome) -> list[object]:
    return [*outcome[:3], *outcome.conditions, *outcome.steps]


def _told(cells: Sequence[object], others: Sequence[object]) -> Iterator[str]:
    for place, (want, got) in enumerate(zip(cells, others, strict=True)):
        if (type(want), want) != (type(got), got):
            yield f"cell {place}: {want!r}, not {got!r}"
