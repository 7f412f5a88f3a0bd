"""What to ask next: the fact whose answer settles the most, whatever the answer is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from yingcai.engine.rules.model import Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.probes import probes, thresholds
from yingcai.engine.rules.types import Known

Facts = Mapping[str, Known]
Decide = Callable[[Facts], Sequence[RuleOutcome]]


class Question(NamedTuple):
    """``settles``: of the open programmes, how many an answer settles on average; ``concerns``: all
    that name the fact."""

    fact: str
    settles: float
    concerns: int


def next_questions(
    rules: RuleSet, decide: Decide, facts: Facts, *, programmes: frozenset[str] | None = None
) -> list[Question]:
    """The facts still to ask for, best first; facts that a person has to judge are not asked.

    Each fact is tried with the values at which the open rules change (`probes.py`), one at a time.
    """
    outcomes = decide(facts)
    wanted = [
        rule
        for rule, outcome in zip(rules.rules, outcomes, strict=True)
        if is_open(rule, outcome) and (programmes is None or rule.programme in programmes)
    ]
    naming: dict[str, set[str]] = {}
    for rule in wanted:
        for name in open_facts(rule, outcomes[rule.number], facts):
            if not rules.facts[name].judged:
                naming.setdefault(name, set()).add(rule.programme)
    cuts = thresholds([tree for rule in wanted for tree in rule.trees])
    questions = []
    for name, concerned in naming.items():
        answers = [{**facts, name: value} for value in probes(rules.facts[name], cuts)]
        settled = sum(_settled(wanted, decide(answer)) for answer in answers)
        questions.append(Question(name, settled / len(answers), len(concerned)))
    order = {name: place for place, name in enumerate(rules.facts)}
    return sorted(questions, key=lambda one: (-one.settles, -one.concerns, order[one.fact]))


def is_open(rule: Rule, outcome: RuleOutcome) -> bool:
    """Whether more facts could still change what the rule says."""
    if outcome.outcome != "yes":
        return outcome.outcome != "no"
    waits_for_amount = rule.amount is not None and outcome.amount is None
    return waits_for_amount or (rule.result is not None and outcome.result is None)


def open_facts(rule: Rule, outcome: RuleOutcome, facts: Facts) -> list[str]:
    """The unknown facts of a rule that its open conditions or its amount name."""
    named = [
        name
        for one, holds in zip(rule.conditions, outcome.conditions, strict=True)
        if holds is None
        for name in one.facts
    ]
    return [name for name in dict.fromkeys([*named, *rule.amount_facts]) if facts.get(name) is None]


def _settled(wanted: Sequence[Rule], outcomes: Sequence[RuleOutcome]) -> int:
    """How many of the programmes of ``wanted`` are settled: no version of them is open."""
    open_ones = {rule.programme for rule in wanted if is_open(rule, outcomes[rule.number])}
    return len({rule.programme for rule in wanted} - open_ones)
