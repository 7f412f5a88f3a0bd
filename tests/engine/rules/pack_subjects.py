"""Random subjects for rules that people wrote: at the numbers that the rules name, or not far from an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from tests.engine.rules.equality import Case
from tests.engine.rules.random_rules import Yaml, kind_of
from tests.engine.rules.random_text import Near
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.tables import Span
from yingcai.engine.rules.types import Date, Type, from_civil, is_day


def at_the_edges(case: Case) -> Case:
    """The case with subjects that lie at the boundaries which its rules name."""
    facts = {fact["id"]: fact for fact in case.world.vocabulary["facts"]}
    near = Near()
    near.words.update(case.world.near.words)
    for name, number in _named(case.rules):
        if name in facts:
            near.note(name, kind_of(facts[name]), number)
    return replace(case, world=replace(case.world, near=near))


def _named(rules: RuleSet) -> Iterator[tuple[str, int]]:
    """Every fact that a rule holds against a number, with that number as the generator counts."""
    for rule in rules.rules:
        tops = [one.test for one in rule.conditions] + list(rule.step_values.values())
        tops += [node for node in (rule.amount, rule.result) if node is not None]
        for node in (below for top in tops for below in n.walk(top)):
            for fact, number in _beside(node):
                yield fact.name, _counted(number, fact.type)


def _beside(node: n.Node) -> Iterator[tuple[n.Fact, int]]:
    if isinstance(node, n.Compare):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, n.Fact) and isinstance(other, n.Const):
                yield one, other.value
    if isinstance(node, n.Param) and isinstance(node.by, n.Fact):
        yield from ((node.by, day) for day, _ in node.values)
    if isinstance(node, n.Lookup | n.Covered):
        for place, key in enumerate(node.keys):
            cells = [row.cells[place] for row in node.table.rows]
            if isinstance(key, n.Fact):
                yield from ((key, end) for cell in cells for end in _ends(cell))


def _ends(cell: object) -> Iterator[int]:
    if isinstance(cell, Span):
        yield from (end for end in (cell.low, cell.high) if end is not None)


def _counted(number: int, kind: Type) -> int:
    if not isinstance(kind, Date):
        return number
    # A span may end on a code that is no day, such as one before the first of a month.
    return from_civil(number if is_day(number) else number & ~31 | 1).toordinal()


def pack_subject(case: Case, seed: int) -> Yaml:
    """Every third subject is random; the others are an example with up to four of its facts changed."""
    random = case.world.subject(seed)
    if seed % 3 == 0:
        return random
    chance = Random(seed)  # noqa: S311 - a test, no secret
    return _with(random, chance.choice(_examples(case)), chance)


def _examples(case: Case) -> list[Yaml]:
    return [
        example["facts"]
        for programme in case.world.programmes
        for example in programme.get("examples", [])
    ]


def _with(random: Yaml, example: Mapping[str, Any], chance: Random) -> Yaml:
    """The example in front of a random subject, but for some facts that stay random."""
    names = [(group, name) for group, facts in example.items() for name in facts]
    changed = chance.sample(names, min(len(names), chance.randrange(5)))
    found = {group: dict(facts) for group, facts in random.items()}
    for group, name in names:
        if (group, name) not in changed and group != "received":
            found.setdefault(group, {})[name] = example[group][name]
    return found
