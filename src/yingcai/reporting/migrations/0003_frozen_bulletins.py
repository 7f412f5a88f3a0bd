"""A published bulletin is closed by the database itself; its corrections are written once."""

from typing import Any

from django.db import migrations

from yingcai.audit import append_only
from yingcai.reporting import frozen


def close(apps: Any, schema_editor: Any) -> None:
    for statement in frozen.create_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def open_again(apps: Any, schema_editor: Any) -> None:
    for statement in frozen.drop_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_bulletins")]

    operations = [
        migrations.RunPython(close, open_again),
        append_only.triggers("reporting_bulletincorrection"),
    ]
