"""What changed between two editions of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, TypeVar

from yingcai.engine.reading.model import KINDS, Item, Measure, Reading
from yingcai.engine.reading.units import normal

_T = TypeVar("_T")
_SIMILAR = 0.6
_UNCOMPARED = frozenset(("span", "text", "part_of"))
# How people put it; no difference between two editions that print the same words.
_WORDING = frozenset(("subject", "title", "condition"))


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``old`` or ``new`` is None when it was added or removed.

    ``fields`` names what differs: for a target its value, unit, year; for a measure its title.
    """

    what: str  # "measure" | "unit" | one of KINDS
    how: str  # "added" | "removed" | "changed"
    old_measure: int | None
    new_measure: int | None
    old: Any
    new: Any
    fields: tuple[str, ...] = ()


def compare(old: Reading, new: Reading) -> list[Change]:
    """All differences, in the order of the new edition, what was removed last.

    Measures are matched by title, and by number where titles differ only in part; items within
    matched measures by their words, then by their subject, then by likeness. Where both editions
    print the same words, a subject that people put differently is no change.
    """
    pairs = _match(old.measures, new.measures, (_same_measure, _like_measure))
    return [change for before, after in pairs for change in _measure(before, after)]


def _measure(before: Measure | None, after: Measure | None) -> list[Change]:
    numbers = (before.number if before else None, after.number if after else None)
    found: list[Change] = []
    if before is None or after is None:
        found.append(Change("measure", "added" if after else "removed", *numbers, before, after))
    else:
        differing = tuple(n for n in ("number", "title") if getattr(before, n) != getattr(after, n))
        if differing:
            found.append(Change("measure", "changed", *numbers, before, after, differing))
    found += _units(before, after, numbers)
    for kind in KINDS:
        found += _items(kind, getattr(before, kind, ()), getattr(after, kind, ()), numbers)
    return found


def _units(
    before: Measure | None, after: Measure | None, numbers: tuple[int | None, int | None]
) -> list[Change]:
    old = {normal(unit.name): unit for unit in before.units} if before else {}
    new = {normal(unit.name): unit for unit in after.units} if after else {}
    found: list[Change] = []
    for name in [*new, *(n for n in old if n not in new)]:
        mine, theirs = old.get(name), new.get(name)
        if mine and theirs and mine.role != theirs.role:
            found.append(Change("unit", "changed", *numbers, mine, theirs, ("role",)))
        elif not mine or not theirs:
            found.append(Change("unit", "added" if theirs else "removed", *numbers, mine, theirs))
    return found


def _items(
    kind: str, old: Sequence[Item], new: Sequence[Item], numbers: tuple[int | None, int | None]
) -> list[Change]:
    found: list[Change] = []
    for before, after in _match(old, new, (_same_words, _same_item, _like_item)):
        if before is None or after is None:
            how = "added" if after else "removed"
            found.append(Change(kind, how, *numbers, before, after))
            continue
        ignored = _UNCOMPARED | _WORDING if _same_words(before, after) else _UNCOMPARED
        differing = tuple(
            f.name
            for f in fields(after)
            if f.name not in ignored and getattr(before, f.name) != getattr(after, f.name)
        )
        if differing:
            found.append(Change(kind, "changed", *numbers, before, after, differing))
    return found


def _match(
    old: Iterable[_T],
    new: Sequence[_T],
    tests: Sequence[Callable[[_T, _T], bool]],
) -> list[tuple[_T | None, _T | None]]:
    """Pairs: first what is surely the same, then what is alike, then what stands alone."""
    left = list(old)
    partner: dict[int, _T] = {}
    for test in tests:
        for place, thing in enumerate(new):
            if place in partner:
                continue
            match = next((i for i, other in enumerate(left) if test(other, thing)), None)
            if match is not None:
                partner[place] = left.pop(match)
    pairs: list[tuple[_T | None, _T | None]] = [(partner.get(i), t) for i, t in enumerate(new)]
    return pairs + [(thing, None) for thing in left]


def _same_measure(old: Measure, new: Measure) -> bool:
    if not old.number or not new.number:
        return old.number == new.number
    return old.title == new.title


def _like_measure(old: Measure, new: Measure) -> bool:
    if not old.number or not new.number:
        return False
    return _alike(old.title, new.title)


def _subject(item: Item) -> str:
    return getattr(item, "subject", "") or getattr(item, "title", "") or item.text


def _same_words(old: Item, new: Item) -> bool:
    return normal(old.text) == normal(new.text)


def _same_item(old: Item, new: Item) -> bool:
    if _subject(old) != _subject(new) or getattr(old, "unit", "") != getattr(new, "unit", ""):
        return False
    return getattr(old, "by", None) == getattr(new, "by", None)


def _like_item(old: Item, new: Item) -> bool:
    if getattr(old, "unit", "") != getattr(new, "unit", "") and not _values(old) & _values(new):
        return False
    return _alike(_subject(old), _subject(new)) or _alike(old.text, new.text)


def _values(item: Item) -> set[Decimal]:
    value = getattr(item, "value", None)
    return set() if value is None else {value}


def _alike(old: str, new: str) -> bool:
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= _SIMILAR
