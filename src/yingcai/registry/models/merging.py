"""Pairs of subjects that may be one, what was decided on them, and the digests by which they are found."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingcai.registry.models.facts import Fact
from yingcai.registry.models.subjects import Identifier, Subject


class LinkageDigest(models.Model):
    """A keyed digest of a number, or of a day or a choice among facts, by which subjects are compared.

    ``name`` says of what: ``resident-id``, ``birth``, ``person.degree``. It goes when its subject is erased.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="linkage")
    name = models.CharField(max_length=50)
    digest = models.CharField(max_length=64)
    identifier = models.ForeignKey(
        Identifier, models.CASCADE, null=True, blank=True, related_name="linkage"
    )
    fact = models.ForeignKey(Fact, models.PROTECT, null=True, blank=True, related_name="linkage")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["identifier", "name"], name="linkage_once_a_number"),
            models.UniqueConstraint(fields=["fact", "name"], name="linkage_once_a_fact"),
            models.CheckConstraint(
                condition=models.Q(identifier=None, fact__isnull=False)
                | models.Q(identifier__isnull=False, fact=None),
                name="linkage_of_one_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.subject_id}"


class Duplicate(models.Model):
    """Two subjects of one kind that may be the same person or firm. ``first`` has the lower number.

    ``proposal`` waits for a second person; the versions are those that the first person was shown.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("待核对")
        MERGED = "merged", _("已合并")
        DISMISSED = "dismissed", _("不是同一主体")
        UNDONE = "undone", _("已撤销合并")

    class Proposal(models.TextChoices):
        KEEP_FIRST = "first", _("合并，保留左边")
        KEEP_SECOND = "second", _("合并，保留右边")
        UNDO = "undo", _("撤销合并")

    first = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    second = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    weight = models.IntegerField()  # hundredths of bits of evidence
    signs = models.JSONField(default=dict)  # column to agree, near, differ or unknown
    found_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    proposal = models.CharField(max_length=10, choices=Proposal, blank=True, default="")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_reason = models.CharField(max_length=300, blank=True, default="")
    first_version = models.PositiveIntegerField(default=0)
    second_version = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-weight", "-id"]
        indexes = [models.Index(fields=["status", "-weight", "-id"], name="duplicate_by_weight")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_once_a_pair"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="duplicate_lower_first"
            ),
            models.CheckConstraint(
                condition=models.Q(proposal="", proposed_by=None)
                | (~models.Q(proposal="") & models.Q(proposed_by__isnull=False)),
                name="duplicate_proposal_has_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id} {self.status}"

    @property
    def bits(self) -> float:
        """The weight in bits of evidence, as a page shows it."""
        return self.weight / 100


class Merge(models.Model):
    """``gone`` was merged into ``kept``, or (with ``undoes``) was taken out again. Append-only."""

    duplicate = models.ForeignKey(Duplicate, models.PROTECT, related_name="merges")
    kept = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    # Subjects that were merged into ``gone`` before, and are now read as ``kept``: numbers of rows.
    along = models.JSONField(default=list)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Under the keys of both subjects, so that it goes with either.
    sealed_reason = models.BinaryField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(by=models.F("second")), name="merge_takes_two"
            ),
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("gone")), name="merge_of_two_subjects"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"
