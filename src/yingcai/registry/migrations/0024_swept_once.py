"""A fact may lose its value once, when its term is over; every other change stays refused."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("registry", "0023_sweeping")]

    operations = [
        append_only.swept(
            "registry_fact", stamp="swept_at", emptied=["value", "sealed", "fingerprint"]
        )
    ]
