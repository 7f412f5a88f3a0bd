"""A published plan is closed by the database itself: its text, measures and clauses cannot change.

Statements for SQLite and PostgreSQL, run by a migration. A later migration that rebuilds one of these
tables on SQLite loses its triggers and has to run ``create_statements`` again.
"""

CLOSED = "('published', 'superseded')"
REFUSAL = "已发布的计划不可更改 (a published plan cannot be changed)"
OF_PLAN = """
SELECT 1 FROM plan_plan p WHERE p.id = OLD.plan_id AND p.status IN ('published', 'superseded')
"""
OF_MEASURE = """
SELECT 1 FROM plan_plan p JOIN plan_measure m ON m.plan_id = p.id
WHERE m.id = OLD.measure_id AND p.status IN ('published', 'superseded')
"""
# Tables below a plan, with the way from a row to its closed plan.
BELOW = {"plan_clause": OF_PLAN, "plan_measure": OF_PLAN, "plan_measureunit": OF_MEASURE}
# Of the plan itself only the step to "superseded" (and the row's version) is let through.
SEALED = (
    "slug",
    "edition",
    "title",
    "number",
    "issuers",
    "issued_on",
    "period_start",
    "period_end",
    "sections",
    "text",
    "source_sha256",
    "digest",
    "submitted_by_id",
    "published_by_id",
    "published_at",
)
TABLES = ("plan_plan", *BELOW)


def create_statements(vendor: str) -> list[str]:
    """The statements that close published plans; safe to run again."""
    if vendor == "sqlite":
        return [*drop_statements(vendor), *_sqlite()]
    return [*drop_statements(vendor), *_postgresql()]


def drop_statements(vendor: str) -> list[str]:
    on = "" if vendor == "sqlite" else ' ON "{table}"'
    return [
        f'DROP TRIGGER IF EXISTS "{_name(table, event)}"' + on.format(table=table)
        for table in TABLES
        for event in ("update", "delete")
    ]


def _name(table: str, event: str) -> str:
    return f"published_{table}_{event}"


def _sqlite() -> list[str]:
    body = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        f'CREATE TRIGGER "{_name(table, event)}" BEFORE {event.upper()} ON "{table}"'
        f" FOR EACH ROW WHEN {condition} {body}"
        for table, event, condition in _conditions("IS NOT")
    ]


def _postgresql() -> list[str]:
    # A condition with a subquery cannot stand in WHEN there, so each trigger has its function.
    statements = []
    for table, event, condition in _conditions("IS DISTINCT FROM"):
        name = _name(table, event)
        kept = "NEW" if event == "update" else "OLD"
        statements += [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$"
            f" BEGIN IF {condition} THEN RAISE EXCEPTION '{REFUSAL}'"
            " USING ERRCODE = 'restrict_violation';"
            f" END IF; RETURN {kept}; END $body$",
            f'CREATE TRIGGER "{name}" BEFORE {event.upper()} ON "{table}"'
            f" FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]
    return statements


def _conditions(differs: str) -> list[tuple[str, str, str]]:
    """(table, event, when to refuse) for every trigger."""
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in SEALED)
    below = [
        (table, event, f"EXISTS ({closed})")
        for table, closed in BELOW.items()
        for event in ("update", "delete")
    ]
    reopened = f"NEW.status NOT IN {CLOSED}"
    return [
        ("plan_plan", "update", f"OLD.status IN {CLOSED} AND ({reopened} OR {changed})"),
        ("plan_plan", "delete", f"OLD.status IN {CLOSED}"),
        *below,
    ]
