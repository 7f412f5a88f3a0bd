"""What the registry refuses. Every refusal names all problems at once, each with the way out.

RegistryError
  InvalidSubject   a subject, number or relation that cannot be kept as asked
  InvalidFact      a value that is no value of its fact
  InvalidFilter    a condition that there is not, or that the purpose does not allow
  InvalidEndpoint  an address that cannot be told events as asked
  OutOfScope       a purpose that is not open to who asks
  NotConsented     a use that needs a consent which is not there
  StaleRecord      somebody else changed it first
  TooMany          more questions about numbers than a person asks
  KeysMissing      the file with the keys is gone while values are sealed
  Erased           the key of the subject is destroyed: nothing sealed can be read
  Swept            a value was removed when its term was over
  Damaged          a file is no longer what was brought
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


class InvalidFilter(RegistryError):
    """Subjects cannot be found so."""


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


class TooMany(RegistryError):
    """More look-ups of numbers than a person makes; the text says when to go on."""


class KeysMissing(RegistryError):
    """The file with the keys of personal values is not there."""


class Swept(RegistryError):
    """The value was removed when its term was over."""


class Damaged(RegistryError):
    """A file is no longer what was brought."""
