"""What generated kernels call: plain functions of whole numbers, within 64 bits throughout.

A compiler makes machine code of each, so none calls another and none needs more than an ``int``.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import Any

NO, YES, UNKNOWN, PERSON = range(4)  # outcomes, as in ``model.Outcome``
DOWN, HALF_UP, UP = range(3)


def chosen(test: bool, one: int, other: int) -> int:  # noqa: FBT001 - positional in kernels
    """``one`` if ``test`` holds; machine code has its own form, without a branch."""
    return one if test else other


def divided(number: int, by: int, way: int) -> int:
    """``number`` / ``by`` (at least 1), rounded alike on both sides of zero.

    Nothing is doubled on the way, so that numbers near the limit stay within 64 bits.

    >>> [divided(-7, 2, way) for way in (DOWN, HALF_UP, UP)]
    [-3, -4, -4]
    """
    size = -number if number < 0 else number
    quotient = size // by
    rest = size - quotient * by
    more = (way == HALF_UP and rest >= by - rest) or (way == UP and rest > 0)
    if more:
        quotient += 1
    return -quotient if number < 0 else quotient


def whole_months(start: int, end: int, month_end: bool) -> int:  # noqa: FBT001 - positional in kernels
    """Whole months between two civil codes, never negative; ``month_end`` as in the language."""
    month = end >> 5
    place = month % 12
    leap = month % 48 < 12 and (month % 1200 >= 12 or month % 4800 < 12)
    length = (29 if leap else 28) if place == 1 else 31 - (place % 7 & 1)
    day = end & 31
    complete = day >= start & 31 or (month_end and day == length)
    count = month - (start >> 5) - (0 if complete else 1)
    return count if count > 0 else 0


def day_number(code: int) -> int:
    """The days from a fixed day to a civil code's day; years are taken from March, after the leap day."""
    month = (code >> 5) - 2
    year = month // 12
    in_year = (153 * (month - year * 12) + 2) // 5 + (code & 31)
    return 365 * year + year // 4 - year // 100 + year // 400 + in_year


def segment(bounds: Sequence[int], value: int) -> int:
    """How many of the rising ``bounds`` a value reaches."""
    low, high = 0, len(bounds)
    while low < high:
        middle = (low + high) >> 1
        if value >= bounds[middle]:
            low = middle + 1
        else:
            high = middle
    return low


def count_outcomes(code: Sequence[int], count: int, tally: MutableSequence[int]) -> None:
    """Add the first ``count`` outcomes to the sums, one sum for each outcome."""
    no = yes = unknown = 0
    for row in range(count):
        no += code[row] == NO
        yes += code[row] == YES
        unknown += code[row] == UNKNOWN
    tally[NO] += no
    tally[YES] += yes
    tally[UNKNOWN] += unknown
    tally[PERSON] += count - no - yes - unknown


def count_groups(
    code: Sequence[int], count: int, first: int, group: Sequence[int], tally: Any
) -> None:
    """As ``count_outcomes``, by the group of each row; outcome 0 is that of row ``first``."""
    for row in range(count):
        tally[group[first + row], code[row]] += 1


def gather(code: Sequence[int], count: int, first: int, pick: MutableSequence[int]) -> int:
    """Write the rows that are yes, without a gap; how many they are. Outcome 0 is that of row ``first``."""
    size = 0
    for row in range(count):
        pick[size] = first + row
        size += code[row] == YES
    return size
