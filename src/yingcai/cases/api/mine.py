"""One's own cases over HTTP, for reading: where they stand, what one was told, why, what one may still do.

No value of the class `sensitive` is ever in an answer. Looks are written as on the pages. A letter is read
when a person opens its page, not when a program asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Query, Router, Schema
from ninja.errors import HttpError

from yingcai.audit import clock
from yingcai.cases.actions.deciding import JUDGED, OWN, Used, basis_kept
from yingcai.cases.actions.looking import note_look
from yingcai.cases.actions.moving import seats_in
from yingcai.cases.api.accounts import AccountAsked, account_told
from yingcai.cases.api.door import ANSWERS, Asked, Caller, case_at, door, own
from yingcai.cases.api.granted import GrantedOut, granted_by
from yingcai.cases.api.paper import PaperDecisionOut, paper_out
from yingcai.cases.api.public import QuestionOut, question
from yingcai.cases.forms import Field, Form, form_of
from yingcai.cases.models import Case
from yingcai.cases.queries import story
from yingcai.cases.queries.flows import flow_of, in_correction, state_now
from yingcai.cases.queries.mine import my_cases
from yingcai.cases.queries.scope import DRAFTS
from yingcai.cases.queries.seats import actor_in, may_change
from yingcai.cases.reasons import Reasons, Value, reasons_of
from yingcai.cases.tokens import READ
from yingcai.cases.viewers import Viewer, viewer_of
from yingcai.engine.workflow.state import State
from yingcai.plan.api import Problem
from yingcai.registry.errors import RegistryError

router = Router(tags=["cases"])
Before = Annotated[int, Query(ge=0, le=2**53, description="`next` of the page before")]
GONE = {**ANSWERS, 410: Problem}


class CaseOut(Schema):
    """A case in a list. ``number``: what people ask by; ``version``: sent back with each write.

    ``waits``: it is the applicant's turn; ``next``: what happens next, or who acts. ``on_paper``: it was decided
    on paper before, and no rule was asked.
    """

    handle: UUID
    number: str
    version: int
    programme: str
    title: str
    subject: UUID
    side: str
    on_paper: bool
    status: str
    stage: str
    stage_words: str
    next: str
    waits: bool
    submitted_at: datetime | None
    due_on: date | None
    promised_on: date | None
    ended_at: datetime | None


class CasePage(Schema):
    """A page; drafts stand on the first one. ``next`` continues, 0 at the end."""

    rows: list[CaseOut]
    next: int


class LetterOut(Schema):
    """What the applicant was told: ``items``: what is missing; ``reasons``: of a decision."""

    kind: str
    words: str
    at: datetime
    items: list[str]
    reasons: list[str]
    read_at: datetime | None


class DeedOut(Schema):
    """An act: what was done, by which unit and role, where it led."""

    at: datetime
    words: str
    who: str
    stage: str
    to: str
    reason: str
    items: list[str]


class FileOut(Schema):
    id: int
    material: str
    name: str
    size: int
    sha256: str


class CaseDetail(CaseOut, GrantedOut, AccountAsked):
    """``no_withdrawal``: why it cannot be withdrawn, empty where it can; ``changes``: answers may be sent."""

    letters: list[LetterOut]
    history: list[DeedOut]
    files: list[FileOut]
    waiting: list[str]
    no_withdrawal: str
    changes: bool
    confirms: bool
    paper: PaperDecisionOut | None


class ValueOut(Schema):
    """A value with its source; empty and ``hidden`` where it is not told by the API."""

    label: str
    value: str
    source: str
    on: date | None
    hidden: bool


class LineOut(Schema):
    """A condition: true, false, or (null) not known."""

    words: str
    holds: bool | None
    clause: str
    values: list[ValueOut]


class ReasonsOut(Schema):
    """What the rules say. ``decision``: number of the kept answer, 0 for a draft as it stands."""

    decision: int
    outcome: str
    given: str
    conditions: list[LineOut]
    steps: list[tuple[str, str]]
    ways: list[str]
    asks: list[str]
    sample: bool


class FieldOut(QuestionOut):
    """A question of the form with what was answered; ``hidden``: an answer is there and is not told."""

    written: str
    hidden: bool


class NeedOut(Schema):
    material: str
    words: str
    need: str
    files: int


class FormOut(Schema):
    """Only what the programme needs and the city does not know. ``open``: not answered yet."""

    version: int
    fields: list[FieldOut]
    open: list[str]
    known: list[ValueOut]
    materials: list[NeedOut]
    asked_for: list[str]
    outcome: str


@dataclass(frozen=True)
class ByProgram(Viewer):
    """Whoever asks by a program is told no sensitive value, not even his own."""

    def shows(self, name: str, used: Used) -> bool:
        return not is_secret(self, name, used) and super().shows(name, used)


def is_secret(viewer: Viewer, name: str, used: Used) -> bool:
    """A sensitive value; what was said with the case is one by the class of its fact."""
    unsaid = "sensitive" if used.by in (OWN, JUDGED) else "personal"
    return used.sensitive or viewer.classes.get(name, unsaid) == "sensitive"


def viewing(case: Case, caller: Caller) -> ByProgram:
    found = viewer_of(case, caller.user, caller.on)
    return ByProgram(found.own, found.scope, found.classes)


def noted(case: Case, viewer: Viewer, names: Sequence[str] = ()) -> None:
    """Write the look, before anything is told. Raises: HttpError 404 where none is allowed any more."""
    try:
        note_look(case, viewer.scope, names, now=clock.now())
    except RegistryError:
        raise HttpError(404, "there is no such case of yours") from None


@router.get(
    "/cases",
    auth=door(READ),
    response={200: CasePage, **ANSWERS},
    summary="One's own cases and those that one filed, the newest first",
)
def list_cases(request: Asked, before: Before = 0) -> CasePage:
    caller = own(request.auth)
    page = my_cases(caller.user, caller.on, before=before or None)
    return CasePage(
        rows=[case_out(row) for row in (*page.waiting, *page.rows)], next=page.next or 0
    )


@router.get(
    "/cases/{handle}",
    auth=door(READ),
    response={200: CaseDetail, **GONE},
    summary="Where a case stands, what was told and done",
)
def read_case(request: Asked, handle: UUID) -> CaseDetail:
    caller = request.auth
    case = case_at(caller, handle)
    noted(case, viewing(case, caller))
    drafted = case.status in DRAFTS
    state = state_now(case) if case.live else None
    return CaseDetail(
        **case_out(case).dict(),
        **granted_by(case).dict(),
        **account_told(case).dict(),
        letters=[] if drafted else [_letter(one) for one in story.letters(case)],
        history=[] if drafted else [_deed(one) for one in reversed(story.history(case))],
        files=[_file(one) for one in story.brought_with(case)],
        waiting=story.waiting_for(case, state) if state else [],
        no_withdrawal=_no_withdrawal(case, state, caller),
        changes=may_change(case, caller.user, caller.on),
        confirms=case.status == Case.Status.UNCONFIRMED,
        paper=paper_out(case),
    )


def _no_withdrawal(case: Case, state: State | None, caller: Caller) -> str:
    if state is None:
        return "there is nothing to withdraw"
    flow = flow_of(case)
    actor = actor_in(case, seats_in(flow, state), caller.user, caller.on)
    return story.refusal_of(flow, state, actor, "withdraw", caller.on)


@router.get(
    "/cases/{handle}/form",
    auth=door(READ),
    response={200: FormOut, 409: Problem, **GONE},
    summary="The form of a draft, or of a case that waits for what is missing",
)
def read_form(request: Asked, handle: UUID) -> FormOut:
    caller = request.auth
    case = case_at(caller, handle)
    if not may_change(case, caller.user, caller.on):
        raise HttpError(409, "the case was handed in and asks for nothing now")
    viewer = viewing(case, caller)
    form = form_of(case, viewer, on=caller.on)
    noted(case, viewer, form.known_names)
    there = [one.row.material for one in story.brought_with(case)]
    return FormOut(
        version=case.version,
        fields=[_field(one, viewer) for one in form.fields],
        open=list(form.open),
        known=[_value(one) for one in form.known],
        materials=[
            NeedOut(material=one.id, words=one.words, need=one.need, files=there.count(one.id))
            for one in form.needs
        ],
        asked_for=list(story.asked_for(story.letters(case))) if in_correction(case) else [],
        outcome=form.reasons.outcome,
    )


@router.get(
    "/cases/{handle}/reasons",
    auth=door(READ),
    response={200: ReasonsOut, **GONE},
    summary="What the rules say of a case, condition by condition",
)
def read_reasons(request: Asked, handle: UUID) -> ReasonsOut:
    caller = request.auth
    case = case_at(caller, handle)
    viewer = viewing(case, caller)
    names, number, told = _decided(case, viewer, caller)
    noted(case, viewer, names)
    return reasons_out(told, number)


def _decided(case: Case, viewer: Viewer, caller: Caller) -> tuple[Sequence[str], int, Reasons]:
    """By the last decision, with the facts that are told and its number; of a draft as it stands. Raises: HttpError 404 where nothing was decided."""
    row = case.decisions.order_by("-number").first()
    if row is not None:
        row.case = case
        basis = basis_kept(row)
        names = [name for name, one in basis.items() if viewer.shows(name, one)]
        return names, row.number, reasons_of(case, basis, viewer)
    if case.status not in DRAFTS:
        raise HttpError(404, "nothing was decided")
    form: Form = form_of(case, viewer, on=caller.on)
    return form.known_names, 0, form.reasons


def case_out(case: Case) -> CaseOut:
    brief = story.brief(case)
    return CaseOut(
        handle=case.handle,
        number=case.number,
        version=case.version,
        programme=case.programme,
        title=brief.title,
        subject=case.subject.handle,
        side=case.side,
        on_paper=case.on_paper,
        status=case.status,
        stage=case.stage,
        stage_words=brief.stage,
        next=brief.next,
        waits=brief.waits,
        submitted_at=case.submitted_at,
        due_on=case.due_on,
        promised_on=case.promised_on,
        ended_at=case.ended_at,
    )


def reasons_out(told: Reasons, number: int) -> ReasonsOut:
    return ReasonsOut(
        decision=number,
        outcome=told.outcome,
        given=told.given,
        conditions=[
            LineOut(
                words=line.words,
                holds=line.holds,
                clause=line.clause,
                values=[_value(one) for one in line.values],
            )
            for line in told.checks
        ],
        steps=list(told.steps),
        ways=list(told.ways),
        asks=list(told.asked),
        sample=told.sample or told.partly_sample,
    )


def _value(one: Value) -> ValueOut:
    value = "" if one.masked else one.words
    return ValueOut(label=one.label, value=value, source=one.origin, on=one.on, hidden=one.masked)


def _field(one: Field, viewer: Viewer) -> FieldOut:
    name = one.asked.name
    hidden = bool(one.written) and not viewer.shows(name, Used(one.written, by=OWN))
    written = "" if hidden else one.written
    return FieldOut(**question(one.asked).dict(), written=written, hidden=hidden)


def _letter(one: story.Letter) -> LetterOut:
    return LetterOut(
        kind=one.row.kind,
        words=str(one.row.get_kind_display()),
        at=one.row.at,
        items=list(one.said["items"]),
        reasons=list(one.said.get("reasons", ())),
        read_at=one.row.read_at,
    )


def _deed(one: story.Deed) -> DeedOut:
    return DeedOut(
        at=one.at,
        words=one.words,
        who=one.who,
        stage=one.stage,
        to=one.to,
        reason=one.reason,
        items=list(one.items),
    )


def _file(one: story.Brought) -> FileOut:
    row = one.row
    return FileOut(
        id=row.pk, material=row.material, name=one.name, size=row.size, sha256=row.sha256
    )
