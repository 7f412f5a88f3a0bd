"""Merges and what undoes them are only ever added."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("registry", "0020_merging")]

    operations = [append_only.triggers("registry_merge")]
