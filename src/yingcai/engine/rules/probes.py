"""Values worth trying for a fact: those at which some rule may answer differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.tables import Span
from yingcai.engine.rules.types import (
    Boolean,
    Date,
    Enum,
    Ratio,
    Value,
    civil,
    following,
    from_civil,
    preceding,
)

MAX_PROBES = 12


def thresholds(found: Sequence[n.Node]) -> dict[str, set[int]]:
    """By fact, the numbers, days and codes that trees compare it with, or that tables cut it at."""
    cuts: dict[str, set[int]] = {}
    for tree in found:
        for part in n.walk(tree):
            for name, value in _cuts(part):
                cuts.setdefault(name, set()).add(value)
    return cuts


def _cuts(node: n.Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, n.Compare):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, n.Fact):
                yield from ((side.name, value) for value in _constants(other))
    elif isinstance(node, n.Member) and isinstance(node.item, n.Fact):
        yield from ((node.item.name, code) for code in node.codes)
    elif isinstance(node, n.Param) and isinstance(node.by, n.Fact):
        yield from ((node.by.name, day) for day, _ in node.values)
    elif isinstance(node, n.Lookup | n.Covered):
        yield from _table_cuts(node)


def _constants(node: n.Node) -> Iterator[int]:
    if isinstance(node, n.Const):
        yield int(node.value)
    elif isinstance(node, n.Param):
        yield from (int(value) for _, value in node.values)
    elif isinstance(node, n.Arithmetic) and isinstance(node.type, Ratio):
        # A share brought to the scale of the fact that it is compared with.
        yield from (
            value * factor for factor in _constants(node.right) for value in _constants(node.left)
        )


def _table_cuts(node: n.Lookup | n.Covered) -> Iterator[tuple[str, int]]:
    for place, key in enumerate(node.keys):
        if not isinstance(key, n.Fact):
            continue
        for row in node.table.rows:
            cell = row.cells[place]
            if isinstance(cell, Span):
                yield from ((key.name, end) for end in (cell.low, cell.high) if end is not None)
            elif cell is not None:
                yield from ((key.name, int(value)) for value in cell)


def probes(fact: FactType, cuts: Mapping[str, set[int]], *, most: int = MAX_PROBES) -> list[Value]:
    """At most ``most`` values of a fact: around its cuts, its ends, or its words."""
    if isinstance(fact.type, Boolean):
        return [False, True]
    low, high = cast(int, fact.low), cast(int, fact.high)
    named = sorted(cuts.get(fact.name, ()))
    if isinstance(fact.type, Enum):
        others = [code for code in range(high + 1) if code not in named]
        return [*named, *others[:1]][:most]
    near = {low, high}
    for cut in named:
        near |= {preceding(cut, fact.type), cut, following(cut, fact.type)}
    usable = sorted(value for value in near if low <= value <= high)
    if len(usable) <= most:
        return list(usable)
    return [usable[place * (len(usable) - 1) // (most - 1)] for place in range(most)]


def to_line(value: int, fact: FactType) -> int:
    """A value on a line without holes: days as ordinals."""
    return from_civil(value).toordinal() if isinstance(fact.type, Date) else value


def from_line(place: int, fact: FactType) -> int:
    """The opposite of `to_line`."""
    return civil(date.fromordinal(place)) if isinstance(fact.type, Date) else place
