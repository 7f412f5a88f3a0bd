"""Names are compared by code points on PostgreSQL too, as SQLite does: lists go along plain indexes."""

from django.db import migrations

COLUMNS = {"name": 120, "pinyin": 300, "initials": 60}


def by_code_points(apps, schema_editor):
    _collate(schema_editor, 'COLLATE "C"')


def by_the_database(apps, schema_editor):
    _collate(schema_editor, 'COLLATE "default"')


def _collate(schema_editor, collation):
    if schema_editor.connection.vendor != "postgresql":
        return
    for column, length in COLUMNS.items():
        schema_editor.execute(
            f'ALTER TABLE registry_subject ALTER COLUMN "{column}" '
            f"TYPE varchar({length}) {collation}"
        )


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_search")]

    operations = [migrations.RunPython(by_code_points, by_the_database)]
