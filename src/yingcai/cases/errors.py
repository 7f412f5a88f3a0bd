"""What cases refuse. Every refusal names all problems at once, each with the way out.

CaseError
  NotAllowed      a move that the workflow, the rules or the duty of who asks do not allow
  InvalidCase     answers, files or words that cannot be taken as they are
  StaleCase       somebody else changed it first
"""

from collections.abc import Iterable, Mapping


class CaseError(Exception):
    """A refusal with a list of sentences for people."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


class NotAllowed(CaseError):
    """The move is not open to who asks, or not now."""


class InvalidCase(CaseError):
    """What was said cannot be taken. ``fields``: the sentences by field of the form."""

    def __init__(
        self, problems: str | Iterable[str], *, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__([*([problems] if isinstance(problems, str) else problems)])
        self.fields = dict(fields or {})


class StaleCase(CaseError):
    """The case is no longer as it was shown."""
