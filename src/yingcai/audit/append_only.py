"""Tables whose rows are written once: the database itself refuses UPDATE and DELETE.

A migration says ``append_only.triggers("audit_event")``; it works on SQLite and PostgreSQL. A table that
SQLite rebuilds for a later ``AlterField`` loses its triggers, so ``missing`` names such tables (a system
check refuses to start on them) and ``restore`` puts the triggers back (``yingcai migrate`` calls it).

``append_only.swept("registry_fact", stamp="swept_at", emptied=["value"])`` lets through one change more: once,
a row's ``emptied`` columns go from something to nothing as its ``stamp`` is set, and nothing else changes.
"""

import re
from collections.abc import Iterator, Sequence
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

# The first argument is the stamp, the others the emptied columns.
POSTGRES_SWEPT = """
CREATE OR REPLACE FUNCTION yingcai_swept_once() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  before jsonb := to_jsonb(OLD);
  emptied text;
  held boolean := false;
  sound boolean;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    sound := before->>TG_ARGV[0] IS NULL AND to_jsonb(NEW)->>TG_ARGV[0] IS NOT NULL
      AND before - TG_ARGV = to_jsonb(NEW) - TG_ARGV;
    FOREACH emptied IN ARRAY TG_ARGV[1:] LOOP
      held := held OR coalesce(before->>emptied, '') <> '';
      sound := sound AND coalesce(to_jsonb(NEW)->>emptied, '') = '';
    END LOOP;
    IF sound AND held THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '表 % 只能追加，不得修改或删除 (% is append-only)', TG_TABLE_NAME, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $body$
"""


def triggers(table: str) -> Operation:
    """The migration operation that makes ``table`` append-only on both engines; it is reversible.

    Raises: ValueError when ``table`` is not a plain table name.
    """
    return AppendOnly(table)


def swept(table: str, *, stamp: str, emptied: Sequence[str]) -> Operation:
    """The same for a table whose rows may lose what they hold, once. Declare it anew with each new column.

    Raises: ValueError when a name is not a plain one.
    """
    return SweptOnce(table, stamp, list(emptied))


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
        for statement in self.statements(schema_editor.connection):
            schema_editor.execute(statement, params=None)

    def statements(self, connection: BaseDatabaseWrapper) -> list[str]:
        """What makes the table append-only; safe to run on a table that already is."""
        return create_statements(connection.vendor, self.table)

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


class SweptOnce(AppendOnly):
    """Refuse every change of a row but that it loses what it holds. It takes the place of `AppendOnly`."""

    def __init__(self, table: str, stamp: str, emptied: list[str]) -> None:
        super().__init__(table)
        for column in (stamp, *emptied):
            if not NAME.fullmatch(column):
                raise ValueError(f"{column!r} is not a column name")
        self.stamp, self.emptied = stamp, emptied

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.stamp, self.emptied], {})

    def statements(self, connection: BaseDatabaseWrapper) -> list[str]:
        refusing, name = (
            create_statements(connection.vendor, self.table),
            _name(self.table, "UPDATE"),
        )
        if connection.vendor == "sqlite":
            allowed = " AND ".join(self._allowed(connection))
            let = f'BEFORE UPDATE ON "{self.table}" WHEN NOT ({allowed})'
            return [line.replace(f'BEFORE UPDATE ON "{self.table}"', let) for line in refusing]
        columns = ", ".join(f"'{column}'" for column in (self.stamp, *self.emptied))
        return [
            *refusing,
            POSTGRES_SWEPT,
            f'DROP TRIGGER "{name}" ON "{self.table}"',
            f'CREATE TRIGGER "{name}" BEFORE UPDATE OR DELETE ON "{self.table}" '
            f"FOR EACH ROW EXECUTE FUNCTION yingcai_swept_once({columns})",
        ]

    def _allowed(self, connection: BaseDatabaseWrapper) -> Iterator[str]:
        """The conditions of the one change, for SQLite, which compares no rows but columns."""
        with connection.cursor() as cursor:
            told = connection.introspection.get_table_description(cursor, self.table)
        yield f'OLD."{self.stamp}" IS NULL'
        yield f'NEW."{self.stamp}" IS NOT NULL'
        yield "({})".format(
            " OR ".join(f"COALESCE(OLD.\"{one}\", '') <> ''" for one in self.emptied)
        )
        for one in self.emptied:
            yield f"COALESCE(NEW.\"{one}\", '') = ''"
        for column in told:
            if column.name not in (self.stamp, *self.emptied):
                yield f'NEW."{column.name}" IS OLD."{column.name}"'

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in create_statements(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)


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


def definitions(connection: BaseDatabaseWrapper) -> list[str]:
    """The statements that make the triggers of the guarded tables again as they are now."""
    if connection.vendor == "sqlite":
        query = "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
        )
    guarded = guarded_tables(connection)
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [
            str(line)
            for table, line in cursor.fetchall()
            if table in guarded and "append_only_" in line
        ]


def declared_tables(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """The tables that the migrations applied to ``connection`` made append-only."""
    return frozenset(_declared(connection))


def _declared(connection: BaseDatabaseWrapper) -> dict[str, AppendOnly]:
    """How the migrations applied to ``connection`` guard each table; the last word counts."""
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    applied = loader.applied_migrations or {}
    return {
        operation.table: operation
        for key, migration in sorted((loader.disk_migrations or {}).items())
        if key in applied
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    }


def missing(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Tables that should be append-only and are not (any more)."""
    return declared_tables(connection) - guarded_tables(connection)


def restore(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Put missing triggers back; returns the tables that had lost them."""
    lost, declared = missing(connection), _declared(connection)
    with connection.schema_editor() as editor:
        for table in sorted(lost):
            for statement in declared[table].statements(connection):
                editor.execute(statement, params=None)
    return lost
