"""The sum of each payment, line by line, as intervals where facts are unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from yingcai.engine.rules.bundle.model import Interval, Line, Payment
from yingcai.engine.rules.bundle.relations import NOBODY
from yingcai.engine.rules.bundle.situation import Situation

NOTHING = Interval(0, 0)


def trace(situation: Situation, claims: Mapping[str, int]) -> tuple[Payment, ...]:
    """How each programme of a lawful bundle is paid, in the order of paying."""
    return _Trace(situation).pay_all(claims)


class _Trace:
    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.relations = situation.relations
        self.paid: dict[str, Interval] = {}
        self.used: defaultdict[int, Interval] = defaultdict(lambda: NOTHING)

    def pay_all(self, claims: Mapping[str, int]) -> tuple[Payment, ...]:
        return tuple(self._pay(name, claims[name]) for name in self.situation.order(claims))

    def _pay(self, programme: str, gross: int) -> Payment:
        left = Interval(gross, gross)
        lines = [Line("gross", left, left, self.relations.sources[programme])]
        for make in (self._blocked, self._received, self._deducted, self._limited):
            lines += make(programme, lines[-1].left)
        payable = lines[-1].left
        self.paid[programme] = payable
        for place in self.relations.bound_by.get(programme, ()):
            self.used[place] = _plus(self.used[place], payable)
        return Payment(programme, payable, tuple(lines))

    def _blocked(self, programme: str, left: Interval) -> Iterator[Line]:
        """Nothing may be due, if something was received under an excluded programme."""
        for other in sorted(self.relations.excluded.get(programme, NOBODY)):
            if self.situation.received(other) is None:
                left = Interval(0, left.high)
                sources = self.relations.exclusion_sources(programme, [other])
                yield Line("blocked", left, left, sources[0], other)

    def _received(self, programme: str, left: Interval) -> Iterator[Line]:
        for other in sorted(self.relations.subtracted[programme]):
            received = self.situation.received(other)
            off = Interval(0, left.high) if received is None else Interval(received, received)
            if off.high > 0:
                left = _minus(left, off)
                yield Line("received", off, left, self.relations.sources[programme], other)

    def _deducted(self, programme: str, left: Interval) -> Iterator[Line]:
        deducts = self.relations.deducts.get(programme, NOBODY)
        for other in sorted(deducts & self.paid.keys()):
            left = _minus(left, self.paid[other])
            yield Line("paid", self.paid[other], left, self.relations.sources[programme], other)

    def _limited(self, programme: str, claim: Interval) -> Iterator[Line]:
        """All ceilings look at the same claim; a line for each that lowers what is left."""
        left = claim
        for place in self.relations.bound_by.get(programme, ()):
            allowed = self._allowed(place, claim)
            lower = Interval(min(left.low, allowed.low), min(left.high, allowed.high))
            if lower != left:
                left = lower
                ceiling = self.relations.ceilings[place]
                yield Line("ceiling", allowed, left, ceiling.source, ceiling=ceiling)

    def _allowed(self, place: int, claim: Interval) -> Interval:
        room, used = self.situation.rooms[place], self.used[place]
        high = claim.high if room is None else room.limit(claim.high, used.low)
        if room is None or place in self.situation.uncertain or claim.low == 0:
            return Interval(0, high)
        return Interval(room.limit(claim.low, used.high), high)


def total(payments: Iterable[Payment]) -> Interval:
    """What some payments come to."""
    found = NOTHING
    for one in payments:
        found = _plus(found, one.payable)
    return found


def _plus(one: Interval, other: Interval) -> Interval:
    return Interval(one.low + other.low, one.high + other.high)


def _minus(one: Interval, other: Interval) -> Interval:
    """The difference, never below nothing."""
    return Interval(max(one.low - other.high, 0), max(one.high - other.low, 0))
