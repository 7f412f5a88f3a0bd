"""The audit table and its chain: rows are written once and never touched again (triggers refuse it)."""

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


class Link(models.Model):
    """The seal of one event: its place in the chain, the chain up to it, and what only the key can write.

    ``position`` runs from 1 without gaps in the order of sealing, which need not be that of the numbers of
    events: a transaction may commit late. How the digests are made is in ``canonical``.
    """

    position = models.PositiveBigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="link")
    sealed_at = models.DateTimeField()
    profile = models.CharField(max_length=16)
    key = models.CharField(max_length=16)
    chain = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"link {self.position} of event {self.event_id}"


class Root(models.Model):
    """The chain at one moment, made when a day is over, to be kept outside this machine.

    It covers every row of the days up to ``day``, and whatever else was sealed when it was made.
    """

    number = models.PositiveIntegerField(primary_key=True)
    day = models.DateField(db_index=True)
    position = models.PositiveBigIntegerField()
    chain = models.CharField(max_length=64)
    links = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64)
    profile = models.CharField(max_length=16)
    key = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"root {self.number} of {self.day}"
