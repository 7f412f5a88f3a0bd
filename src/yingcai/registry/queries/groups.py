"""Whom a subject belongs to: the firm that employs it, those who count with it under one ceiling."""

from collections.abc import Callable, Mapping
from datetime import date

from django.db.models import QuerySet

from yingcai.registry.models import Subject
from yingcai.registry.queries.merged import kept, members, members_of_ids
from yingcai.registry.queries.scope import EMPLOYED, relations_on

HOUSEHOLD = "household"


def employer_of(subject: Subject, on: date) -> Subject | None:
    """The organisation that employs a person on a day: of several, where he has been longest."""
    rows = relations_on(on).filter(kind=EMPLOYED, subject__in=members([subject]))
    row = rows.select_related("other__merged_into", "other__county").order_by("starts_on").first()
    return kept(row.other) if row else None


def group_of(subject: Subject, per: str, on: date) -> QuerySet[Subject, int]:
    """The numbers of the subjects that count with one under a ceiling per person, household or firm."""
    return _GROUPS[per](subject, on)


def _person(subject: Subject, on: date) -> QuerySet[Subject, int]:
    return members([subject])


def _firm(subject: Subject, on: date) -> QuerySet[Subject, int]:
    """The firm and its staff; of a person those of his firm."""
    organisation = subject
    if subject.kind == Subject.Kind.PERSON:
        employer = employer_of(subject, on)
        if employer is None:
            return members([subject])
        organisation = employer
    staff = relations_on(on).filter(kind=EMPLOYED, other__in=members([organisation]))
    return members_of_ids([organisation.pk, *staff.values_list("subject_id", flat=True)])


def _household(subject: Subject, on: date) -> QuerySet[Subject, int]:
    own = list(members([subject]).values_list("pk", flat=True))
    rows = relations_on(on).filter(kind=HOUSEHOLD)
    there = rows.filter(subject__in=own).values_list("other_id", flat=True)
    back = rows.filter(other__in=own).values_list("subject_id", flat=True)
    return members_of_ids([*own, *there, *back])


_GROUPS: Mapping[str, Callable[[Subject, date], QuerySet[Subject, int]]] = {
    "person": _person,
    "firm": _firm,
    "household": _household,
}
