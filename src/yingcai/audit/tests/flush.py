"""Tests with real transactions empty every table afterwards; append-only tables must let them.

Only the test run does this: the triggers are dropped around Django's flush and put back at once.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from yingcai.audit.append_only import definitions, drop_statements, guarded_tables


def let_tests_empty_tables() -> None:
    """Wrap the flush of the test run's database; call it once."""
    operations: Any = type(connection.ops)
    original = operations.execute_sql_flush

    def flush(self: Any, sql_list: Iterable[str]) -> None:
        vendor = self.connection.vendor
        tables, made = sorted(guarded_tables(self.connection)), definitions(self.connection)
        _run(self, [line for table in tables for line in drop_statements(vendor, table)])
        original(self, sql_list)
        _run(self, made)

    operations.execute_sql_flush = flush


def _run(operations: Any, statements: list[str]) -> None:
    with operations.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
