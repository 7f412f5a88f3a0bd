"""The register over HTTP for writing. Each call is one action, done once for its Idempotency-Key.

Rows are named by their numbers, and a row that was replaced or decided meanwhile refuses (409), so that
nobody writes over what he has not seen. A refusal names every problem, with the field where there is one.
What a program records is not marked as verified.
"""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.registry.actions.consent import give_consent, withdraw_consent
from yingcai.registry.actions.facts import (
    Said,
    correct_fact,
    fact_problems,
    record_facts,
    retract_fact,
)
from yingcai.registry.actions.relations import Tie, end_relation, relate
from yingcai.registry.actions.requests import Wish
from yingcai.registry.actions.requests import decide_request as decide
from yingcai.registry.actions.requests import request_change as ask_change
from yingcai.registry.actions.requests import withdraw_request as take_back
from yingcai.registry.actions.subjects import (
    add_identifier,
    number_problems,
    register_subject,
    retire_identifier,
)
from yingcai.registry.api import reading
from yingcai.registry.api.bodies import (
    ConsentIn,
    DecisionIn,
    EndIn,
    FactIn,
    FactsIn,
    Nothing,
    NumberIn,
    PurposeIn,
    ReasonIn,
    RelationIn,
    RowMade,
    RowsMade,
    SubjectIn,
    SubjectMade,
    WishIn,
)
from yingcai.registry.api.doing import CONFLICT, Key, Where, done, refuse_any, there
from yingcai.registry.api.door import (
    Asked,
    Number,
    count_question,
    door,
    own_subject,
    request_at,
    subject_at,
)
from yingcai.registry.errors import InvalidSubject
from yingcai.registry.models import Fact, Relation, Subject
from yingcai.registry.queries.facts import facts_for, standing
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import COUNTY, OFFICE, SELF, Scope
from yingcai.registry.queries.search import numbers_of
from yingcai.registry.tokens import CONSENT, DECIDE, WRITE

router = reading.router  # one, for calls that read and write share addresses
STATED = "personnel"
DESK = (OFFICE, COUNTY)


@router.post(
    "/registry/subjects",
    auth=door(WRITE, *DESK),
    response={201: SubjectMade, **CONFLICT},
    summary="Register a subject",
)
def create_subject(request: Asked, body: SubjectIn, key: Key, answer: HttpResponse) -> Any:
    numbers = {one.kind: one.number for one in body.numbers}
    where: Where = {
        ("numbers", place): number_problems(body.kind, {one.kind: one.number}, clock.now())
        for place, one in enumerate(body.numbers)
    }

    for one in body.numbers:
        count_question(request, one.kind, one.number)

    def act(scope: Scope) -> dict[str, Any]:
        if len(numbers) < len(body.numbers):
            raise InvalidSubject(_("同一种号码只能登记一个"))
        made = register_subject(
            body.kind,
            body.name,
            sort=body.sort,
            county=_place(scope, body.county),
            numbers=numbers,
            source=STATED,
            actor=scope.user,
            now=clock.now(),
        )
        return {"handle": str(made.handle)}

    return done(request, key, answer, act, where)


@router.post(
    "/registry/subjects/{handle}/numbers",
    auth=door(WRITE, *DESK),
    response={201: RowMade, **CONFLICT},
    summary="Add a number of a subject",
)
def add_number(request: Asked, handle: UUID, body: NumberIn, key: Key, answer: HttpResponse) -> Any:
    count_question(request, body.kind, body.number)

    def act(scope: Scope) -> dict[str, Any]:
        found, now = subject_at(scope, handle), clock.now()
        row = add_identifier(
            found, body.kind, body.number, source=STATED, actor=scope.user, now=now
        )
        return {"id": row.pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/subjects/{handle}/numbers/{number}/retirement",
    auth=door(WRITE, *DESK),
    response={201: RowMade, **CONFLICT},
    summary="Take a number out of use",
)
def retire_number(
    request: Asked, handle: UUID, number: Number, body: ReasonIn, key: Key, answer: HttpResponse
) -> Any:
    def act(scope: Scope) -> dict[str, Any]:
        rows = numbers_of(subject_at(scope, handle))
        row = there(next((one for one in rows if one.pk == number), None))
        retire_identifier(row, reason=body.reason, actor=scope.user, now=clock.now())
        return {"id": row.pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/subjects/{handle}/facts",
    auth=door(WRITE, *DESK),
    response={201: RowsMade, **CONFLICT},
    summary="Record facts of a subject, all or none",
)
def create_facts(
    request: Asked, handle: UUID, body: FactsIn, key: Key, answer: HttpResponse
) -> Any:
    found = subject_at(request.auth, handle)
    said = [_said(one) for one in body.facts]
    where: Where = {("facts", place): _problems(found, one) for place, one in enumerate(said)}

    def act(scope: Scope) -> dict[str, Any]:
        refuse_any(where)
        rows = record_facts(found, said, actor=scope.user, now=clock.now())
        return {"ids": [row.pk for row in rows]}

    return done(request, key, answer, act, where)


