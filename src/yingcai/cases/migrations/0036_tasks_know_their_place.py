"""Lines of the inboxes know programme and stage of their case; what is published is found along an index."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps: Any, _editor: Any) -> None:
    cases = apps.get_model("cases", "Case").objects.filter(pk=OuterRef("case"))
    apps.get_model("cases", "CaseTask").objects.update(
        programme=Subquery(cases.values("programme")), stage=Subquery(cases.values("stage"))
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0035_award_sums")]
    operations = [
        migrations.AddField(
            "casetask", "programme", models.CharField(max_length=60, default=""), preserve_default=False
        ),
        migrations.AddField(
            "casetask", "stage", models.CharField(max_length=60, default=""), preserve_default=False
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(public_until__isnull=False),
                fields=["public_until", "id"],
                name="case_published",
            ),
        ),
    ]
