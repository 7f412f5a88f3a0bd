"""Refusals of reporting. Each says what is wrong, where, and the way out.

ReportingError
├── Stale            somebody else changed the row since it was shown
├── WrongState       the row is in a state that does not allow the act
├── MonthClosed      the month is locked
├── MonthIncomplete  reports are missing; the list is in ``problems``
├── SamePerson       two natural persons are needed
└── Refused          the figures, words or file given are not right; all problems at once
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (a field, a row and column, a code) and what, with the way out.

    ``code`` names why a whole file is refused (`engine.documents.sheet_refusals`, `reporting.sheets`).
    """

    where: str
    message: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.where}：{self.message}" if self.where else self.message


class ReportingError(Exception):
    """Something a caller can act on; ``problems`` holds every one of them."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems) or (Problem("", message),)


class Stale(ReportingError):
    """Somebody else changed the row since it was shown."""


class WrongState(ReportingError):
    """The row is in a state that does not allow the act."""


class MonthClosed(ReportingError):
    """The month is locked, or not open yet."""


class MonthIncomplete(ReportingError):
    """Reports are missing, and nobody has said that the month is to be locked without them."""


class SamePerson(ReportingError):
    """The second step needs another natural person than the first."""


class Refused(ReportingError):
    """What was given is not right; ``problems`` lists everything at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("；".join(str(problem) for problem in problems), problems)
