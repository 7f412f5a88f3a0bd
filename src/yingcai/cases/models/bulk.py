"""Runs of one move for several cases."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class BulkRun(models.Model):
    """One move for several cases: looked at case by case, shown, confirmed, done. ``digest``: of what was shown.

    What was written stands sealed with each case, under the key of its subject.
    """

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    actor = models.ForeignKey(USER, models.PROTECT, related_name="+")
    programme = models.CharField(max_length=60)
    stage = models.CharField(max_length=60)
    move = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, blank=True, default="")  # empty while it is looked at
    made_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["actor", "-id"], name="bulk_run_of_actor")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | models.Q(looked_at__isnull=False),
                name="bulk_run_looked_first",
            )
        ]

    def __str__(self) -> str:
        return f"{self.move} by {self.actor_id}"


class BulkItem(models.Model):
    """A case of a run, as it was at ``version``; done once, or left with the reason in ``sealed_told``.

    ``to_stage`` and ``amount`` (fen): what was shown of it. ``shown``: a digest of that.
    """

    class State(models.TextChoices):
        LOOKING = "looking", _("等待核对")
        WAITING = "waiting", _("等待办理")
        DONE = "done", _("已办理")
        LEFT = "left", _("没有办理")

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="items")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField()  # what was written: stage, reason, items
    state = models.CharField(max_length=8, choices=State, default=State.LOOKING)
    to_stage = models.CharField(max_length=60, blank=True, default="")
    amount = models.BigIntegerField(null=True, blank=True)
    shown = models.CharField(max_length=64, blank=True, default="")
    sealed_told = models.BinaryField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["run", "id"],
                condition=models.Q(state__in=["looking", "waiting"]),
                name="bulk_item_open",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "case"], name="bulk_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} of {self.run_id}"
