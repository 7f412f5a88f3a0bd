"""The exact search for the best bundle of one connected component.

Contenders stand in the order of paying. Going through them, each is taken or left, and what it is
paid follows from those taken before. A branch is cut when even its bound is no better than the
best bundle found.

**The bound.** What a contender could be paid now is the most it can be paid later, for deductions
and the use of ceilings only grow. The contenders still open are cut into *cliques*: any two of a
clique are rivals or one deducts the other. Paying a clique in order, let S be its sum so far. The
next member is a rival of one that was paid, and gets nothing; or it deducts all that were paid,
gets at most x − S of its claim x before ceilings, and S becomes at most max(S, x). So a clique is
paid no more than its largest claim, where the claim of a member that deducts none of the others
may be taken after its ceilings. The bound is the sum over the cliques; those that stand
under one ceiling together get no more than it leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Room:
    """What a ceiling leaves, in fen. ``claimed`` is None for by_date, else the group's claims."""

    left: int
    claimed: int | None = None

    def limit(self, amount: int, used: int) -> int:
        """What a claim of ``amount`` (at least 1) gets after the bundle has used ``used``."""
        rest = max(self.left - used, 0)
        if self.claimed is None:
            return min(amount, rest)
        return min(amount * self.left // max(self.claimed, amount, self.left), rest)


@dataclass(frozen=True, slots=True)
class Contender:
    """``net``: the amount after what was received, above zero. ``deducts``: places of others, all
    before its own; ``rivals``: places as bits; ``rooms``: places of its ceilings."""

    name: str
    net: int
    deducts: tuple[int, ...] = ()
    rivals: int = 0
    rooms: tuple[int, ...] = ()


class Component(NamedTuple):
    """Contenders in the order of paying, and the ceilings that bind them."""

    contenders: tuple[Contender, ...]
    rooms: tuple[Room, ...]


@dataclass(slots=True)
class Till:
    """What has been paid so far, by place, and how much of each ceiling is used."""

    component: Component
    paid: dict[int, int] = field(default_factory=dict)
    used: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.used = [0] * len(self.component.rooms)

    def claim(self, place: int) -> int:
        """What is left of an amount after deductions, before ceilings; may be below zero."""
        one = self.component.contenders[place]
        return one.net - sum(self.paid.get(other, 0) for other in one.deducts)

    def limits(self, place: int, claim: int) -> list[int]:
        rooms = self.component.contenders[place].rooms
        return [self.component.rooms[room].limit(claim, self.used[room]) for room in rooms]

    def payable(self, place: int) -> int:
        claim = self.claim(place)
        return min([claim, *self.limits(place, claim)]) if claim > 0 else 0

    def pay(self, place: int, amount: int) -> None:
        """Book a payment; a negative one takes it back."""
        self.paid[place] = self.paid.get(place, 0) + amount
        for room in self.component.contenders[place].rooms:
            self.used[room] += amount


def payments(component: Component, places: int) -> dict[int, int]:
    """What each place of a lawful set (as bits) is paid."""
    till = Till(component)
    for place in bits(places):
        till.pay(place, till.payable(place))
    return till.paid


def best(component: Component) -> int:
    """The places of the best bundle, as bits."""
    search = _Search(component, ties=True)
    search.visit(0, 0)
    return search.places


def highest(component: Component, *, including: int | None = None) -> int:
    """The highest total; with ``including`` that of the bundles that pay this place."""
    search = _Search(component, ties=False, including=including)
    search.visit(0, 0 if including is None else component.contenders[including].rivals)
    return search.total


def bits(mask: int) -> Iterator[int]:
    """The places of a mask, rising.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class _Search:
    """Depth first. Without ``ties`` only the total counts.

    The best so far: ``total``, ``count`` of programmes, ``places``, and ``rank``, which among sets
    of one size is higher for the one that is earlier in the alphabet.
    """

    def __init__(self, component: Component, *, ties: bool, including: int | None = None) -> None:
        self.contenders = component.contenders
        self.ties = ties
        self.including = including
        self.till = Till(component)
        self.total, self.count, self.rank, self.places = -1, 0, 0, 0
        self.taken, self.sum, self.taken_rank = 0, 0, 0
        names = sorted((one.name for one in self.contenders), reverse=True)
        self.ranks = [1 << names.index(one.name) for one in self.contenders]
        self.deducts = [sum(1 << place for place in one.deducts) for one in self.contenders]
        self.plans = self._plans()

    def visit(self, place: int, barred: int) -> None:
        """Decide the contenders from ``place`` on; ``barred`` ones are rivals of those taken."""
        if self._hopeless(place, barred):
            return
        if place == len(self.contenders):
            self.total, self.count = self.sum, self.taken.bit_count()
            self.rank, self.places = self.taken_rank, self.taken
            return
        amount = 0 if barred >> place & 1 else self.till.payable(place)
        if amount:
            self._take(place, amount)
            self.visit(place + 1, barred | self.contenders[place].rivals)
            self._take(place, -amount)
        if place != self.including:
            self.visit(place + 1, barred)

    def _take(self, place: int, amount: int) -> None:
        self.till.pay(place, amount)
        self.sum += amount
        self.taken ^= 1 << place
        self.taken_rank ^= self.ranks[place]

    def _hopeless(self, place: int, barred: int) -> bool:
        """Whether nothing below this branch is better than the best so far."""
        could = {
            one: amount
            for one in range(place, len(self.contenders))
            if not barred >> one & 1 and (amount := self.till.payable(one))
        }
        most = self.sum + min(self._most(plan, could) for plan in self.plans)
        if most != self.total:
            return most < self.total
        return not (self.ties and self._wins_tie(self.total - self.sum, could))

    def _wins_tie(self, gap: int, could: dict[int, int]) -> bool:
        """Whether a branch could reach the same total with fewer programmes or an earlier name."""
        sums = accumulate(sorted(could.values(), reverse=True), initial=0)
        needed = next(count for count, total in enumerate(sums) if total >= gap)
        spare = self.count - self.taken.bit_count()
        if needed != spare:
            return needed < spare
        first = sorted((self.ranks[one] for one in could), reverse=True)[:spare]
        return self.taken_rank + sum(first) > self.rank

    def _most(self, plan: _Plan, could: dict[int, int]) -> int:
        total = 0
        for room, cliques in plan:
            part = sum(self._clique(clique, could) for clique in cliques)
            if room is not None:
                part = min(
                    part, max(self.till.component.rooms[room].left - self.till.used[room], 0)
                )
            total += part
        return total

    def _clique(self, clique: int, could: dict[int, int]) -> int:
        members = [one for one in bits(clique) if one in could]
        if len(members) < 2:
            return could[members[0]] if members else 0
        largest = max(
            self.till.claim(one) if self.deducts[one] & clique else could[one] for one in members
        )
        return min(largest, sum(could[one] for one in members))

    def _plans(self) -> tuple[_Plan, ...]:
        """Two ways to cut into cliques: whole ones, and those below one ceiling each."""
        everyone = (1 << len(self.contenders)) - 1
        rooms = range(len(self.till.component.rooms))
        below = [
            sum(1 << place for place, one in enumerate(self.contenders) if room in one.rooms)
            for room in rooms
        ]
        whole: _Plan = []
        cliques = self._cut(everyone)
        for room in rooms:
            inside = [clique for clique in cliques if not clique & ~below[room]]
            cliques = [clique for clique in cliques if clique not in inside]
            whole.append((room, inside))
        split: _Plan = []
        rest = everyone
        for room in rooms:
            split.append((room, self._cut(rest & below[room])))
            rest &= ~below[room]
        return [*whole, (None, cliques)], [*split, (None, self._cut(rest))]

    def _cut(self, places: int) -> list[int]:
        """Cut a set into cliques, greedily, the largest claims first."""
        cliques: list[int] = []
        for place in sorted(bits(places), key=lambda one: -self.contenders[one].net):
            near = self._near(place)
            fitting = next((n for n, clique in enumerate(cliques) if not clique & ~near), None)
            if fitting is None:
                cliques.append(1 << place)
            else:
                cliques[fitting] |= 1 << place
        return cliques

    def _near(self, place: int) -> int:
        """The rivals of a contender, those it deducts and those that deduct it."""
        behind = sum(1 << one for one, mask in enumerate(self.deducts) if mask >> place & 1)
        return self.contenders[place].rivals | self.deducts[place] | behind


_Plan = list[tuple[int | None, list[int]]]
