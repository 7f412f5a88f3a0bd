"""Acts and decisions are written once."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        append_only.triggers("cases_caseact"),
        append_only.triggers("cases_decision"),
    ]
