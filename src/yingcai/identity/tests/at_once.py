"""Acts that run at the same time, each in a connection of its own."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connections

Told = TypeVar("Told")


def at_once(act: Callable[[], Told], times: int) -> list[Told]:
    """What ``act`` gave back to each who did it."""
    ready = threading.Barrier(times)
    told: list[Told] = []

    def run() -> None:
        try:
            ready.wait(timeout=10)
            told.append(_patiently(act))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return told


def _patiently(act: Callable[[], Told]) -> Told:
    """The database in memory that tests share does not wait for a lock, as a file and a server do."""
    while True:
        try:
            return act()
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.01)
