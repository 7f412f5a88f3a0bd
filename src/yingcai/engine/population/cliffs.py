"""Cliffs: places where one more yuan, month or year of a fact makes the amount fall.

For every number and date that a programme compares with a threshold, the people of a sample are
decided twice, just below the threshold and on it, all else as it is. Whoever gets less on the
upper side stands before a cliff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from yingcai.engine.population.decided import decided
from yingcai.engine.population.snapshot import Population, column_of, one_row
from yingcai.engine.rules.model import FactType, RuleSet
from yingcai.engine.rules.probes import from_line, thresholds, to_line
from yingcai.engine.rules.types import Boolean, Date, Enum, from_civil, is_day

SAMPLE_ROWS = 20_000
_SAMPLE = "cliff_sample"


@dataclass(frozen=True)
class Cliff:
    """At ``edge`` (an inside value) of ``fact`` the amount falls for ``people`` of the sample.

    ``loss`` is their average loss in fen; ``near`` are those whose own value lies within a tenth of
    the fact's distance from zero below the edge, or within a year for dates.
    """

    programme: str
    fact: str
    edge: int
    people: int
    loss: int
    near: int
    sample: int


def find_cliffs(population: Population, rules: RuleSet, names: Sequence[str]) -> list[Cliff]:
    """The cliffs of the named programmes, the deepest first."""
    connection = population.connection
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_SAMPLE} AS SELECT * FROM {population.table} "
        f"ORDER BY hash(id), id LIMIT {SAMPLE_ROWS}"
    )
    found = [
        cliff
        for name in names
        if name in rules.programmes
        for cliff in _of_programme(population, rules.only(frozenset([name])))
    ]
    connection.execute(f"DROP TABLE {_SAMPLE}")
    return sorted(found, key=lambda one: (-one.loss, one.programme, one.fact, one.edge))


def _of_programme(population: Population, rules: RuleSet) -> Iterator[Cliff]:
    cuts = thresholds([tree for rule in rules.rules for tree in rule.trees])
    for fact_name in sorted(cuts):
        fact = rules.facts[fact_name]
        if isinstance(fact.type, Boolean | Enum):
            continue
        for edge in _edges(cuts[fact_name], fact):
            cliff = _at(population, rules, fact, edge)
            if cliff.people:
                yield cliff


def _edges(cuts: Iterable[int], fact: FactType) -> list[int]:
    """The first values on and above each cut, where there is something below.

    A cut between two days may be the code of no day: "up to 28 February" and "before 1 March" are
    the same.
    """
    low, high = cast(int, fact.low), cast(int, fact.high)
    starts = {one for cut in cuts for one in (cut, cut + 1) if low < one <= high}
    return sorted({_first(one, fact) for one in starts})


def _first(value: int, fact: FactType) -> int:
    while isinstance(fact.type, Date) and not is_day(value):
        value += 1
    return value


def _at(population: Population, rules: RuleSet, fact: FactType, edge: int) -> Cliff:
    below = from_line(to_line(edge, fact) - 1, fact)
    sides = [_decided_at(rules, fact, value) for value in (below, edge)]
    (name,) = rules.programmes
    people, loss, close, rows = one_row(
        population.connection,
        "SELECT count(*) FILTER (WHERE after.fen < before.fen), "
        "coalesce(sum(before.fen - after.fen) FILTER (WHERE after.fen < before.fen), 0), "
        f"count(*) FILTER (WHERE after.fen < before.fen AND before.own {_near(fact, edge)}), "
        f"count(*) FROM ({sides[0]}) AS before JOIN ({sides[1]}) AS after USING (id)",
    )
    return Cliff(name, fact.name, edge, people, loss // max(people, 1), close, rows)


def _decided_at(rules: RuleSet, fact: FactType, value: int) -> str:
    """The amounts of the sample when everybody has ``value``; `own` keeps the value they have."""
    column = column_of(fact.name)
    part = decided(rules, table="moved", keep=["own"])
    moved = f"SELECT *, {column} AS own FROM {_SAMPLE}"
    moved = f"SELECT * REPLACE ({_literal(value, fact)} AS {column}) FROM ({moved})"
    amount = part.programmes[0].amount
    return f"WITH moved AS ({moved}) SELECT id, own, {amount} AS fen FROM ({part.query})"


def _near(fact: FactType, edge: int) -> str:
    if isinstance(fact.type, Date):
        day = from_civil(edge)
        return f"BETWEEN DATE '{day}' - INTERVAL 366 DAY AND DATE '{day}' - INTERVAL 1 DAY"
    return f"BETWEEN {edge - max(abs(edge) // 10, 1)} AND {edge - 1}"


def _literal(value: int, fact: FactType) -> str:
    return (
        f"DATE '{from_civil(value)}'" if isinstance(fact.type, Date) else f"CAST({value} AS BIGINT)"
    )
