"""People made by chance, as many as wanted and the same every time: a recipe written as SQL.

A value is drawn by a hash of the seed, the fact and the number of the person (firm, household), so
any part of a population can be made alone, and another fact in the recipe leaves the others as they
are. The hash is whole-number arithmetic and not the database's own, which may change with its
version. Nothing of the size of the population comes into Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from threading import Event, Thread

import duckdb

from yingcai.engine.population.people_file import PopulationError, sql_name, sql_text
from yingcai.engine.population.recipe import (
    CHANCES,
    LEADS_PROJECT,
    Between,
    Choice,
    Drawn,
    How,
    Made,
    Recipe,
    Shifted,
    Spread,
)
from yingcai.engine.population.snapshot import workspace
from yingcai.engine.rules.types import (
    Boolean,
    Date,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
    Value,
    from_civil,
)

MOST_PEOPLE = 10_000_000
SHARED = ("id", "firm.id", "household.id")
POLL = 0.2  # seconds

Progress = Callable[[float], None]  # percent done

_WORD = CHANCES - 1


def make_people(
    recipe: Recipe,
    out: Path,
    *,
    people: int,
    seed: int,
    first: int = 1,
    memory: str = "",
    threads: int = 0,
    progress: Progress | None = None,
) -> None:
    """Write a Parquet file of the people numbered from ``first`` on, in order of `id`.

    Columns are named by fact, values as people write them: words, yuan, percent, days; empty is
    unknown. The file appears whole or not at all. Raises: PopulationError when it cannot be written.
    """
    if people < 1 or first < 1 or first + people - 1 > MOST_PEOPLE:
        raise PopulationError(f"from 1 to {MOST_PEOPLE} people can be made")
    part = out.with_name(f"{out.name}.part")
    try:
        with workspace(memory=memory, threads=threads) as connection:
            connection.execute("SET preserve_insertion_order = true")
            last = first + people - 1
            query = people_query(connection, recipe, seed=seed, first=first, last=last)
            with _watched(connection, progress):
                connection.execute(f"COPY ({query}) TO {sql_text(str(part))} (FORMAT parquet)")
            part.replace(out)
    except (duckdb.IOException, OSError) as error:
        raise PopulationError(f"{out}: cannot be written: {str(error).splitlines()[0]}") from None
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _watched(connection: duckdb.DuckDBPyConnection, progress: Progress | None) -> Iterator[None]:
    """Tell the progress of the statement that runs meanwhile."""
    if progress is None:
        yield
        return
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    done = Event()
    watch = Thread(target=_watch, args=(connection, progress, done), daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


def _watch(connection: duckdb.DuckDBPyConnection, progress: Progress, done: Event) -> None:
    """Never backwards: between the end of the statement and `done` the connection answers 0 again."""
    over, reached = False, 0.0
    while not over:
        over = done.wait(POLL)
        reached = 100.0 if over else max(reached, connection.query_progress())
        progress(reached)


def people_query(
    connection: duckdb.DuckDBPyConnection, recipe: Recipe, *, seed: int, first: int, last: int
) -> str:
    """A query for people ``first`` to ``last``, in order; sets up in the connection what it reads."""
    query = _shared(connection, recipe, seed=seed, first=first, last=last)
    for names in recipe.layers:
        made = [recipe.columns[name] for name in names]
        query = _with_draws(query, made, seed)
        values = [f"{_how(one.how, one, _drawn(one))} AS {sql_name(one.name)}" for one in made]
        query = f"SELECT *, {', '.join(values)} FROM ({query})"
    facts = [one for one in recipe.columns.values() if one.name != LEADS_PROJECT]
    outputs = [f"{_written(one)} AS {sql_name(one.name)}" for one in facts]
    return f"SELECT {', '.join([*map(sql_name, SHARED), *outputs])} FROM ({query})"


# -- who shares what ---------------------------------------------------------------------------


def _shared(
    connection: duckdb.DuckDBPyConnection, recipe: Recipe, *, seed: int, first: int, last: int
) -> str:
    """Numbers of the person, the firm and the household.

    People come in blocks, in each of which the same row of firms stands; neighbours work together.
    """
    firms = _places(recipe.firms, Random(f"{seed}:firms"))  # noqa: S311  # people, no secret
    households = _scattered(recipe.households, len(firms), Random(f"{seed}:homes"))  # noqa: S311
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE yc_ids AS "
        f"SELECT CAST(range AS BIGINT) AS id FROM range({int(first)}, {int(last) + 1})"
    )
    for name, places in (("yc_firms", firms), ("yc_households", households)):
        connection.execute(f"SET VARIABLE {name} = {places}")
    return (
        f'SELECT id, {_group("yc_firms", firms)} AS "firm.id", '
        f'{_group("yc_households", households)} AS "household.id" FROM yc_ids'
    )


def _group(variable: str, places: Sequence[int]) -> str:
    block = len(places)
    return (
        f"(id - 1) // {block} * {max(places)} + getvariable('{variable}')[(id - 1) % {block} + 1]"
    )


def _places(sizes: Sequence[int], dice: Random) -> list[int]:
    """For each place of a block the number of its firm, from 1."""
    order = list(sizes)
    dice.shuffle(order)
    return [number for number, size in enumerate(order, start=1) for _ in range(size)]


def _scattered(sizes: Sequence[int], block: int, dice: Random) -> list[int]:
    """For each place of a block the number of its household, whose members stand anywhere in it."""
    found: list[int] = []
    while len(found) < block:
        last = found[-1] if found else 0
        found += [last + number for number in _places(sizes, dice)]
    found = found[:block]
    dice.shuffle(found)
    return found


# -- draws -------------------------------------------------------------------------------------


def _with_draws(query: str, columns: Sequence[Made], seed: int) -> str:
    """Add the draw of each column: a bijection of its holder's number in which all bits depend on all."""
    steps = (
        "xor(CAST({whose} AS UBIGINT), {salt}::UBIGINT)",
        f"(xor({{draw}}, {{draw}} >> 16) * 2146121005::UBIGINT) & {_WORD}::UBIGINT",
        f"(xor({{draw}}, {{draw}} >> 15) * 2221713035::UBIGINT) & {_WORD}::UBIGINT",
        "CAST(xor({draw}, {draw} >> 16) AS BIGINT)",
    )
    draws = [_drawn(one) for one in columns]
    kept = "*"
    for step in steps:
        made = [
            step.format(whose=sql_name(one.whose), salt=_salt(seed, one.name), draw=draw)
            + f" AS {draw}"
            for one, draw in zip(columns, draws, strict=True)
        ]
        query = f"SELECT {kept}, {', '.join(made)} FROM ({query})"
        kept = f"* EXCLUDE ({', '.join(draws)})"
    return query


