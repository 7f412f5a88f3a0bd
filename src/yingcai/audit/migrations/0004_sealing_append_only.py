"""Links and roots are written once: the database refuses UPDATE and DELETE of them, too."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_sealing")]
    operations = [append_only.triggers("audit_link"), append_only.triggers("audit_root")]
