"""What is wrong with the stacking of a rule set, for the linter of packs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from yingcai.engine.rules.bundle.relations import Names, Relations, components
from yingcai.engine.rules.model import Programme, RuleSet, Stacking

MANY = 24  # the most programmes whose stacking may hang together


class Fault(NamedTuple):
    """One thing wrong with the stacking of a programme, and what to do about it."""

    programme: str
    text: str


def check(rules: RuleSet) -> list[Fault]:
    """All faults, by programme. ``best_bundle`` is made for rule sets that have none."""
    programmes = rules.programmes
    paying = {rule.programme for rule in rules.rules if rule.amount is not None}
    found = [
        Fault(name, text)
        for name, one in sorted(programmes.items())
        for text in _texts(name, one.stacking, programmes, frozenset(paying))
    ]
    found += _contradictions(programmes)
    found += _shared_facts(programmes)
    rings = _rings(programmes)
    return found + (rings or _too_large(programmes))


def _texts(
    name: str, stacking: Stacking, programmes: Mapping[str, Programme], paying: Names
) -> Iterator[str]:
    """What one programme says about itself and about programmes that it names."""
    if stacking != Stacking() and name not in paying:
        yield "has stacking but no amount; remove the stacking"
    for word, other in _named(stacking):
        if other not in programmes:
            yield f"{word} {other}, which is no programme"
        elif other not in paying and name in paying:
            yield f"{word} {other}, which pays no money"
    if name in stacking.excludes:
        yield "excludes itself; remove that"
    for ceiling in stacking.ceilings:
        if name not in ceiling.group:
            yield f"has a ceiling per {ceiling.per} whose group leaves it out; name it in the group"


def _named(stacking: Stacking) -> Iterator[tuple[str, str]]:
    yield from (("excludes", other) for other in stacking.excludes)
    yield from (("deducts", other) for other in stacking.deducts)
    for ceiling in stacking.ceilings:
        yield from (("shares a ceiling with", other) for other in ceiling.group)


def _contradictions(programmes: Mapping[str, Programme]) -> Iterator[Fault]:
    """Programmes that exclude each other and would be set off against each other, too."""
    sizes = Counter(one.stacking.highest_of for one in programmes.values())
    for name, one in sorted(programmes.items()):
        group = one.stacking.highest_of
        if group and sizes[group] == 1:
            yield Fault(name, f"is alone in the group {group}; name it in another or remove it")
        for other in one.stacking.excludes:
            against = programmes[other].stacking if other in programmes else Stacking()
            if other != name and (other in one.stacking.deducts or name in against.deducts):
                yield Fault(name, f"excludes {other}, but one deducts the other; say one of both")
            if group and group == against.highest_of and other != name:
                yield Fault(name, f"excludes {other} of its own group {group}; say one of both")


def _shared_facts(programmes: Mapping[str, Programme]) -> Iterator[Fault]:
    """Two ceilings that would be counted by one fact."""
    for name, one in sorted(programmes.items()):
        per = Counter(ceiling.fact for ceiling in one.stacking.ceilings)
        for ceiling in one.stacking.ceilings:
            if per.pop(ceiling.fact, 1) > 1:
                yield Fault(name, f"has two ceilings per {ceiling.per}; one fact counts for both")


def _rings(programmes: Mapping[str, Programme]) -> list[Fault]:
    """Rings of deductions, each once."""
    reach = {name: _reach(name, programmes) for name in programmes}
    rings = {
        tuple(sorted(other for other in reach[name] if name in reach.get(other, ())))
        for name in programmes
    }
    return [Fault(ring[0], _ring_text(ring)) for ring in sorted(rings) if ring]


def _ring_text(ring: tuple[str, ...]) -> str:
    if len(ring) == 1:
        return "deducts itself; for earlier payments under it say top_up"
    return f"is in a ring of deductions: {', '.join(ring)}; remove one"


def _reach(name: str, programmes: Mapping[str, Programme]) -> set[str]:
    """All programmes that a programme deducts, directly or through others."""
    found: set[str] = set()
    border = {name}
    while border:
        border = {
            other
            for one in border
            if one in programmes
            for other in programmes[one].stacking.deducts
        } - found
        found |= border
    return found


def _too_large(programmes: Mapping[str, Programme]) -> list[Fault]:
    return [
        Fault(
            part[0],
            f"the stacking of {len(part)} programmes hangs together, {MANY} are the most: {', '.join(part)}",
        )
        for part in components(programmes, Relations(programmes).linked)
        if len(part) > MANY
    ]
