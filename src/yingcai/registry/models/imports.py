"""Imported files in quarantine. What people wrote in them is sealed under the key of the batch.

When a batch is applied or withdrawn its key and its file are destroyed; counts and row numbers stay.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingcai.registry.models.subjects import Subject


class ImportBatch(models.Model):
    """One uploaded file: of what, from which source, for which organisation, and how far it has come."""

    class Kind(models.TextChoices):
        PERSON = "person", _("人员")
        ORGANISATION = "organisation", _("单位")

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("待检查")
        CHECKED = "checked", _("已检查")
        WAITING = "waiting", _("待审批")
        APPLYING = "applying", _("写入中")
        APPLIED = "applied", _("已写入")
        REFUSED = "refused", _("不予导入")
        WITHDRAWN = "withdrawn", _("已撤回")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    source = models.CharField(max_length=40)  # an id of the pack's sources
    organisation = models.ForeignKey(  # the employer of the people; empty: each row names it
        Subject, models.PROTECT, null=True, blank=True, related_name="imports"
    )
    county = models.ForeignKey(
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    as_of = models.DateField(null=True, blank=True)  # from when its facts hold; empty: ever since
    status = models.CharField(max_length=10, choices=Status, default=Status.UPLOADED)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    stored_as = models.CharField(max_length=120, blank=True, default="")  # empty: the file is gone
    sealed_for = (
        models.UUIDField()
    )  # the handle under which its rows were sealed; of a split the first one's
    head = (
        models.BinaryField()
    )  # the titles of its columns, sealed: a file without them begins with a person
    columns = models.JSONField(null=True, blank=True)  # field ids by place; empty: not agreed to
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="splits"
    )
    run = models.PositiveIntegerField(default=0)  # which attempt to check it counts
    rows = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)  # rows whose number names a subject already
    done = models.PositiveIntegerField(default=0)  # rows applied or set aside
    left = models.PositiveIntegerField(default=0)  # rows set aside while applying
    answer = models.CharField(max_length=300, blank=True, default="")  # why a person refused it
    # Why the file could not be read: a code and its places, see ``importing.words``.
    unreadable = models.JSONField(null=True, blank=True)
    pack_digest = models.CharField(max_length=64, blank=True, default="")  # it was checked against
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="import_of_organisation"),
            models.Index(fields=["county", "-id"], name="import_of_county"),
            models.Index(fields=["status", "id"], name="import_by_status"),
        ]

    def __str__(self) -> str:
        return f"import {self.handle}"


class ImportKey(models.Model):
    """The key of one batch, sealed under a key that is not in the database."""

    batch = models.OneToOneField(ImportBatch, models.PROTECT, related_name="key")
    wrapped = models.BinaryField()
    key_id = models.CharField(max_length=20)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"key of import {self.batch_id}"


class FileKey(models.Model):
    """The key of a sealed file that another app holds for a while, wrapped; it goes when the file is done with.

    ``bound``: what the file is, such as `paper/HANDLE`.
    """

    bound = models.CharField(max_length=80, unique=True)
    wrapped = models.BinaryField()
    key_id = models.CharField(max_length=20)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"key of {self.bound}"


class ImportRow(models.Model):
    """One row of a file, sealed as it was written, found by the blind index of its number."""

    class Status(models.TextChoices):
        READY = "ready", _("可写入")
        FAULTY = "faulty", _("有错误")
        APPLIED = "applied", _("已写入")
        LEFT = "left", _("未写入")

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()  # as the spreadsheet program shows it
    sealed = models.BinaryField()
    blind_index = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(max_length=8, choices=Status, default=Status.READY)
    subject = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["batch", "blind_index"], name="import_row_by_index"),
            models.Index(fields=["batch", "status", "number"], name="import_row_by_status"),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of import {self.batch_id}"


class ImportProblem(models.Model):
    """What is wrong with a row, or doubtful, as a code: the column by its field, never a value."""

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="problems", db_index=False)
    number = models.PositiveIntegerField()  # of the row
    code = models.CharField(max_length=24)
    field = models.CharField(max_length=50, blank=True, default="")
    other = models.PositiveIntegerField(null=True, blank=True)  # the row it contradicts
    fault = models.BooleanField()  # else a doubt, which is told and does not stop the row

    class Meta:
        ordering = ["number", "id"]
        indexes = [
            models.Index(fields=["batch", "number", "id"], name="import_problem_by_row"),
            models.Index(fields=["batch", "code", "number", "id"], name="import_problem_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in row {self.number} of import {self.batch_id}"
