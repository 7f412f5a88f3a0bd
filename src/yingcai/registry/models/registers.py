"""What registers of other authorities answered. Rows are only added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingcai.registry.models.subjects import Subject


class RegisterAnswer(models.Model):
    """A register was asked about a subject: what it answered, as of which day."""

    class State(models.TextChoices):
        FOUND = "found", _("查到")
        NOT_FOUND = "not_found", _("查无记录")
        DOWN = "down", _("暂时不可用")
        STALE = "stale", _("数据已旧")

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="answers")
    source = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State)
    as_of = models.DateField(null=True, blank=True)
    facts = models.JSONField(default=list)  # ids of the facts it told
    why = models.CharField(max_length=120, blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject", "source", "-id"], name="answer_of_subject"),
            models.Index(fields=["source", "-asked_at"], name="answer_of_register"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.state}"
