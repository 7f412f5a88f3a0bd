"""A published bulletin is closed by the database itself: its row can be neither changed nor deleted.

Statements for SQLite and PostgreSQL, run by a migration. A later migration that rebuilds the table
on SQLite loses its triggers and has to run ``create_statements`` again.
"""

TABLE = "reporting_bulletin"
CONDITION = "OLD.status = 'published'"
REFUSAL = (
    "已发布的通报不得修改或删除，请另发更正 (a published bulletin is frozen; add a correction)"
)
FUNCTION = f"""
CREATE OR REPLACE FUNCTION yingcai_frozen_bulletin() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
END $body$
"""
EVENTS = ("update", "delete")


def create_statements(vendor: str) -> list[str]:
    """The statements that close published bulletins; safe to run again."""
    if vendor == "sqlite":
        made = [
            f'CREATE TRIGGER "{_name(event)}" BEFORE {event.upper()} ON "{TABLE}"'
            f" WHEN {CONDITION} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for event in EVENTS
        ]
        return [*drop_statements(vendor), *made]
    made = [
        f'CREATE TRIGGER "{_name(event)}" BEFORE {event.upper()} ON "{TABLE}"'
        f" FOR EACH ROW WHEN ({CONDITION}) EXECUTE FUNCTION yingcai_frozen_bulletin()"
        for event in EVENTS
    ]
    return [FUNCTION, *drop_statements(vendor), *made]


def drop_statements(vendor: str) -> list[str]:
    on = "" if vendor == "sqlite" else f' ON "{TABLE}"'
    return [f'DROP TRIGGER IF EXISTS "{_name(event)}"{on}' for event in EVENTS]


def _name(event: str) -> str:
    return f"frozen_{TABLE}_{event}"
