"""Whole-number functions that generated kernels call. Plain Python, and within 64 bits throughout.

A compiler makes machine code of each, so none calls another and none needs more than an ``int``.
"""

from __future__ import annotations

from collections.abc import Sequence

DOWN, HALF_UP, UP = 0, 1, 2


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
