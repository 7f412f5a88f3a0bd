"""The steps of months, reports and orders are written once; the database refuses to change them."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_frozen_bulletins")]

    operations = [
        append_only.triggers("reporting_monthstep"),
        append_only.triggers("reporting_reportstep"),
        append_only.triggers("reporting_orderstep"),
    ]
