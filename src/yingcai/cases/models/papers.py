"""What was brought with a case, and what the applicant is told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class CaseFile(models.Model):
    """What was brought with a case, sealed under the subject's key. ``material``: an id of the programme's.

    ``act``: the number of the act that it follows; 0: it came with the application.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="files")
    material = models.CharField(max_length=60)
    sealed_name = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    stored_as = models.CharField(max_length=120)
    act = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    obligation = models.ForeignKey(
        "cases.Obligation", models.PROTECT, null=True, blank=True, related_name="files"
    )  # brought to report on it, after the award

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.material} of {self.case_id}"


class CaseNotice(models.Model):
    """Something that the applicant is told. ``sealed``: its words, as JSON; of a kind that the page words."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("已收到申请")
        ACCEPTED = "accepted", _("受理通知")
        MISSING = "missing", _("补正通知")
        PUBLISHED = "published", _("公示通知")
        PAUSED = "paused", _("停止计时通知")
        RESUMED = "resumed", _("恢复计时通知")
        GRANTED = "granted", _("通过决定")
        DECLINED = "declined", _("未通过决定")
        NOT_ACCEPTED = "not-accepted", _("不予受理通知")
        STOPPED = "stopped", _("终止通知")
        WITHDRAWN = "withdrawn", _("撤回回执")
        REOPENED = "reopened", _("重新办理通知")
        CHANGED = "changed", _("变更决定通知")
        MOVED = "moved", _("流程更新通知")
        ACCOUNT = "account", _("收款账户变更")
        AWARD = "award", _("认定（兑现）后的决定")
        TERM = "term", _("有效期提醒")
        TERM_LAST = "term-last", _("续期最后提醒")
        TERM_OVER = "term-over", _("有效期届满通知")
        DUTY_DUE = "duty-due", _("履约提醒")
        DUTY_LATE = "duty-late", _("履约逾期提醒")
        DUTY_LACKS = "duty-lacks", _("履约材料补充通知")
        DUTY_MET = "duty-met", _("履约确认")
        DUTY_UNMET = "duty-unmet", _("未履约认定")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    # The number of the act that it follows; 0: the submission; after the award: the row that it is about.
    act = models.PositiveIntegerField()
    at = models.DateTimeField()
    sealed = models.BinaryField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "act"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"

    @property
    def later(self) -> bool:
        """Whether it is about what comes after the award."""
        return self.kind == self.Kind.AWARD or self.kind.startswith(("term", "duty-"))
