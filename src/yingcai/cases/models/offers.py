"""Applying for several programmes at once; programmes that the city found for somebody by itself."""

import uuid

from django.conf import settings
from django.db import models


class Bundle(models.Model):
    """Programmes that somebody applies for with one form: a case each, handed in together, once.

    ``handle`` is the key of the form, as that of a case.
    """

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.ForeignKey("registry.Subject", models.PROTECT, related_name="+")
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"bundle {self.handle}"


class Qualified(models.Model):
    """A programme that somebody is entitled to by what the city knows, and had not applied for.

    ``seen_on``: the last run that found it so. ``told_at``: he was told, once. ``declined_at``: he wants to hear
    of it no more. ``case``: what he began from it.
    """

    programme = models.CharField(max_length=60)
    subject = models.ForeignKey("registry.Subject", models.PROTECT, related_name="+")
    pack = models.CharField(max_length=64)  # digest
    amount = models.BigIntegerField(null=True, blank=True)  # fen, at least
    first_on = models.DateField()
    seen_on = models.DateField()
    told_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["programme", "seen_on", "id"], name="qualified_for"),
            models.Index(fields=["seen_on", "told_at", "id"], name="qualified_to_tell"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["programme", "subject"], name="qualified_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.subject_id}"


class QualifiedRun(models.Model):
    """A day on which everybody was looked at. ``position``: the last person; a run that was cut goes on there."""

    on = models.DateField(unique=True)
    pack = models.CharField(max_length=64)
    position = models.BigIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on} {self.found} of {self.asked}"
