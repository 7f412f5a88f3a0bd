"""What registers answered is only ever added."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_register_answers")]

    operations = [append_only.triggers("registry_registeranswer")]
