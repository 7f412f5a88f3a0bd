"""Seals the audit: once when a command asks for it, or again and again beside the server."""

from dataclasses import dataclass

from yingcai.audit import clock
from yingcai.audit.actions import close_day, seal
from yingcai.audit.root_files import publish_roots
from yingcai.web.rounds import Rounds

SECONDS = 20  # between rounds; a row is sealed within 60 seconds even when a round fails
WHOLE_EVERY = 180  # rounds: once an hour the whole table is looked through
MOST_A_ROUND = 200_000


@dataclass(frozen=True)
class Done:
    """What a round did."""

    sealed: int
    published: int


def seal_round(*, whole: bool, limit: int = MOST_A_ROUND) -> Done:
    """Seal what is not sealed, make the root of a day that is over, publish roots; safe to repeat.

    Raises: AuditError, DatabaseError, OSError.
    """
    sealed = seal(now=clock.machine_now(), limit=limit, whole=whole)
    made = close_day(clock.yesterday(), now=clock.machine_now())
    return Done(sealed, publish_roots() if made or whole else 0)


class Sealer(Rounds):
    """A thread of a server process."""

    label = "audit-sealer"
    work = "sealing the audit"

    def __init__(self, *, seconds: float = SECONDS) -> None:
        super().__init__(seconds=seconds)

    def round(self) -> None:
        seal_round(whole=self.rounds % WHOLE_EVERY == 0)
