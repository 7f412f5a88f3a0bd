"""How a one-case measurement is told to the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.rules.people import Facts

Answers = dict[
    str, int
]  # programme to fen; True or False where an engine only says who is eligible


@dataclass(frozen=True, slots=True)
class OneCase:
    """``inputs`` are made outside the timing, ``decide`` is timed, ``answers`` reads what it gave.

    ``says`` is what a person finds in it.
    """

    inputs: list[Any]
    decide: Callable[[Any], Any]
    answers: Callable[[Any], Answers]
    says: str


Prepare = Callable[[list[Facts]], OneCase]
