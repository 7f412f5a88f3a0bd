"""Facts and relations. Rows are written once; what was wrong is replaced by a later row.

Two times: ``valid_from`` to ``valid_to`` is when it was so, ``recorded_at`` when we came to know it.
What we knew at a moment are the rows recorded by then that no row recorded by then replaces.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingcai.registry.models.subjects import Subject


class Fact(models.Model):
    """One value of one fact of a subject, from a source. ``name`` is an id of the vocabulary.

    ``value`` is written as people write it; of class personal or sensitive it is in ``sealed`` instead. A row that
    ``retracts`` says only that the row it replaces is no longer held to be so. ``swept_at``: its value was removed
    when its term was over (已按期清除); that is the one change that the table lets through, once a row.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="facts")
    name = models.CharField(max_length=50)
    value = models.CharField(max_length=200, blank=True, default="")
    sealed = models.BinaryField(null=True, blank=True)
    # Of a sealed value a digest under the subject's key: equal values can be told, nothing else.
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    retracts = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)  # empty: since ever
    valid_to = models.DateField(null=True, blank=True)  # the last day; empty: still
    source = models.CharField(max_length=40)  # an id of the pack's sources
    reference = models.CharField(max_length=120, blank=True, default="")  # number of a record
    sealed_reference = models.BinaryField(null=True, blank=True)  # the same, of a sealed value
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    request = models.ForeignKey(
        "ChangeRequest", models.PROTECT, null=True, blank=True, related_name="facts"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    swept_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subject", "name", "id"], name="fact_of_subject")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_to=None)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="fact_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(retracts=False) | models.Q(replaces__isnull=False),
                name="fact_retracts_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.subject_id}"


class Relation(models.Model):
    """``subject`` stands in a relation of the pack to ``other``, from a day to a day.

    A row that ``retracts`` says only that the row it replaces was never so.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="relations")
    other = models.ForeignKey(Subject, models.PROTECT, related_name="relations_back")
    kind = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the last day; empty: still
    share = models.PositiveIntegerField(null=True, blank=True)  # of 1,000,000
    source = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, blank=True, default="")  # of a correction
    retracts = models.BooleanField(default=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["starts_on", "id"]
        indexes = [
            models.Index(fields=["subject", "kind"], name="relation_of_subject"),
            models.Index(fields=["other", "kind"], name="relation_to_other"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="relation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(subject=models.F("other")), name="relation_is_to_another"
            ),
            models.CheckConstraint(
                condition=models.Q(share=None) | models.Q(share__lte=1_000_000),
                name="relation_share_is_a_part",
            ),
            models.CheckConstraint(
                condition=models.Q(retracts=False) | models.Q(replaces__isnull=False),
                name="relation_retracts_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.kind} {self.other_id}"


class ChangeRequest(models.Model):
    """Somebody says that a fact is wrong or missing, or a relation wrong; an officer decides.

    Once its term is over what it says and brought is removed, and ``swept_at`` set.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("待审核")
        ACCEPTED = "accepted", _("已更正")
        REFUSED = "refused", _("不予更正")
        WITHDRAWN = "withdrawn", _("已撤回")

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="requests")
    RELATION = "relation"  # the name where it is about one; those of facts have a dot

    name = models.CharField(max_length=50)  # the fact
    sealed = models.BinaryField()  # the value asked for, whatever its class
    wrong = models.ForeignKey(Fact, models.PROTECT, null=True, blank=True, related_name="+")
    relation = models.ForeignKey(Relation, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    evidence_name = models.CharField(max_length=120, blank=True, default="")
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    evidence_stored_as = models.CharField(max_length=120, blank=True, default="")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField(max_length=300, blank=True, default="")
    swept_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "name"],
                condition=models.Q(status="open", relation=None),
                name="request_one_open_a_fact",
            ),
            models.UniqueConstraint(
                fields=["relation", "subject"],
                condition=models.Q(status="open"),
                name="request_one_open_a_relation",
            ),
            models.CheckConstraint(
                condition=models.Q(name="relation") ^ models.Q(relation=None),
                name="request_is_of_a_fact_or_a_relation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.status}"
