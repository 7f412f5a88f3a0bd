"""What an expression may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import Leaves
from yingcai.engine.rules.tables import Table
from yingcai.engine.rules.types import Type


@dataclass
class Scope:
    """What an expression may name, and what is known of its values."""

    facts: Mapping[str, Type]
    parameters: Mapping[str, n.Param] = field(default_factory=dict)
    steps: dict[str, n.Step] = field(default_factory=dict)
    tables: Mapping[str, tuple[Table, tuple[n.Node, ...]]] = field(default_factory=dict)
    leaves: Leaves = field(default_factory=dict)
