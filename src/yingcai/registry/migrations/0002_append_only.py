"""Facts, relations, looks, consents and erasures are only ever added."""

from django.db import migrations

from yingcai.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        append_only.triggers("registry_fact"),
        append_only.triggers("registry_relation"),
        append_only.triggers("registry_look"),
        append_only.triggers("registry_consent"),
        append_only.triggers("registry_erasure"),
    ]
