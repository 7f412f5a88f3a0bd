"""The decision query on PostgreSQL, in a table that goes with the connection."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.dialects.compare import compare
from tests.engine.rules.back_ends import NULL

ADDRESS = "postgresql://postgres@127.0.0.1:5432/postgres"

pytestmark = pytest.mark.dialect


def test_postgres_decides_as_the_oracle_does(tmp_path: Path) -> None:
    address = os.environ.get("YINGCAI_TEST_DATABASE_URL", ADDRESS)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET search_path TO pg_temp")

        def run(
            table: str, file: Path, queries: Sequence[str]
        ) -> Iterator[list[tuple[object, ...]]]:
            connection.execute("DROP TABLE IF EXISTS people")
            connection.execute(table.encode())
            copy = sql.SQL("COPY people FROM STDIN (FORMAT csv, NULL {})").format(NULL)
            with connection.cursor().copy(copy) as target:
                target.write(file.read_bytes())
            for query in queries:
                yield connection.execute(query.encode()).fetchall()

        compare("postgres", run, tmp_path, sets=30, rows=500)
