"""What if: two texts of the rules over one population; only programmes that differ are decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from yingcai.engine.population.ceilings import write_payable
from yingcai.engine.population.decided import (
    Decided,
    ProgrammeColumns,
    clusters,
    decided,
    people_where,
)
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.scan import Progress, group_expression, kept_columns
from yingcai.engine.population.snapshot import Population
from yingcai.engine.rules.model import Programme, Rule, RuleSet, Stacking

BEFORE, AFTER = "before", "after"
_PAYABLE = "payable"


@dataclass(frozen=True)
class Effect:
    """What a change does in one programme and group: people and fen.

    All fen are those payable under the ceilings, while claims that are open take nothing. Winners
    and losers are paid more and less; ``undecided`` are people for whom one side is not known, be it
    the amount or, under a ceiling, whose claim it is. ``entered`` and ``left`` become and cease to be
    entitled, whatever they are paid.
    """

    programme: str
    group: tuple[object, ...]
    before: int
    after: int
    entitled_before: int
    entitled_after: int
    winners: int
    won: int
    losers: int
    lost: int
    entered: int
    left: int
    undecided: int


@dataclass(frozen=True)
class WhatIf:
    """``touched``: programmes whose rules differ, or that share a ceiling with one whose rules do.

    Only they are decided; ``untouched`` are the others.
    """

    by: tuple[str, ...]
    touched: tuple[str, ...]
    untouched: tuple[str, ...]
    effects: tuple[Effect, ...]

    def total(self, programme: str | None = None) -> Effect:
        """All groups of one programme, or of all programmes."""
        parts = [one for one in self.effects if programme in (None, one.programme)]
        sums = {name: sum(getattr(one, name) for one in parts) for name in _COUNTED}
        return Effect(programme or "", (), **sums)


_COUNTED = (
    "before", "after", "entitled_before", "entitled_after", "winners", "won", "losers", "lost",
    "entered", "left", "undecided",
)  # fmt: skip


def touched_programmes(before: RuleSet, after: RuleSet) -> tuple[str, ...]:
    """The programmes that say something else, are new, or are gone; in order of the packs.

    With them all that share a ceiling with one of them: what it claims changes what they are paid.
    """
    names = list(dict.fromkeys([*before.programmes, *after.programmes]))
    found = {name for name in names if _text(before, name) != _text(after, name)}
    for rules in (before, after):
        for cluster in clusters(rules):
            found |= set(cluster) if found & set(cluster) else set()
    return tuple(name for name in names if name in found)


def _text(rules: RuleSet, name: str) -> tuple[tuple[Rule, ...], Stacking | None]:
    if name not in rules.programmes:
        return (), None
    return rules.only(frozenset([name])).rules, rules.programmes[name].stacking


def both(before: RuleSet, after: RuleSet, names: Sequence[str]) -> RuleSet:
    """One rule set with the named programmes of both, called ``NAME before`` and ``NAME after``.

    Raises: PopulationError where a fact has another type on the other side, since one population
    cannot hold both.
    """
    for name in set(before.facts) & set(after.facts):
        if before.facts[name].type != after.facts[name].type:
            raise PopulationError(
                f"`{name}` has other values in the two packs; compare packs with one vocabulary"
            )
    programmes: dict[str, Programme] = {}
    rules: list[Rule] = []
    for side, source in ((BEFORE, before), (AFTER, after)):
        for name in names:
            if name in source.programmes:
                programme = _renamed(source.programmes[name], side, start=len(rules))
                programmes[programme.name] = programme
                rules += [
                    replace(
                        source.rules[number], number=len(rules) + place, programme=programme.name
                    )
                    for place, number in enumerate(source.programmes[name].rules)
                ]
    return RuleSet({**before.facts, **after.facts}, programmes, tuple(rules))


def _renamed(programme: Programme, side: str, *, start: int) -> Programme:
    ceilings = tuple(
        replace(one, group=tuple(f"{name} {side}" for name in one.group))
        for one in programme.stacking.ceilings
    )
    return replace(
        programme,
        name=f"{programme.name} {side}",
        rules=tuple(range(start, start + len(programme.rules))),
        stacking=replace(programme.stacking, ceilings=ceilings),
    )


def what_if(
    population: Population,
    before: RuleSet,
    after: RuleSet,
    *,
    by: Sequence[str] = (),
    progress: Progress | None = None,
) -> WhatIf:
    """The effects of going from one rule set to another. ``population`` holds the facts of both.

    Raises: PopulationError.
    """
    touched = touched_programmes(before, after)
    together = both(before, after, touched)
    groups = [group_expression(name, together) for name in by]
    keep = kept_columns(population, together, by)
    effects: list[Effect] = []
    for place, name in enumerate(touched):
        part = decided(_sharing(together, name), table=population.table, keep=keep)
        effects += _effects(population, part, name, groups)
        if progress:
            progress(place + 1, len(touched))
    untouched = tuple(name for name in after.programmes if name not in touched)
    return WhatIf(tuple(by), touched, untouched, tuple(effects))


def _sharing(together: RuleSet, name: str) -> RuleSet:
    """A programme's two sides, with the programmes that share a ceiling with them."""
    sides = {f"{name} {BEFORE}", f"{name} {AFTER}"}
    found = [cluster for cluster in clusters(together) if sides & set(cluster)]
    return together.only(frozenset(one for cluster in found for one in cluster))


