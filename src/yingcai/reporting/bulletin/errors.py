"""What the bulletin refuses. Every refusal names all problems at once, each with the way out.

BulletinRefused
  BulletinNotReady   the month cannot be reported yet
  BulletinExists     the month has a bulletin already
  BulletinFrozen     published: it stays as it is
  StaleBulletin      somebody else changed it first
"""

from collections.abc import Iterable


class BulletinRefused(Exception):
    """A refusal with a list of sentences for people."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


class BulletinNotReady(BulletinRefused):
    """The month is not locked, or its figures are not complete."""


class BulletinExists(BulletinRefused):
    """The month has a bulletin already."""


class BulletinFrozen(BulletinRefused):
    """A published bulletin is never changed; a correction is added to it."""


class StaleBulletin(BulletinRefused):
    """The draft is no longer as it was shown."""
