"""Subjects, the numbers that name them, and the key under which their sensitive values are sealed."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Subject(models.Model):
    """A person, an organisation or a project. ``handle`` stands in addresses and in the audit."""

    class Kind(models.TextChoices):
        PERSON = "person", _("个人")
        ORGANISATION = "organisation", _("机构")
        PROJECT = "project", _("项目")

    class Standing(models.TextChoices):
        ACTIVE = "active", _("在册")
        RESTRICTED = "restricted", _("限制处理")  # kept by law, used for nothing else
        MERGED = "merged", _("已合并")
        ERASED = "erased", _("已删除")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    sort = models.CharField(max_length=20, blank=True, default="")  # of an organisation: pack
    name = models.CharField(max_length=120)
    pinyin = models.CharField(max_length=300, blank=True, default="")  # “zhangtingting”
    initials = models.CharField(max_length=60, blank=True, default="")  # “ztt”
    county = models.ForeignKey(
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.ACTIVE)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["name", "id"]
        # Lists go along one of these; see queries.search.
        indexes = [
            models.Index(fields=["pinyin", "id"], name="subject_by_pinyin"),
            models.Index(fields=["kind", "pinyin", "id"], name="subject_by_kind"),
            models.Index(fields=["sort", "pinyin", "id"], name="subject_by_sort"),
            models.Index(fields=["county", "pinyin", "id"], name="subject_by_county"),
            models.Index(fields=["name", "id"], name="subject_by_name"),
            models.Index(fields=["initials", "id"], name="subject_by_initials"),
            # Nearly every row points nowhere, which makes the plain index look useless to SQLite.
            models.Index(
                fields=["merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="subject_merged_away",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(standing="merged", merged_into__isnull=False)
                | (~models.Q(standing="merged") & models.Q(merged_into=None)),
                name="subject_merged_says_so",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.handle}"


class SubjectKey(models.Model):
    """The key of one subject, itself sealed under a key that is not in the database.

    Without this row nothing sensitive of the subject can be read again, in backups neither.
    """

    subject = models.OneToOneField(Subject, models.PROTECT, related_name="key")
    wrapped = models.BinaryField()
    key_id = models.CharField(max_length=20)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"key of {self.subject_id}"


class Identifier(models.Model):
    """A number that names a subject: sealed, found by its blind index, shown by its mask."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=12)  # engine.identifiers.KINDS
    sealed = models.BinaryField()
    blind_index = models.CharField(max_length=64)
    mask = models.CharField(max_length=20)
    source = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "blind_index"],
                condition=models.Q(retired_at=None),
                name="identifier_names_one_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mask}"
