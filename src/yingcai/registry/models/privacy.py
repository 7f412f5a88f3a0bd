"""Who may act for a subject, who looked at it, and what it agreed to. Looks and consents are only added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingcai.registry.models.subjects import Subject


class Mandate(models.Model):
    """A login may act as a subject: a person for himself, an officer of a firm for the firm.

    A guardian decides on consents of a child until the day before the fourteenth birthday (PIPL art. 31).

    One that is ``waiting`` counts only when a second officer has agreed.
    """

    class Kind(models.TextChoices):
        SELF = "self", _("本人")
        EMPLOYER = "employer", _("单位经办人")
        GUARDIAN = "guardian", _("监护人")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandates")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="mandates")
    kind = models.CharField(max_length=8, choices=Kind)
    stands_in_for = models.ForeignKey(  # leave cover: whose mandate it is
        "self", models.PROTECT, null=True, blank=True, related_name="covers"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the last day
    reason = models.CharField(max_length=200, blank=True, default="")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    waiting = models.BooleanField(default=False)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_at = models.DateTimeField(null=True, blank=True)  # empty: before this was kept
    ended_on = models.DateField(null=True, blank=True)  # the first day it no longer counts
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_reason = models.CharField(max_length=200, blank=True, default="")
    # The paper of a guardian, as with a request; once its term is over the digest alone is left.
    evidence_name = models.CharField(max_length=120, blank=True, default="")
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    evidence_stored_as = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed_by=None) | ~models.Q(agreed_by=models.F("given_by")),
                name="mandate_takes_two",
            ),
            models.CheckConstraint(
                condition=models.Q(stands_in_for=None) | models.Q(ends_on__isnull=False),
                name="mandate_cover_has_an_end",
            ),
            models.UniqueConstraint(
                fields=["user", "subject", "kind"],
                condition=models.Q(ended_on=None, stands_in_for=None),
                name="mandate_once",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(kind="self", ended_on=None),
                name="mandate_one_self_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="mandate_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.subject_id}"


class Look(models.Model):
    """Somebody looked at personal values of a subject. Append-only; the subject can read it."""

    at = models.DateTimeField()
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    capacity = models.CharField(max_length=10)  # office, county, auditor, employer, self
    purpose = models.CharField(max_length=20)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="looks")
    fields = models.JSONField(default=list)  # ids of facts and numbers, never values
    revealed = models.BooleanField(default=False)  # sensitive values were unsealed
    sealed_reason = models.BinaryField(null=True, blank=True)  # under the subject's key
    request_id = models.CharField(max_length=36, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "-id"], name="look_at_subject")]

    def __str__(self) -> str:
        return f"{self.viewer_id} {self.purpose} {self.subject_id}"


class Consent(models.Model):
    """A person agreed to a purpose, or withdrew. Append-only; the last row of a purpose counts."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20)
    version = models.PositiveIntegerField()  # of the notice that was shown
    notice_digest = models.CharField(max_length=64)
    granted = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "purpose", "-id"], name="consent_of_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.granted}"


class Erasure(models.Model):
    """A subject whose key was destroyed. Append-only; after a restore it is replayed."""

    handle = models.UUIDField(unique=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)  # a ground of the pack: nothing that people wrote
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("agreed_by")), name="erasure_takes_two"
            )
        ]

    def __str__(self) -> str:
        return f"{self.handle} {self.at:%Y-%m-%d}"
