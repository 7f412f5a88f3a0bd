"""Ceilings over a population: what a firm, household or person is paid at most, and in which order.

`by_date`: first come, first served, by day of application and then by id. `pro_rata`: everybody's
share of the ceiling, in whole fen, rounded down. A ceiling binds all programmes of its group.

Several ceilings bind one after the other, each what the former left: those per person, then per
household, then per firm; among these the yearly ones first, then those of fewer programmes, then
as the pack orders them.

Claims whose entitlement or amount is not known yet make the sum an interval, for they may still
come in. So do claims whose owner, day or ceiling is not known: each counts as if it had an owner
to itself, and nothing of it is certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from yingcai.engine.population.decided import Decided, ProgrammeColumns, clusters
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.snapshot import Population, column_of, one_row
from yingcai.engine.rules.model import Ceiling

APPLIED_ON = column_of("case.applied_on")
_NARROW = ("person", "household", "firm")
_CLAIMS, _NEXT = "claims", "claims_next"


@dataclass(frozen=True)
class Capped:
    """What a programme pays in all under its ceilings, in fen: at least and at most.

    ``at_most`` is None where a ceiling that is not known bounds a claim that is not known.
    """

    at_least: int
    at_most: int | None


@dataclass(frozen=True)
class CappedProgramme:
    """``by_group``: payable fen by group, claims that are not known left out."""

    bounds: Capped
    by_group: Mapping[tuple[object, ...], int]


class _Bound(NamedTuple):
    """A ceiling in the table of claims: columns `whose` and `cap` with its place."""

    ceiling: Ceiling
    place: int
    allowed: str

    @property
    def cap(self) -> str:
        return f"cap{self.place}"

    @property
    def sure(self) -> str:
        """Whether a claim's owner and, where it matters, day are known."""
        dated = self.ceiling.share == "by_date" or self.ceiling.within == "year"
        return f"(whose{self.place} IS NOT NULL{' AND day IS NOT NULL' if dated else ''})"

    @property
    def owner(self) -> str:
        """The columns whose values name an owner and the period that counts for it."""
        year = ", EXTRACT(YEAR FROM day)" if self.ceiling.within == "year" else ""
        return f"whose{self.place}, CASE WHEN NOT {self.sure} THEN id END{year}"

    @property
    def window(self) -> str:
        """Which claims a claim is measured with: all of the owner, or those up to it."""
        if self.ceiling.share == "pro_rata":
            return ""
        return " ORDER BY day, id, programme ROWS UNBOUNDED PRECEDING"


def apply_ceilings(
    population: Population, part: Decided, groups: Sequence[str]
) -> dict[str, CappedProgramme]:
    """By programme that stands under a ceiling: what is payable.

    A ceiling shared by several programmes counts the claims of those in the same statement.
    Raises: PopulationError where the population does not say whom the claims belong to.
    """
    return {
        one.programme: _capped(population.connection, one.programme, own, len(groups))
        for members, bounds in _settled(population, part, groups)
        for one in members
        if (own := [bound for bound in bounds if one.programme in bound.ceiling.group])
    }


def write_payable(population: Population, part: Decided, table: str) -> frozenset[str]:
    """Make ``table`` of the claims under ceilings: `id`, `programme`, and `fen`, what is payable.

    `fen` is NULL where the claim's amount, owner, day or ceiling is not known. Returns the programmes
    that stand under a ceiling; without any there is no table. Raises: PopulationError, as
    `apply_ceilings` does.
    """
    written: set[str] = set()
    for members, _ in _settled(population, part, ()):
        make = f"INSERT INTO {table}" if written else f"CREATE OR REPLACE TABLE {table} AS"
        population.connection.execute(
            f"{make} SELECT id, programme, CASE WHEN known THEN fen END AS fen FROM {_CLAIMS}"
        )
        written |= {one.programme for one in members}
    return frozenset(written)


def _settled(
    population: Population, part: Decided, groups: Sequence[str]
) -> Iterator[tuple[list[ProgrammeColumns], list[_Bound]]]:
    """The programmes that share ceilings, while the table of their claims stands, cut to what is payable."""
    for names in clusters(part.rules):
        members = [one for one in part.programmes if one.programme in names]
        bounds = _in_order(part, members)
        if bounds:
            _make_claims(population, part, members, bounds=bounds, groups=groups)
            for bound in bounds:
                _cut(population.connection, bound, alone=len(bounds) == 1)
            yield members, bounds
            population.connection.execute(f"DROP TABLE {_CLAIMS}")


