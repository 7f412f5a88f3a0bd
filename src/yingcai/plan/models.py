"""Plans and what they promise: measures, clauses (spans of the text) and the targets kept from them."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Pack(models.Model):
    """A published pack: the city as data. Immutable; one is active."""

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    document = models.JSONField()  # pack.yaml as read
    vocabulary = models.JSONField(default=dict)  # facts.yaml and registry.yaml as read
    archive = models.BinaryField(default=bytes)  # all its files, to decide by them for ever
    active = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=models.Q(active=True), name="pack_one_active"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Plan(models.Model):
    """One edition of an issued plan: its text, and whether people have agreed to the reading of it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("待确认")
        SUBMITTED = "submitted", _("待复核发布")  # one person has signed the digest
        PUBLISHED = "published", _("已发布")
        SUPERSEDED = "superseded", _("已被新版取代")

    slug = models.SlugField(max_length=60)
    edition = models.PositiveIntegerField(default=1)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="next")
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True, default="")
    issuers = models.JSONField(default=list)
    issued_on = models.DateField(null=True, blank=True)
    period_start = models.PositiveIntegerField(null=True, blank=True)  # years
    period_end = models.PositiveIntegerField(null=True, blank=True)
    sections = models.JSONField(default=list)
    text = models.TextField()
    source_name = models.CharField(max_length=200)
    source_sha256 = models.CharField(max_length=64)
    source_format = models.CharField(max_length=10)
    source_encoding = models.CharField(max_length=20, blank=True, default="")
    problems = models.JSONField(default=list)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True, default="")  # of the confirmed reading
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    returned_note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-issued_on", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "edition"], name="plan_one_row_an_edition")
        ]

    def __str__(self) -> str:
        return self.title


class Measure(models.Model):
    """One numbered paragraph of a plan; number 0 holds the overall goals."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="measures")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=40, blank=True, default="")  # the number as printed
    title = models.CharField(max_length=200)
    section = models.CharField(max_length=20, blank=True, default="")
    start = models.PositiveIntegerField()  # character offsets into Plan.text
    end = models.PositiveIntegerField()
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class MeasureUnit(models.Model):
    """A responsible unit of a measure as printed, resolved where the pack knows the name."""

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头单位")
        JOINT = "joint", _("配合单位")

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="units")
    name = models.CharField(max_length=120)
    unit = models.ForeignKey(
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=5, choices=Role)
    order = models.PositiveIntegerField(default=0)
    start = models.PositiveIntegerField(null=True, blank=True)  # where the name is printed
    end = models.PositiveIntegerField(null=True, blank=True)
    # A person has said that the printed name stands for no unit of the system.
    printed_only = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Clause(models.Model):
    """A span of the plan's text and what was read from it; a person decides on each one."""

    class Kind(models.TextChoices):
        TARGET = "target", _("量化目标")
        COVERAGE = "coverage", _("全覆盖目标")
        DELIVERABLE = "deliverable", _("需出台文件")
        INCENTIVE = "incentive", _("奖补条款")
        DEADLINE = "deadline", _("时限")
        UNCLASSIFIED = "unclassified", _("未归类数字")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        CORRECTED = "corrected", _("已更正")
        ADDED = "added", _("人工添加")
        REJECTED = "rejected", _("已剔除")
        SPLIT = "split", _("已拆分")  # its parts stand in its place

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="clauses")
    measure = models.ForeignKey(
        Measure, models.CASCADE, null=True, blank=True, related_name="clauses"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField()
    subject = models.CharField(max_length=300, blank=True, default="")
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True, blank=True)
    value_max = models.DecimalField(max_digits=24, decimal_places=4, null=True, blank=True)
    measure_word = models.CharField(max_length=12, blank=True, default="")
    comparator = models.CharField(max_length=2, blank=True, default="")
    per = models.CharField(max_length=8, blank=True, default="")
    cumulative = models.BooleanField(default=False)
    baseline = models.CharField(max_length=8, blank=True, default="")
    by_year = models.PositiveIntegerField(null=True, blank=True)
    part_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="parts"
    )
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="split_into"
    )
    # Set while a person's item stands on a number that the reader could not classify.
    absorbed_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="absorbed"
    )
    details = models.JSONField(default=dict)  # kind's own: title, action, reason, every
    original = models.JSONField(default=dict)  # what the reader proposed, kept for ever
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["start", "id"]
        indexes = [
            models.Index(fields=["plan", "kind"], name="clause_by_kind"),
            models.Index(fields=["plan", "status"], name="clause_by_status"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class ClauseDecision(models.Model):
    """What a person decided on a clause, with the fields before and after. Append-only."""

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="decisions")
    action = models.CharField(max_length=12)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.clause_id}"


