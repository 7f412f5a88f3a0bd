"""What the facts say about one subject's past payments and ceilings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from yingcai.engine.rules.bundle.relations import NOBODY, Relations
from yingcai.engine.rules.bundle.search import Component, Contender, Room
from yingcai.engine.rules.closures import Facts, evaluate
from yingcai.engine.rules.model import facts_of, received_fact
from yingcai.engine.rules.types import Known


class Situation:
    """One subject. Unknown facts count as nothing paid so far; ``unknown_facts`` names them."""

    def __init__(self, relations: Relations, facts: Facts) -> None:
        self.relations = relations
        self.facts = facts

    def received(self, programme: str) -> Known:
        return self.facts.get(received_fact(programme))

    def net(self, programme: str, gross: int) -> int:
        """What the past leaves of an amount."""
        return gross - sum(self.received(one) or 0 for one in self.relations.subtracted[programme])

    def paid_before(self, programmes: Iterable[str]) -> tuple[str, ...]:
        """Those of some programmes under which something is known to have been received."""
        return tuple(one for one in sorted(programmes) if (self.received(one) or 0) > 0)

    @cached_property
    def rooms(self) -> tuple[Room | None, ...]:
        """What each ceiling leaves; None where its amount is unknown, which limits nothing yet."""
        return tuple(self._room(place) for place in range(len(self.relations.ceilings)))

    def _room(self, place: int) -> Room | None:
        ceiling = self.relations.ceilings[place]
        amount = evaluate(ceiling.amount, self.facts)
        so_far = self.facts.get(ceiling.fact) or 0
        if amount is None:
            return None
        if ceiling.share == "pro_rata":
            return Room(max(amount, 0), so_far)
        return Room(max(amount - so_far, 0))

    @cached_property
    def uncertain(self) -> frozenset[int]:
        """The places of ceilings whose amount or fact is unknown."""
        return frozenset(
            place
            for place, ceiling in enumerate(self.relations.ceilings)
            if self.rooms[place] is None or self.facts.get(ceiling.fact) is None
        )

    def unknown_facts(self, programme: str) -> list[str]:
        """The facts about the past that could change what a programme is paid."""
        relations = self.relations
        others = relations.subtracted[programme] | relations.excluded.get(programme, NOBODY)
        names = [received_fact(one) for one in sorted(others)]
        for place in relations.bound_by.get(programme, ()):
            ceiling = relations.ceilings[place]
            names += [*facts_of(ceiling.amount, {}), ceiling.fact]
        return [name for name in names if self.facts.get(name) is None]

    def order(self, claims: Mapping[str, int]) -> list[str]:
        """Programmes in the order of paying; ``claims`` are their amounts."""
        stage = self.relations.stage
        return sorted(claims, key=lambda name: (stage.get(name, 0), -claims[name], name))

    def component(self, claims: Mapping[str, int]) -> Component:
        """Contenders with their amounts, ready for the search."""
        names = self.order(claims)
        places = {name: place for place, name in enumerate(names)}
        bound_by = self.relations.bound_by
        used = sorted({place for name in names for place in bound_by.get(name, ())})
        rooms = {place: room for place in used if (room := self.rooms[place]) is not None}
        index = {place: n for n, place in enumerate(rooms)}
        contenders = tuple(
            Contender(
                name,
                self.net(name, claims[name]),
                _places(self.relations.deducts.get(name, NOBODY), places),
                sum(1 << place for place in _places(self.relations.rivals(name), places)),
                tuple(index[place] for place in bound_by.get(name, ()) if place in index),
            )
            for name in names
        )
        return Component(contenders, tuple(rooms.values()))


def _places(names: Iterable[str], places: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sorted(places[name] for name in names if name in places))
