"""The sealed number of a record goes with its value, and nothing else of a fact may change."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("registry", "0025_rights")]

    operations = [
        append_only.swept(
            "registry_fact",
            stamp="swept_at",
            emptied=["value", "sealed", "fingerprint", "sealed_reference"],
        )
    ]