def _effects(
    population: Population, part: Decided, name: str, groups: Sequence[str]
) -> list[Effect]:
    sides = {one.programme: one for one in part.programmes}
    before, after = sides.get(f"{name} {BEFORE}"), sides.get(f"{name} {AFTER}")
    capped = write_payable(population, part, _PAYABLE)
    sources = [f"({part.query}) AS decided"]
    sources += [_claims(one) for one in (before, after) if one and one.programme in capped]
    outputs = [f"{group} AS g{place}" for place, group in enumerate(groups)]
    outputs += _measures(before, after, capped)
    query = f"SELECT {', '.join(outputs)} FROM {' LEFT JOIN '.join(sources)}"
    if groups:
        query += f" GROUP BY {', '.join(f'g{place}' for place in range(len(groups)))}"
        query += f" ORDER BY {', '.join(f'g{place} NULLS LAST' for place in range(len(groups)))}"
    rows = population.connection.execute(query).fetchall()
    return [_effect(row, name, len(groups)) for row in rows]


def _claims(side: ProgrammeColumns) -> str:
    """What a programme's claims are paid, to be joined to the decisions."""
    paid = _paid(side)
    chosen = f"SELECT id, fen AS {paid} FROM {_PAYABLE} WHERE programme = '{side.programme}'"
    return f"({chosen}) AS {paid}_claims USING (id)"


def _paid(side: ProgrammeColumns) -> str:
    return f"{side.outcome}_paid"


def _effect(row: tuple[Any, ...], name: str, width: int) -> Effect:
    counted = map(int, row[width:])
    return Effect(name, tuple(row[:width]), **dict(zip(_COUNTED, counted, strict=True)))


def _measures(
    before: ProgrammeColumns | None, after: ProgrammeColumns | None, capped: frozenset[str]
) -> list[str]:
    """In the order of `_COUNTED`. A side without the programme entitles nobody."""
    was, is_now = _entitled(before), _entitled(after)
    old, new = _fen(before, capped), _fen(after, capped)
    return [
        f"coalesce(sum({old}), 0)",
        f"coalesce(sum({new}), 0)",
        people_where(f"{was}"),
        people_where(f"{is_now}"),
        people_where(f"{new} > {old}"),
        f"coalesce(sum(CASE WHEN {new} > {old} THEN {new} - {old} END), 0)",
        people_where(f"{new} < {old}"),
        f"coalesce(sum(CASE WHEN {new} < {old} THEN {old} - {new} END), 0)",
        people_where(f"{is_now} AND NOT {was}"),
        people_where(f"{was} AND NOT {is_now}"),
        people_where(f"{new} IS NULL OR {old} IS NULL"),
    ]


def _entitled(side: ProgrammeColumns | None) -> str:
    return f"({side.outcome} = 1)" if side else "FALSE"


def _fen(side: ProgrammeColumns | None, capped: frozenset[str]) -> str:
    """What is payable, NULL where that is not known; who is refused has no claim."""
    if side is None:
        return "CAST(0 AS BIGINT)"
    if side.programme not in capped:
        return side.amount
    return f"(CASE WHEN {side.outcome} = 0 THEN 0 ELSE {_paid(side)} END)"
