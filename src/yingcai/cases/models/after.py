"""What follows an award: what is owed for it, and what was reported and found."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class Obligation(models.Model):
    """Something that is owed for an award, with one day on which it is due.

    A yearly check is a row for each year. ``name``: an id of the programme's `obligations`; ``number``: which
    of its days. ``settled_at`` without ``settled_by``: the facts alone showed it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待履行")
        REPORTED = "reported", _("待核实")
        LACKING = "lacking", _("待补充")
        MET = "met", _("已履行")
        UNMET = "unmet", _("未履行")
        ENDED = "ended", _("不再需要")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.ForeignKey("cases.Award", models.PROTECT, related_name="obligations")
    name = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["state", "due_on", "id"], name="obligation_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["award", "name", "number"], name="obligation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number} of {self.award_id}"

    @property
    def waits(self) -> bool:
        """Whether whoever owes it may still report."""
        return self.state in (self.State.OPEN, self.State.REPORTED, self.State.LACKING)


class AwardChange(models.Model):
    """Something done to an award after it was granted: one person proposes it, another one decides.

    The award itself stays as it was. ``ground``: an id of the pack's `awards.yaml`. ``amount``: fen taken back;
    ``result``: the grade from ``from_on`` on. ``sealed``: why, what was heard, how the amount comes about;
    ``sealed_answer``: what the second person wrote.
    """

    class Kind(models.TextChoices):
        SUSPEND = "suspend", _("暂停")
        RESUME = "resume", _("恢复")
        RECOVER = "recover", _("追回")
        CANCEL = "cancel", _("撤销资格")
        TOLERATE = "tolerate", _("容错认定")
        PROMOTE = "promote", _("评估升级")
        KEEP = "keep", _("评估保留等级")
        DEMOTE = "demote", _("评估降级")
        END = "end", _("评估淘汰")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待第二人决定")
        DECIDED = "decided", _("已决定")
        REFUSED = "refused", _("不予决定")
        WITHDRAWN = "withdrawn", _("已撤回")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.ForeignKey("cases.Award", models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    ground = models.CharField(max_length=60, blank=True, default="")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    result = models.CharField(max_length=40, blank=True, default="")
    barred_until = models.DateField(null=True, blank=True)
    sealed = models.BinaryField()
    sealed_answer = models.BinaryField(null=True, blank=True)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["status", "-id"], name="award_change_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["award"],
                condition=models.Q(status="proposed"),
                name="award_change_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("proposed_by")),
                name="award_change_takes_two",
            ),
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gt=0),
                name="award_change_takes_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.award_id}"


class ObligationAct(models.Model):
    """What was said of an obligation, in order; written once. ``sealed``: its words, as JSON."""

    class Move(models.TextChoices):
        REPORT = "report", _("报告履行情况")
        ASK = "ask", _("要求补充")
        MEET = "meet", _("核实已履行")
        MISS = "miss", _("认定未履行")
        FACTS = "facts", _("数据核验已履行")

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="acts")
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=10, choices=Move)
    actor = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["obligation", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "number"], name="obligation_act_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.obligation_id}"
