"""One rule as the linter sees it: its trees, and where each part of it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from yingcai.engine.packs.document import Key
from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.load import Pack
from yingcai.engine.packs.rule_source import line_of
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import Bounds, bounds, declared_bounds
from yingcai.engine.rules.closures import STEP
from yingcai.engine.rules.model import Condition, Programme, Rule, RuleSet
from yingcai.engine.rules.narrow import narrowed_with_steps
from yingcai.engine.rules.source_form import place_of, versions_of
from yingcai.engine.rules.speaker import Speaker
from yingcai.engine.rules.version import IN_FORCE, WINDOW
from yingcai.engine.rules.words import Language


@dataclass(frozen=True)
class View:
    """``key`` is the place of the version in the file, ``form`` all that holds for it."""

    pack: Pack
    rules: RuleSet
    programme: Programme
    rule: Rule
    key: Key
    form: Mapping[str, Any]

    @property
    def file(self) -> str:
        return f"programmes/{self.programme.name}.yaml"

    def place(self, *inner: str | int) -> Key:
        """The way to a part of the version from the top of the file; stacking stands there itself."""
        if inner[:1] in (("stacking",), ("in_force",)):
            return inner
        return place_of(self.key, self.programme.details, inner)

    def finding(self, rule: str, zh: str, en: str, *inner: str | int) -> Finding:
        """What is wrong with the part at ``inner``."""
        file, line = line_of(self.pack, self.file, self.place(*inner))
        return Finding(file, line, rule, zh, en)

    def say(self, node: n.Node, language: Language) -> str:
        return Speaker(self.rules.facts, self.rule, language).say(node)

    @cached_property
    def conditions(self) -> list[tuple[Key, Condition]]:
        """Each condition with the way to its expression; those made of dates come first."""
        dated: dict[str, Key] = {WINDOW: ("window",), IN_FORCE: ("in_force",)}
        ways = [dated[one.name] for one in self.rule.conditions if one.name in dated]
        ways += [("conditions", i, "when") for i in range(len(self.form.get("conditions", [])))]
        return list(zip(ways, self.rule.conditions, strict=True))

    @cached_property
    def values(self) -> list[tuple[Key, n.Node]]:
        """Steps, amount and result with the way to each."""
        found: list[tuple[Key, n.Node]] = [
            (("steps", i, "value"), step.value) for i, step in enumerate(self.rule.steps)
        ]
        for name, node in (("amount", self.rule.amount), ("result", self.rule.result)):
            if node is not None:
                found.append(((name,), node))
        return found

    @property
    def trees(self) -> list[tuple[Key, n.Node]]:
        """Everything that the rule computes."""
        return [*((key, one.test) for key, one in self.conditions), *self.values]

    @cached_property
    def declared(self) -> dict[str, Bounds]:
        """What facts and steps can be by the vocabulary alone."""
        leaves = declared_bounds(self.rules.facts)
        for step in self.rule.steps:
            leaves[STEP + step.name] = bounds(step.value, leaves)
        return leaves

    def left_by(self, conditions: Sequence[Condition]) -> dict[str, Bounds]:
        """What they can be where some conditions hold."""
        return narrowed_with_steps(
            self.declared, self.rule.step_values, [one.test for one in conditions]
        )


def views_of(pack: Pack, rules: RuleSet) -> list[View]:
    """All rules of a pack, in order."""
    return [
        View(pack, rules, programme, rules.rules[number], key, form)
        for programme in rules.programmes.values()
        for number, (key, form) in zip(programme.rules, versions_of(programme.details), strict=True)
    ]


def ceilings_of(view: View) -> Iterator[tuple[Key, n.Node]]:
    """The amounts of a programme's ceilings, standing above all versions; steps are inlined in them."""
    for i, ceiling in enumerate(view.programme.stacking.ceilings):
        yield ("stacking", "ceilings", i, "amount"), ceiling.amount
