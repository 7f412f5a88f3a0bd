"""What was removed because its term was over, and what will be."""

from django.db import models


class Sweep(models.Model):
    """The sweep of one day: counts only. A second run on a day adds to the first.

    ``swept``: fact, ``requests``, ``imports``, ``numbers`` or ``files`` to how many; ``coming``: fact to how many
    values go within the next 90 days, counted when the run was over.
    """

    on = models.DateField(unique=True)
    swept = models.JSONField(default=dict)
    coming = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True, blank=True)  # empty: it was cut off

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"sweep of {self.on}"
