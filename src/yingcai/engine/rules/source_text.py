"""Pieces of Python text that know when they are unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from yingcai.engine.rules.types import Value


class Text(NamedTuple):
    """An expression that is valid where none of the tests in ``unknown`` is true; else: unknown.

    ``depth`` is 0 for a name or a number.
    """

    code: str
    unknown: tuple[str, ...] = ()
    depth: int = 0

    @property
    def plain(self) -> bool:
        """Whether the code alone says it all: it is a name or a number, and None when unknown."""
        return self.depth == 0 and self.unknown in ((), (f"{self.code} is None",))

    def full(self) -> str:
        """The expression that is None when unknown."""
        if self.plain or not self.unknown:
            return self.code
        return f"(None if {' or '.join(self.unknown)} else {self.code})"


def literal(value: Value) -> str:
    """A constant as source: only numbers and truth values can be one."""
    if isinstance(value, bool):
        return str(value)
    return str(int(value)) if value >= 0 else f"({int(value)})"


def join(code: str, *parts: Text) -> Text:
    """An expression over others, strict: unknown where any of them is."""
    tests = dict.fromkeys(test for part in parts for test in part.unknown)
    return Text(code, tuple(tests), 1 + max(part.depth for part in parts))


def held(item: Text, name: str) -> tuple[str, str]:
    """An operand that is needed more than once: its text the first time, and after that.

    ``name`` must differ at each depth: then no expression inside overwrites it.
    """
    return (item.code, item.code) if item.depth == 0 else (f"({name} := {item.code})", name)


def choice(operand: str, starts: Sequence[int], texts: Sequence[str]) -> str:
    """An expression for the text of the segment in which ``operand`` lies; halves at each step."""
    if not starts:
        return texts[0]
    middle = len(starts) // 2
    below = choice(operand, starts[:middle], texts[: middle + 1])
    above = choice(operand, starts[middle + 1 :], texts[middle + 1 :])
    return f"({below} if {operand} < {int(starts[middle])} else {above})"
