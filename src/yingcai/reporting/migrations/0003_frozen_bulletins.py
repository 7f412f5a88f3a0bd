from django.db import migrations

# The database itself keeps a published bulletin as it was, and corrections append-only. A later
# migration that makes SQLite rebuild one of these tables has to run these operations again.
REFUSAL = "已发布的通报不得修改或删除，请另发更正 (a published bulletin is frozen; add a correction)"
TABLES = {
    "reporting_bulletin": "WHEN OLD.status = 'published'",
    "reporting_bulletincorrection": "",
}
FUNCTION = f"""
CREATE OR REPLACE FUNCTION yingcai_frozen_bulletin() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
END $body$
"""


def freeze(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table, condition in TABLES.items():
            for event in ("UPDATE", "DELETE"):
                schema_editor.execute(
                    f"CREATE TRIGGER frozen_{table}_{event.lower()} BEFORE {event} ON {table} "
                    f"{condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
                    params=None,
                )
        return
    schema_editor.execute(FUNCTION, params=None)
    for table, condition in TABLES.items():
        when = condition.replace("WHEN ", "WHEN (") + ")" if condition else ""
        schema_editor.execute(
            f"CREATE TRIGGER frozen_{table} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {when} "
            "EXECUTE FUNCTION yingcai_frozen_bulletin()",
            params=None,
        )


def thaw(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS frozen_{table}_{event}", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS frozen_{table} ON {table}", params=None)


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_bulletins")]

    operations = [migrations.RunPython(freeze, thaw)]
