"""Known bugs, planted one at a time: the check of its goal must find each (docs/evidence.md)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

Check = Callable[[], list[str]]
Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Bug:
    """A bug of a name: what it does, how it is planted, and the check that must find it."""

    goal: str
    name: str
    plant: Plant
    check: Check

    def __str__(self) -> str:
        return f"{self.goal}-{self.name}"


BUGS: list[Bug] = []


def bug(goal: str, check: Check) -> Callable[[Plant], Plant]:
    """Note a planted bug under the name of its function."""

    def note(plant: Plant) -> Plant:
        BUGS.append(Bug(goal, plant.__name__.replace("_", "-"), plant, check))
        return plant

    return note


@contextmanager
def undone() -> Iterator[None]:
    """What a check writes is taken back, so that it can be asked again."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def around(mp: pytest.MonkeyPatch, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put in the place of a function what ``make`` makes of it."""
    mp.setattr(owner, name, make(getattr(owner, name)))
