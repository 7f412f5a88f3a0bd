"""Lists of subjects that officers keep: a search by its conditions, or subjects picked by hand."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingcai.registry.models.subjects import Subject


class SavedList(models.Model):
    """A list of its owner, or shared with all of a unit. What it shows is in the scope of who opens it."""

    class Kind(models.TextChoices):
        SEARCH = "search", _("按条件")  # whoever fits when it is opened
        PICKED = "picked", _("手工挑选")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=60)
    filters = models.JSONField(default=dict)  # as queries.filters writes them
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    unit = models.ForeignKey(  # with whom it is shared
        "identity.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="list_of_owner")]

    def __str__(self) -> str:
        return f"{self.kind} {self.handle}"


class ListMember(models.Model):
    """A subject that was picked, with a note sealed under its key. It goes when the subject is erased."""

    saved = models.ForeignKey(SavedList, models.CASCADE, related_name="members")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    note = models.BinaryField(null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["saved", "subject"], name="member_once_a_list")
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} on {self.saved_id}"


class ListExport(models.Model):
    """Somebody took a list out of the house. Append-only; the list itself may be gone."""

    listed = models.UUIDField()  # handle of the list
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=10)
    purpose = models.CharField(max_length=20)
    reason = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    form = models.CharField(max_length=4)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.listed} {self.at:%Y-%m-%d}"
