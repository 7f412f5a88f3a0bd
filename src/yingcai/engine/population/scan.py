"""A scan: what the rules say about a whole population, by programme and group.

Counts and sums are made by the database; nothing of the size of the population comes into Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import duckdb

from yingcai.engine.population.ceilings import Capped, apply_ceilings
from yingcai.engine.population.decided import (
    Decided,
    ProgrammeColumns,
    decided_groups,
    people_where,
)
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.snapshot import (
    OWNERS,
    Population,
    applied_column,
    column_of,
    one_row,
)
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.sql import OUTCOME_CODES
from yingcai.engine.rules.types import Boolean, Enum, Value
from yingcai.engine.rules.words import Language, value_words

YEAR = "year"  # a group of its own: the year of the application
YEAR_OF = "case.applied_on"

Progress = Callable[[int, int], None]  # programmes done, programmes in all


@dataclass(frozen=True)
class Tally:
    """People and fen of one programme in one group.

    ``amount`` sums what is known before ceilings, ``payable`` after them; ``no_amount`` counts people
    who are entitled while their amount is not known yet. ``waiting`` counts those entitled who have
    not applied; it is None where the population does not say who has.
    """

    programme: str
    group: tuple[object, ...]
    yes: int
    no: int
    unknown: int
    person: int
    no_amount: int
    amount: int
    payable: int
    waiting: int | None = None


@dataclass(frozen=True)
class Block:
    """How often a condition is the reason: people it refuses, people it alone refuses, undecided."""

    programme: str
    version: str
    condition: str
    refused: int
    alone: int
    undecided: int


@dataclass(frozen=True)
class Scan:
    """``ceilings`` hold, by programme, the bounds of what is payable where members are unknown."""

    by: tuple[str, ...]
    tallies: tuple[Tally, ...]
    ceilings: Mapping[str, Capped]
    blocks: tuple[Block, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def total(self, programme: str) -> Tally:
        """All groups of a programme together."""
        parts = [one for one in self.tallies if one.programme == programme]
        waiting = [one.waiting for one in parts]
        sums = {name: sum(getattr(one, name) for one in parts) for name in _SUMMED}
        total = None if None in waiting else sum(one or 0 for one in waiting)
        return Tally(programme, (), **sums, waiting=total)


_SUMMED = ("yes", "no", "unknown", "person", "no_amount", "amount", "payable")


def scan(
    population: Population,
    rules: RuleSet,
    *,
    by: Sequence[str] = (),
    reasons: bool = False,
    progress: Progress | None = None,
) -> Scan:
    """Decide everybody and count, by programme and by the facts in ``by`` (and `year`).

    ``population`` holds the facts of the rules and those of ``facts_beside``. Raises: PopulationError for a group that the population cannot be cut by.
    """
    groups = [group_expression(name, rules) for name in by]
    keep = kept_columns(population, rules, by)
    tallies: list[Tally] = []
    blocks: list[Block] = []
    ceilings: dict[str, Capped] = {}
    done = 0
    for part in decided_groups(rules, table=population.table, keep=keep, reasons=reasons):
        capped = apply_ceilings(population, part, groups)
        ceilings |= {name: one.bounds for name, one in capped.items()}
        payable = {name: one.by_group for name, one in capped.items()}
        found = _count(population, part, groups)
        tallies += [
            _tally(row, one, place, groups, payable)
            for row in found
            for place, one in enumerate(part.programmes)
        ]
        if reasons:
            blocks += _blocks(population, part)
        done += len(part.programmes)
        if progress:
            progress(done, len(rules.programmes))
    order = {name: place for place, name in enumerate(rules.programmes)}
    tallies.sort(key=lambda one: (order[one.programme], tuple(map(_sortable, one.group))))
    return Scan(tuple(by), tuple(tallies), ceilings, tuple(blocks), _notes(population))


def _sortable(value: object) -> tuple[bool, Any]:
    return value is None, value if value is not None else 0


def _notes(population: Population) -> tuple[str, ...]:
    if not population.absent:
        return ()
    return (f"not in the file, so unknown for everybody: {', '.join(population.absent)}",)


def facts_beside(rules: RuleSet, by: Sequence[str]) -> tuple[str, ...]:
    """The facts that a scan needs beside those of the rules: its groups, the day that orders claims.

    Raises: PopulationError where the vocabulary lacks one, or it is none to group by.
    """
    for name in by:
        group_expression(name, rules)
    wanted = [YEAR_OF if name == YEAR else name for name in by]
    if any(programme.stacking.ceilings for programme in rules.programmes.values()):
        wanted.append(YEAR_OF)
    if YEAR_OF in wanted and YEAR_OF not in rules.facts:
        raise PopulationError(f"years and ceilings need the fact {YEAR_OF}, which the pack lacks")
    return tuple(dict.fromkeys(wanted))


def group_expression(name: str, rules: RuleSet) -> str:
    """The SQL of a group. Raises: PopulationError where the fact is none to group by."""
    if name == YEAR:
        return f"CAST(EXTRACT(YEAR FROM {column_of(YEAR_OF)}) AS INTEGER)"
    fact = rules.facts.get(name)
    if fact is None or not isinstance(fact.type, Enum | Boolean):
        fit = [one.name for one in rules.facts.values() if isinstance(one.type, Enum | Boolean)]
        raise PopulationError(f"cannot group by {name}; by `year` or one of: {', '.join(fit)}")
    return column_of(name)


def kept_columns(population: Population, rules: RuleSet, by: Sequence[str]) -> list[str]:
    """Columns that a scan needs beside the decisions."""
    wanted = [column_of(name) for name in facts_beside(rules, by)]
    wanted += [column_of(key) for key in OWNERS if key in population.columns]
    wanted += [
        applied_column(name) for name in rules.programmes if f"applied.{name}" in population.columns
    ]
    return list(dict.fromkeys(wanted))


def group_words(value: object, name: str, rules: RuleSet, language: Language) -> str:
    """A group as people call it."""
    if value is None:
        return {"zh": "未知", "en": "unknown"}[language]
    if name == YEAR:
        return str(value)
    fact = rules.facts[name]
    return value_words(cast(Value, value), fact.type, language, fact.value_labels)


def group_value(value: object, name: str, rules: RuleSet) -> object:
    """A group as files of people write it: the id of a value, true or false, a year."""
    kind = None if name == YEAR else rules.facts[name].type
    return kind.values[cast(int, value)] if isinstance(kind, Enum) and value is not None else value


def _count(population: Population, part: Decided, groups: Sequence[str]) -> list[tuple[Any, ...]]:
    outputs = [f"{group} AS g{place}" for place, group in enumerate(groups)]
    for one in part.programmes:
        outputs += [people_where(f"{one.outcome} = {code}") for code in (1, 0, 2, 3)]
        outputs.append(people_where(f"{one.outcome} = 1 AND {one.amount} IS NULL"))
        outputs.append(f"coalesce(sum({one.amount}), 0)")
        outputs.append(_waiting(population, one))
    query = f"SELECT {', '.join(outputs)} FROM ({part.query}) AS decided"
    if groups:
        query += f" GROUP BY {', '.join(f'g{place}' for place in range(len(groups)))}"
    return population.connection.execute(query).fetchall()


def _waiting(population: Population, one: ProgrammeColumns) -> str:
    if f"applied.{one.programme}" not in population.columns:
        return "NULL"
    column = applied_column(one.programme)
    return people_where(f"{one.outcome} = 1 AND {column} IS NOT TRUE")


def _tally(
    row: tuple[Any, ...],
    one: ProgrammeColumns,
    place: int,
    groups: Sequence[str],
    payable: Mapping[str, Mapping[tuple[object, ...], int]],
) -> Tally:
    group = tuple(row[: len(groups)])
    start = len(groups) + place * 7
    yes, no, unknown, person, no_amount, amount, waiting = row[start : start + 7]
    capped = payable.get(one.programme)
    return Tally(
        one.programme, group, yes, no, unknown, person, no_amount, int(amount),
        int(amount) if capped is None else capped.get(group, 0), waiting,
    )  # fmt: skip


def _blocks(population: Population, part: Decided) -> Iterator[Block]:
    names: list[tuple[str, str, str]] = []
    outputs: list[str] = []
    for rule, columns in zip(part.rules.rules, _by_rule(part), strict=True):
        for condition, column in zip(rule.conditions, columns, strict=True):
            others = " AND ".join(f"{one} IS TRUE" for one in columns if one != column) or "TRUE"
            names.append((rule.programme, rule.version, condition.name))
            outputs += [
                people_where(f"{column} IS FALSE"),
                people_where(f"{column} IS FALSE AND {others}"),
                people_where(f"{column} IS NULL"),
            ]
    if not outputs:
        return
    query = f"SELECT {', '.join(outputs)} FROM ({part.query}) AS decided"
    row = one_row(population.connection, query)
    for place, named in enumerate(names):
        yield Block(*named, *row[place * 3 : place * 3 + 3])


def _by_rule(part: Decided) -> list[tuple[str, ...]]:
    found = {columns.rule: columns.conditions for one in part.programmes for columns in one.rules}
    return [found[rule.number] for rule in part.rules.rules]


def write_decisions(
    population: Population, rules: RuleSet, out: Path, *, only_waiting: str = ""
) -> int:
    """Write every decision to a CSV or Parquet file: id, outcome word and yuan a programme.

    Yuan are those before ceilings; programmes that pay no money have none. ``only_waiting``: of one
    programme, those entitled who have not applied. Returns the rows written.

    Raises: PopulationError where the file cannot be written, or nothing says who has applied.
    """
    if only_waiting and f"applied.{only_waiting}" not in population.columns:
        raise PopulationError(f"the file has no column `applied.{only_waiting}`")
    chosen = rules.only(frozenset([only_waiting])) if only_waiting else rules
    keep = kept_columns(population, chosen, ())
    tables: list[str] = []
    for part in decided_groups(chosen, table=population.table, keep=keep):
        tables.append(f"decisions_{len(tables)}")
        query = f"SELECT {', '.join(_written(part))} FROM ({part.query}) AS decided"
        if only_waiting:
            query += f" WHERE {part.programmes[0].outcome} = 1"
            query += f" AND {applied_column(only_waiting)} IS NOT TRUE"
        population.connection.execute(f"CREATE OR REPLACE TABLE {tables[-1]} AS {query}")
    first, *others = tables
    joined = " ".join([first, *(f"JOIN {other} USING (id)" for other in others)])
    rows = _copy(population, f"SELECT * FROM {joined} ORDER BY id", out)
    for name in tables:
        population.connection.execute(f"DROP TABLE {name}")
    return rows


def _written(part: Decided) -> Iterator[str]:
    yield "id"
    words = ", ".join(f"'{word}'" for word in OUTCOME_CODES)
    for one in part.programmes:
        yield f'[{words}][{one.outcome} + 1] AS "{one.programme}"'
        if one.pays:
            yuan = f"CAST(CAST({one.amount} AS DECIMAL(19, 0)) * 0.01 AS DECIMAL(21, 2))"
            yield f'{yuan} AS "{one.programme} CNY"'


def _copy(population: Population, query: str, out: Path) -> int:
    form = "PARQUET" if out.suffix.lower() in (".parquet", ".pq") else "CSV, HEADER"
    target = str(out).replace("'", "''")
    try:
        rows = one_row(population.connection, f"COPY ({query}) TO '{target}' (FORMAT {form})")
    except duckdb.IOException as error:
        first = str(error).splitlines()[0]
        raise PopulationError(f"{out}: cannot be written: {first}") from None
    return int(rows[0])
