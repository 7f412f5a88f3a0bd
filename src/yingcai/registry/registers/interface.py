"""What a register is asked and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

FOUND, NOT_FOUND, DOWN, STALE = "found", "not_found", "down", "stale"


@dataclass(frozen=True)
class Told:
    """One fact as a register tells it; ``value`` as people write it."""

    name: str
    value: str
    since: date | None = None
    until: date | None = None
    reference: str = ""


@dataclass(frozen=True)
class Reply:
    """``state``: found, not_found, down, stale (found, but older than the pack calls fresh).

    ``as_of``: the day of the register's data. ``why``: a word for the monitor where it is down.
    """

    state: str
    told: tuple[Told, ...] = ()
    as_of: date | None = None
    why: str = ""


@dataclass(frozen=True)
class Asked:
    """Whom a register is asked about: numbers by kind, and which facts are wanted."""

    handle: str
    numbers: Mapping[str, str] = field(repr=False)
    facts: tuple[str, ...] = ()


class Register(Protocol):
    """A register of another authority."""

    def ask(self, source: str, asked: Asked, *, on: date) -> Reply:
        """What the register says on a day. Never raises where the register is out of order."""
        ...
