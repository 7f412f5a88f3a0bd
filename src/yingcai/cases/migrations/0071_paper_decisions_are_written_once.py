"""What a paper says is written once; when it is taken back it gives its number free, and nothing else changes."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0070_paper_cases")]
    operations = [
        append_only.swept("cases_paperdecision", stamp="taken_back_at", emptied=["held_as"]),
    ]
