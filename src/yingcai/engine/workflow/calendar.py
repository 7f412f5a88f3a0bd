"""Working days: weekends, public holidays and the weekend days worked instead (调休)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

_DAY = timedelta(days=1)
SATURDAY = 5


class Due(NamedTuple):
    """The last day of a term. ``presumed``: it runs through a year whose holidays are not known."""

    on: date
    presumed: bool = False


class Pause(NamedTuple):
    """A clock stands still: ``since`` is the last day that counts, ``until`` the last that does not."""

    since: date
    until: date

    def holds(self, day: date) -> bool:
        return self.since < day <= self.until


@dataclass(frozen=True)
class Calendar:
    """Years whose holidays are known, weekdays that are off, weekend days that are worked.

    In a year that is not known weekends alone are off; whoever computes with it is told so.
    """

    years: frozenset[int] = frozenset()
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        if day in self.worked:
            return True
        return day.weekday() < SATURDAY and day not in self.off

    def knows(self, first: date, last: date) -> bool:
        """Whether the holidays of every year from one day to another are known."""
        return self.years.issuperset(range(first.year, last.year + 1))

    def add_working_days(self, day: date, count: int, pauses: Sequence[Pause] = ()) -> Due:
        """The last day of a term of ``count`` (from 1) working days; the day of the event is not counted.

        Days within ``pauses`` do not count. Raises: ValueError for a term without days.
        """
        if count < 1:
            raise ValueError("a term has at least one day")
        last = day
        while count:
            last += _DAY
            if self.works(last) and not any(pause.holds(last) for pause in pauses):
                count -= 1
        return Due(last, not self.knows(day, last))

    def back(self, day: date, count: int) -> date:
        """The day so many working days before ``day``: when to remind."""
        while count:
            day -= _DAY
            count -= self.works(day)
        return day

    def working_days_between(self, after: date, last: date, pauses: Sequence[Pause] = ()) -> int:
        """The working days after one day up to and with another; 0 where that is earlier."""
        days = (after + _DAY * (i + 1) for i in range((last - after).days))
        return sum(self.works(day) and not any(one.holds(day) for one in pauses) for day in days)


def calendar_of(years: Iterable[Mapping[str, Any]]) -> Calendar:
    """The calendar that a pack's `calendar.yaml` says."""
    known = list(years)
    return Calendar(
        years=frozenset(year["year"] for year in known),
        off=frozenset(
            day
            for year in known
            for holiday in year["holidays"]
            for day in days_of(holiday["from"], holiday["to"])
        ),
        worked=frozenset(day for year in known for day in year["worked"]),
    )


def days_of(first: date, last: date) -> list[date]:
    """Every day from one to another, both included."""
    return [first + _DAY * i for i in range((last - first).days + 1)]
