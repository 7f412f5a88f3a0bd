"""What persons ask for on their rights: erasure, restriction, and the lifting of a restriction."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingcai.registry.models.subjects import Subject


class RightsRequest(models.Model):
    """A request that two officers decide. ``answer`` waits for a second person; then it is the outcome.

    What people wrote is sealed under the subject's key, so that an erasure takes it along.
    """

    class Kind(models.TextChoices):
        ERASE = "erase", _("删除信息")
        RESTRICT = "restrict", _("限制处理信息")
        LIFT = "lift", _("解除限制")

    class Asker(models.TextChoices):
        SELF = "self", _("本人")
        RELATIVE = "relative", _("已故者的近亲属")
        OFFICE = "office", _("人才办主动办理")

    class Status(models.TextChoices):
        OPEN = "open", _("待办理")
        PROPOSED = "proposed", _("待第二人确认")
        GRANTED = "granted", _("同意并办结")
        REFUSED = "refused", _("不予同意")
        WITHDRAWN = "withdrawn", _("已撤回")
        ENDED = "ended", _("已随删除终止")

    class Answer(models.TextChoices):
        GRANT = "grant", _("同意申请")
        REFUSE = "refuse", _("不同意申请")

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="rights_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    asker = models.CharField(max_length=10, choices=Asker)
    sealed_reason = models.BinaryField(null=True, blank=True)  # why; of a relative also who
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default="")
    ground = models.CharField(max_length=30, blank=True, default="")  # an id of the pack's grounds
    sealed_remark = models.BinaryField(null=True, blank=True)  # what the officer adds
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    shown = models.CharField(max_length=64, blank=True, default="")  # digest of what it would do
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    effects = models.JSONField(default=dict)  # how many rows of what, by id of the policy
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "due_on", "id"], name="rights_by_term")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(status__in=["open", "proposed"]),
                name="rights_one_open_a_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("proposed_by")),
                name="rights_take_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["proposed", "granted", "refused"])
                | models.Q(proposed_by__isnull=False),
                name="rights_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.status}"

    @property
    def number(self) -> str:
        """What the person is told to ask by: the year and the row."""
        return f"{self.due_on:%Y}-{self.pk:06d}"

    @property
    def live(self) -> bool:
        """Whether it still waits for an answer."""
        return self.status in (self.Status.OPEN, self.Status.PROPOSED)
