"""What units report each month, what it amounts to, and what is done about it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportingMonth(models.Model):
    """A month for which units report on a plan. ``month`` is its first day."""

    class Status(models.TextChoices):
        OPEN = "open", _("填报中")
        LOCKED = "locked", _("已锁定")

    plan = models.ForeignKey("plan.Plan", models.PROTECT, related_name="+")
    month = models.DateField()
    due_on = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["plan", "month"], name="month_once_a_plan")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class MonthStep(models.Model):
    """One step in the life of a reporting month: opened, locked, reopened and why. Append-only."""

    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="steps")
    action = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class Report(models.Model):
    """One unit's figure and words on one target for one month. ``value`` is the figure to date."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("填报中")
        SUBMITTED = "submitted", _("待负责人审核")
        APPROVED = "approved", _("待人才办核对")
        RETURNED = "returned", _("已退回")
        ACCEPTED = "accepted", _("已核定")

    month = models.ForeignKey(ReportingMonth, models.PROTECT, related_name="reports")
    target = models.ForeignKey("plan.Target", models.PROTECT, related_name="+")
    unit = models.ForeignKey("identity.Unit", models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True, blank=True)
    narrative = models.TextField(blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")  # why it fell or jumped
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    returned_note = models.CharField(max_length=300, blank=True, default="")
    sent_late = models.BooleanField(default=False)  # first submitted after the month was due
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["month_id", "target_id", "unit_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "target", "unit"], name="report_once_a_month_and_unit"
            )
        ]
        indexes = [
            models.Index(fields=["month", "unit", "status"], name="report_inbox"),
            models.Index(
                fields=["month", "unit"], condition=models.Q(sent_late=True), name="report_late"
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class ReportStep(models.Model):
    """One step in the life of a report. Append-only."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="steps")
    action = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Report.Status)
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class Evidence(models.Model):
    """A file that backs a report, kept under a generated name in the data folder."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=80, unique=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class IndicatorValue(models.Model):
    """Where a target stands at the end of a month (unit empty: the whole city)."""

    class Light(models.TextChoices):
        GREEN = "green", _("正常")
        YELLOW = "yellow", _("滞后")
        RED = "red", _("严重滞后")
        NONE = "none", _("无数据")
        DONE = "done", _("已完成")

    target = models.ForeignKey("plan.Target", models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    month = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    goal = models.DecimalField(max_digits=24, decimal_places=4)  # of the period that counts
    expected = models.DecimalField(max_digits=24, decimal_places=4)  # by the path, at month's end
    progress = models.DecimalField(max_digits=9, decimal_places=2, null=True)  # percent
    gap = models.DecimalField(max_digits=9, decimal_places=2, null=True)  # points behind the path
    light = models.CharField(max_length=6, choices=Light)
    forecast = models.DecimalField(max_digits=24, decimal_places=4, null=True)  # at the deadline
    forecast_method = models.CharField(max_length=20, blank=True, default="")
    formula = models.CharField(max_length=20)  # version of the formula
    rows = models.PositiveIntegerField(default=0)  # reports of the month behind the value
    missing = models.PositiveIntegerField(default=0)  # reports that should be there and are not

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target", "unit", "month"], name="indicator_once_a_month_and_unit"
            ),
            models.UniqueConstraint(
                fields=["target", "month"],
                condition=models.Q(unit=None),
                name="indicator_once_a_month",
            ),
        ]
        indexes = [
            models.Index(fields=["month", "unit", "light"], name="indicator_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.month:%Y-%m}"


class SupervisionOrder(models.Model):
    """督办单: a unit is asked, with a date, to bring a lagging matter back on its path."""

    class Colour(models.TextChoices):
        BLUE = "blue", _("蓝色提醒")
        YELLOW = "yellow", _("黄色预警")
        RED = "red", _("红色督办")

    class Status(models.TextChoices):
        OPEN = "open", _("办理中")
        ANSWERED = "answered", _("已反馈")
        CLOSED = "closed", _("已办结")

    plan = models.ForeignKey("plan.Plan", models.PROTECT, related_name="+")
    number = models.CharField(max_length=30, unique=True)
    target = models.ForeignKey(
        "plan.Target", models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey("identity.Unit", models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    demand = models.TextField()
    colour = models.CharField(max_length=6, choices=Colour, default=Colour.BLUE)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    opened_on = models.DateField()
    due_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.number


class OrderStep(models.Model):
    """One step in the life of a supervision order. Append-only."""

    order = models.ForeignKey(SupervisionOrder, models.PROTECT, related_name="steps")
    action = models.CharField(max_length=20)
    text = models.TextField(blank=True, default="")
    colour = models.CharField(max_length=6, choices=SupervisionOrder.Colour)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class Reminder(models.Model):
    """A reminder sent to a unit about a month or an order; shown in its inbox."""

    class Kind(models.TextChoices):
        DUE_SOON = "due_soon", _("填报即将到期")
        LATE = "late", _("填报已逾期")
        ORDER_DUE = "order_due", _("督办即将到期")
        ORDER_OVERDUE = "order_overdue", _("督办已逾期")

    unit = models.ForeignKey("identity.Unit", models.PROTECT, related_name="+")
    month = models.ForeignKey(
        ReportingMonth, models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.ForeignKey(
        SupervisionOrder, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    on = models.DateField()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "month", "kind", "on"],
                condition=models.Q(order=None),
                name="reminder_of_month_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["unit", "order", "kind", "on"],
                condition=models.Q(month=None),
                name="reminder_of_order_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class Bulletin(models.Model):
    """每月通报: a month's account of the plan. Frozen, with a digest, once published."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")

    plan = models.ForeignKey("plan.Plan", models.PROTECT, related_name="+")
    month = models.DateField()
    issue = models.PositiveIntegerField()  # 第几期, within a year
    title = models.CharField(max_length=200)
    blocks = models.JSONField(default=dict)  # editable text by block name
    snapshot = models.JSONField(default=dict)  # every figure with the ids of the rows behind it
    summary = models.JSONField(default=dict)  # the few figures of the snapshot that lists show
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True, default="")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "month"], name="bulletin_once_a_month")
        ]

    def __str__(self) -> str:
        return self.title


class BulletinCorrection(models.Model):
    """更正: what a published bulletin got wrong. The bulletin itself stays as it was. Append-only."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="corrections")
    text = models.TextField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.at:%Y-%m-%d}"
