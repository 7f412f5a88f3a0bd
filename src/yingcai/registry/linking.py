"""Comparing subjects that may be one: what is compared, what agrees, and how much that weighs.

Everything compared is a keyed digest: neither the program that weighs nor a file of it holds a name, a
day or a number. A name alone never makes a pair: one of `STRONG` has to agree besides.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from yingcai.engine.sealing import derived
from yingcai.registry.keys import key_ring, profile

AGREE, NEAR, DIFFER, UNKNOWN = "agree", "near", "differ", "unknown"
BIRTH = "birth"  # the name of digests of the day of birth, from a number or from a fact
BORN = "person.born_on"
# Of these numbers a subject has only one at a time; two different ones in use are of two subjects.
SINGLE = ("resident-id", "credit-code")
LEAST = 2.0  # bits: a pair is shown when it is four times as likely to be one as to be two
SEEN = 10_000  # so many further subjects stand behind the first guess of each frequency

Signs = dict[str, str]
Tokens = frozenset[str]


@dataclass(frozen=True)
class Level:
    """A result of comparing a column. ``among_same``: how often it comes when both are one subject.

    ``by_chance`` is a first guess of how often it comes with two that are not.
    """

    sign: str
    among_same: float
    by_chance: float


# The last level of each column, that it differs, has the rest.
LEVELS: Mapping[str, tuple[Level, ...]] = {
    "name": (Level(AGREE, 0.9, 2e-4), Level(NEAR, 0.05, 4e-4)),
    "birth": (Level(AGREE, 0.97, 1 / 15_000),),
    "number": (Level(AGREE, 0.95, 1e-9),),
    "tie": (Level(AGREE, 0.5, 1e-6), Level(NEAR, 0.3, 1e-3)),
    "day": (Level(AGREE, 0.6, 5e-3),),
    "choice": (Level(AGREE, 0.8, 0.3),),
    "county": (Level(AGREE, 0.85, 0.2),),
}
COLUMNS = tuple(LEVELS)
STRONG = ("birth", "number", "tie")


@dataclass(frozen=True)
class Compared:
    """One subject as it is compared; digests only. ``number`` is the single one in use.

    ``sounds`` are the syllables of the name in order of the alphabet, so that a surname may stand last.
    ``ties`` name a relation and its other side, ``dated_ties`` its first day as well.
    """

    pk: int
    name: str
    sounds: str
    births: Tokens = frozenset()
    number: str = ""
    numbers: Tokens = frozenset()  # of any kind, out of use too
    ties: Tokens = frozenset()
    dated_ties: Tokens = frozenset()
    days: Tokens = frozenset()
    choices: Tokens = frozenset()
    county: str = ""


@dataclass(frozen=True, order=True)
class Pair:
    """Two subjects that may be one, the lower number first. ``weight``: hundredths of bits."""

    first: int
    second: int
    weight: int
    signs: Signs = field(compare=False)


Weigher = Callable[[Sequence[Compared]], list[Pair]]


def linkage_digest(name: str, value: str) -> str:
    """A digest for comparing alone, under a key of its own for each kind of value."""
    return profile().mac(_key(key_ring().index, name), value.encode())


@lru_cache(maxsize=256)
def _key(index: bytes, name: str) -> bytes:
    return derived(index, f"linkage/{name}")


def signs_of(one: Compared, other: Compared) -> Signs:
    """What agrees, nearly agrees, differs or is not known of each column."""
    return {
        "name": _name(one, other),
        "birth": _tokens(one.births, other.births),
        "number": _number(one, other),
        "tie": AGREE if one.dated_ties & other.dated_ties else _near(one.ties, other.ties),
        "day": _tokens(one.days, other.days),
        "choice": _tokens(one.choices, other.choices),
        "county": _tokens(_one(one.county), _one(other.county)),
    }


def _name(one: Compared, other: Compared) -> str:
    if one.name == other.name:
        return AGREE
    return NEAR if one.sounds == other.sounds else DIFFER


def _number(one: Compared, other: Compared) -> str:
    if one.numbers & other.numbers:
        return AGREE
    return DIFFER if one.number and other.number else UNKNOWN


def _near(one: Tokens, other: Tokens) -> str:
    found = _tokens(one, other)
    return NEAR if found == AGREE else found


def _one(value: str) -> Tokens:
    return frozenset([value]) if value else frozenset()


def _tokens(one: Tokens, other: Tokens) -> str:
    if not one or not other:
        return UNKNOWN
    return AGREE if one & other else DIFFER


def more_than_a_name(signs: Signs) -> bool:
    """Whether something besides the name agrees that few share: without it no pair is proposed."""
    return any(signs[column] in (AGREE, NEAR) for column in STRONG)


def pair_of(one: Compared, other: Compared, bits: float) -> Pair | None:
    """The pair, where it is worth showing."""
    signs = signs_of(one, other)
    if bits < LEAST or not more_than_a_name(signs):
        return None
    first, second = sorted((one.pk, other.pk))
    return Pair(first, second, round(bits * 100), signs)


def prior_bits(subjects: int) -> float:
    """Evidence before anything is compared: one subject in a hundred stands twice in a register."""
    return math.log2(0.02 / max(subjects, SEEN))


def chance(level: Level, shared: float, subjects: int) -> float:
    """How often two subjects share a value by chance: counted, with the first guess behind it.

    ``shared`` is the number of ordered pairs that share one.
    """
    return (shared + level.by_chance * SEEN**2) / (subjects * max(subjects - 1, 0) + SEEN**2)


def bits_of(signs: Signs) -> float:
    """The weight of signs by the first guesses alone."""
    return sum(
        math.log2(_odds(LEVELS[column], sign)) for column, sign in signs.items() if sign != UNKNOWN
    )


def _odds(levels: tuple[Level, ...], sign: str) -> float:
    for level in levels:
        if level.sign == sign:
            return level.among_same / level.by_chance
    return (1 - sum(level.among_same for level in levels)) / (
        1 - sum(level.by_chance for level in levels)
    )


def equal_digests(records: Sequence[Compared]) -> list[Pair]:
    """Pairs without Splink: a number in common, or a day of birth and the sound of the name."""
    prior = prior_bits(len(records))
    found = {}
    for one, other in _sharing(records):
        pair = pair_of(one, other, prior + bits_of(signs_of(one, other)))
        if pair is not None:
            found[pair.first, pair.second] = pair
    return in_order(found.values())


def in_order(pairs: Iterable[Pair]) -> list[Pair]:
    """The heaviest first; of equal ones the oldest subjects."""
    return sorted(pairs, key=lambda pair: (-pair.weight, pair.first, pair.second))


def _sharing(records: Sequence[Compared]) -> Iterator[tuple[Compared, Compared]]:
    blocks: dict[tuple[str, ...], list[Compared]] = {}
    for record in records:
        for number in record.numbers:
            blocks.setdefault((number,), []).append(record)
        for birth in record.births:
            blocks.setdefault((birth, record.sounds), []).append(record)
    for block in blocks.values():
        yield from combinations(block, 2)
