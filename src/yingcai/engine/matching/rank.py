"""What the sheets of a panel come to: calibrated, averaged, ranked, and how firm the ranks are.

Everything is exact to four decimals and follows from the sheets, the method and the seed alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

from yingcai.engine.matching.draws import lot
from yingcai.engine.matching.sheets import DRAW, MEAN, TRIMMED, Method, Sheet, total, vetoes

_PLACES = Decimal("0.0001")
_EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN)
_LEAST = 3  # sheets from which an expert's own scale can be told, and a mean be trimmed


@dataclass(frozen=True)
class Result:
    """``spread``: between the highest and the lowest sheet as given. ``low``, ``high``: the best and the
    worst rank without each expert in turn, and by the other method.
    """

    project: str
    score: Decimal
    spread: int
    disagree: bool
    vetoed: bool
    rank: int
    low: int
    high: int
    admitted: bool


class Variant(NamedTuple):
    """The ranks as they would be without an expert, or by another method; ``name`` is the expert or the method."""

    name: str
    ranks: Mapping[str, int]


def results(method: Method, sheets: Sequence[Sheet], seed: str) -> list[Result]:
    """Every project that has sheets, best first."""
    found = _ranked(method, sheets, seed)
    changed = variants(method, sheets, seed)
    return [
        replace(one, low=min(ranks), high=max(ranks))
        for one in found
        if (
            ranks := [
                one.rank,
                *(each.ranks[one.project] for each in changed if one.project in each.ranks),
            ]
        )
    ]


def variants(method: Method, sheets: Sequence[Sheet], seed: str) -> list[Variant]:
    """The ranking without each expert in turn, and by the other way to average."""
    found = []
    for expert in sorted({sheet.expert for sheet in sheets}):
        rest = [sheet for sheet in sheets if sheet.expert != expert]
        found.append(Variant(expert, _ranks(_ranked(method, rest, seed))))
    other = MEAN if method.method == TRIMMED else TRIMMED
    found.append(Variant(other, _ranks(_ranked(replace(method, method=other), sheets, seed))))
    return found


def _ranks(found: Iterable[Result]) -> dict[str, int]:
    return {one.project: one.rank for one in found}


def _ranked(method: Method, sheets: Sequence[Sheet], seed: str) -> list[Result]:
    adjusted = calibrated(method, sheets)
    projects: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        projects.setdefault(sheet.project, []).append(sheet)
    rows = [_result(method, name, own, adjusted) for name, own in projects.items()]
    keys = {one.project: _key(method, one, projects[one.project], seed) for one in rows}
    rows.sort(key=lambda one: (keys[one.project], one.project))
    ranked: list[Result] = []
    for place, one in enumerate(rows, 1):
        tied = bool(ranked) and keys[ranked[-1].project] == keys[one.project]
        rank = ranked[-1].rank if tied else place
        ranked.append(replace(one, rank=rank, low=rank, high=rank, admitted=_in(method, one, rank)))
    return ranked


def calibrated(method: Method, sheets: Sequence[Sheet]) -> dict[tuple[str, str], Decimal]:
    """The points of each sheet; with `z` on one scale: each expert's mean and spread become those of all."""
    totals = {(one.project, one.expert): Decimal(total(method, one)) for one in sheets}
    if method.calibrate != "z" or not totals:
        return totals
    mean, deviation = _moments([*totals.values()])
    adjusted = {}
    for (project, expert), points in totals.items():
        own = [value for (_, one), value in totals.items() if one == expert]
        own_mean, own_deviation = _moments(own)
        if len(own) >= _LEAST:
            scale = _EXACT.divide(deviation, own_deviation) if own_deviation else Decimal(0)
            points = mean + _EXACT.multiply(points - own_mean, scale)
        adjusted[project, expert] = _rounded(points)
    return adjusted


def _moments(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """The mean and the standard deviation of all there are."""
    mean = _average(values)
    variance = _average([(value - mean) ** 2 for value in values])
    return mean, _EXACT.sqrt(variance)


def _average(values: Sequence[Decimal]) -> Decimal:
    return _EXACT.divide(sum(values, Decimal(0)), Decimal(len(values)))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_PLACES, rounding=ROUND_HALF_EVEN)


def _result(
    method: Method,
    project: str,
    sheets: Sequence[Sheet],
    adjusted: Mapping[tuple[str, str], Decimal],
) -> Result:
    values = sorted(adjusted[one.project, one.expert] for one in sheets)
    if method.method == TRIMMED and len(values) >= _LEAST:
        values = values[1:-1]
    given = [total(method, one) for one in sheets]
    spread = max(given) - min(given)
    return Result(
        project=project,
        score=_rounded(_average(values)),
        spread=spread,
        disagree=spread >= method.spread,
        vetoed=2 * sum(vetoes(method, one) for one in sheets) > len(sheets),
        rank=0,
        low=0,
        high=0,
        admitted=False,
    )


def _in(method: Method, one: Result, rank: int) -> bool:
    enough = not one.vetoed and one.score >= method.passing
    return enough and (not method.places or rank <= method.places)


def _key(
    method: Method, one: Result, sheets: Sequence[Sheet], seed: str
) -> tuple[bool, Decimal, tuple[Decimal, ...]]:
    """Vetoed projects come last; then points; then what the tie rule says."""
    return one.vetoed, -one.score, tuple(_ties(method, one.project, sheets, seed))


def _ties(method: Method, project: str, sheets: Sequence[Sheet], seed: str) -> Iterator[Decimal]:
    for tie in method.ties:
        if tie == DRAW:
            yield Decimal(lot(seed, "tie", project))
        else:
            yield -_rounded(_average([Decimal(sheet.points[tie]) for sheet in sheets]))
