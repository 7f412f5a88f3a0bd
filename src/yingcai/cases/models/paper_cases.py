"""纸质决定的补录: files of decisions that were made on paper before, and what each paper says.

What people wrote in a file is sealed under the key of the batch, which goes when the file is taken in or given up.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class PaperBatch(models.Model):
    """One uploaded file of decisions on paper, and how far it has come.

    ``unit``: whose programmes it may hold; empty: everybody's. ``digest``: of what was checked, which is what a
    second person approves. ``run``: which attempt to check it counts.
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("待检查")
        CHECKED = "checked", _("已检查")
        WAITING = "waiting", _("待审批")
        APPLYING = "applying", _("补录中")
        APPLIED = "applied", _("已补录")
        REFUSED = "refused", _("不予补录")
        WITHDRAWN = "withdrawn", _("已撤回")
        UNDO_ASKED = "undo-asked", _("待批准撤销")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.UPLOADED)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    stored_as = models.CharField(max_length=120, blank=True, default="")  # empty: the file is gone
    head = models.BinaryField()  # the titles of its columns, sealed: one without begins with a row
    columns = models.JSONField(null=True, blank=True)  # field ids by place; empty: not agreed to
    run = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)  # rows that were taken in before
    done = models.PositiveIntegerField(default=0)  # rows taken in or set aside
    left = models.PositiveIntegerField(default=0)  # rows set aside while they were taken in
    digest = models.CharField(max_length=64, blank=True, default="")
    # Of rows without faults by programme: how many grant, how many refuse, fen in all.
    summary = models.JSONField(null=True, blank=True)
    pack_digest = models.CharField(max_length=64, blank=True, default="")  # it was checked against
    # Why the file could not be read: a code and its places, as files to import have them.
    unreadable = models.JSONField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True, default="")  # why a person refused it
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    undo_reason = models.CharField(max_length=300, blank=True, default="")
    undo_asked_at = models.DateTimeField(null=True, blank=True)
    undo_asked_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="paper_batch_of_unit"),
            models.Index(fields=["status", "id"], name="paper_batch_by_status"),
        ]

    def __str__(self) -> str:
        return f"paper batch {self.handle}"


class PaperRow(models.Model):
    """One row of a file, sealed as it was written."""

    class Status(models.TextChoices):
        READY = "ready", _("可补录")
        KNOWN = "known", _("此前已补录")
        FAULTY = "faulty", _("有错误")
        APPLIED = "applied", _("已补录")
        LEFT = "left", _("未补录")

    batch = models.ForeignKey(PaperBatch, models.PROTECT, related_name="lines", db_index=False)
    number = models.PositiveIntegerField()  # as the spreadsheet program shows it
    sealed = models.BinaryField()
    status = models.CharField(max_length=8, choices=Status, default=Status.READY)
    # Whose number it bears, as it was checked, faulty or not; nobody of a file under way is erased.
    subject = models.ForeignKey(
        "registry.Subject", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="paper_row_once")]
        indexes = [
            models.Index(fields=["batch", "status", "number"], name="paper_row_by_status"),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of paper batch {self.batch_id}"


class PaperProblem(models.Model):
    """What is wrong with a row as a code, and the column by its field; the value stands in the sealed row alone."""

    batch = models.ForeignKey(PaperBatch, models.PROTECT, related_name="problems", db_index=False)
    number = models.PositiveIntegerField()  # of the row
    code = models.CharField(max_length=24)
    field = models.CharField(max_length=20, blank=True, default="")
    other = models.PositiveIntegerField(null=True, blank=True)  # the row it contradicts

    class Meta:
        ordering = ["number", "id"]
        indexes = [
            models.Index(fields=["batch", "number", "id"], name="paper_problem_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in row {self.number} of paper batch {self.batch_id}"


class PaperDecision(models.Model):
    """What a paper says of one case; written once. ``amount`` in fen.

    ``held_as``: the paper's number as it is compared, while the decision stands. Taking it back empties it and
    sets the moment; the database lets nothing else be changed.
    """

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="paper")
    batch = models.ForeignKey(PaperBatch, models.PROTECT, related_name="decisions")
    row = models.PositiveIntegerField()  # of the file
    programme = models.CharField(max_length=60)
    subject = models.ForeignKey("registry.Subject", models.PROTECT, related_name="+")
    paper_number = models.CharField(max_length=60)
    held_as = models.CharField(max_length=60, blank=True)
    archive = models.CharField(max_length=60, blank=True, default="")
    applied_on = models.DateField()
    decided_on = models.DateField()
    agreed = models.BooleanField()
    amount = models.BigIntegerField(null=True, blank=True)
    result = models.CharField(max_length=40, blank=True, default="")
    valid_until = models.DateField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)  # as the paper says; nothing is posted for it
    sealed_remark = models.BinaryField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "row"], name="paper_decision_of_row"),
            models.UniqueConstraint(
                fields=["programme", "subject", "held_as"],
                condition=~models.Q(held_as=""),
                name="paper_number_once",
            ),
            models.CheckConstraint(
                condition=models.Q(applied_on__lte=models.F("decided_on")),
                name="paper_applied_before",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed=True)
                | models.Q(amount=None, result="", valid_until=None, paid_on=None),
                name="paper_refusal_gives_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.paper_number}"
