"""Moving running cases to another version of their workflow: proposed, confirmed by somebody else, done case by case."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionMove(models.Model):
    """Cases of a workflow that go by a newer text of it. ``digest``: of what was shown.

    ``places``: by stage that the new text lacks, the one that takes its place.
    """

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workflow = models.CharField(max_length=60)
    pack = models.CharField(max_length=64)  # digest
    places = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)  # done, or taken back unconfirmed

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.workflow} {self.handle}"


class VersionCase(models.Model):
    """A case of such a move, as it was at ``version``."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待改用")
        DONE = "done", _("已改用")
        LEFT = "left", _("没有改用")

    move = models.ForeignKey(VersionMove, models.PROTECT, related_name="cases")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["move", "case"], name="version_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} of {self.move_id}"
