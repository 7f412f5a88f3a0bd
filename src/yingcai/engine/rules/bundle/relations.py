"""Who excludes, deducts, and shares a ceiling with whom: made once for all programmes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from itertools import combinations

from yingcai.engine.rules.model import Ceiling, Programme

Names = frozenset[str]
NOBODY: Names = frozenset()


class Relations:
    """The stacking of all programmes, by name; every attribute holds only names that have some.

    ``excluded`` is symmetric. ``mates``: the others of a programme's group. ``subtracted``: under
    which programmes what was received is taken off. ``ceilings``: all that are written anywhere;
    ``bound_by``: the places of those that bind a programme.
    ``stage``: 0 for what deducts nothing, else one more than the latest it deducts.
    ``linked``: the neighbours for connected components.

    Raises: graphlib.CycleError (a ValueError) when deductions form a ring; ``check`` names it.
    """

    def __init__(self, programmes: Mapping[str, Programme]) -> None:
        self.sources = {name: one.source for name, one in programmes.items()}
        self.deducts = {
            name: frozenset(one.stacking.deducts)
            for name, one in programmes.items()
            if one.stacking.deducts
        }
        self._writes = {name: frozenset(one.stacking.excludes) for name, one in programmes.items()}
        self.excluded = symmetric(
            (name, other) for name, others in self._writes.items() for other in others
        )
        self.mates = symmetric(_pairs_of_groups(programmes))
        self.subtracted = {
            name: self.mates.get(name, NOBODY)
            | self.deducts.get(name, NOBODY)
            | ({name} if one.stacking.top_up else NOBODY)
            for name, one in programmes.items()
        }
        self.ceilings = tuple(
            ceiling for _, one in sorted(programmes.items()) for ceiling in one.stacking.ceilings
        )
        self.bound_by = _bound_by(self.ceilings)
        self.stage = self._stages()
        self.linked = symmetric(self._links())

    def _stages(self) -> dict[str, int]:
        stage: dict[str, int] = {}
        for name in TopologicalSorter(self.deducts).static_order():
            stage[name] = 1 + max((stage[one] for one in self.deducts.get(name, ())), default=-1)
        return stage

    def _links(self) -> Iterator[tuple[str, str]]:
        for relation in (self.deducts, self.excluded, self.mates):
            yield from ((name, other) for name, others in relation.items() for other in others)
        for ceiling in self.ceilings:
            yield from combinations(ceiling.group, 2)

    def rivals(self, name: str) -> Names:
        """The programmes that are never paid together with this one."""
        return self.excluded.get(name, NOBODY) | self.mates.get(name, NOBODY)

    def exclusion_sources(self, name: str, others: Iterable[str]) -> tuple[str, ...]:
        """The clauses that say that a programme and others exclude each other."""
        pairs = [pair for other in others for pair in ((name, other), (other, name))]
        said = [self.sources[a] for a, b in pairs if b in self._writes.get(a, NOBODY)]
        return tuple(dict.fromkeys(said))

    def received_names(self) -> Names:
        """The programmes whose ``received`` fact a bundle reads: these facts must be there."""
        return NOBODY.union(*self.subtracted.values(), self.excluded)


def components(names: Iterable[str], linked: Mapping[str, Names]) -> list[list[str]]:
    """The connected parts of a graph, as sorted names, by their first name."""
    left = set(names)
    found = []
    while left:
        part, border = NOBODY, frozenset({min(left)})
        while border:
            part |= border
            left -= border
            border = NOBODY.union(*(linked.get(one, NOBODY) for one in border)) & left
        found.append(sorted(part))
    return found


def symmetric(pairs: Iterable[tuple[str, str]]) -> dict[str, Names]:
    """Each name with all names that stand in a pair with it, on either side."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return {name: frozenset(others) for name, others in found.items()}


def _pairs_of_groups(programmes: Mapping[str, Programme]) -> Iterator[tuple[str, str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, one in programmes.items():
        if one.stacking.highest_of:
            groups[one.stacking.highest_of].append(name)
    for members in groups.values():
        yield from combinations(members, 2)


def _bound_by(ceilings: tuple[Ceiling, ...]) -> dict[str, tuple[int, ...]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, ceiling in enumerate(ceilings):
        for member in dict.fromkeys(ceiling.group):
            found[member].append(place)
    return {name: tuple(places) for name, places in found.items()}
