"""Cases: applications, what was done to them, what was decided, what was granted.

What people wrote or said is sealed under the key of the subject whose case it is, and goes with it.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class Case(models.Model):
    """One application to one programme, by the text of the pack it began with.

    A draft has no state yet; it belongs to who began it. One that a firm or an officer files for a person who
    has a login waits, unconfirmed, until that person agrees. ``handle`` stands in addresses and is the key of
    the form: a form that is sent twice is one case. ``version`` goes up with every change.

    An appeal or a complaint is ``about`` another case: it has its programme, pack and units, asks no rules,
    and grants nothing. A paper is a decision that was made before and taken in: it is over from the start, has no
    workflow and no state, and no rule decided it.
    """

    class Kind(models.TextChoices):
        APPLICATION = "application", _("申请")
        APPEAL = "appeal", _("申诉")
        COMPLAINT = "complaint", _("投诉")
        PAPER = "paper", _("纸质决定")

    class Side(models.TextChoices):
        SELF = "self", _("本人申请")
        EMPLOYER = "employer", _("单位申报")
        WINDOW = "window", _("工作人员代办")
        PAPER = "paper", _("纸质决定补录")

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        UNCONFIRMED = "unconfirmed", _("待本人确认")
        RUNNING = "running", _("办理中")
        GRANTED = "granted", _("已通过")
        DECLINED = "declined", _("未通过")
        NOT_ACCEPTED = "not-accepted", _("不予受理")
        WITHDRAWN = "withdrawn", _("已撤回")
        STOPPED = "stopped", _("已终止")
        TAKEN_BACK = "taken-back", _("补录已撤销")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.APPLICATION)
    about = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later_cases"
    )
    programme = models.CharField(max_length=60)
    pack = models.CharField(max_length=64)  # digest
    workflow = models.CharField(max_length=60, blank=True)  # empty: it was decided on paper
    # Digest of the pack whose text of the workflow it runs by since it was moved; empty: `pack`.
    flow_pack = models.CharField(max_length=64, blank=True, default="")
    subject = models.ForeignKey("registry.Subject", models.PROTECT, related_name="cases")
    side = models.CharField(max_length=10, choices=Side)
    applicant = models.ForeignKey(USER, models.PROTECT, related_name="+")  # who filed it
    lead = models.ForeignKey("identity.Unit", models.PROTECT, related_name="+")
    county = models.ForeignKey(
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    stage = models.CharField(max_length=60, blank=True, default="")
    sealed_answers = models.BinaryField(null=True, blank=True)
    sealed_state = models.BinaryField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    entered_on = models.DateField(null=True, blank=True)  # the stage
    due_on = models.DateField(
        null=True, blank=True
    )  # of the stage; empty: none, or it stands still
    promised_on = models.DateField(null=True, blank=True)  # of the whole
    public_until = models.DateField(null=True, blank=True)  # while it is published
    # Fen that would be paid, as published: what was received before is taken off.
    published_amount = models.BigIntegerField(null=True, blank=True)
    # The award before whose end this application was prepared.
    renews = models.OneToOneField(
        "cases.Award", models.PROTECT, null=True, blank=True, related_name="renewal"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    # With which others it was filled in and handed in.
    bundle = models.ForeignKey(
        "cases.Bundle", models.PROTECT, null=True, blank=True, related_name="cases"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject", "-id"], name="case_of_subject"),
            models.Index(fields=["applicant", "-id"], name="case_of_applicant"),
            models.Index(fields=["status", "programme", "-id"], name="case_by_programme"),
            models.Index(fields=["status", "due_on", "id"], name="case_by_term"),
            models.Index(
                fields=["public_until", "id"],
                condition=models.Q(public_until__isnull=False),
                name="case_published",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "subject", "programme"],
                condition=models.Q(status__in=["draft", "unconfirmed"]),
                name="case_one_draft",
            ),
            models.UniqueConstraint(
                fields=["subject", "programme"],
                condition=models.Q(status="running", kind="application"),
                name="case_one_running",
            ),
            models.UniqueConstraint(
                fields=["about", "kind"],
                condition=models.Q(status="running", about__isnull=False),
                name="case_one_running_about",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["application", "paper"], about=None)
                | (~models.Q(kind__in=["application", "paper"]) & models.Q(about__isnull=False)),
                name="case_about_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="paper")
                | models.Q(
                    status__in=["granted", "declined", "taken-back"],
                    workflow="",
                    stage="",
                    sealed_state=None,
                    ended_at__isnull=False,
                ),
                name="case_paper_is_over",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "unconfirmed"])
                | models.Q(submitted_at__isnull=False),
                name="case_was_submitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.handle} {self.status}"

    @property
    def number(self) -> str:
        """What people ask by: the year and the row."""
        return f"{self.created_at:%Y}-{self.pk:06d}"

    @property
    def live(self) -> bool:
        return self.status == self.Status.RUNNING

    @property
    def asks_rules(self) -> bool:
        """Whether the rules decide with it; appeals, complaints and papers are for people alone."""
        return self.kind == self.Kind.APPLICATION

    @property
    def on_paper(self) -> bool:
        """Whether it was decided on paper and taken in: there is no workflow, no state and no decision of the rules."""
        return self.kind == self.Kind.PAPER


class CaseParty(models.Model):
    """A unit that has a part in a case: its staff may see it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    unit = models.ForeignKey("identity.Unit", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["unit", "case"], name="party_of_unit")]
        constraints = [
            models.UniqueConstraint(fields=["case", "unit"], name="party_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} in {self.case_id}"


class CaseAct(models.Model):
    """One move in a case, in order; written once. ``sealed``: the engine's act as JSON.

    ``days``: of a move that left a stage, the working days that the case spent there.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts")
    number = models.PositiveIntegerField()  # the version of the state that it led to
    move = models.CharField(max_length=12)
    from_stage = models.CharField(max_length=60)
    to_stage = models.CharField(max_length=60)
    days = models.PositiveIntegerField(null=True, blank=True)
    actor = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["case", "number"]
        indexes = [models.Index(fields=["move", "from_stage"], name="act_by_stage")]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="act_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.case_id}"


class CaseTask(models.Model):
    """A voice that a running case waits for: a line of the inboxes. Made anew from the state after each act.

    ``programme`` and ``stage`` are those of the case, so that what waits is counted from this table alone.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="tasks")
    programme = models.CharField(max_length=60)
    stage = models.CharField(max_length=60)
    role = models.CharField(max_length=12)
    unit = models.ForeignKey(
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.UUIDField(null=True, blank=True)  # a natural person's key; empty: of the seat
    delegate = models.UUIDField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    # Terms first, those without at the end; one column, so that a list goes along one index.
    sort_on = models.DateField()

    class Meta:
        ordering = ["sort_on", "id"]
        indexes = [
            models.Index(fields=["unit", "role", "sort_on", "id"], name="task_of_seat"),
            # What waits for a seat is counted from this one alone.
            models.Index(
                fields=["unit", "role", "person", "programme", "stage", "case", "sort_on"],
                name="task_counted",
            ),
            # Nearly every row has none, which makes the plain index look useless to SQLite.
            models.Index(
                fields=["person", "sort_on", "id"],
                condition=models.Q(person__isnull=False),
                name="task_of_a_person",
            ),
            models.Index(
                fields=["delegate", "sort_on", "id"],
                condition=models.Q(delegate__isnull=False),
                name="task_of_a_delegate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.unit_id} in {self.case_id}"


class CaseMark(models.Model):
    """A reminder or an escalation that fell due; once a key."""

    class Kind(models.TextChoices):
        REMIND = "remind", _("催办")
        ESCALATE = "escalate", _("督办")

    case = models.ForeignKey(Case, models.PROTECT, related_name="marks")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    stage = models.CharField(max_length=60)
    role = models.CharField(max_length=12)
    unit = models.ForeignKey(
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["unit", "role", "-id"], name="mark_of_seat")]
        constraints = [
            models.UniqueConstraint(fields=["case", "key", "role", "unit"], name="mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Decision(models.Model):
    """What the rules said of a case on a day; written once. ``sealed_basis``: the facts it stands on, as JSON.

    ``amount`` in fen. ``digest``: of the pack, the programme, the day, the facts and the answer, so that the
    same decision can be made again and compared.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    pack = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8)  # engine.rules.model.Outcome
    rule = models.CharField(max_length=60, blank=True, default="")  # the version that applied
    amount = models.BigIntegerField(null=True, blank=True)
    result = models.CharField(max_length=40, blank=True, default="")
    on = models.DateField()
    at = models.DateTimeField()
    sealed_basis = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="decision_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of {self.case_id}"


class Award(models.Model):
    """What a case granted, by a decision of the rules or on ``paper``. One that is taken back stays, with the moment."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="awards")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.OneToOneField(
        "cases.PaperDecision", models.PROTECT, null=True, blank=True, related_name="award"
    )
    programme = models.CharField(max_length=60)
    subject = models.ForeignKey("registry.Subject", models.PROTECT, related_name="awards")
    amount = models.BigIntegerField(null=True, blank=True)  # fen
    result = models.CharField(max_length=40, blank=True, default="")
    granted_on = models.DateField()
    granted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    sealed_sum = models.BinaryField(
        null=True, blank=True
    )  # its lines, where anything was taken off
    # What it stands on where people settled it and the rules did not.
    exceptional = models.ForeignKey(
        "cases.ExceptionalDecision", models.PROTECT, null=True, blank=True, related_name="awards"
    )
    # From when what it gives holds, where that is not the day of the decision: a renewal goes on without a gap.
    since_on = models.DateField(null=True, blank=True)
    # The award of the same case that it stands in place of, after an appeal.
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject", "programme"], name="award_of_subject"),
            models.Index(fields=["programme", "granted_on"], name="award_by_programme"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(voided_at=None), name="award_one_a_case"
            ),
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gte=0), name="award_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(decision__isnull=False, paper=None)
                | models.Q(decision=None, paper__isnull=False, exceptional=None),
                name="award_by_rule_or_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.granted_on}"
