"""What persons and officers write about subjects is sealed, so that an erasure takes it along; requests on rights.

The register was in no release before this, so that no reasons in plain have to be carried over.
"""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0024_swept_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name='look',
            name='reason',
        ),
        migrations.RemoveField(
            model_name='merge',
            name='reason',
        ),
        migrations.AddField(
            model_name='fact',
            name='sealed_reference',
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='look',
            name='sealed_reason',
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='merge',
            name='sealed_reason',
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='RightsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('erase', '删除信息'), ('restrict', '限制处理信息'), ('lift', '解除限制')], max_length=10)),
                ('asker', models.CharField(choices=[('self', '本人'), ('relative', '已故者的近亲属'), ('office', '人才办主动办理')], max_length=10)),
                ('sealed_reason', models.BinaryField(blank=True, null=True)),
                ('status', models.CharField(choices=[('open', '待办理'), ('proposed', '待第二人确认'), ('granted', '同意并办结'), ('refused', '不予同意'), ('withdrawn', '已撤回'), ('ended', '已随删除终止')], default='open', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('answer', models.CharField(blank=True, choices=[('grant', '同意申请'), ('refuse', '不同意申请')], default='', max_length=10)),
                ('ground', models.CharField(blank=True, default='', max_length=30)),
                ('sealed_remark', models.BinaryField(blank=True, null=True)),
                ('proposed_at', models.DateTimeField(blank=True, null=True)),
                ('shown', models.CharField(blank=True, default='', max_length=64)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('effects', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=1)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rights_requests', to='registry.subject')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['status', 'due_on', 'id'], name='rights_by_term')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ['open', 'proposed'])), fields=('subject',), name='rights_one_open_a_subject'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='rights_take_two'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['proposed', 'granted', 'refused']), _negated=True), ('proposed_by__isnull', False), _connector='OR'), name='rights_answered_by_somebody')],
            },
        ),
    ]
