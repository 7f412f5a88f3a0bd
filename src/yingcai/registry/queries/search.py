"""Finding subjects in scope by name, pinyin or initials; who looked at one; open requests. Keyset-paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from yingcai.registry.models import ChangeRequest, Identifier, Look, Mandate, Relation, Subject
from yingcai.registry.queries.filters import Filters, Met, met_by, rows_met
from yingcai.registry.queries.merged import kept_ids, members
from yingcai.registry.queries.scope import Scope, relations_known

PAGE = 20
SIDES = ("relation__subject__merged_into", "relation__other__merged_into")  # of a request


@dataclass(frozen=True)
class Place:
    """Where a list goes on: after a value of the column that it goes along, and an id."""

    column: str
    value: str
    pk: int


@dataclass(frozen=True)
class Found:
    """A page of subjects, and where the next one begins (None at the end)."""

    rows: list[Subject]
    next: Place | None


def find(
    scope: Scope, filters: Filters, *, after: Place | None = None, met: Met | None = None
) -> Found:
    """Up to ``PAGE`` subjects of the scope that fit, each column's in its order. Raises: InvalidFilter.

    ``met``: what `met_by` told, where it is known already.

    Without text all by pinyin; Latin letters look at the beginning of initials, then of pinyin, other
    text at that of the name. Facts that many have: in the order of registration. Each goes along one index,
    whatever the size of the register.
    """
    known = met_by(scope, filters) if met is None else met
    if not filters.text and (leading := known.leading):
        others = rows_met(scope, filters, known, but=leading)
        return _along_entries(others, leading.rows, after=after)
    columns, fit = filters.columns, rows_met(scope, filters, known).select_related("county")
    if after is not None and after.column in columns:
        columns = columns[columns.index(after.column) :]
    rows: list[tuple[str, Subject]] = []
    for column in columns:
        left = PAGE + 1 - len(rows)
        place = after if after is not None and after.column == column else None
        found = _along(fit, column, filters, after=place)
        rows += [(column, row) for row in found[:left]]
        if len(rows) > PAGE:
            column, last = rows[PAGE - 1]
            shown = [row for _, row in rows[:PAGE]]
            return Found(shown, Place(column, getattr(last, column), last.pk))
    return Found([row for _, row in rows], None)


def _along_entries(
    others: QuerySet[Subject], entries: QuerySet[Any, Any], *, after: Place | None
) -> Found:
    """A page along the entries of a fact, in the order of subjects; what else is asked is asked of each.

    By EXISTS, so that SQLite does not begin at whoever else fits.
    """
    if after is not None and after.column == "id":
        entries = entries.filter(subject__gt=after.pk)
    fit = entries.filter(Exists(others.filter(pk=OuterRef("subject_id"))))
    page = Subject.objects.filter(pk__in=fit.values("subject_id")[: PAGE + 1])
    found = list(page.select_related("county").order_by("id"))
    if len(found) <= PAGE:
        return Found(found, None)
    pk = found[PAGE - 1].pk
    return Found(found[:PAGE], Place("id", str(pk), pk))


def _along(
    rows: QuerySet[Subject], column: str, filters: Filters, *, after: Place | None
) -> QuerySet[Subject]:
    if filters.text:
        rows = rows.filter(filters.begins(column))
        if column == "pinyin":  # those were listed by their initials
            rows = rows.exclude(filters.begins("initials"))
    return rows_after(rows, column, after)


def rows_after(rows: QuerySet[Subject], column: str, after: Place | None) -> QuerySet[Subject]:
    """The rows in the order of a column, from a place on."""
    if after is not None:
        later = Q(**{f"{column}__gt": after.value}) | Q(pk__gt=after.pk)
        rows = rows.filter(later, **{f"{column}__gte": after.value})
    return rows.order_by(column, "id")


def place_of(column: str, handle: UUID) -> Place | None:
    """The place of a subject in a list along a column; None where there is no such subject."""
    found = Subject.objects.filter(handle=handle).values_list(column, "pk").first()
    return Place(column, *found) if found else None


def subject_in(scope: Scope, handle: str) -> Subject | None:
    """A subject of the scope by its handle; None where it is not there or not in scope.

    The handle of a subject that was merged leads to the one that is kept.
    """
    named = kept_ids(Subject.objects.filter(handle=handle).values("pk"))
    return scope.subjects().select_related("county").filter(pk__in=named).first()


def in_scope(scope: Scope, subject: Subject) -> bool:
    """Whether a subject, or the one it was merged into, is in scope."""
    return scope.subjects().filter(pk__in=kept_ids([subject.pk])).exists()


def numbers_of(subject: Subject) -> list[Identifier]:
    """The numbers that name a subject, in use."""
    rows = Identifier.objects.filter(subject__in=members([subject]), retired_at=None)
    return list(rows.select_related("subject"))


def mandates_of(subject: Subject) -> list[Mandate]:
    """Who may act for a subject or might: the last hundred mandates, newest first."""
    rows = Mandate.objects.filter(subject__in=members([subject])).select_related(
        "user", "given_by", "agreed_by", "ended_by", "stands_in_for__user"
    )
    return list(rows.order_by("-id")[:100])


def mandate_of(subject: Subject, pk: int) -> Mandate | None:
    """One mandate of a subject."""
    rows = Mandate.objects.filter(subject__in=members([subject]), pk=pk)
    return rows.select_related("user", "given_by", "subject", "stands_in_for__user").first()


def relation_of(subject: Subject, pk: int) -> Relation | None:
    """A relation of a subject in either direction, as it is known now."""
    one = members([subject])
    rows = relations_known().filter(Q(subject__in=one) | Q(other__in=one), pk=pk)
    return rows.select_related("subject__merged_into", "other__merged_into").first()


def looks_at(subject: Subject, *, before: int | None = None) -> list[Look]:
    """Who looked at a subject, newest first, up to ``PAGE`` + 1."""
    rows = Look.objects.filter(subject__in=members([subject])).select_related(
        "viewer", "viewer__unit", "subject"
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[: PAGE + 1])


def requests_of(subject: Subject) -> Sequence[ChangeRequest]:
    rows = ChangeRequest.objects.filter(subject__in=members([subject]))
    return list(rows.select_related("decided_by", "subject__merged_into", *SIDES)[:50])


def requests_in(scope: Scope) -> QuerySet[ChangeRequest]:
    """Every request about a subject in scope."""
    now_is = Coalesce("subject__merged_into_id", "subject_id")
    reach = scope.subjects().filter(pk=OuterRef("now_is"))
    return ChangeRequest.objects.annotate(now_is=now_is).filter(Exists(reach))


def requests_after(
    scope: Scope, *, status: str = "", after: int = 0, limit: int
) -> list[ChangeRequest]:
    """Requests in scope behind a number, oldest first."""
    rows = requests_in(scope).filter(pk__gt=after)
    if status:
        rows = rows.filter(status=status)
    return list(rows.select_related("subject__merged_into").order_by("id")[:limit])


def open_requests(scope: Scope) -> QuerySet[ChangeRequest]:
    """Requests in scope that wait for a decision, those due first on top."""
    return (
        requests_in(scope)
        .filter(status=ChangeRequest.Status.OPEN)
        .select_related("subject__merged_into", "made_by", "wrong", *SIDES)
        .order_by("due_on", "id")
    )


def persons_after(pk: int, *, limit: int) -> list[Subject]:
    """Persons about whom something may be done, in the order of their rows, behind one of them."""
    rows = Subject.objects.filter(
        kind=Subject.Kind.PERSON, standing=Subject.Standing.ACTIVE, pk__gt=pk
    )
    return list(rows.select_related("county").order_by("pk")[:limit])
