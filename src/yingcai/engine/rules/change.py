"""What would change a "no": for each condition that fails, the nearest value that would meet it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

from yingcai.engine.rules.closures import evaluate, with_steps
from yingcai.engine.rules.model import Condition, FactType, Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.probes import from_line, probes, thresholds, to_line
from yingcai.engine.rules.types import Boolean, Enum, Known, Value

Facts = Mapping[str, Known]

MAX_TRIES = 200  # values of one fact tried for one condition


class Change(NamedTuple):
    """One fact from its present value to another."""

    fact: str
    present: Known
    needed: Value


class Way(NamedTuple):
    """Changes that together turn the outcome to yes, or, where ``whole`` is false, only ``condition``."""

    condition: str
    changes: tuple[Change, ...]
    whole: bool


def ways_to_yes(rule: Rule, rules: RuleSet, outcome: RuleOutcome, facts: Facts) -> list[Way]:
    """For each failing condition the nearest change, and whether it suffices; one fact a condition.

    Where several conditions fail and each of them can be met, a last way (condition "") holds all
    changes together. A condition without a way depends on what nobody can change, or no value of one
    fact that was tried (`probes.py`) meets it.
    """
    failing = [
        one
        for one, holds in zip(rule.conditions, outcome.conditions, strict=True)
        if holds is False
    ]
    searcher = _Searcher(rule, rules, facts)
    ways = []
    for condition in failing:
        change = searcher.nearest(condition)
        if change is not None:
            ways.append(Way(condition.name, (change,), searcher.suffice((change,))))
    together = _merged([way.changes[0] for way in ways])
    if len(failing) > 1 and len(ways) == len(failing) and together is not None:
        ways.append(Way("", together, searcher.suffice(together)))
    return [way for way in ways if way.condition or way.whole]


def _merged(changes: list[Change]) -> tuple[Change, ...] | None:
    """All changes, each fact once; None when two conditions want different values of one fact."""
    by_fact: dict[str, Change] = {}
    for change in changes:
        other = by_fact.setdefault(change.fact, change)
        if other.needed != change.needed:
            return None
    return tuple(by_fact.values())


class _Searcher:
    def __init__(self, rule: Rule, rules: RuleSet, facts: Facts) -> None:
        self.rule, self.rules, self.facts = rule, rules, facts
        self.steps = [step.value for step in rule.steps]

    def env(self, changes: tuple[Change, ...]) -> dict[str, Known]:
        needed = {change.fact: change.needed for change in changes}
        return with_steps(self.rule, {**self.facts, **needed})

    def suffice(self, changes: tuple[Change, ...]) -> bool:
        env = self.env(changes)
        return all(evaluate(one.test, env) is True for one in self.rule.conditions)

    def meets(self, condition: Condition, name: str, value: Value) -> bool:
        env = self.env((Change(name, None, value),))
        return evaluate(condition.test, env) is True

    def nearest(self, condition: Condition) -> Change | None:
        """The nearest value of one of the condition's facts that makes it true."""
        found = [
            Change(name, self.facts[name], value)
            for name in condition.facts
            if self.facts.get(name) is not None
            and self.rules.facts[name].moves != "never"
            and (value := self._nearest_value(condition, self.rules.facts[name])) is not None
        ]
        return min(found, key=self._cost, default=None)

    def _cost(self, change: Change) -> tuple[bool, int]:
        """Facts that rise or fall by themselves before those that need an act; then by distance."""
        fact = self.rules.facts[change.fact]
        present = cast(Value, change.present)
        distance = abs(to_line(change.needed, fact) - to_line(present, fact))
        return isinstance(fact.type, Boolean | Enum), distance

    def _nearest_value(self, condition: Condition, fact: FactType) -> Value | None:
        present = to_line(cast(Value, self.facts[fact.name]), fact)

        def distance(value: Value) -> int:
            return abs(to_line(value, fact) - present)

        reached = []
        for values in self._candidates(condition, fact):
            good = (
                value
                for value in sorted(values, key=distance)
                if self.meets(condition, fact.name, value)
            )
            nearest = next(good, None)
            if nearest is not None:
                reached.append(self._boundary(condition, fact, nearest))
        return min(reached, key=distance, default=None)

    def _candidates(self, condition: Condition, fact: FactType) -> Iterator[list[Value]]:
        """Values worth trying on either side of the present one, where the subject can go."""
        present = cast(Value, self.facts[fact.name])
        if isinstance(fact.type, Enum):
            values: list[Value] = list(range(len(fact.type.values)))
        else:
            values = probes(fact, thresholds([condition.test, *self.steps]), most=MAX_TRIES)
        if fact.moves != "down":
            yield [value for value in values if value > present]
        if fact.moves != "up":
            yield [value for value in values if value < present]

    def _boundary(self, condition: Condition, fact: FactType, good: Value) -> Value:
        """Between the present value, which fails, and a good one: the first good one."""
        if isinstance(fact.type, Boolean | Enum):
            return good
        bad, best = to_line(cast(Value, self.facts[fact.name]), fact), to_line(good, fact)
        while abs(best - bad) > 1:
            middle = (best + bad) // 2
            if self.meets(condition, fact.name, from_line(middle, fact)):
                best = middle
            else:
                bad = middle
        return from_line(best, fact)