def _in_order(part: Decided, members: Sequence[ProgrammeColumns]) -> list[_Bound]:
    written = [
        (ceiling, allowed)
        for one in members
        for ceiling, allowed in zip(
            part.rules.programmes[one.programme].stacking.ceilings, one.caps, strict=True
        )
    ]
    written.sort(key=lambda one: _width(one[0]))
    return [_Bound(ceiling, place, allowed) for place, (ceiling, allowed) in enumerate(written)]


def _width(ceiling: Ceiling) -> tuple[int, bool, int]:
    return _NARROW.index(ceiling.per), ceiling.within == "ever", len(ceiling.group)


def _make_claims(
    population: Population,
    part: Decided,
    members: Sequence[ProgrammeColumns],
    *,
    bounds: Sequence[_Bound],
    groups: Sequence[str],
) -> None:
    """One row a claim. ``raw``: fen claimed, NULL where that is open; ``fen``: what is left of them.

    ``settled``: whether what is left is certain, whatever becomes of the open claims; ``known``:
    whether all is known about the claim itself.
    """
    claims = " UNION ALL ".join(
        f"SELECT {', '.join(_claim(population, part, one, bounds=bounds, groups=groups))} "
        f"FROM decided WHERE {one.outcome} <> 0"
        for one in members
    )
    population.connection.execute(
        f"CREATE OR REPLACE TABLE {_CLAIMS} AS WITH decided AS ({part.query}), "
        f"claimed AS ({claims}) "
        "SELECT *, coalesce(raw, 0) AS fen, raw IS NOT NULL AS settled, raw IS NOT NULL AS known "
        "FROM claimed"
    )


def _claim(
    population: Population,
    part: Decided,
    one: ProgrammeColumns,
    *,
    bounds: Sequence[_Bound],
    groups: Sequence[str],
) -> Iterator[str]:
    yield from ("id", f"'{one.programme}' AS programme", f"{APPLIED_ON} AS day")
    yield from (f"{group} AS g{place}" for place, group in enumerate(groups))
    for bound in bounds:
        whose = "NULL"
        if one.programme in bound.ceiling.group:
            whose = _owner(population, part, one.programme, bound.ceiling)
        yield f"CAST({whose} AS VARCHAR) AS whose{bound.place}"
        yield f"{bound.allowed} AS {bound.cap}"
    yield f"CASE WHEN {one.outcome} = 1 THEN {one.amount} END AS raw"


def _owner(population: Population, part: Decided, programme: str, ceiling: Ceiling) -> str:
    """The column of a ceiling's owner; where the programme is the owner's own, the row itself."""
    name = f"{ceiling.per}.id"
    if name in population.columns:
        return column_of(name)
    if ceiling.per == part.rules.programmes[programme].subject:
        return "id"
    raise PopulationError(f"the ceiling of `{programme}` needs the column `{name}`")


def _cut(connection: duckdb.DuckDBPyConnection, bound: _Bound, *, alone: bool) -> None:
    """Leave of each claim of the group what the ceiling allows.

    Under one ceiling ``alone`` an open claim takes nothing from its own programme as a whole: what
    it gets, the others of the programme lose.
    """
    over = f"OVER (PARTITION BY {bound.owner}{bound.window})"
    of_own = f"OVER (PARTITION BY {bound.owner}, programme{bound.window})" if alone else ""
    group = ", ".join(f"'{name}'" for name in bound.ceiling.group)
    sure = f"({bound.sure} AND {bound.cap} IS NOT NULL)"
    counted = (
        f"SELECT *, CASE WHEN {sure} THEN fen ELSE 0 END AS part, settled AND {sure} AS stands "
        f"FROM {_CLAIMS} WHERE programme IN ({group})"
    )
    weighed = (
        f"SELECT *, sum(part) {over} AS so_far, "
        f"count(*) FILTER (WHERE NOT stands) {over} AS open_ones, "
        f"{f'count(*) FILTER (WHERE NOT stands) {of_own}' if alone else '0'} AS own_open "
        f"FROM ({counted}) AS counted"
    )
    shared = _SHARES[bound.ceiling.share].format(cap=bound.cap, over=over, claims=weighed)
    connection.execute(
        f"CREATE OR REPLACE TABLE {_NEXT} AS "
        f"SELECT * FROM {_CLAIMS} WHERE programme NOT IN ({group}) UNION ALL BY NAME "
        f"SELECT * EXCLUDE (part, stands, so_far, open_ones, own_open, share) REPLACE ("
        f"CAST(share AS BIGINT) AS fen, stands AND open_ones = own_open AS settled, "
        f"known AND {sure} AS known) "
        f"FROM ({shared}) AS shared"
    )
    connection.execute(f"DROP TABLE {_CLAIMS}")
    connection.execute(f"ALTER TABLE {_NEXT} RENAME TO {_CLAIMS}")