@router.post(
    "/registry/subjects/{handle}/facts/{number}/correction",
    auth=door(WRITE, *DESK),
    response={201: RowMade, **CONFLICT},
    summary="Correct a fact: a later row takes its place",
)
def correct(
    request: Asked, handle: UUID, number: Number, body: FactIn, key: Key, answer: HttpResponse
) -> Any:
    def act(scope: Scope) -> dict[str, Any]:
        old = _fact(scope, handle, number)
        return {"id": correct_fact(old, _said(body), actor=scope.user, now=clock.now()).pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/subjects/{handle}/facts/{number}/retraction",
    auth=door(WRITE, *DESK),
    response={201: RowMade, **CONFLICT},
    summary="Take a fact back: nothing takes its place",
)
def retract(
    request: Asked, handle: UUID, number: Number, body: Nothing, key: Key, answer: HttpResponse
) -> Any:
    def act(scope: Scope) -> dict[str, Any]:
        old = _fact(scope, handle, number)
        return {"id": retract_fact(old, actor=scope.user, now=clock.now()).pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/subjects/{handle}/relations",
    auth=door(WRITE, *DESK),
    response={201: RowMade, **CONFLICT},
    summary="Record how a subject hangs together with another",
)
def create_relation(
    request: Asked, handle: UUID, body: RelationIn, key: Key, answer: HttpResponse
) -> Any:
    tie = Tie(body.relation, body.since, body.source, until=body.until, share=body.share)

    def act(scope: Scope) -> dict[str, Any]:
        found, other = subject_at(scope, handle), subject_at(scope, body.other)
        return {"id": relate(found, tie, other, actor=scope.user, now=clock.now()).pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/subjects/{handle}/relations/{number}/end",
    auth=door(WRITE, *DESK),
    response={201: RowMade, **CONFLICT},
    summary="Say on which day a relation ended",
)
def end_one(
    request: Asked, handle: UUID, number: Number, body: EndIn, key: Key, answer: HttpResponse
) -> Any:
    def act(scope: Scope) -> dict[str, Any]:
        own = Relation.objects.filter(subject__in=members([subject_at(scope, handle)]))
        old = there(own.filter(pk=number).first())
        row = end_relation(
            old, until=body.until, source=body.source, actor=scope.user, now=clock.now()
        )
        return {"id": row.pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/requests/{number}/decision",
    auth=door(DECIDE, *DESK),
    response={201: RowMade, **CONFLICT},
    summary="Accept or refuse a request of somebody else",
)
def decide_request(
    request: Asked, number: Number, body: DecisionIn, key: Key, answer: HttpResponse
) -> Any:
    def act(scope: Scope) -> dict[str, Any]:
        row = request_at(scope, number)
        decide(
            scope, row, accept=body.accept, answer=body.answer, actor=scope.user, now=clock.now()
        )
        return {"id": row.pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/me/requests",
    auth=door(WRITE, SELF),
    response={201: RowMade, **CONFLICT},
    summary="Ask that something about oneself be recorded or corrected",
)
def request_change(request: Asked, body: WishIn, key: Key, answer: HttpResponse) -> Any:
    def act(scope: Scope) -> dict[str, Any]:
        own = own_subject(scope)
        now_so = [one.fact for one in standing(own, on=scope.on) if one.name == body.fact]
        wrong = now_so[0] if now_so else None
        wish = Wish(body.fact, body.value, body.reason, body.since, wrong)
        return {"id": ask_change(own, wish, actor=scope.user, now=clock.now()).pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/me/requests/{number}/withdrawal",
    auth=door(WRITE, SELF),
    response={201: RowMade, **CONFLICT},
    summary="Withdraw one's own request",
)
def withdraw_request(
    request: Asked, number: Number, body: Nothing, key: Key, answer: HttpResponse
) -> Any:
    def act(scope: Scope) -> dict[str, Any]:
        row = request_at(scope, number)
        take_back(row, actor=scope.user, now=clock.now())
        return {"id": row.pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/me/consents",
    auth=door(CONSENT, SELF),
    response={201: RowMade, **CONFLICT},
    summary="Agree to a purpose by the notice that was read",
)
def give(request: Asked, body: ConsentIn, key: Key, answer: HttpResponse) -> Any:
    def act(scope: Scope) -> dict[str, Any]:
        own, now = own_subject(scope), clock.now()
        row = give_consent(own, body.purpose, version=body.version, actor=scope.user, now=now)
        return {"id": row.pk}

    return done(request, key, answer, act)


@router.post(
    "/registry/me/consents/withdrawal",
    auth=door(CONSENT, SELF),
    response={201: RowMade, **CONFLICT},
    summary="No longer agree to a purpose",
)
def withdraw(request: Asked, body: PurposeIn, key: Key, answer: HttpResponse) -> Any:
    def act(scope: Scope) -> dict[str, Any]:
        own = own_subject(scope)
        row = withdraw_consent(own, body.purpose, actor=scope.user, now=clock.now())
        return {"id": row.pk}

    return done(request, key, answer, act)


def _problems(found: Subject, said: Said) -> list[str]:
    """As on the pages, a fact of another kind of subject is none."""
    if said.name not in {word.name for word in facts_for(found)}:
        return [_("没有“%(name)s”这项信息") % {"name": said.name}]
    return fact_problems(found, said)


def _said(one: FactIn) -> Said:
    return Said(one.fact, one.value, one.source, one.since, one.until, one.reference)


def _place(scope: Scope, code: str) -> Any:
    """The unit of a code. Raises: InvalidSubject where the officer does not register there."""
    places = {unit.code: unit for unit in scope.places()}
    if code in places:
        return places[code]
    if code or (scope.capacity == COUNTY and not places):
        raise InvalidSubject(_("不能登记在这个地方：%(code)s") % {"code": code})
    return next(iter(places.values())) if scope.capacity == COUNTY else None


def _fact(scope: Scope, handle: UUID, number: int) -> Fact:
    rows = Fact.objects.filter(subject__in=members([subject_at(scope, handle)]))
    return there(rows.filter(pk=number).select_related("subject").first())
