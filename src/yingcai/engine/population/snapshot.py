"""A population from a file as a table of inside values, and a report of what cannot be read.

The table is made once, column by column; what memory does not hold goes to a folder that is deleted
afterwards, so that a population may be larger than memory. Cells that cannot be read are listed; their rows
take no part, the others do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from yingcai.engine.population.people_file import (
    PopulationError,
    describe,
    rows_of,
    sql_name,
    sql_text,
    unreadable,
)
from yingcai.engine.rules.model import FactType, RuleSet, facts_of
from yingcai.engine.rules.types import Boolean, Date, Enum, Integer, Money, Ratio, from_civil

SHOWN_PROBLEMS = 1_000
BAD = "cannot_be_read"
OWNERS = ("person.id", "household.id", "firm.id")  # columns that name whom a ceiling is for
_YES = "('true', 'yes', 't', 'y', '1', '是')"
_NO = "('false', 'no', 'f', 'n', '0', '否')"
_DAY = (  # 2019-05-06, also of one digit, with / . or 年月日, without any, and at midnight
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))(?:[ T]00:00:00(?:\.0+)?)?"
)
_WHOLE = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UTINYINT", "USMALLINT", "UINTEGER")


@dataclass(frozen=True)
class BadCell:
    """One value that could not be read: the row's id, the column, what stood there."""

    row: str
    column: str
    written: str


@dataclass(frozen=True)
class Population:
    """``table`` holds the readable rows: `id`, a column a used fact, `applied__PROGRAMME`, and groups.

    ``bad`` lists at most the first thousand bad cells, ``bad_rows`` counts all rows left out.
    ``absent``: used facts for which the file has no column; they are unknown for everybody.
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    rows: int
    bad_rows: int
    bad: tuple[BadCell, ...]
    absent: tuple[str, ...]
    columns: tuple[str, ...]


def column_of(fact: str) -> str:
    """The column of a fact in a population table: `person.degree` is `person__degree`."""
    return fact.replace(".", "__").replace("-", "_")


def applied_column(programme: str) -> str:
    """The column that says who has applied for a programme already."""
    return column_of(f"applied.{programme}")


@contextmanager
def workspace(*, memory: str = "", threads: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database for one population, gone at the end.

    ``memory``, such as "2GB", bounds what it holds at a time, the rest goes to disk; ``threads``: 0
    means all. Raises: PopulationError for a bound that is none, and where the work inside needs more.
    """
    with TemporaryDirectory(prefix="yingcai-population-") as folder:
        connection = duckdb.connect()
        try:
            _bound(connection, folder, memory, threads)
            yield connection
        except duckdb.OutOfMemoryException as error:
            first = str(error).splitlines()[0]
            raise PopulationError(f"needs more memory than it may use; {first}") from None
        finally:
            connection.close()


def _bound(connection: duckdb.DuckDBPyConnection, folder: str, memory: str, threads: int) -> None:
    connection.execute(f"SET temp_directory = {sql_text(folder)}")
    connection.execute("SET preserve_insertion_order = false")
    if threads < 0:
        raise PopulationError(f"{threads} is no number of threads; write 1, or 0 for all")
    if threads:
        connection.execute(f"SET threads = {threads}")
    try:
        if memory:
            connection.execute(f"SET memory_limit = {sql_text(memory)}")
    except duckdb.Error:
        raise PopulationError(f"{memory!r} is no size of memory; write 2GB") from None


