"""What to ask next: the fact whose answer settles the most, whatever the answer is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from yingcai.engine.rules.model import Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.probes import probes, thresholds, trees
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
    cuts = thresholds([tree for rule in wanted for tree in trees(rule)])
    questions = [
        Question(name, _settled(rules, decide, facts, name, wanted, cuts), len(concerned))
        for name, concerned in naming.items()
    ]
    order = {name: place for place, name in enumerate(rules.facts)}
    return sorted(questions, key=lambda one: (-one.settles, -one.concerns, order[one.fact]))


def is_open(rule: Rule, outcome: RuleOutcome) -> bool:
    """Whether more facts could still change what the rule says."""
    waits_for_amount = (
        outcome.outcome == "yes" and rule.amount is not None and outcome.amount is None
    )
    return outcome.outcome in ("unknown", "person") or waits_for_amount


def open_facts(rule: Rule, outcome: RuleOutcome, facts: Facts) -> list[str]:
    """The unknown facts of a rule that its open conditions or its amount name."""
    named = [
        name
        for one, holds in zip(rule.conditions, outcome.conditions, strict=True)
        if holds is None
        for name in one.facts
    ]
    return [name for name in dict.fromkeys([*named, *rule.amount_facts]) if facts.get(name) is None]


def _settled(  # one step of the search above
    rules: RuleSet,
    decide: Decide,
    facts: Facts,
    name: str,
    wanted: Sequence[Rule],
    cuts: Mapping[str, set[int]],
) -> float:
    """How many of the wanted rules an answer to ``name`` settles on average."""
    values = probes(rules.facts[name], cuts)
    settled = 0
    for value in values:
        outcomes = decide({**facts, name: value})
        settled += sum(not is_open(rule, outcomes[rule.number]) for rule in wanted)
    return settled / len(values)
