"""The decision query on ClickHouse inside the process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from chdb import session

from tests.dialects.compare import compare

pytestmark = pytest.mark.dialect


def test_clickhouse_decides_as_the_oracle_does(tmp_path: Path) -> None:
    clickhouse = session.Session(str(tmp_path / "clickhouse"))
    clickhouse.query("CREATE DATABASE city")
    clickhouse.query("USE city")

    def run(table: str, file: Path, queries: Sequence[str]) -> Iterator[list[list[object]]]:
        clickhouse.query("DROP TABLE IF EXISTS people")
        clickhouse.query(table)
        described = str(clickhouse.query("DESCRIBE people", "TSV")).splitlines()
        columns = ", ".join(" ".join(line.split("\t")[:2]) for line in described)
        clickhouse.query(f"INSERT INTO people SELECT * FROM file('{file}', CSV, '{columns}')")  # noqa: S608  # our own file
        for query in queries:
            lines = str(clickhouse.query(query, "JSONCompactEachRow")).splitlines()
            yield [json.loads(line) for line in lines]

    try:
        compare("clickhouse", run, tmp_path, sets=30, rows=500)
    finally:
        clickhouse.close()
