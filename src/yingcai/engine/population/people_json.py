"""People in JSON, one object each as `decide` takes it, as rows of texts: a list of objects, or one a line.

A fact stands in its group, ``{"person": {"degree": "doctor"}}``, or by its whole name, ``{"person.degree":
"doctor"}``; instead of a value there may be ``{"value": "doctor", "source": "education"}``.
"""

from __future__ import annotations

import re

import duckdb

VIEW = "people_of_json"
KINDS = (".json", ".jsonl", ".ndjson")  # how their names end
_NAME = re.compile(r"[\w-]+(\.[\w-]+)*")  # what else a file may hold is the name of no fact


def make_view(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    """Make the view `VIEW` with a column for every name that some object has. ``file``: as SQL text."""
    rows = f"read_json_objects({file})"
    places = _places(connection, rows)
    whole = ", ".join(f"'{place}'" for _, place in places)
    inner = ", ".join(f"""'{place}."value"'""" for _, place in places)
    values: dict[str, list[str]] = {}
    for number, (name, _) in enumerate(places, 1):
        value = f"CASE WHEN kinds[{number}] IS NULL THEN whole[{number}] ELSE inside[{number}] END"
        values.setdefault(name, []).append(value)
    columns = [f'coalesce({", ".join(either)}) AS "{name}"' for name, either in values.items()]
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {VIEW} AS SELECT {', '.join(columns) or 'NULL AS nothing'} FROM ("
        f"SELECT json_extract_string(json, [{whole}]) AS whole, json_type(json, [{inner}]) AS kinds, "
        f"json_extract_string(json, [{inner}]) AS inside FROM {rows})"
    )


def _places(connection: duckdb.DuckDBPyConnection, rows: str) -> list[tuple[str, str]]:
    """Each name with the JSON path where its values stand; a name may have two places."""
    places = []
    for key in _keys(connection, rows, "$"):
        place = f'$."{key}"'
        inner = [] if "." in key else _keys(connection, rows, place)
        places += [(f"{key}.{name}", f'{place}."{name}"') for name in inner] or [(key, place)]
    return places


def _keys(connection: duckdb.DuckDBPyConnection, rows: str, place: str) -> list[str]:
    found = connection.execute(
        f"SELECT DISTINCT unnest(json_keys(json, '{place}')) AS key FROM {rows} ORDER BY key"
    ).fetchall()
    return [str(key) for (key,) in found if _NAME.fullmatch(str(key))]
