"""Signatures are written once."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0040_exceptional_decisions")]
    operations = [append_only.triggers("cases_exceptionalsignature")]
