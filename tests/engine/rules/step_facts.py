"""The facts behind the steps of a hand-made rule."""

from collections.abc import Mapping

from yingcai.engine.rules.model import facts_of
from yingcai.engine.rules.nodes import Node


def step_facts(steps: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    """By step, every fact that it names, also through earlier steps."""
    named: dict[str, tuple[str, ...]] = {}
    for name, value in steps.items():
        named[name] = facts_of(value, named)
    return named
