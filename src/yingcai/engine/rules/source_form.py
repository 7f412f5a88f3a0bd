"""What the compiler is given, and how it says what is wrong: plain values, no files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RuleSource:
    """The rules of a pack as plain values; shapes are right, every name between files exists.

    ``facts``: facts.yaml. ``programmes``: file name and file, in order. ``catalogue``: None, or its
    ``index`` and its ``editions`` by file name. ``domains``: of ``values_from`` (divisions,
    honours), value to words, in order. Days are dates, numbers int or Decimal, expressions texts.
    A table has ``columns``, ``rows`` (lists of texts), ``lines`` (of the rows, from 1), and where
    rows say so ``sources`` and ``statuses``, empty where a row says nothing.
    """

    facts: Mapping[str, Any]
    programmes: tuple[tuple[str, Mapping[str, Any]], ...]
    catalogue: Mapping[str, Any] | None
    domains: Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True, order=True)
class RuleProblem:
    """``key``: where in ``file``, outermost name first; places of lists count from 0."""

    file: str
    key: tuple[str | int, ...]
    text: str
