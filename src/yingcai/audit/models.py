"""The audit table: rows are written once and never touched again (triggers refuse it)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """One write: who did what to which row, when, and a digest-only account of the change.

    ``at`` is the product's clock (a demonstration may set it); ``written_at`` is the database's own.
    """

    at = models.DateTimeField(db_index=True)
    written_at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=64, db_index=True)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"
