"""What the registry refuses. Every refusal names all problems at once, each with the way out.

RegistryError
  InvalidSubject   a subject, number or relation that cannot be kept as asked
  InvalidFact      a value that is no value of its fact
  InvalidEndpoint  an address that cannot be told events as asked
  OutOfScope       a purpose that is not open to who asks
  NotConsented     a use that needs a consent which is not there
  StaleRecord      somebody else changed it first
  KeysMissing      the file with the keys is gone while values are sealed
  Erased           the key of the subject is destroyed: nothing sealed can be read
"""

from collections.abc import Iterable


class RegistryError(Exception):
    """A refusal with a list of sentences for people."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


class InvalidSubject(RegistryError):
    """The subject, number or relation cannot be kept as asked."""


class InvalidFact(RegistryError):
    """The value is none of its fact."""


class InvalidEndpoint(RegistryError):
    """The address cannot be told events as asked."""


class OutOfScope(RegistryError):
    """The purpose is not open to who asks."""


class NotConsented(RegistryError):
    """The person has not agreed to this use, or has withdrawn."""


class StaleRecord(RegistryError):
    """The record is no longer as it was shown."""


class Erased(RegistryError):
    """The subject's key is destroyed."""


class KeysMissing(RegistryError):
    """The file with the keys of personal values is not there."""
