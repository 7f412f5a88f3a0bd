"""What was said of an obligation is written once."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0031_obligations")]
    operations = [append_only.triggers("cases_obligationact")]