def _salt(seed: int, name: str) -> int:
    """A whole number below 2^32 that belongs to a seed and a name."""
    return int.from_bytes(sha256(f"{seed}:{name}".encode()).digest()[:4])


def _drawn(column: Made) -> str:
    return sql_name(f"draw {column.name}")


def _again(draw: str) -> str:
    """A second draw from a first: the middle bits of a product, which stays below 2^63."""
    return f"(({draw} * 1640531527) >> 20) & {_WORD}"


# -- values ------------------------------------------------------------------------------------


def _how(how: How, column: Made, draw: str) -> str:
    """The value, known or not: words of enums, days, and numbers as they stand inside."""
    if isinstance(how, Drawn):
        return _bounded(how, column, draw)
    arms = [
        f"WHEN {sql_name(how.fact)} = {_literal(value, how.kind)} THEN {_how(arm, column, draw)}"
        for value, arm in how.arms
    ]
    otherwise = _how(how.otherwise, column, draw)
    return f"CASE {' '.join(arms)} ELSE {otherwise} END" if arms else otherwise


def _bounded(how: Drawn, column: Made, draw: str) -> str:
    value = _simple(how, column.type, draw)
    if how.at_least:
        value = f"greatest({value}, {sql_name(how.at_least)})"
    if how.at_most:
        value = f"least({value}, {sql_name(how.at_most)})"
    fixed = isinstance(how.by, Choice | Spread) and not (how.at_least or how.at_most)
    if fixed or isinstance(column.type, Boolean | Enum):
        return value
    low, high = _literal(column.low, column.type), _literal(column.high, column.type)
    return f"least(greatest({value}, {low}), {high})"


