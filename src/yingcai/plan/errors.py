"""Refusals of plan. Each carries every problem found, in sentences for people.

PlanError
├── Unreadable        the file or text is no plan that can be read
├── Stale             somebody else was quicker; look again
├── NotOpen           the plan is signed or published; its reading cannot be changed now
├── Invalid           the fields given are wrong
├── Undecided         something of the reading still waits for a person
├── SamePerson        two people are needed
└── DigestChanged     the reading is not the one that was signed
"""

from collections.abc import Sequence


class PlanError(Exception):
    """A refusal with its sentences in ``problems``."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: Sequence[str] = problems


class Unreadable(PlanError):
    """``code`` is that of the engine, `engine.reading.refusals`."""

    def __init__(self, problem: str, *, code: str) -> None:
        super().__init__(problem)
        self.code = code


class Stale(PlanError):
    pass


class NotOpen(PlanError):
    pass


class Invalid(PlanError):
    pass


class Undecided(PlanError):
    pass


class SamePerson(PlanError):
    pass


class DigestChanged(PlanError):
    pass
