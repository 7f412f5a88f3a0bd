"""The audit is written once: the database refuses UPDATE and DELETE of its rows."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [append_only.triggers("audit_event")]
