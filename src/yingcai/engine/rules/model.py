"""What the compiler gives to every back end: facts, rules, programmes.

A *rule* is one version of one programme; versions of a programme never apply together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from yingcai.engine.rules.nodes import Fact, Lookup, Node, Step, walk
from yingcai.engine.rules.types import Type, Value

Words = Mapping[str, str]  # language ("zh", "en") to text
Outcome = Literal["no", "yes", "unknown", "person"]


@dataclass(frozen=True, slots=True)
class FactType:
    """A fact of the vocabulary. ``low`` and ``high`` are inside values; both None for booleans.

    ``judged``: a committee or an officer decides it. ``always``: never unknown.
    ``moves`` says how the subject can change it: any, up, down or never.
    """

    name: str
    type: Type
    label: Words
    source: str = ""
    low: int | None = None
    high: int | None = None
    judged: bool = False
    always: bool = False
    moves: Literal["any", "up", "down", "never"] = "any"
    value_labels: Mapping[str, Words] = field(default_factory=dict)
    question: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """``facts``: every fact it names, also through steps, table keys and dates of parameters."""

    name: str
    test: Node
    source: str
    text: Words
    facts: tuple[str, ...]
    evidence: tuple[Mapping[str, object], ...] = ()
    verified_by: str = ""


@dataclass(frozen=True, slots=True)
class StepValue:
    name: str
    value: Node
    label: Words
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """An aggregate cap in fen on what a group is paid. ``fact`` is its own fact for one case:

    by_date: fen granted to the group so far; pro_rata: fen claimed by the group, this one included.
    """

    per: Literal["person", "household", "firm"]
    amount: Node
    share: Literal["pro_rata", "by_date"]
    within: Literal["ever", "year"]
    group: tuple[str, ...]
    source: str
    fact: str


@dataclass(frozen=True, slots=True)
class Stacking:
    highest_of: str = ""
    excludes: tuple[str, ...] = ()
    deducts: tuple[str, ...] = ()
    top_up: bool = False
    ceilings: tuple[Ceiling, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as written, for explanation, diff and what-if. ``values``: (day code, value, source, sample)."""

    name: str
    type: Type
    unit: str
    by: str
    values: tuple[tuple[int, Value, str, bool], ...]


@dataclass(frozen=True)
class Rule:
    """One version of a programme. ``number`` is its place in the rule set.

    ``facts``: all facts it can ask for, in order of first use. ``amount`` is money, ``result`` an enum.
    """

    number: int
    programme: str
    version: str
    conditions: tuple[Condition, ...]
    steps: tuple[StepValue, ...]
    amount: Node | None
    result: Node | None
    parameters: tuple[Parameter, ...]
    facts: tuple[str, ...]
    amount_facts: tuple[str, ...]
    source: str = ""
    sample: bool = False

    @cached_property
    def step_values(self) -> dict[str, Node]:
        return {step.name: step.value for step in self.steps}

    @property
    def trees(self) -> Iterator[Node]:
        """Everything that the rule computes."""
        yield from (one.test for one in self.conditions)
        yield from (one.value for one in self.steps)
        yield from (node for node in (self.amount, self.result) if node is not None)

    @cached_property
    def partly_sample(self) -> bool:
        """Whether some of its figures, a parameter or a row of a table, are no known rule of the city."""
        tables = (
            part.table for tree in self.trees for part in walk(tree) if isinstance(part, Lookup)
        )
        return any(sample for one in self.parameters for *_, sample in one.values) or any(
            row.sample for table in tables for row in table.rows
        )


@dataclass(frozen=True, slots=True)
class Programme:
    """``rules`` are the numbers of its versions; ``details`` keeps the rest of the file as plain data.

    ``duties``: by obligation, the condition by which facts alone show that it is met.
    """

    name: str
    title: Words
    kind: str
    subject: str
    lead: str
    source: str
    sample: bool
    rules: tuple[int, ...]
    stacking: Stacking
    details: Mapping[str, object]
    duties: Mapping[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True)
class RuleSet:
    """All of a pack's rules. ``facts`` holds the vocabulary and the engine's own facts, in order."""

    facts: Mapping[str, FactType]
    programmes: Mapping[str, Programme]
    rules: tuple[Rule, ...]

    @cached_property
    def used_facts(self) -> tuple[str, ...]:
        """The facts that some rule names, be it only in a step; in the vocabulary's order."""
        used = {name for rule in self.rules for name in rule.facts}
        used |= {name for rule in self.rules for step in rule.steps for name in step.facts}
        return tuple(name for name in self.facts if name in used)

    def judged(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those of ``names`` that a person decides."""
        return tuple(name for name in names if self.facts[name].judged)

    def only(self, programmes: frozenset[str]) -> RuleSet:
        """The same vocabulary with some of the programmes; rules keep their numbers' order, renumbered."""
        kept = [rule for rule in self.rules if rule.programme in programmes]
        renumbered = tuple(_renumber(rule, place) for place, rule in enumerate(kept))
        return RuleSet(
            self.facts,
            {
                name: _with_rules(one, tuple(r.number for r in renumbered if r.programme == name))
                for name, one in self.programmes.items()
                if name in programmes
            },
            renumbered,
        )


def _renumber(rule: Rule, number: int) -> Rule:
    fields = {name: getattr(rule, name) for name in rule.__dataclass_fields__}
    return Rule(**{**fields, "number": number})


def _with_rules(programme: Programme, rules: tuple[int, ...]) -> Programme:
    fields = {name: getattr(programme, name) for name in programme.__dataclass_fields__}
    return Programme(**{**fields, "rules": rules})


def received_fact(programme: str) -> str:
    """The fact that holds what the subject has received under a programme, in fen.

    >>> received_fact("rent-allowance")
    'received.rent_allowance'
    """
    return f"received.{programme.replace('-', '_')}"


def ceiling_fact(programme: str, per: str) -> str:
    """The fact that holds what a ceiling of a programme has used, in fen."""
    return f"ceiling.{programme.replace('-', '_')}_{per}"


def facts_of(node: Node, steps: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Every fact that a node names, also through steps (name to facts); in order of first use."""
    return tuple(dict.fromkeys(_facts(node, steps)))


def _facts(node: Node, steps: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for one in walk(node):
        if isinstance(one, Fact):
            yield one.name
        elif isinstance(one, Step):
            yield from steps[one.name]
