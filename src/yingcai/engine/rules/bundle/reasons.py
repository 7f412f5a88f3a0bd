"""Why a programme that the subject is entitled to is not paid."""

from __future__ import annotations

from collections.abc import Iterable

from yingcai.engine.rules.bundle.model import LeftOut
from yingcai.engine.rules.bundle.relations import NOBODY
from yingcai.engine.rules.bundle.search import Component, Till, bits, highest, payments
from yingcai.engine.rules.bundle.situation import Situation


def reason_before(situation: Situation, name: str, gross: int) -> LeftOut | None:
    """Why a programme is paid nothing even alone; None when it is paid something."""
    relations = situation.relations
    source = (relations.sources[name],)
    if gross <= 0:
        return LeftOut(name, "zero", sources=source)
    before = situation.paid_before(relations.excluded.get(name, NOBODY))
    if before:
        return LeftOut(name, "blocked", before, relations.exclusion_sources(name, before))
    if situation.net(name, gross) <= 0:
        before = situation.paid_before(relations.subtracted[name])
        return LeftOut(name, "received", before, source)
    till = Till(situation.component({name: gross}))
    return _nothing_left(situation, till, 0) if till.payable(0) == 0 else None


def reasons_against(situation: Situation, component: Component, places: int) -> list[LeftOut]:
    """Why the best bundle of a component (its places as bits) leaves out the others."""
    return [
        _rivals(situation, component, place, places)
        or _nothing_more(situation, component, place, places)
        for place in range(len(component.contenders))
        if not places >> place & 1
    ]


def _rivals(situation: Situation, component: Component, place: int, places: int) -> LeftOut | None:
    """The chosen rivals of a programme, and what preferring it would cost."""
    relations, one = situation.relations, component.contenders[place]
    rivals = _names(component, bits(places & one.rivals))
    if not rivals:
        return None
    total = sum(payments(component, places).values())
    loss = total - highest(component, including=place)
    by = tuple(other for other in rivals if other in relations.excluded.get(one.name, NOBODY))
    if by:
        sources = relations.exclusion_sources(one.name, by)
        return LeftOut(one.name, "excluded", by, sources, loss)
    return LeftOut(one.name, "highest", rivals, (relations.sources[one.name],), loss)


def _nothing_more(situation: Situation, component: Component, place: int, places: int) -> LeftOut:
    """Why a programme without chosen rivals would not raise the total."""
    sources, name = situation.relations.sources, component.contenders[place].name
    till = Till(component)
    for earlier in bits(places & ((1 << place) - 1)):
        till.pay(earlier, till.payable(earlier))
    if till.payable(place) == 0:
        return _nothing_left(situation, till, place)
    with_it, without = payments(component, places | 1 << place), payments(component, places)
    less = _names(component, (one for one in without if with_it[one] < without[one]))
    said = tuple(dict.fromkeys(sources[one] for one in less))
    loss = sum(without.values()) - sum(with_it.values())
    return LeftOut(name, "no_gain", less, said, loss)


def _nothing_left(situation: Situation, till: Till, place: int) -> LeftOut:
    """Whether deductions or a ceiling leave nothing to a programme when its turn has come."""
    relations, component = situation.relations, till.component
    one = component.contenders[place]
    claim = till.claim(place)
    if claim <= 0:
        paid = _names(component, (other for other in one.deducts if till.paid.get(other)))
        return LeftOut(one.name, "covered", paid, (relations.sources[one.name],))
    known = [n for n in relations.bound_by[one.name] if situation.rooms[n] is not None]
    full = known[till.limits(place, claim).index(0)]
    ceiling = relations.ceilings[full]
    users = tuple(other for other in _names(component, till.paid) if other in ceiling.group)
    return LeftOut(one.name, "ceiling", users, (ceiling.source,), ceiling=ceiling)


def _names(component: Component, places: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted(component.contenders[place].name for place in places))