def _simple(how: Drawn, kind: Type, draw: str) -> str:
    match how.by:
        case Choice():
            return _choice(how.by, draw, kind)
        case Spread():
            return _spread(how.by, draw, day=isinstance(kind, Date))
        case Shifted(start=start, days=days):
            return f"{sql_name(start)} + CAST({_spread(days, draw)} AS INTEGER)"
        case Between(first=first, last=last, unit=unit, percent=percent):
            whole = f"greatest(datesub('{unit}', {sql_name(first)}, {sql_name(last)}), 0)"
            return f"{whole} * ({_spread(percent, draw)}) // 100"
    return sql_name(how.by.fact)


def _choice(how: Choice, draw: str, kind: Type) -> str:
    if isinstance(kind, Boolean) and how.values == (True, False):
        return f"({draw}) < {how.upto[0]}"
    literals = [_literal(value, kind) for value in how.values]
    arms = [
        f"WHEN ({draw}) < {upto} THEN {literal}"
        for upto, literal in zip(how.upto[:-1], literals[:-1], strict=True)
    ]
    return f"CASE {' '.join(arms)} ELSE {literals[-1]} END" if arms else literals[-1]


def _spread(how: Spread, draw: str, *, day: bool = False) -> str:
    """The draw times the number of gaps: whole part the gap, the rest the place inside it."""
    gaps = len(how.points) - 1
    inside = f"({draw})" if gaps == 1 else f"((({draw}) * {gaps}) & {_WORD})"
    values = []
    for low, count in how.steps():
        added = f"(({inside} * {count}) >> 32) * {how.step}"
        first = f"DATE '{date.fromordinal(low)}'" if day else str(low)
        values.append(f"{first} + CAST({added} AS {'INTEGER' if day else 'BIGINT'})")
    arms = [
        f"WHEN ({draw}) < {-(-CHANCES * (place + 1) // gaps)} THEN {value}"
        for place, value in enumerate(values[:-1])
    ]
    return f"CASE {' '.join(arms)} ELSE {values[-1]} END" if arms else values[0]


# -- what is written ---------------------------------------------------------------------------


def _written(column: Made) -> str:
    value = _as_written(sql_name(column.name), column.type)
    known = []
    if column.name.startswith("project."):
        known.append(sql_name(LEADS_PROJECT))
    if column.unknown:
        chance = replace(column, type=Boolean())
        known.append(f"NOT ({_how(column.unknown, chance, _again(_drawn(column)))})")
    return f"CASE WHEN {' AND '.join(known)} THEN {value} END" if known else value


def _as_written(value: str, kind: Type) -> str:
    if isinstance(kind, Integer):
        return f"CAST({value} AS INTEGER)"
    if isinstance(kind, Money):
        return f"CAST({value} AS DECIMAL(15, 0)) * CAST(0.01 AS DECIMAL(3, 2))"
    if isinstance(kind, Ratio):
        return f"CAST({value} AS DECIMAL(10, 0)) * CAST(0.0001 AS DECIMAL(4, 4))"
    return value


def _literal(value: Value, kind: Type) -> str:
    if isinstance(kind, Boolean):
        return "TRUE" if value else "FALSE"
    if isinstance(kind, Enum):
        return sql_text(kind.values[value])
    return f"DATE '{from_civil(value)}'" if isinstance(kind, Date) else str(value)