# Pro rata, `so_far` is the sum of all claims. By date, it is the sum up to the claim; of that the
# owner has got, at the claim, so much that no cap on the way was passed. A cap that rises with the
# days leaves room for later claims only; where it falls, what was granted before stays granted.
_SHARES = {
    "pro_rata": (
        "SELECT *, CASE WHEN so_far <= greatest({cap}, 0) THEN part "
        "ELSE greatest(CAST(part AS HUGEINT) * {cap} // so_far, 0) END AS share "
        "FROM ({claims}) AS claims"
    ),
    "by_date": (
        "SELECT * EXCLUDE (within, got), got - coalesce(lag(got) {over}, 0) AS share FROM ("
        "SELECT *, greatest(max(within) {over}, 0) AS got FROM ("
        "SELECT *, so_far + least(min(CASE WHEN part > 0 THEN {cap} - so_far END) {over}, 0) AS within "
        "FROM ({claims}) AS claims) AS bounded) AS granted"
    ),
}


def _capped(
    connection: duckdb.DuckDBPyConnection, programme: str, bounds: Sequence[_Bound], width: int
) -> CappedProgramme:
    grouped = [f"g{place}" for place in range(width)]
    rows = connection.execute(
        f"SELECT {', '.join([*grouped, 'CAST(coalesce(sum(fen), 0) AS BIGINT)'])} FROM {_CLAIMS} "
        f"WHERE programme = '{programme}'{' GROUP BY ' + ', '.join(grouped) if grouped else ''}"
    ).fetchall()
    spans = [_span(connection, programme, bound) for bound in bounds]
    at_most = [most for _, most in spans if most is not None]
    return CappedProgramme(
        Capped(max(least for least, _ in spans), min(at_most, default=None)),
        {tuple(row[:-1]): row[-1] for row in rows},
    )


def _span(
    connection: duckdb.DuckDBPyConnection, programme: str, bound: _Bound
) -> tuple[int, int | None]:
    """What a programme is paid at least and at most, by what one of its ceilings says.

    Shares are rounded down, so that one more claim can cost the others a fen each.
    """
    rounded = "CASE WHEN open THEN claims ELSE 0 END" if bound.ceiling.share == "pro_rata" else "0"
    owners = (
        "SELECT coalesce(sum(fen) FILTER (WHERE settled), 0) AS certain, "
        "coalesce(sum(raw) FILTER (WHERE NOT settled), 0) AS more, "
        f"bool_or(raw IS NULL) AS open, max({bound.cap}) AS cap, count(*) AS claims "
        f"FROM {_CLAIMS} WHERE programme = '{programme}' GROUP BY {bound.owner}"
    )
    least, most, boundless = one_row(
        connection,
        f"SELECT CAST(coalesce(sum(greatest(certain - {rounded}, 0)), 0) AS BIGINT), "
        "CAST(coalesce(sum(CASE WHEN open THEN greatest(certain, cap) WHEN cap IS NULL "
        "THEN certain + more ELSE certain + least(more, greatest(cap - certain, 0)) END), 0) AS BIGINT), "
        f"coalesce(bool_or(open AND cap IS NULL), FALSE) FROM ({owners}) AS owners",
    )
    return least, None if boundless else most
