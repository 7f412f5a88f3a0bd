"""Drawing lots that everybody can draw again: numbers that follow from a published seed alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

_BITS = 20


def lot(seed: str, *words: str) -> int:
    """A number from 0 to 2**20 - 1, by SHA-256 of the seed and what the lot is for."""
    text = "/".join((seed, *words))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> (64 - _BITS)


def drawn(seed: str, purpose: str, names: Iterable[str]) -> list[str]:
    """The names in the order of their lots."""
    return sorted(names, key=lambda name: (lot(seed, purpose, name), name))
