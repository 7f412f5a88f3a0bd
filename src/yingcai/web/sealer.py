"""Seals the audit: once when a command asks for it, or again and again beside the server."""

import logging
import threading
from dataclasses import dataclass

from django.db import connection

from yingcai.audit import clock
from yingcai.audit.actions import close_day, seal
from yingcai.audit.root_files import publish_roots

SECONDS = 20  # between rounds; a row is sealed within 60 seconds even when a round fails
WHOLE_EVERY = 180  # rounds: once an hour the whole table is looked through
MOST_A_ROUND = 200_000

log = logging.getLogger("yingcai.sealer")


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


class Sealer(threading.Thread):
    """A thread of a server process. It survives every error and says once that there is one."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        super().__init__(name="audit-sealer", daemon=True)
        self.seconds = seconds
        self.rounds = 0
        self.failing = False
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            self.turn()
            self._over.wait(self.seconds)

    def turn(self) -> None:
        """One round on a connection of its own, which is closed again."""
        try:
            seal_round(whole=self.rounds % WHOLE_EVERY == 0)
        except Exception:
            if not self.failing:
                log.exception("the audit is not being sealed; the next rounds will try again")
            self.failing = True
        else:
            if self.failing:
                log.warning("the audit is being sealed again")
            self.failing = False
        finally:
            self.rounds += 1
            connection.close()

    def end(self) -> None:
        """Ask the thread to end, and wait until it has."""
        self._over.set()
        self.join()
