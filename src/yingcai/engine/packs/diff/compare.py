"""Two packs taken apart, compared piece by piece."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from yingcai.engine.packs.diff.piece import AREAS, Area, Piece, Place, Told
from yingcai.engine.rules.model import Words

Act = Literal["added", "removed", "renamed", "changed"]
Pieces = Mapping[Place, Piece]
ALIKE = 50  # percent of the pieces that two programmes under different names must share


@dataclass(frozen=True)
class Change:
    """One difference. ``what`` is the kind of the place, or that of the owner for a whole one.

    ``since``: the day from which a dated value holds. A whole owner or version has no pieces;
    when it is renamed, ``name`` is its old name. ``version`` is None where all versions changed alike.
    """

    act: Act
    place: Place
    old: Piece | None = None
    new: Piece | None = None
    owner: Words = field(default_factory=dict)


def compare(a: Told, b: Told) -> list[Change]:
    """Every difference of two packs, by owner in the order of the areas."""
    found = []
    for area in AREAS:
        old, new = _by_owner(a.pieces, area), _by_owner(b.pieces, area)
        renamed = _renamed(old, new) if area == "programme" else {}
        back = {now: before for before, now in renamed.items()}
        for owner in dict.fromkeys([*new, *(name for name in old if name not in renamed)]):
            before = old.get(back.get(owner, owner), {})
            changes = _owner(area, owner, before, new.get(owner, {}), back.get(owner, ""))
            names = b.names if owner in new else a.names
            words = names.get((area, owner), {"zh": owner, "en": owner})
            found += [replace(change, owner=words) for change in changes]
    return found


def _by_owner(pieces: Pieces, area: Area) -> dict[str, dict[Place, Piece]]:
    """The pieces of each owner, without its name, so that another name makes no difference."""
    found: dict[str, dict[Place, Piece]] = {}
    for place, piece in pieces.items():
        if place.area == area:
            found.setdefault(place.owner, {})[place._replace(owner="")] = piece
    return found


def _renamed(old: Mapping[str, Pieces], new: Mapping[str, Pieces]) -> dict[str, str]:
    """Names that are gone, each with the new name that says mostly the same."""
    pairs = [
        (_alike(old[before], new[now]), before, now)
        for before in old.keys() - new.keys()
        for now in new.keys() - old.keys()
    ]
    found: dict[str, str] = {}
    for alike, before, now in sorted(pairs, reverse=True):
        if alike >= ALIKE and before not in found and now not in found.values():
            found[before] = now
    return found


def _alike(old: Pieces, new: Pieces) -> int:
    """How many of a hundred pieces are the same; examples and titles do not count."""
    places = [place for place in {*old, *new} if place.what not in ("title", "example")]
    same = sum(old.get(place) == new.get(place) for place in places)
    return 100 * same // max(len(places), 1)


def _owner(area: Area, owner: str, old: Pieces, new: Pieces, before: str) -> Iterator[Change]:
    whole = Place(area, owner, None, area)
    if not old or not new:
        yield Change("removed" if old else "added", whole)
        return
    if before:
        yield Change("renamed", whole._replace(name=before))
    was, now = _by_version(old), _by_version(new)
    same = _same_versions(was, now)
    for version in (one for one in now if one not in same):
        window = now[version].get(Place(area, "", None, "window"))
        yield Change("added", whole._replace(version=version, what="version"), new=window)
    for version in (one for one in was if one not in same.values()):
        yield Change("removed", whole._replace(version=version, what="version"))
    changes: list[Change] = []
    for version, previous in same.items():
        here = whole._replace(version=version)
        if previous and previous != version:
            yield Change("renamed", here._replace(what="version", name=previous))
        changes += _pieces(here, was[previous], now[version])
    yield from _once(changes, [version for version in same if version is not None])


Versions = Mapping[str | None, Pieces]


def _by_version(pieces: Pieces) -> dict[str | None, dict[Place, Piece]]:
    found: dict[str | None, dict[Place, Piece]] = {}
    for place, piece in pieces.items():
        found.setdefault(place.version, {})[place._replace(version=None)] = piece
    return found


def _same_versions(was: Versions, now: Versions) -> dict[str | None, str | None]:
    """Each version with the old one that it goes on: by name, else the most alike.

    A programme without versions goes on as one of those that it gets, and the other way round.
    """
    same = {version: version for version in now if version in was}
    pairs = [
        (_alike(was[before], now[after]), str(before), str(after))
        for before in was.keys() - now.keys()
        for after in now.keys() - was.keys()
    ]
    for alike, before, after in sorted(pairs, reverse=True):
        kept = alike >= ALIKE or "" in (before, after)
        if kept and after not in same and before not in same.values():
            same[after] = before
    return same


def _pieces(here: Place, old: Pieces, new: Pieces) -> Iterator[Change]:
    """The changes of one version, or of what stands once."""
    for place in dict.fromkeys(one._replace(since="") for one in (*new, *old)):
        where = place._replace(owner=here.owner, version=here.version)
        was, now = _line(place, old), _line(place, new)
        if was and now:
            yield from _over_time(where, was, now)
        elif place.what not in _NOTES or not place.name:
            act: Act = "removed" if was else "added"
            for day in (*was, *now):
                yield Change(act, where._replace(since=day), was.get(day), now.get(day))


_NOTES = ("status", "source")  # of a part: they come and go with it


def _over_time(
    where: Place, was: Mapping[str, Piece], now: Mapping[str, Piece]
) -> Iterator[Change]:
    """Each day from which something else holds, once.

    That an undated value is unknown before the first day of a dated one is no change of policy.
    """
    before: tuple[Piece | None, Piece | None] = (None, None)
    for day in sorted({*was, *now}):
        old, new = _on(was, day), _on(now, day)
        begins = old is None or new is None
        if (
            old != new
            and (old, new) != before
            and not (begins and (day == "" or where.what in _NOTES))
        ):
            yield Change("changed", where._replace(since=day), old, new)
        before = (old, new)


def _line(place: Place, pieces: Pieces) -> dict[str, Piece]:
    return {one.since: piece for one, piece in pieces.items() if one._replace(since="") == place}


def _on(line: Mapping[str, Piece], day: str) -> Piece | None:
    """What holds on a day; before the first one nothing does."""
    days = sorted(line)
    place = bisect_right(days, day)
    return line[days[place - 1]] if place else None


def _once(changes: Sequence[Change], versions: Sequence[str]) -> Iterator[Change]:
    """What changed alike in all versions is said once; notes that follow their rule's are left out."""
    alike: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        key = (change.act, change.place._replace(version=None), change.old, change.new)
        alike.setdefault(key, []).append(change)
    told = []
    for group in alike.values():
        whole = len(versions) > 1 and len(group) == len(versions)
        told += [replace(group[0], place=group[0].place._replace(version=None))] if whole else group
    rules = {_note(change) for change in told if not change.place.name}
    yield from (change for change in told if not (change.place.name and _note(change) in rules))


def _note(change: Change) -> tuple[object, ...]:
    """The status or clause of a part that only changed with that of the whole."""
    place = change.place
    return (place.version, place.what, change.old, change.new)
