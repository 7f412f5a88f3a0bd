"""Whole months on: the same day of a later month, or its last day where it has no such day."""

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """The day some months after another one.

    >>> months_later(date(2018, 1, 31), 1), months_later(date(2018, 6, 11), 36)
    (datetime.date(2018, 2, 28), datetime.date(2021, 6, 11))
    """
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
