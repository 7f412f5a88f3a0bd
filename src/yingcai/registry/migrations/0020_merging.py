"""Digests for comparing subjects, pairs that may be one, and merges."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0012_by_code_points'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='subject_merged_away'),
        ),
        migrations.CreateModel(
            name='Duplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weight', models.IntegerField()),
                ('signs', models.JSONField(default=dict)),
                ('found_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('open', '待核对'), ('merged', '已合并'), ('dismissed', '不是同一主体'), ('undone', '已撤销合并')], default='open', max_length=10)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('proposal', models.CharField(blank=True, choices=[('first', '合并，保留左边'), ('second', '合并，保留右边'), ('undo', '撤销合并')], default='', max_length=10)),
                ('proposed_at', models.DateTimeField(blank=True, null=True)),
                ('proposed_reason', models.CharField(blank=True, default='', max_length=300)),
                ('first_version', models.PositiveIntegerField(default=0)),
                ('second_version', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.subject')),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.subject')),
            ],
            options={
                'ordering': ['-weight', '-id'],
            },
        ),
        migrations.CreateModel(
            name='LinkageDigest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50)),
                ('digest', models.CharField(max_length=64)),
                ('fact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='linkage', to='registry.fact')),
                ('identifier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='linkage', to='registry.identifier')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='linkage', to='registry.subject')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('along', models.JSONField(default=list)),
                ('reason', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duplicate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='registry.duplicate')),
                ('gone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.subject')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.subject')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undoes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='registry.merge')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='duplicate',
            index=models.Index(fields=['status', '-weight', '-id'], name='duplicate_by_weight'),
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='duplicate_once_a_pair'),
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='duplicate_lower_first'),
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proposal', ''), ('proposed_by', None)), models.Q(models.Q(('proposal', ''), _negated=True), ('proposed_by__isnull', False)), _connector='OR'), name='duplicate_proposal_has_a_person'),
        ),
        migrations.AddConstraint(
            model_name='linkagedigest',
            constraint=models.UniqueConstraint(fields=('identifier', 'name'), name='linkage_once_a_number'),
        ),
        migrations.AddConstraint(
            model_name='linkagedigest',
            constraint=models.UniqueConstraint(fields=('fact', 'name'), name='linkage_once_a_fact'),
        ),
        migrations.AddConstraint(
            model_name='linkagedigest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fact__isnull', False), ('identifier', None)), models.Q(('fact', None), ('identifier__isnull', False)), _connector='OR'), name='linkage_of_one_row'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(('by', models.F('second')), _negated=True), name='merge_takes_two'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(('kept', models.F('gone')), _negated=True), name='merge_of_two_subjects'),
        ),
    ]