class Target(models.Model):
    """A promise that is counted: a quantity, a coverage, or a document to issue."""

    class Kind(models.TextChoices):
        QUANTITY = "quantity", _("数量")
        COVERAGE = "coverage", _("全覆盖")
        DOCUMENT = "document", _("出台文件")

    class Course(models.TextChoices):
        CUMULATIVE = "cumulative", _("累计")  # counts up from the start of the plan
        YEARLY = "yearly", _("逐年")  # begins at nothing each January
        LEVEL = "level", _("水平")  # a state or ratio to reach and hold

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="targets")
    code = models.CharField(max_length=20)  # measure-number, e.g. 8-3
    # The same promise in the edition before; its values and history belong to this one too.
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="next")
    clause = models.OneToOneField(Clause, models.PROTECT, related_name="target")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="targets")
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    kind = models.CharField(max_length=10, choices=Kind)
    course = models.CharField(max_length=10, choices=Course, default=Course.CUMULATIVE)
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True, default="")
    # The goal of the whole city; where each county has to reach a number, the sum of the shares
    # (of a level, the level itself).
    value = models.DecimalField(max_digits=24, decimal_places=4)
    value_max = models.DecimalField(max_digits=24, decimal_places=4, null=True, blank=True)
    measure_word = models.CharField(max_length=12, blank=True, default="")
    comparator = models.CharField(max_length=2, default=">=")
    per = models.CharField(max_length=8, default="total")
    baseline_value = models.DecimalField(max_digits=24, decimal_places=4, default=0)
    starts_on = models.DateField()
    due_on = models.DateField()
    order = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="target_code_once_a_plan"),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("starts_on")), name="target_due_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.title_en if get_language() == "en" and self.title_en else self.title


class TargetOwner(models.Model):
    """A unit that answers for a target."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="owners")
    unit = models.ForeignKey("identity.Unit", models.PROTECT, related_name="+")
    role = models.CharField(max_length=5, choices=MeasureUnit.Role)

    class Meta:
        ordering = ["-role", "id"]  # lead before joint
        constraints = [
            models.UniqueConstraint(fields=["target", "unit"], name="owner_once_a_target")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.role}"


class TargetShare(models.Model):
    """The part of a target that one county or zone answers for."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="shares")
    unit = models.ForeignKey("identity.Unit", models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=24, decimal_places=4)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["target", "unit"], name="share_once_a_target")
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.value}"


class Milestone(models.Model):
    """A point of a target's path (unit empty: of the whole city). Between points the path is straight."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="milestones")
    unit = models.ForeignKey(
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=4)

    class Meta:
        ordering = ["due_on"]
        constraints = [
            # Two constraints, because SQLite knows no NULLS NOT DISTINCT.
            models.UniqueConstraint(
                fields=["target", "unit", "due_on"],
                condition=models.Q(unit__isnull=False),
                name="milestone_once_a_day_and_unit",
            ),
            models.UniqueConstraint(
                fields=["target", "due_on"],
                condition=models.Q(unit__isnull=True),
                name="milestone_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.value}"


class TargetChange(models.Model):
    """One change of a published target: what, from, to, why, by whom. Append-only."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=40)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    reason = models.CharField(max_length=300)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.target_id} {self.field}"
