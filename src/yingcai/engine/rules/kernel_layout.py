"""Where a kernel finds each fact: blocks of columns of one width, and one bit for "is known"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from yingcai.engine.rules.model import FactType, RuleSet
from yingcai.engine.rules.types import Boolean, Enum

WORD_BITS = 32
Width = Literal[1, 2, 4, 8]
WIDTHS: tuple[Width, ...] = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Place:
    """``row`` of the block of signed integers of ``width`` bytes; ``bit`` over all words, None: always known.

    ``low`` and ``high`` bound what the column holds; ``low`` stands where the fact is unknown.
    """

    width: Width
    row: int
    bit: int | None
    low: int
    high: int


def layout(rules: RuleSet) -> dict[str, Place]:
    """A place for every fact that the outcome of some rule depends on; one that only an unused step names has none.

    Columns are as narrow as the declared range allows, for a population is read at the speed of memory.
    Bits follow the rules, so that those of one rule share a word as far as possible.
    """
    named = dict.fromkeys(name for rule in rules.rules for name in rule.facts)
    nullable = (name for name in named if not rules.facts[name].always)
    bits = {name: bit for bit, name in enumerate(nullable)}
    rows = dict.fromkeys(WIDTHS, 0)
    places = {}
    for name in (one for one in rules.facts if one in named):
        low, high = bounds(rules.facts[name])
        width = width_of(low, high)
        places[name] = Place(width, rows[width], bits.get(name), low, high)
        rows[width] += 1
    return places


def bounds(fact: FactType) -> tuple[int, int]:
    """The least and the greatest inside value of a fact. Raises: ValueError where a number has no range."""
    if isinstance(fact.type, Boolean):
        return 0, 1
    if isinstance(fact.type, Enum):
        return 0, len(fact.type.values) - 1
    if fact.low is None or fact.high is None:
        raise ValueError(f"{fact.name}: a fact of type {fact.type} needs a range")
    return fact.low, fact.high


def width_of(low: int, high: int) -> Width:
    """The bytes that whole numbers with a sign need."""
    return next(
        width for width in WIDTHS if -(1 << 8 * width - 1) <= low and high < 1 << 8 * width - 1
    )


def words(places: Mapping[str, Place]) -> int:
    """How many words the known bits of a row need."""
    nullable = sum(place.bit is not None for place in places.values())
    return -(-nullable // WORD_BITS)
