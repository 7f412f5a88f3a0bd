"""Calls and review panels: who judges which project, what keeps an expert away, sheets, the defence.

What experts and others wrote is sealed under the key of the subject whose case it is about.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = [
    "Call",
    "Conflict",
    "ConflictReport",
    "DefenceSlot",
    "Panel",
    "PanelCase",
    "PanelExpert",
    "ScoreSheet",
]
USER = settings.AUTH_USER_MODEL


class Call(models.Model):
    """A call (批次) of a programme: the cases handed in from its first through its last day belong to it."""

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    opens_on = models.DateField()
    closes_on = models.DateField()
    places = models.PositiveIntegerField(null=True, blank=True)  # empty: whoever passes
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-opens_on", "-id"]
        indexes = [models.Index(fields=["programme", "-opens_on"], name="call_of_programme")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")), name="call_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.opens_on}"


class Panel(models.Model):
    """A panel for the cases of a call that stand in its scored stage, by the pack ``pack``.

    ``sheets``: of each project. ``seed``: of all lots, made with the panel. ``opens_on``: the day from which
    one person may open the scores; before, two. ``version`` goes up with every change.
    """

    class State(models.TextChoices):
        INVITING = "inviting", _("邀请专家")
        SCORING = "scoring", _("评分中")
        OPENED = "opened", _("已启封")
        CONCLUDED = "concluded", _("已形成结果")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="panels")
    pack = models.CharField(max_length=64)
    score = models.CharField(max_length=60)
    stage = models.CharField(max_length=60)
    sheets = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.INVITING)
    round = models.PositiveIntegerField(default=0)
    opens_on = models.DateField()
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    concluded_at = models.DateTimeField(null=True, blank=True)
    # The files as they were published: numbers without names. Kept, so that nobody's key is used for a download.
    published = models.BinaryField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"panel {self.handle} {self.state}"

    @property
    def sealed(self) -> bool:
        """Whether nobody may see a score yet."""
        return self.state in (self.State.INVITING, self.State.SCORING)


class PanelCase(models.Model):
    """A case before a panel, under the number by which experts know it. ``left``: the round from which it is out."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="cases")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="panels")
    number = models.PositiveIntegerField()
    field = models.CharField(max_length=60, blank=True, default="")
    left = models.PositiveIntegerField(default=0)
    rank = models.PositiveIntegerField(null=True, blank=True)
    score = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)
    admitted = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["panel", "number"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "number"], name="panel_case_by_number"),
            models.UniqueConstraint(fields=["panel", "case"], name="panel_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.panel_id}"


class PanelExpert(models.Model):
    """An expert who was invited. ``number``: by which what is published names him, from round ``since`` on."""

    class State(models.TextChoices):
        INVITED = "invited", _("等待答复")
        ACCEPTED = "accepted", _("接受")
        DECLINED = "declined", _("谢绝")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    panel = models.ForeignKey(Panel, models.PROTECT, related_name="experts")
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    fields = models.JSONField(default=list)
    limit = models.PositiveIntegerField()
    number = models.PositiveIntegerField(null=True, blank=True)
    since = models.PositiveIntegerField(default=0)
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["panel", "id"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "user"], name="panel_expert_once"),
            models.UniqueConstraint(fields=["panel", "number"], name="panel_expert_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.panel_id}"


class Conflict(models.Model):
    """Why an expert does not judge a case, from a round on. ``sealed``: what was said of it."""

    class Kind(models.TextChoices):
        OWN = "own", _("本人的项目")
        EMPLOYER = "employer", _("任职单位")
        EARLIER = "earlier", _("此前合作")
        KIN = "kin", _("亲属")
        SHARES = "shares", _("持股")
        MENTOR = "mentor", _("师生")
        DECLARED = "declared", _("专家自行申明")
        REPORTED = "reported", _("申请人或者他人提出")

    case = models.ForeignKey(PanelCase, models.PROTECT, related_name="conflicts")
    expert = models.ForeignKey(PanelExpert, models.PROTECT, related_name="conflicts")
    kind = models.CharField(max_length=10, choices=Kind)
    round = models.PositiveIntegerField()
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    sealed = models.BinaryField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "expert", "kind"], name="conflict_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id} {self.expert_id}"


class ConflictReport(models.Model):
    """Somebody asks that an expert keep away (申请回避). The office answers; ``expert``: whom it was about."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待处理")
        UPHELD = "upheld", _("成立")
        DISMISSED = "dismissed", _("不成立")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PanelCase, models.PROTECT, related_name="reports")
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    expert = models.ForeignKey(PanelExpert, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    sealed_answer = models.BinaryField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "made_by"],
                condition=models.Q(state="waiting"),
                name="report_one_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.case_id}"


class ScoreSheet(models.Model):
    """What one expert gives one project; handed in once. One that is set aside stays and does not count."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("未评")
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已提交")
        SET_ASIDE = "set-aside", _("不计入")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PanelCase, models.PROTECT, related_name="sheets")
    expert = models.ForeignKey(PanelExpert, models.PROTECT, related_name="sheets")
    round = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.ASSIGNED)
    sealed = models.BinaryField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "expert"], name="sheet_once"),
            models.CheckConstraint(
                condition=~models.Q(state="submitted")
                | models.Q(submitted_at__isnull=False, sealed__isnull=False),
                name="sheet_that_is_in_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} by {self.expert_id} {self.state}"


class DefenceSlot(models.Model):
    """The turn of a project on the day of the defence (答辩), in the order that was drawn."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等候")
        NOW = "now", _("正在答辩")
        DONE = "done", _("已结束")
        SKIPPED = "skipped", _("未到")

    case = models.OneToOneField(PanelCase, models.PROTECT, related_name="slot")
    panel = models.ForeignKey(Panel, models.PROTECT, related_name="slots")
    place = models.PositiveIntegerField()
    planned_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["panel", "place"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "place"], name="defence_in_order"),
            models.UniqueConstraint(
                fields=["panel"], condition=models.Q(state="now"), name="defence_one_now"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} of {self.panel_id} {self.state}"
