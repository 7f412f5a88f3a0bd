"""Decisions and changes are written once; a published plan is closed by the database itself."""

from typing import Any

from django.db import migrations

from yingcai.audit import append_only
from yingcai.plan import immutable


def close(apps: Any, schema_editor: Any) -> None:
    for statement in immutable.create_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def open_again(apps: Any, schema_editor: Any) -> None:
    for statement in immutable.drop_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial")]
    operations = [
        migrations.RunPython(close, open_again),
        append_only.triggers("plan_targetchange"),
        append_only.triggers("plan_clausedecision"),
    ]