def open_population(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    rules: RuleSet,
    *,
    keep: Iterable[str] = (),
    table: str = "people",
) -> Population:
    """Make the table ``table`` of a file; ``keep`` names further facts wanted as columns (groups).

    CSV, JSON (a list of objects, or one a line) and Parquet, or a DuckDB database whose table `people` has the same columns.

    Raises: PopulationError when the file is no table, lacks `id`, or has an id twice.
    """
    described = describe(connection, path)
    wanted = list(dict.fromkeys([*rules.used_facts, *_facts_of_ceilings(rules), *keep]))
    unknown = [name for name in wanted if name not in rules.facts]
    if unknown:
        raise PopulationError(f"there is no fact {', '.join(unknown)}")
    facts = [rules.facts[name] for name in wanted]
    _make_types(connection, facts)
    present = [fact for fact in facts if fact.name in described]
    absent = [fact for fact in facts if fact.name not in described]
    lost = [fact.name for fact in absent if fact.always]
    if lost:
        raise PopulationError(f"{path}: lacks the column {', '.join(lost)}, which is always needed")
    applied = [FactType(f"applied.{name}", Boolean(), {}) for name in rules.programmes]
    present += [fact for fact in applied if fact.name in described]
    columns = [column_of(fact.name) for fact in present]
    columns += [f"CAST(NULL AS {_sql_type(fact)}) AS {column_of(fact.name)}" for fact in absent]
    columns += [f"{sql_name(name)} AS {column_of(name)}" for name in _group_keys(described, wanted)]
    bad = " OR ".join(_bad(fact, described[fact.name]) for fact in present) or "FALSE"
    chosen = ", ".join(["id", *columns, f"{bad} AS {BAD}"])
    source = _values(path, present, described)
    _read(connection, path, f"{table}_read", f"SELECT {chosen} FROM {source}")
    connection.execute(
        f"CREATE OR REPLACE VIEW {table} AS SELECT * EXCLUDE ({BAD}) FROM {table}_read WHERE NOT {BAD}"
    )
    rows, twice, bad_rows = _count(connection, f"{table}_read")
    if twice:
        raise PopulationError(f"{path}: {twice} rows have an `id` that another row has, or none")
    return Population(
        connection=connection,
        table=table,
        rows=rows - bad_rows,
        bad_rows=bad_rows,
        bad=tuple(_bad_cells(connection, path, present, described)) if bad_rows else (),
        absent=tuple(fact.name for fact in absent),
        columns=tuple(described),
    )


def _facts_of_ceilings(rules: RuleSet) -> Iterator[str]:
    for programme in rules.programmes.values():
        for ceiling in programme.stacking.ceilings:
            yield from facts_of(ceiling.amount, {})


def _group_keys(described: Mapping[str, str], wanted: list[str]) -> list[str]:
    return [name for name in OWNERS if name in described and name not in wanted]


def _values(path: Path, facts: Sequence[FactType], described: Mapping[str, str]) -> str:
    """The rows of a file as written, with the inside values beside them, as a table to select from.

    Checks stand above it and name the values, so that no cell is read twice.
    """
    inside = [
        f"{_converted(fact, described[fact.name])} AS {column_of(fact.name)}" for fact in facts
    ]
    return f"(SELECT {', '.join(['*', *inside])} FROM {rows_of(path)})"


def _read(connection: duckdb.DuckDBPyConnection, path: Path, table: str, query: str) -> None:
    """Make a table of a file. What is broken further down in it shows only here."""
    try:
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise unreadable(path, error) from None


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int, int]:
    rows, ids, bad_rows = one_row(
        connection,
        f"SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE {BAD}) FROM {table}",
    )
    return rows, rows - ids, bad_rows


