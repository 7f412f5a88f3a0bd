"""Small values every part of the engine shares. They know no city, no clock, no database."""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Span(NamedTuple):
    """A piece of a text: characters ``start`` (inclusive) to ``end`` (exclusive)."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


class Period(NamedTuple):
    """First and last calendar year of a plan, both included."""

    first: int
    last: int


def digest(data: bytes) -> str:
    """The SHA-256 of ``data`` in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()
