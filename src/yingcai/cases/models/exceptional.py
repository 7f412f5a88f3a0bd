"""One case, one decision (一事一议): what people settle beside the rules, under two signatures or more."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class ExceptionalDecision(models.Model):
    """What is to be granted in one case beside the rules, with the document that it stands on.

    A change is a row of its own, so what was signed is what stands there. ``digest``: of everything that is
    signed. ``decision``: what the rules said when it was proposed. ``files``: attachments, by row.
    ``sealed``: reason and terms, as JSON; ``sealed_answer``: why somebody did not sign.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待签署")
        SETTLED = "settled", _("已签署")
        REFUSED = "refused", _("不予签署")
        REPLACED = "replaced", _("已被更改")
        WITHDRAWN = "withdrawn", _("已撤回")
        ENDED = "ended", _("已失效")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="exceptional")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    decision = models.ForeignKey("cases.Decision", models.PROTECT, related_name="+")
    amount = models.BigIntegerField(null=True, blank=True)  # fen
    result = models.CharField(max_length=40, blank=True, default="")
    basis = models.CharField(max_length=200)  # number of the minutes, or the clause
    basis_on = models.DateField()
    files = models.JSONField(default=list)
    sealed = models.BinaryField()
    sealed_answer = models.BinaryField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)  # signed by all, or no longer meant

    class Meta:
        ordering = ["case", "number"]
        indexes = [models.Index(fields=["status", "-id"], name="exceptional_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="exceptional_in_order"),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(status__in=["proposed", "settled"]),
                name="exceptional_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0) | (models.Q(amount=None) & ~models.Q(result="")),
                name="exceptional_settles_something",
            ),
        ]

    def __str__(self) -> str:
        return f"exceptional {self.number} of {self.case_id} {self.status}"

    @property
    def stands(self) -> bool:
        """Whether it was signed by all, and is meant."""
        return self.status == self.Status.SETTLED


class ExceptionalSignature(models.Model):
    """One signature over the digest of a record; written once. ``seat``: which of the pack's signers."""

    record = models.ForeignKey(ExceptionalDecision, models.PROTECT, related_name="signatures")
    seat = models.PositiveIntegerField()
    role = models.CharField(max_length=12)
    unit = models.CharField(max_length=40)
    signed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["record", "seat"], name="exceptional_seat_once"),
            models.UniqueConstraint(fields=["record", "signed_by"], name="exceptional_signer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.record_id}"
