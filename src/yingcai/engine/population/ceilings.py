"""Ceilings over a population: what a firm, household or person is paid at most, and in which order.

`by_date`: first come, first served, by day of application and then by id. `pro_rata`: everybody's
share of the ceiling, in whole fen, rounded down. Members whose entitlement is not known yet make
the sum an interval, for they may still come in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yingcai.engine.population.decided import Decided, ProgrammeColumns
from yingcai.engine.population.snapshot import Population, PopulationError, column_of
from yingcai.engine.rules.model import Ceiling

APPLIED_ON = column_of("case.applied_on")


@dataclass(frozen=True)
class Capped:
    """What a programme pays in all under its ceilings, in fen: at least and at most."""

    at_least: int
    at_most: int


@dataclass(frozen=True)
class CappedProgramme:
    """``by_group``: payable fen by group, members with unknown entitlement left out."""

    bounds: Capped
    by_group: Mapping[tuple[object, ...], int]


def apply_ceilings(
    population: Population, part: Decided, groups: Sequence[str]
) -> dict[str, CappedProgramme]:
    """By programme that has a ceiling of its own: what is payable under it.

    A ceiling shared by several programmes counts the claims of those in the same statement.
    Raises: PopulationError where the population does not say whom the claims belong to.
    """
    found = {}
    for one in part.programmes:
        ceilings = part.rules.programmes[one.programme].stacking.ceilings
        if ceilings:
            tightest = [
                _capped(
                    population,
                    _claims(population, part, one, ceiling, cap, groups),
                    ceiling,
                    groups,
                )
                for ceiling, cap in zip(ceilings, one.caps, strict=True)
            ]
            found[one.programme] = min(tightest, key=lambda capped: capped.bounds.at_most)
    return found


def _capped(
    population: Population, claims: str, ceiling: Ceiling, groups: Sequence[str]
) -> CappedProgramme:
    shares = f"SELECT *, {_SHARES[ceiling.share]} AS payable FROM ({claims}) AS claims"
    grouped = ", ".join(f"g{place}" for place in range(len(groups)))
    by_group = population.connection.execute(
        f"SELECT {grouped + ', ' if grouped else ''}CAST(coalesce(sum(payable), 0) AS BIGINT) "
        f"FROM ({shares}) AS shares WHERE own {'GROUP BY ' + grouped if grouped else ''}"
    ).fetchall()
    return CappedProgramme(
        _bounds(population, shares), {tuple(row[:-1]): int(row[-1]) for row in by_group}
    )


# What a claim of `fen` is paid under its owner's `cap`; unknown where the cap is.
_SHARES = {
    "pro_rata": (
        "CASE WHEN sum(fen) OVER (PARTITION BY whose, period) <= cap THEN fen ELSE "
        "CAST(CAST(fen AS HUGEINT) * cap // sum(fen) OVER (PARTITION BY whose, period) AS BIGINT) END"
    ),
    "by_date": (
        "CASE WHEN cap IS NOT NULL THEN greatest(0, least(fen, cap - coalesce(sum(fen) OVER ("
        "PARTITION BY whose, period ORDER BY day, id, programme "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) END"
    ),
}


def _bounds(population: Population, shares: str) -> Capped:
    """By owner of the ceiling: what is paid for sure, and what at most if the open claims come in."""
    row: tuple[Any, ...] | None = population.connection.execute(
        "SELECT CAST(coalesce(sum(low), 0) AS BIGINT), CAST(coalesce(sum(high), 0) AS BIGINT) FROM ("
        "SELECT coalesce(sum(payable), 0) AS low, CASE WHEN bool_or(open OR cap IS NULL) "
        "THEN coalesce(max(cap), sum(fen)) ELSE coalesce(sum(payable), 0) END AS high "
        f"FROM ({shares}) AS shares WHERE own GROUP BY whose, period) AS owners"
    ).fetchone()
    low, high = row or (0, 0)
    return Capped(low, high)


def _claims(  # one statement, made of all of them
    population: Population,
    part: Decided,
    one: ProgrammeColumns,
    ceiling: Ceiling,
    cap: str,
    groups: Sequence[str],
) -> str:
    """One row a claim: whose ceiling it falls under, the period, its fen, whether it is still open."""
    whose = _owner(population, part, one, ceiling)
    period = f"EXTRACT(YEAR FROM {APPLIED_ON})" if ceiling.within == "year" else "0"
    cut = "".join(f", {group} AS g{place}" for place, group in enumerate(groups))
    parts = [
        f"SELECT id, {whose} AS whose, {period} AS period, {APPLIED_ON} AS day, {cap} AS cap, "
        f"'{other.programme}' AS programme, {'TRUE' if other is one else 'FALSE'} AS own, "
        f"coalesce(CASE WHEN {other.outcome} = 1 THEN {other.amount} END, 0) AS fen, "
        f"({other.outcome} IN (2, 3) OR ({other.outcome} = 1 AND {other.amount} IS NULL)) AS open"
        f"{cut} FROM ({part.query}) AS decided WHERE {other.outcome} <> 0"
        for other in part.programmes
        if other is one or other.programme in ceiling.group
    ]
    return " UNION ALL ".join(parts)


def _owner(population: Population, part: Decided, one: ProgrammeColumns, ceiling: Ceiling) -> str:
    """The column of a ceiling's owner; where the programme is the owner's own, the row itself."""
    name = f"{ceiling.per}.id"
    if name in population.columns:
        return column_of(name)
    if ceiling.per == part.rules.programmes[one.programme].subject:
        return "id"
    raise PopulationError(f"the ceiling of `{one.programme}` needs the column `{name}`")
