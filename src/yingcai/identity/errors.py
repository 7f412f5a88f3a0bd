"""What identity refuses. Every refusal names all problems at once, each with the way out.

IdentityError
  InvalidUnits      a list of units that cannot be loaded
  InvalidAccount    an account that cannot be made or changed as asked
  RoleRefused       a role that may not be given or taken
  StaleAccount      somebody else changed it first
  InvalidToken      a token that cannot be made as asked
  KeyReused         a key of a write that was used for another one
"""

from collections.abc import Iterable


class IdentityError(Exception):
    """A refusal with a list of sentences for people."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


class InvalidUnits(IdentityError):
    """The list of units contradicts itself or lacks something."""


class InvalidAccount(IdentityError):
    """The account cannot be made or changed as asked."""


class RoleRefused(IdentityError):
    """The role may not be given or taken."""


class StaleAccount(IdentityError):
    """The account or grant is no longer as it was shown."""


class InvalidToken(IdentityError):
    """The token cannot be made as asked."""


class KeyReused(IdentityError):
    """The key of a write was used for another one."""
