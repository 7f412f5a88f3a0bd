"""The register over HTTP for reading. Signed in by the site's session; every answer begins with a scope.

What is out of scope is not there (404). Sensitive values are never in an answer. Looks are written as
they are for pages.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from yingcai.audit import clock
from yingcai.plan.api import Invalid, Problem
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import OutOfScope
from yingcai.registry.lines import Line, lines_of
from yingcai.registry.models import Subject
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.facts import related
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.scope import CAPACITIES, SELF, Scope, usual_scope
from yingcai.registry.queries.search import PAGE, Place, find, looks_at, numbers_of, subject_in
from yingcai.registry.written import look_reasons

router = Router(tags=["registry"])
Text = Annotated[str, Query(max_length=60, description="beginning of a name, pinyin, initials")]
Kind = Annotated[
    str, Query(pattern="^(|person|organisation|project)$", description="kind; empty: all")
]
Along = Annotated[
    str, Query(pattern="^(|name|pinyin|initials)$", description="`next_along` of the page before")
]
After = Annotated[str, Query(max_length=300, description="`next_after` of the page before")]
AfterId = Annotated[int, Query(ge=0, le=2**53, description="`next_id` of the page before")]


class SubjectOut(Schema):
    """A subject of the scope. ``sort`` is the pack's kind of an organisation."""

    handle: UUID
    kind: str
    sort: str
    name: str
    county: str
    standing: str


class SubjectPage(Schema):
    """A page; ``next_along``, ``next_after``, ``next_id`` continue, empty and 0 at the end."""

    rows: list[SubjectOut]
    next_along: str
    next_after: str
    next_id: int


class FactOut(Schema):
    """One fact that holds today. ``value`` is empty where it is not open to who asks, or was removed by age."""

    fact: str
    label: str
    value: str
    open: bool
    removed: bool
    source: str
    since: date | None
    until: date | None
    verified: bool
    contradicted: bool


class NumberOut(Schema):
    kind: str
    mask: str


class RelationOut(Schema):
    """A relation to another subject of the scope. ``back``: the other one has it to this."""

    relation: str
    back: bool
    other: UUID
    name: str
    since: date
    until: date | None


class SubjectDetail(SubjectOut):
    facts: list[FactOut]
    numbers: list[NumberOut]
    relations: list[RelationOut]


class LookOut(Schema):
    """Somebody looked at the person who asks."""

    at: datetime
    capacity: str
    purpose: str
    fields: list[str]
    whole_values: bool
    reason: str


def _scope(request: HttpRequest, *among: str) -> Scope:
    """Raises: HttpError 401 for a visitor, 403 where nothing is open to who asks."""
    if not request.user.is_authenticated:
        raise HttpError(401, "sign in first")
    try:
        return usual_scope(request.user, on=clock.today(), among=among or CAPACITIES)
    except OutOfScope as refusal:
        raise HttpError(403, str(refusal)) from None


ANSWERS: dict[int, type[Schema]] = {401: Problem, 403: Problem, 404: Problem, 422: Invalid}


@router.get(
    "/registry/subjects", response={200: SubjectPage, **ANSWERS}, summary="Subjects by name"
)
def list_subjects(
    request: HttpRequest,
    q: Text = "",
    kind: Kind = "",
    along: Along = "",
    after: After = "",
    after_id: AfterId = 0,
) -> SubjectPage:
    scope = _scope(request)
    place = Place(along, after, after_id) if along else None
    found = find(scope, Filters(kind=kind, text=q.strip()), after=place)
    note_looks(scope, found.rows, ["name"], now=clock.now())
    following = found.next
    return SubjectPage(
        rows=[_subject(row) for row in found.rows],
        next_along=following.column if following else "",
        next_after=following.value if following else "",
        next_id=following.pk if following else 0,
    )


@router.get(
    "/registry/subjects/{handle}",
    response={200: SubjectDetail, **ANSWERS},
    summary="What is known about a subject",
)
def read_subject(request: HttpRequest, handle: UUID) -> SubjectDetail:
    scope = _scope(request)
    found = subject_in(scope, str(handle))
    if found is None:
        raise HttpError(404, "there is no such subject within your duty")
    lines = lines_of(scope, found, on=scope.on, now=clock.now())
    return SubjectDetail(
        **_subject(found).dict(),
        facts=[_fact(line) for line in lines],
        numbers=[NumberOut(kind=row.kind, mask=row.mask) for row in numbers_of(found)],
        relations=_relations(scope, found),
    )


@router.get(
    "/registry/me",
    response={200: dict, **ANSWERS},
    summary="Everything about oneself",
)
def read_own(request: HttpRequest) -> dict[str, object]:
    scope = _scope(request, SELF)
    return dict(copy_of(scope, _own(scope), now=clock.now()))


@router.get(
    "/registry/me/looks",
    response={200: list[LookOut], **ANSWERS},
    summary="Who looked at oneself, newest first",
)
def list_own_looks(request: HttpRequest) -> list[LookOut]:
    scope = _scope(request, SELF)
    rows = looks_at(_own(scope))[:PAGE]
    reasons = look_reasons(rows)
    return [
        LookOut(
            at=row.at,
            capacity=row.capacity,
            purpose=row.purpose,
            fields=row.fields,
            whole_values=row.revealed,
            reason=reasons.get(row.pk, ""),
        )
        for row in rows
    ]


def _own(scope: Scope) -> Subject:
    found = scope.subjects().filter(kind=Subject.Kind.PERSON).first()
    if found is None:
        raise HttpError(404, "no person is registered for this login")
    return found


def _subject(row: Subject) -> SubjectOut:
    return SubjectOut(
        handle=row.handle,
        kind=row.kind,
        sort=row.sort,
        name=row.name,
        county=row.county.code if row.county else "",
        standing=row.standing,
    )


def _fact(line: Line) -> FactOut:
    is_open = not (line.hidden or line.closed)
    return FactOut(
        fact=line.name,
        label=line.label,
        value=line.words if is_open and not line.swept else "",
        open=is_open,
        removed=line.swept,
        source=line.fact.source,
        since=line.fact.valid_from,
        until=line.fact.valid_to,
        verified=line.verified,
        contradicted=bool(line.others),
    )


def _relations(scope: Scope, found: Subject) -> list[RelationOut]:
    rows = related(found)
    others = [other.pk for _, other, _ in rows]
    reach = set(scope.subjects().filter(pk__in=others).values_list("pk", flat=True))
    return [
        RelationOut(
            relation=row.kind,
            back=back,
            other=other.handle,
            name=other.name,
            since=row.starts_on,
            until=row.ends_on,
        )
        for row, other, back in rows
        if other.pk in reach
    ]
