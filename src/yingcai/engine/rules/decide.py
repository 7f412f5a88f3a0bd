"""A decision about one subject: outcome, amount, every reason with its clause, and what is asked.

The back end gives bare values; texts, clauses and labels are joined to them here, from parts that
are made once for a rule set and language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, cast

from yingcai.engine.rules.ask import is_open, open_facts
from yingcai.engine.rules.bounds import NEVER, Bounds, Interval, bounds, declared_bounds
from yingcai.engine.rules.model import Outcome, Programme, Rule, RuleSet
from yingcai.engine.rules.narrow import narrowed_with_steps
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.speaker import condition_words
from yingcai.engine.rules.types import Integer, Known, Money, Type
from yingcai.engine.rules.words import Language

Facts = Mapping[str, Known]
Trace = Callable[[Facts], Sequence[RuleOutcome]]

_RANK: dict[Outcome, int] = {"no": 0, "person": 1, "unknown": 2, "yes": 3}


class ConditionText(NamedTuple):
    """What can be said of a condition without a subject; ``facts`` are all that it names."""

    name: str
    text: str
    source: str
    facts: tuple[str, ...]


class StepText(NamedTuple):
    name: str
    label: str
    type: Type


class Decision(NamedTuple):
    """What one programme says about one subject.

    ``amount`` in fen, None when unknown or when the programme pays no money. ``conditions`` and
    ``steps`` pair the words with the value that this subject has; ``facts`` are the values they
    stand on. ``ask``: facts still missing that could change the answer, in order of the text;
    those that people judge come last.
    """

    programme: str
    version: str
    outcome: Outcome
    amount: int | None
    result: str | None
    conditions: tuple[tuple[ConditionText, bool | None], ...]
    steps: tuple[tuple[StepText, Known], ...]
    ask: tuple[str, ...]
    facts: Facts
    rule: Rule


class Decider:
    """Decides and explains; made once for a rule set, a back end and a language."""

    def __init__(self, rules: RuleSet, trace: Trace, language: Language) -> None:
        self.rules, self.trace = rules, trace
        self.joiners = [_Joiner(rule, rules, language) for rule in rules.rules]

    def decide(self, facts: Facts) -> dict[str, Decision]:
        """The decision of every programme, by name, in order of the pack."""
        outcomes = self.trace(facts)
        return {
            name: self._programme(programme, outcomes, facts)
            for name, programme in self.rules.programmes.items()
        }

    def _programme(
        self, programme: Programme, outcomes: Sequence[RuleOutcome], facts: Facts
    ) -> Decision:
        """That of the version which applies; where none is known to, of the most open one."""
        number = max(programme.rules, key=lambda one: _RANK[outcomes[one].outcome])
        if outcomes[number].outcome == "no" and len(programme.rules) > 1:
            number = self._nearest(programme, outcomes)
        return self.joiners[number].join(outcomes[number], facts)

    def _nearest(self, programme: Programme, outcomes: Sequence[RuleOutcome]) -> int:
        """Of versions that all refuse: the one whose window holds, else the last one."""
        in_window = [
            number
            for number in programme.rules
            if outcomes[number].conditions and outcomes[number].conditions[0]
        ]
        return (in_window or list(programme.rules))[-1]


class _Joiner:
    """The parts of a rule's explanation that do not depend on the subject."""

    def __init__(self, rule: Rule, rules: RuleSet, language: Language) -> None:
        self.rule, self.rules = rule, rules
        self.conditions = [
            ConditionText(
                one.name, condition_words(one, rule, rules.facts, language), one.source, one.facts
            )
            for one in rule.conditions
        ]
        self.steps = [
            StepText(one.name, one.label.get(language, one.name), one.value.type)
            for one in rule.steps
        ]
        self.results = () if rule.result is None else getattr(rule.result.type, "values", ())

    def join(self, outcome: RuleOutcome, facts: Facts) -> Decision:
        rule = self.rule
        return Decision(
            rule.programme,
            rule.version,
            outcome.outcome,
            outcome.amount,
            None if outcome.result is None else self.results[outcome.result],
            tuple(zip(self.conditions, outcome.conditions, strict=True)),
            tuple(zip(self.steps, outcome.steps, strict=True)),
            missing_facts(rule, self.rules, outcome, facts) if is_open(rule, outcome) else (),
            facts,
            rule,
        )


def missing_facts(
    rule: Rule, rules: RuleSet, outcome: RuleOutcome, facts: Facts
) -> tuple[str, ...]:
    """Unknown facts of undecided conditions and of the amount; those that people judge come last."""
    missing = open_facts(rule, outcome, facts)
    return tuple(sorted(missing, key=lambda name: rules.facts[name].judged))


class Reach(NamedTuple):
    """Bounds of an amount in fen. ``high`` is None where no rule bounds it, only what can be typed."""

    low: int
    high: int | None


def amount_bounds(decision: Decision, rules: RuleSet) -> Reach | None:
    """The least and the most that could be paid while facts are missing; None: no money.

    Whatever the missing facts turn out to be, an amount that is granted lies within: that of this
    version or, while it is open which one applies, of another.
    """
    if decision.outcome == "no":
        return None
    if decision.amount is not None:
        return Reach(decision.amount, decision.amount)
    versions = [rules.rules[number] for number in rules.programmes[decision.programme].rules]
    found = [reach for rule in versions if (reach := _reach(rule, rules, decision.facts))]
    if not found:
        return None
    highs = [one.high for one in found if one.high is not None]
    return Reach(min(one.low for one in found), max(highs) if len(highs) == len(found) else None)


def _reach(rule: Rule, rules: RuleSet, facts: Facts) -> Reach | None:
    """What one version could pay; None where it pays no money or can no longer apply."""
    named = {*rule.facts, *(name for step in rule.steps for name in step.facts)}
    leaves = declared_bounds({name: rules.facts[name] for name in named}, facts)
    reach = _amount_within(rule, leaves)
    if reach is None:
        return None
    wider = {
        name: _wider(cast(Interval, one))
        if isinstance(rules.facts[name].type, Integer | Money) and facts.get(name) is None
        else one
        for name, one in leaves.items()
    }
    bounded = _amount_within(rule, wider) == reach
    return Reach(reach.low, reach.high if bounded else None)


def _amount_within(rule: Rule, leaves: Mapping[str, Bounds]) -> Interval | None:
    if rule.amount is None:
        return None
    tests = [one.test for one in rule.conditions]
    left = narrowed_with_steps(leaves, rule.step_values, tests)
    if any(bounds(test, left) == NEVER for test in tests):
        return None
    return cast(Interval, bounds(rule.amount, left))


def _wider(one: Interval) -> Interval:
    return Interval(one.low, one.high + max(one.high, 1))
