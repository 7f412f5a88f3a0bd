"""A file of people as a table that the database reads: CSV, JSON, Parquet, or a DuckDB snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb

from yingcai.engine.population import people_json

PARQUET, SNAPSHOTS = (".parquet", ".pq"), (".duckdb", ".ddb")  # how their names end
_SNAPSHOT = "snapshot.people"
# Only the delimiter is guessed: from the first rows alone no quotes, or a comment, could be guessed.
_CSV = (
    "all_varchar = true, header = true, strict_mode = true, skip = 0, comment = '', "
    """quote = '"', escape = '"'"""
)


class PopulationError(Exception):
    """A file that is no population; the text says what is wrong and what would be right."""


def rows_of(path: Path) -> str:
    """What to select from. `describe` attaches a snapshot, and makes the view of a JSON file."""
    kind, name = path.suffix.lower(), sql_text(str(path))
    if kind in SNAPSHOTS:
        return _SNAPSHOT
    if kind in people_json.KINDS:
        return people_json.VIEW
    return f"read_parquet({name})" if kind in PARQUET else f"read_csv({name}, {_CSV})"


def describe(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Columns and their types, in the file's order. Raises: PopulationError for what is no table."""
    if not path.is_file():
        raise PopulationError(f"{path}: there is no such file")
    try:
        if rows_of(path) == _SNAPSHOT:
            connection.execute(f"ATTACH {sql_text(str(path))} AS snapshot (READ_ONLY)")
        if rows_of(path) == people_json.VIEW:
            people_json.make_view(connection, sql_text(str(path)))
        found = connection.execute(f"DESCRIBE SELECT * FROM {rows_of(path)}").fetchall()
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise unreadable(path, error) from None
    described = {str(row[0]): str(row[1]) for row in found}
    if "id" not in described:
        raise PopulationError(f"{path}: has no column `id`")
    return described


def unreadable(path: Path, error: duckdb.Error) -> PopulationError:
    first = str(error).splitlines()[0]
    return PopulationError(
        f"{path}: is no table that can be read (CSV in UTF-8 with a head row, JSON, Parquet, DuckDB): {first}"
    )


def one_row(path: Path, row_id: str | None) -> Mapping[str, object]:
    """The written values of a row by column, empty ones left out; the row ``row_id``, or the only one.

    Raises: PopulationError where that is not exactly one row.
    """
    with duckdb.connect() as connection:
        described = describe(connection, path)
        where, values = ("", []) if row_id is None else (" WHERE CAST(id AS VARCHAR) = ?", [row_id])
        query = f"SELECT * FROM {rows_of(path)}{where} LIMIT 2"
        try:
            found = connection.execute(query, values).fetchall()
        except duckdb.Error as error:
            raise unreadable(path, error) from None
    if len(found) != 1:
        raise PopulationError(f"{path}: {_why_not_one(len(found), row_id)}")
    row = dict(zip(described, map(_day_alone, found[0]), strict=True))
    return {name: value for name, value in row.items() if str(value or "0").strip()}


def _why_not_one(rows: int, row_id: str | None) -> str:
    if row_id is not None:
        return f"{'several rows have' if rows else 'no row has'} the id {row_id}"
    return (
        "has many rows; choose one by --id, or decide all by `yingcai scan`" if rows else "is empty"
    )


def _day_alone(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def sql_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def sql_text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
