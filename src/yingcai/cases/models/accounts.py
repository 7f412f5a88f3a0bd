"""To which bank account what a case grants is paid."""

from django.conf import settings
from django.db import models


class CaseAccount(models.Model):
    """An account that was named for a case; written once. The last one counts, unless it is no longer used."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="accounts")
    account = models.ForeignKey("registry.PayeeAccount", models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"account of {self.case_id}"
