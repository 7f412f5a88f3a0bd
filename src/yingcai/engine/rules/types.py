"""The types of the rule language and how their values stand inside the engine.

Every value is an ``int`` or a ``bool``; ``None`` is "unknown". See ``docs/rules.md`` for the language.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import gcd

RATIO_SCALE = 1_000_000  # of facts: a ratio of 1 is stored as a million, so 12.5 % is 125,000
LIMIT = 4 * 10**18  # no integer or amount may leave ±LIMIT; 64-bit columns hold that


@dataclass(frozen=True, slots=True)
class Boolean:
    """Yes or no."""

    def __str__(self) -> str:
        return "boolean"


@dataclass(frozen=True)
class Enum:
    """One of a fixed list of words; inside, its place in the list. ``ordered``: the list rises."""

    name: str
    values: tuple[str, ...]
    ordered: bool = False

    @cached_property
    def codes(self) -> dict[str, int]:
        return {value: code for code, value in enumerate(self.values)}

    def __str__(self) -> str:
        return f"enum {self.name}"


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number of ``unit`` (month, year, person …); an empty unit fits every unit."""

    unit: str = ""

    def __str__(self) -> str:
        return f"integer ({self.unit})" if self.unit else "integer"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in fen (100 fen = 1 yuan)."""

    def __str__(self) -> str:
        return "money"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share: an integer over ``scale``."""

    scale: int = RATIO_SCALE

    def __str__(self) -> str:
        return "ratio"


@dataclass(frozen=True, slots=True)
class Date:
    """A day; inside, its civil code."""

    def __str__(self) -> str:
        return "date"


Type = Boolean | Enum | Integer | Money | Ratio | Date

Value = int | bool
Known = Value | None  # None: unknown


def civil(day: date) -> int:
    """The civil code of a day: rises with time, and months and days fall out by shifts.

    >>> civil(date(2018, 4, 13)) >> 5 == 2018 * 12 + 3, civil(date(2018, 4, 13)) & 31
    (True, 13)
    """
    return (day.year * 12 + day.month - 1) << 5 | day.day


def from_civil(code: int) -> date:
    """The day of a civil code. Raises: ValueError where there is no such day."""
    month = code >> 5
    return date(month // 12, month % 12 + 1, code & 31)


def is_day(code: int) -> bool:
    """Whether a code is the civil code of a day: there is no 30 February."""
    year, month, day = (code >> 5) // 12, (code >> 5) % 12 + 1, code & 31
    return 1 <= day <= monthrange(year, month)[1]


def following(value: int, kind: Type) -> int:
    """The next inside value of a type: between the codes of two days there are some that are no day."""
    value += 1
    while isinstance(kind, Date) and not is_day(value):
        value += 1
    return value


def preceding(value: int, kind: Type) -> int:
    """The opposite of `following`."""
    value -= 1
    while isinstance(kind, Date) and not is_day(value):
        value -= 1
    return value


def common_scale(left: Ratio, right: Ratio) -> int:
    """The smallest scale in which both ratios are whole."""
    return left.scale * right.scale // gcd(left.scale, right.scale)
