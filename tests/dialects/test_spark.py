"""The decision query on Spark in local mode, with its strict (ANSI) arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.dialects.compare import compare
from tests.engine.rules.back_ends import NULL

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "2",
}

pytestmark = pytest.mark.dialect


@pytest.mark.timeout(600)  # every query is compiled for a second or more
def test_spark_decides_as_the_oracle_does(tmp_path: Path) -> None:
    builder = SparkSession.builder.master("local[2]").config(
        "spark.sql.warehouse.dir", str(tmp_path / "tables")
    )
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")

    def run(table: str, file: Path, queries: Sequence[str]) -> Iterator[list[tuple[object, ...]]]:
        spark.sql("DROP TABLE IF EXISTS people")
        spark.sql(table)
        schema = spark.table("people").schema
        spark.read.schema(schema).csv(str(file), nullValue=NULL).write.insertInto("people")
        for query in queries:
            yield [tuple(row) for row in spark.sql(query).collect()]

    try:
        compare("spark", run, tmp_path, sets=10, rows=500)
    finally:
        spark.stop()
