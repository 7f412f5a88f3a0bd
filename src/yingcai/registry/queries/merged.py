"""Subjects that were merged into one are read as that one: rows stay with the subject they are about.

A merged subject always points at the one that is kept, never at another merged one, so that one step
leads there.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from yingcai.registry.models import Mandate, Subject

if TYPE_CHECKING:
    from yingcai.identity.models import User

Ids = Iterable[int] | QuerySet[Any, Any]
KEPT = Coalesce("merged_into_id", "pk")
"""The number of the subject that a subject is now."""


def members(subjects: Iterable[Subject] | QuerySet[Subject]) -> QuerySet[Subject, Any]:
    """The numbers of some kept subjects and of all that were merged into them."""
    ids: Ids = (
        subjects.values("pk")
        if isinstance(subjects, QuerySet)
        else [subject.pk for subject in subjects]
    )
    return members_of_ids(ids)


def members_of_ids(ids: Ids) -> QuerySet[Subject, Any]:
    """The same by numbers of rows. Of a query a union: PostgreSQL reads every subject for an OR of two of them."""
    rows = Subject.objects.order_by()
    if not isinstance(ids, QuerySet):
        return rows.filter(Q(pk__in=ids) | Q(merged_into__in=ids)).values("pk")
    merged = rows.filter(merged_into__in=ids).values("pk")
    return rows.filter(pk__in=ids).values("pk").union(merged)


def kept_ids(ids: Ids) -> QuerySet[Subject, Any]:
    """The numbers of the subjects that some subjects are now."""
    found = Subject.objects.filter(pk__in=ids).order_by()
    return found.annotate(now_is=KEPT).values("now_is")


def kept(subject: Subject) -> Subject:
    """The subject that this one is now: itself, or what it was merged into."""
    return subject.merged_into or subject


def merged_into(subject: Subject) -> list[Subject]:
    """Subjects that were merged into this one, in the order in which they were registered."""
    return list(Subject.objects.filter(merged_into=subject).order_by("id"))


def persons_behind(subject: Subject, *, on: date) -> set[UUID]:
    """The natural persons whose own logins may act as a subject, or as one that was merged into it."""
    rows = Mandate.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        kind=Mandate.Kind.SELF,
        ended_on=None,
        subject__in=members([subject]),
    )
    return set(rows.order_by().values_list("user__person_key", flat=True))


def own_login(subject: Subject, *, on: date) -> "User | None":
    """The login by which a person acts for himself on a day; the first one where he has several."""
    rows = Mandate.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        kind=Mandate.Kind.SELF,
        ended_on=None,
        waiting=False,
        user__is_active=True,
        subject__in=members([subject]),
    )
    row = rows.select_related("user").order_by("id").first()
    return row.user if row else None


def persons_acting_for(subject: Subject, *, on: date) -> set[UUID]:
    """The natural persons who may act for a subject on a day: the person himself, officers of a firm."""
    rows = Mandate.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        ended_on=None,
        waiting=False,
        subject__in=members([subject]),
    )
    return set(rows.order_by().values_list("user__person_key", flat=True))
