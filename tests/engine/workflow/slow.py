"""Working days counted by another way than the product's: a list of all days, crossed out one by one."""

from collections.abc import Sequence
from datetime import date, timedelta


class SlowCalendar:
    """Every day from ``first`` on, with a letter: W is worked, `-` is not."""

    def __init__(
        self, first: date, length: int, holidays: Sequence[date], worked: Sequence[date]
    ) -> None:
        self.first = first
        weeks = "WWWWW--" * (length // 7 + 2)
        self.letters = list(weeks[first.weekday() : first.weekday() + length])
        for day in holidays:
            self.letters[self.index(day)] = "-"
        for day in worked:
            self.letters[self.index(day)] = "W"

    def index(self, day: date) -> int:
        return day.toordinal() - self.first.toordinal()

    def crossed(self, pauses: Sequence[tuple[date, date]]) -> str:
        """The letters with every paused day crossed out."""
        letters = list(self.letters)
        for since, until in pauses:
            for i in range(self.index(since) + 1, self.index(until) + 1):
                letters[i] = "x"
        return "".join(letters)

    def due(self, since: date, days: int, pauses: Sequence[tuple[date, date]] = ()) -> date:
        """The day of the `days`-th W after ``since``."""
        place = self.index(since)
        letters = self.crossed(pauses)
        for _ in range(days):
            place = letters.index("W", place + 1)
        return self.first + timedelta(days=place)

    def between(self, after: date, last: date, pauses: Sequence[tuple[date, date]] = ()) -> int:
        letters = list(self.letters[self.index(after) + 1 : self.index(last) + 1])
        for since, until in pauses:
            for i in range(
                self.index(since) - self.index(after), self.index(until) - self.index(after)
            ):
                if 0 <= i < len(letters):
                    letters[i] = "x"
        return letters.count("W")
