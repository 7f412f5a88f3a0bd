"""The register over HTTP for reading. Every answer begins with a scope.

What is out of scope is not there (404). Sensitive values are never in an answer, but in a person's copy of
what is known about himself, which no token opens. Looks are written as they are for pages.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Query, Router, Schema

from yingcai.audit import clock
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.actions.requests import asked_value
from yingcai.registry.api.door import (
    ANSWERS,
    Asked,
    Number,
    by_session,
    door,
    own_subject,
    request_at,
    subject_at,
)
from yingcai.registry.lines import Line, lines_of
from yingcai.registry.models import ChangeRequest, Relation, Subject
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.facts import related, related_after
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.merged import kept
from yingcai.registry.queries.scope import COUNTY, OFFICE, SELF, Scope, has_agreed
from yingcai.registry.queries.search import PAGE, Place, find, looks_at, numbers_of, requests_after
from yingcai.registry.tokens import READ
from yingcai.registry.vocabulary import in_language, vocabulary
from yingcai.registry.written import look_reasons

router = Router(tags=["registry"])
Text = Annotated[str, Query(max_length=60, description="beginning of a name, pinyin, initials")]
Kind = Annotated[
    str, Query(pattern="^(|person|organisation|project)$", description="kind; empty: all")
]
Along = Annotated[
    str,
    Query(pattern="^(|name|pinyin|initials|id)$", description="`next_along` of the page before"),
]
After = Annotated[str, Query(max_length=300, description="`next_after` of the page before")]
OnDay = Annotated[date | None, Query(description="the day on which it was so; empty: today")]
AtMoment = Annotated[datetime | None, Query(description="what was known then; empty: now")]
Status = Annotated[str, Query(pattern="^(|open|accepted|refused|withdrawn)$")]
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
    """One fact as it stands; ``id`` names the row. ``value`` is empty where it is not open or was ``removed`` by age."""

    id: int
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
    id: int
    kind: str
    mask: str


class RelationOut(Schema):
    """A relation to another subject of the scope. ``back``: the other one has it to this."""

    id: int
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


class RelationPage(Schema):
    """A page; ``next_id`` continues, 0 at the end."""

    rows: list[RelationOut]
    next_id: int


class RequestOut(Schema):
    """Somebody asks that a fact be recorded or corrected, ``wrong`` being the row it would replace.

    Where it is about a relation, ``fact`` is "relation", and ``relation`` its number.
    """

    id: int
    subject: UUID
    fact: str
    wrong: int | None
    relation: int | None
    since: date | None
    status: str
    made_at: datetime
    due_on: date
    answer: str


class RequestPage(Schema):
    """A page; ``next_id`` continues, 0 at the end."""

    rows: list[RequestOut]
    next_id: int


class RequestDetail(RequestOut):
    """``value`` is empty where it is not open to who asks."""

    value: str
    open: bool


class ConsentOut(Schema):
    """A purpose that needs consent; ``version`` is of the notice that one agrees to."""

    purpose: str
    version: int
    notice: str
    granted: bool


class LookOut(Schema):
    """Somebody looked at the person who asks."""

    at: datetime
    capacity: str
    purpose: str
    fields: list[str]
    whole_values: bool
    reason: str


STAFF_OR_SELF = (OFFICE, COUNTY, SELF)


@router.get(
    "/registry/subjects",
    auth=door(READ),
    response={200: SubjectPage, **ANSWERS},
    summary="Subjects by name",
)
def list_subjects(
    request: Asked,
    q: Text = "",
    kind: Kind = "",
    along: Along = "",
    after: After = "",
    after_id: AfterId = 0,
) -> SubjectPage:
    scope = request.auth
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
    auth=door(READ),
    response={200: SubjectDetail, **ANSWERS},
    summary="What is known about a subject",
)
def read_subject(request: Asked, handle: UUID) -> SubjectDetail:
    scope = request.auth
    found = subject_at(scope, handle)
    lines = lines_of(scope, found, on=scope.on, now=clock.now())
    return SubjectDetail(
        **_subject(found).dict(),
        facts=[_fact(line) for line in lines],
        numbers=[NumberOut(id=row.pk, kind=row.kind, mask=row.mask) for row in numbers_of(found)],
        relations=_relations(scope, related(found)),
    )


@router.get(
    "/registry/subjects/{handle}/facts",
    auth=door(READ),
    response={200: list[FactOut], **ANSWERS},
    summary="What held on a day, as it was known at a moment",
)
def list_facts(
    request: Asked, handle: UUID, on: OnDay = None, at: AtMoment = None
) -> list[FactOut]:
    scope = request.auth
    found = subject_at(scope, handle)
    lines = lines_of(scope, found, on=on or scope.on, at=at, now=clock.now())
    return [_fact(line) for line in lines]


@router.get(
    "/registry/subjects/{handle}/relations",
    auth=door(READ),
    response={200: RelationPage, **ANSWERS},
    summary="How a subject hangs together with others of the scope",
)
def list_relations(request: Asked, handle: UUID, after: AfterId = 0) -> RelationPage:
    scope = request.auth
    rows = related_after(subject_at(scope, handle), after=after, limit=PAGE + 1)
    following = rows[PAGE - 1][0].pk if len(rows) > PAGE else 0
    return RelationPage(rows=_relations(scope, rows[:PAGE]), next_id=following)


@router.get(
    "/registry/requests",
    auth=door(READ, *STAFF_OR_SELF),
    response={200: RequestPage, **ANSWERS},
    summary="Requests to correct, oldest first",
)
def list_requests(request: Asked, status: Status = "", after: AfterId = 0) -> RequestPage:
    scope = request.auth
    rows = requests_after(scope, status=status, after=after, limit=PAGE + 1)
    note_looks(scope, [row.subject for row in rows[:PAGE]], ["name"], now=clock.now())
    following = rows[PAGE - 1].pk if len(rows) > PAGE else 0
    return RequestPage(rows=[_request(row) for row in rows[:PAGE]], next_id=following)


@router.get(
    "/registry/requests/{number}",
    auth=door(READ, *STAFF_OR_SELF),
    response={200: RequestDetail, **ANSWERS},
    summary="One request, with the value asked for unless it is sensitive",
)
def read_request(request: Asked, number: Number) -> RequestDetail:
    scope = request.auth
    row = request_at(scope, number)
    word = vocabulary().facts.get(row.name)
    is_open = word is not None and not word.sensitive and scope.shows(word.data_class)
    wanted = asked_value(scope, row, now=clock.now()) if is_open else ""
    value = word.words(wanted) if word is not None and wanted else ""
    return RequestDetail(**_request(row).dict(), value=value, open=is_open)


@router.get(
    "/registry/me/consents",
    auth=door(READ, SELF),
    response={200: list[ConsentOut], **ANSWERS},
    summary="What one is asked to agree to, and whether one does",
)
def list_consents(request: Asked) -> list[ConsentOut]:
    own = own_subject(request.auth)
    return [
        ConsentOut(
            purpose=one.name,
            version=one.version,
            notice=in_language(one.notice),
            granted=has_agreed(own, one),
        )
        for one in vocabulary().purposes.values()
        if one.needs_consent
    ]


@router.get(
    "/registry/me",
    auth=by_session(SELF),
    response={200: dict, **ANSWERS},
    summary="Everything about oneself",
)
def read_own(request: Asked) -> dict[str, object]:
    scope = request.auth
    return dict(copy_of(scope, own_subject(scope), now=clock.now()))


@router.get(
    "/registry/me/looks",
    auth=door(READ, SELF),
    response={200: list[LookOut], **ANSWERS},
    summary="Who looked at oneself, newest first",
)
def list_own_looks(request: Asked) -> list[LookOut]:
    rows = looks_at(own_subject(request.auth))[:PAGE]
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


def _request(row: ChangeRequest) -> RequestOut:
    return RequestOut(
        id=row.pk,
        subject=kept(row.subject).handle,
        fact=row.name,
        wrong=row.wrong_id,
        relation=row.relation_id,
        since=row.valid_from,
        status=row.status,
        made_at=row.made_at,
        due_on=row.due_on,
        answer=row.answer,
    )


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
        id=line.fact.pk,
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


def _relations(scope: Scope, rows: list[tuple[Relation, Subject, bool]]) -> list[RelationOut]:
    """Those whose other side is in scope."""
    others = [other.pk for _, other, _ in rows]
    reach = set(scope.subjects().filter(pk__in=others).values_list("pk", flat=True))
    return [
        RelationOut(
            id=row.pk,
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
