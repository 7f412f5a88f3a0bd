"""Tables whose rows are written once: the database itself refuses UPDATE and DELETE.

A migration says ``append_only.triggers("audit_event")``; it works on SQLite and PostgreSQL. A table that
SQLite rebuilds for a later ``AlterField`` loses its triggers, so ``missing`` names such tables (a system
check refuses to start on them) and ``restore`` puts the triggers back (``yingcai migrate`` calls it).
"""

import re
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# The message reaches people only when somebody works past the application; it says what and why.
REFUSAL = "表 {table} 只能追加，不得修改或删除 ({table} is append-only)"
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION yingcai_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '表 % 只能追加，不得修改或删除 (% is append-only)', TG_TABLE_NAME, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $body$
"""


def triggers(table: str) -> Operation:
    """The migration operation that makes ``table`` append-only on both engines; it is reversible.

    Raises: ValueError when ``table`` is not a plain table name.
    """
    return AppendOnly(table)


class AppendOnly(Operation):
    """Refuse UPDATE and DELETE (and, on PostgreSQL, TRUNCATE) on one table."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        if not NAME.fullmatch(table):
            raise ValueError(f"{table!r} is not a table name")
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in create_statements(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in drop_statements(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Refuse changes of rows of {self.table}"


def create_statements(vendor: str, table: str) -> list[str]:
    """The statements that make ``table`` append-only; safe to run on a table that already is."""
    drops = drop_statements(vendor, table)
    if vendor == "sqlite":
        refusal = REFUSAL.format(table=table)
        return drops + [
            f'CREATE TRIGGER "{_name(table, event)}" BEFORE {event} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for event in ("UPDATE", "DELETE")
        ]
    return [
        POSTGRES_FUNCTION,
        *drops,
        f'CREATE TRIGGER "{_name(table, "UPDATE")}" BEFORE UPDATE OR DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION yingcai_append_only()",
        f'CREATE TRIGGER "{_name(table, "TRUNCATE")}" BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION yingcai_append_only()",
    ]


def drop_statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{_name(table, event)}"' for event in ("UPDATE", "DELETE")]
    return [
        f'DROP TRIGGER IF EXISTS "{_name(table, event)}" ON "{table}"'
        for event in ("UPDATE", "TRUNCATE")
    ]


def _name(table: str, event: str) -> str:
    return f"append_only_{table}_{event.lower()}"


def guarded_tables(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """The tables of ``connection`` that carry both triggers now."""
    if connection.vendor == "sqlite":
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {(str(table), str(name)) for table, name in cursor.fetchall()}
    second = "DELETE" if connection.vendor == "sqlite" else "TRUNCATE"
    return frozenset(
        table
        for table, name in found
        if name == _name(table, "UPDATE") and (table, _name(table, second)) in found
    )


def declared_tables(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """The tables that the migrations applied to ``connection`` made append-only."""
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    applied = loader.applied_migrations or {}
    return frozenset(
        operation.table
        for key, migration in (loader.disk_migrations or {}).items()
        if key in applied
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    )


def missing(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Tables that should be append-only and are not (any more)."""
    return declared_tables(connection) - guarded_tables(connection)


def restore(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Put missing triggers back; returns the tables that had lost them."""
    lost = missing(connection)
    with connection.schema_editor() as editor:
        for table in sorted(lost):
            for statement in create_statements(connection.vendor, table):
                editor.execute(statement, params=None)
    return lost
