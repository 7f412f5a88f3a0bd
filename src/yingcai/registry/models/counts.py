"""Counts of so many subjects that no page waits for them."""

from django.conf import settings
from django.db import models


class CountRun(models.Model):
    """A count that somebody asked for, made beside the server and kept for a while. Nobody else reads it."""

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)  # a digest of `told`
    told = models.JSONField()  # purpose and capacity, conditions, traits
    on = models.DateField()  # the day as of which facts are believed
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    found = models.JSONField(
        null=True, blank=True
    )  # values as they are kept, and how many have them

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "key"], name="count_run_once_a_question")
        ]

    def __str__(self) -> str:
        return f"count {self.pk}"
