"""Tests with real transactions empty every table afterwards; published bulletins must let them."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from yingcai.reporting.frozen import create_statements, drop_statements


def let_tests_empty_published_bulletins() -> None:
    """Wrap the flush of the test run's database; call it once."""
    operations: Any = type(connection.ops)
    original = operations.execute_sql_flush

    def flush(self: Any, sql_list: Iterable[str]) -> None:
        vendor = self.connection.vendor
        _run(self, drop_statements(vendor))
        original(self, sql_list)
        _run(self, create_statements(vendor))

    operations.execute_sql_flush = flush


def _run(operations: Any, statements: list[str]) -> None:
    with operations.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
