"""One move for several cases: the run, and each case of it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class BulkRun(models.Model):
    """One move for several cases, as it was shown and confirmed. ``digest``: of what was shown.

    What was written stands sealed with each case, under the key of its subject.
    """

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    actor = models.ForeignKey(USER, models.PROTECT, related_name="+")
    programme = models.CharField(max_length=60)
    stage = models.CharField(max_length=60)
    move = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["actor", "-id"], name="bulk_run_of_actor")]

    def __str__(self) -> str:
        return f"{self.move} by {self.actor_id}"


class BulkItem(models.Model):
    """A case of a run, as it was at ``version``; done once, or left with the reason in ``sealed_told``."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待办理")
        DONE = "done", _("已办理")
        LEFT = "left", _("没有办理")

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="items")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField()  # what was written: stage, reason, items
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    sealed_told = models.BinaryField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["run", "id"],
                condition=models.Q(state="waiting"),
                name="bulk_item_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "case"], name="bulk_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} of {self.run_id}"
