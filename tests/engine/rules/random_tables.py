"""Random decision tables: each split divides what is left, so no two rows can match the same keys."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

from tests.engine.rules.random_text import Bounds, Writer, as_yaml, random_number, spelled
from tests.engine.rules.slow_values import BOOLEAN, Kind

Key = tuple[str, Kind, Bounds]


def random_rows(writer: Writer, keys: list[Key]) -> list[list[Any]]:
    """Cells of rows that match no keys twice; some keys may match no row."""
    if not keys:
        return [[]]
    (name, kind, bounds), *others = keys
    if writer.rng.random() < 0.2:
        return [["*", *rest] for rest in random_rows(writer, others)]
    cells = _cells(writer, name, kind, bounds)
    kept = [cell for cell in cells if writer.rng.random() < 0.85] or cells[:1]
    return [[_fresh(cell), *rest] for cell in kept for rest in random_rows(writer, others)]


def _fresh(cell: Any) -> Any:
    """A date of its own for each row: PyYAML writes one that is shared as an anchor."""
    return cell.replace() if isinstance(cell, date) else cell


def _cells(writer: Writer, name: str, kind: Kind, bounds: Bounds) -> list[Any]:
    rng = writer.rng
    if kind == BOOLEAN:
        return rng.choice([["yes", "no"], [True, False], ["true", "false"]])
    if kind[0] == "enum":
        words = rng.sample(writer.words[kind[1]], len(writer.words[kind[1]]))
        cuts = sorted(rng.sample(range(1, len(words)), min(len(words) - 1, rng.randint(1, 3))))
        pieces = zip([0, *cuts], [*cuts, len(words)], strict=True)
        return ["|".join(words[a:b]) for a, b in pieces]
    low, high = bounds
    cuts = sorted({min(max(random_number(rng, kind), low + 1), high) for _ in range(3)})
    for cut in cuts:
        writer.near.note(name, kind, cut)
    inner = [_span(rng, kind, a, b - 1) for a, b in pairwise(cuts)]
    return [_open(rng, kind, cuts[0], "<"), *inner, _open(rng, kind, cuts[-1], ">")]


def _open(rng: Random, kind: Kind, cut: int, side: str) -> str:
    """Below ``cut``, or from it on; said in one of two ways."""
    plain = rng.random() < 0.5
    if side == "<":
        return f"<{spelled(kind, cut)}" if plain else f"<={spelled(kind, cut - 1)}"
    return f">={spelled(kind, cut)}" if plain else f">{spelled(kind, cut - 1)}"


def _span(rng: Random, kind: Kind, low: int, high: int) -> Any:
    if low == high or rng.random() < 0.2:
        return as_yaml(rng, kind, low)
    return f"{spelled(kind, low)}..{spelled(kind, high)}"
