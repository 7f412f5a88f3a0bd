"""Work that goes on beside the server: a thread that does a round again and again."""

import logging
import threading
from abc import abstractmethod

from django.db import connection

log = logging.getLogger("yingcai.rounds")


class Rounds(threading.Thread):
    """A thread of a server process. It survives every error and says once that there is one."""

    label = ""  # of the thread
    work = ""  # in words, for the log

    def __init__(self, *, seconds: float) -> None:
        super().__init__(name=self.label, daemon=True)
        self.seconds = seconds
        self.rounds = 0
        self.failing = False
        self._over = threading.Event()

    @abstractmethod
    def round(self) -> None:
        """What is done each time; ``rounds`` says how often it was done before."""

    def run(self) -> None:
        while not self._over.is_set():
            self.turn()
            self._over.wait(self.seconds)

    def turn(self) -> None:
        """One round on a connection of its own, which is closed again."""
        try:
            self.round()
        except Exception:
            if not self.failing:
                log.exception("%s fails; the next rounds will try again", self.work)
            self.failing = True
        else:
            if self.failing:
                log.warning("%s goes on again", self.work)
            self.failing = False
        finally:
            self.rounds += 1
            connection.close()

    @property
    def ending(self) -> bool:
        """Whether the thread was asked to end: a long round looks now and then."""
        return self._over.is_set()

    def end(self) -> None:
        """Ask the thread to end, and wait until it has."""
        self._over.set()
        self.join()
