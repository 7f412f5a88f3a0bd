"""What the oracle says of many people, in the cells of a decision query, and where a database differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import closure, waits_for_facts
from yingcai.engine.rules.model import Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.sql import OUTCOME_CODES, Columns
from yingcai.engine.rules.types import Known, civil

Facts = Mapping[str, Known]
Cell = int | None


def prepared(rules: RuleSet) -> Callable[[Facts], list[RuleOutcome]]:
    """``closures.decide`` with its functions made once; a test compares the two."""
    each = [_prepared_rule(rule, rules) for rule in rules.rules]
    return lambda facts: [one(facts) for one in each]


def _prepared_rule(rule: Rule, rules: RuleSet) -> Callable[[Facts], RuleOutcome]:
    steps = rule.step_values
    tests = [closure(one.test, steps) for one in rule.conditions]
    values = [closure(one.value, steps) for one in rule.steps]
    ends = [None if end is None else closure(end, steps) for end in (rule.amount, rule.result)]

    def decide(facts: Facts) -> RuleOutcome:
        conditions = tuple(
            None if (value := test(facts)) is None else bool(value) for test in tests
        )
        kept = tuple(value(facts) for value in values)
        if False in conditions:
            return RuleOutcome("no", None if ends[0] is None else 0, None, conditions, kept)
        open_ones = [
            one for one, value in zip(rule.conditions, conditions, strict=True) if value is None
        ]
        if open_ones:
            waits = any(waits_for_facts(one, rules, facts) for one in open_ones)
            return RuleOutcome("unknown" if waits else "person", None, None, conditions, kept)
        amount, result = (None if end is None else end(facts) for end in ends)
        return RuleOutcome("yes", amount, result, conditions, kept)

    return decide


def cells(
    rules: RuleSet, columns: Sequence[Columns], outcomes: Sequence[RuleOutcome]
) -> list[Cell]:
    """The cells that a decision query should give for one person, in the order of ``Columns.names``."""
    made: list[Cell] = []
    for names, outcome in zip(columns, outcomes, strict=True):
        made.append(OUTCOME_CODES.index(outcome.outcome))
        made += [outcome.amount] if names.amount else []
        made += [outcome.result] if names.result else []
        made += outcome.conditions if names.conditions else ()
        made += outcome.steps if names.steps else ()
    return made


@dataclass(slots=True)
class Tally:
    """How many cells were compared, and the first few that differ."""

    cells: int = 0
    unknown: int = 0
    different: int = 0
    examples: tuple[str, ...] = ()

    def add(self, where: str, expected: Sequence[Cell], found: Sequence[object]) -> None:
        assert len(expected) == len(found), where
        for place, (want, got) in enumerate(zip(expected, found, strict=True)):
            self.cells += 1
            self.unknown += want is None
            if want != read(got):
                self.different += 1
                self.examples = (*self.examples, f"{where} cell {place}: {want} not {got}")[:5]


def read(value: object) -> Cell:
    """A cell as a database's client gives it: dates as civil codes, whole numbers also as text."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str) and value.count("-") == 2:
        value = date.fromisoformat(value)
    if isinstance(value, date):
        return civil(value)
    assert isinstance(value, str), f"a cell of type {type(value)}"
    return int(value)


def output_names(columns: Sequence[Columns]) -> list[str]:
    return [name for one in columns for name in one.names()]


def kinds(rules: RuleSet) -> set[type[n.Node]]:
    return {type(node) for rule in rules.rules for top in _tops(rule) for node in n.walk(top)}


def _tops(rule: Rule) -> Iterator[n.Node]:
    yield from (one.test for one in rule.conditions)
    yield from (one.value for one in rule.steps)
    yield from (end for end in (rule.amount, rule.result) if end is not None)