def one_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The only row of an aggregate."""
    row = connection.execute(query).fetchone()
    assert row is not None  # noqa: S101  # an aggregate has one row
    return row


def _bad_cells(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    facts: list[FactType],
    described: Mapping[str, str],
) -> Iterator[BadCell]:
    left = SHOWN_PROBLEMS
    for fact in facts:
        found = connection.execute(
            f"SELECT CAST(id AS VARCHAR), CAST({sql_name(fact.name)} AS VARCHAR) "
            f"FROM {_values(path, [fact], described)} WHERE {_bad(fact, described[fact.name])} ORDER BY id LIMIT {left}"
        ).fetchall()
        for row, written in found:
            yield BadCell(row, fact.name, written or "")
        left -= len(found)
        if left <= 0:
            return


def _make_types(connection: duckdb.DuckDBPyConnection, facts: Iterable[FactType]) -> None:
    for fact in facts:
        if isinstance(fact.type, Enum):
            values = ", ".join(sql_text(value) for value in fact.type.values)
            connection.execute(f"DROP TYPE IF EXISTS {_enum(fact)}")
            connection.execute(f"CREATE TYPE {_enum(fact)} AS ENUM ({values})")


def _enum(fact: FactType) -> str:
    return f"e_{column_of(fact.name)}"


def _sql_type(fact: FactType) -> str:
    if isinstance(fact.type, Boolean):
        return "BOOLEAN"
    if isinstance(fact.type, Date):
        return "DATE"
    return "SMALLINT" if isinstance(fact.type, Enum) else "BIGINT"


def _bad(fact: FactType, column_type: str) -> str:
    """True where a cell holds something that is no value of the fact, or nothing where it must."""
    column, value = sql_name(fact.name), column_of(fact.name)
    wrong = f"{value} IS NULL AND {column} IS NOT NULL"
    if column_type == "VARCHAR":
        wrong += f" AND trim({column}) <> ''"
    if fact.low is not None and fact.high is not None and not isinstance(fact.type, Enum):
        low, high = _literal(fact.low, fact), _literal(fact.high, fact)
        wrong += f" OR {value} NOT BETWEEN {low} AND {high}"
    if fact.always:
        wrong += f" OR {value} IS NULL"
    return f"coalesce({wrong}, FALSE)"


def _literal(value: int, fact: FactType) -> str:
    return f"DATE '{from_civil(value)}'" if isinstance(fact.type, Date) else str(value)


def _converted(fact: FactType, column_type: str) -> str:
    """The inside value of a cell as SQL; NULL where there is none or where it cannot be read."""
    column, kind = sql_name(fact.name), fact.type
    if isinstance(kind, Boolean):
        return column if column_type == "BOOLEAN" else _boolean(column)
    if isinstance(kind, Enum):
        return f"CAST(enum_code(TRY_CAST(trim(CAST({column} AS VARCHAR)) AS {_enum(fact)})) AS SMALLINT)"
    if isinstance(kind, Date):
        return column if column_type == "DATE" else _day(column)
    return _number(column, column_type, kind)


def _boolean(column: str) -> str:
    text = f"lower(trim(CAST({column} AS VARCHAR)))"
    return f"CASE WHEN {text} IN {_YES} THEN TRUE WHEN {text} IN {_NO} THEN FALSE END"


def _day(column: str) -> str:
    text = f"trim(CAST({column} AS VARCHAR))"
    day = f"regexp_replace({text}, '{_DAY}', '\\1-\\2\\4-\\3\\5')"
    return f"CASE WHEN regexp_full_match({text}, '{_DAY}') THEN TRY_CAST({day} AS DATE) END"


def _number(column: str, column_type: str, kind: Integer | Money | Ratio) -> str:
    places = 0 if isinstance(kind, Integer) else 2 if isinstance(kind, Money) else 4
    factor = 10**places
    if column_type in _WHOLE:
        return f"TRY_CAST(CAST({column} AS HUGEINT) * {factor} AS BIGINT)"
    if column_type.startswith("DECIMAL"):
        exact = f"{column} * {factor}"
        return f"CASE WHEN {exact} = trunc({exact}) THEN TRY_CAST({exact} AS BIGINT) END"
    text = f"replace(trim(CAST({column} AS VARCHAR)), ',', '')"
    decimals = rf"(\.\d{{1,{places}}}0*)?" if places else r"(\.0+)?"
    digits = 18 - 2 * places  # with its decimals, and brought to the inside unit, it fits 18 digits
    return (
        f"CASE WHEN regexp_full_match({text}, '-?\\d{{1,{digits}}}{decimals}') "
        f"THEN CAST(TRY_CAST({text} AS DECIMAL(18, {places})) * {factor} AS BIGINT) END"
    )
