import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Root",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("day", models.DateField(db_index=True)),
                ("position", models.PositiveBigIntegerField()),
                ("chain", models.CharField(max_length=64)),
                ("links", models.PositiveBigIntegerField()),
                ("previous", models.CharField(max_length=64)),
                ("profile", models.CharField(max_length=16)),
                ("key", models.CharField(max_length=16)),
                ("made_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("position", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField()),
                ("profile", models.CharField(max_length=16)),
                ("key", models.CharField(max_length=16)),
                ("chain", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="link",
                        to="audit.event",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
    ]
