"""Bank accounts to which money for a subject goes."""

import uuid

from django.conf import settings
from django.db import models


class PayeeAccount(models.Model):
    """An account of a subject: its number is sealed, shown by its last digits, and never changed.

    Another number is another row; one that is no longer used stays, with the moment. ``holder``: as the bank knows
    it. The blind index tells whether others name the same account.
    """

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.ForeignKey("registry.Subject", models.PROTECT, related_name="accounts")
    holder = models.CharField(max_length=120)
    bank = models.CharField(max_length=60)  # with its branch, as people write it
    sealed = models.BinaryField()
    blind_index = models.CharField(max_length=64)
    ending = models.CharField(max_length=4)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["blind_index"], name="account_by_number")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "blind_index"],
                condition=models.Q(ended_at=None),
                name="account_named_once",
            )
        ]

    def __str__(self) -> str:
        return f"account {self.ending} of {self.subject_id}"
