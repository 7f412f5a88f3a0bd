"""How measurements are told to the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
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


# Holding, of unknown amount (None where an engine knows no unknown), fen in all.
Totals = Mapping[str, tuple[int, int | None, int]]


@dataclass(frozen=True, slots=True)
class Population:
    """``decide`` is timed: a whole pass over people that are loaded. ``totals`` reads what it made."""

    decide: Callable[[], Any]
    totals: Callable[[Any], Totals]


PrepareCase = Callable[[list[Facts]], OneCase]
PreparePopulation = Callable[[Path], Population]
