"""Which subjects have which value of a fact that they are found by: derived from facts, and droppable."""

from django.db import models

from yingcai.registry.models.subjects import Subject


class FacetEntry(models.Model):
    """On these days this value of a fact is believed of a kept subject. ``digest`` is keyed, see `registry.facets`.

    The days of one subject and fact do not overlap. Rows go when the subject is erased or merged away.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="facets", db_index=False)
    name = models.CharField(max_length=50)  # a fact that the pack marks for search
    digest = models.CharField(max_length=32)
    since = models.DateField(null=True, blank=True)  # empty: since ever
    until = models.DateField(null=True, blank=True)  # the last day; empty: still

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["digest", "subject"], name="facet_by_value"),
            models.Index(fields=["subject", "name"], name="facet_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.subject_id}"


class FacetIndex(models.Model):
    """By which words of the pack all entries were made; where it has others now, they are made anew."""

    words = models.CharField(max_length=64, unique=True)
    built_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.words[:12]} {self.built_at:%Y-%m-%d}"
