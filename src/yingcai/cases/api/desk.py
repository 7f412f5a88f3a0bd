"""The desk over HTTP: what waits for whom, one case with its reasons, every move open or why not, and moving.

Names of persons and sensitive values are in no answer: a program that needs a name asks the register for it.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from yingcai.audit import clock
from yingcai.cases.actions.moving import Step
from yingcai.cases.api.applying import CaseMade, Version, changed, stepped
from yingcai.cases.api.doing import CONFLICT, Key, done
from yingcai.cases.api.door import ANSWERS, Asked, at_desk, desk_case_at, door
from yingcai.cases.api.granted import GrantedOut, granted_by
from yingcai.cases.api.paper import PaperDecisionOut, paper_out
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.desk.moves import OFFERED, Move, Moves, look_at, moves_of
from yingcai.cases.desk.papers import Paper, papers_of
from yingcai.cases.errors import NotAllowed
from yingcai.cases.models import Case, CaseTask
from yingcai.cases.queries import inbox as waiting
from yingcai.cases.queries.flows import flow_of
from yingcai.cases.queries.scope import WORKING, case_scope
from yingcai.cases.queries.story import deeds_of, title_of
from yingcai.cases.reasons import Check, Reasons, Value, kept_reasons
from yingcai.cases.sealed import STATE, Opened
from yingcai.cases.tokens import READ, WORK
from yingcai.cases.viewers import officer_of
from yingcai.engine.workflow.moves import HANDED
from yingcai.engine.workflow.state import state_of
from yingcai.identity.queries import user_by_name
from yingcai.plan.api import Problem
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import RegistryError

if TYPE_CHECKING:
    from yingcai.identity.models import User

router = Router(tags=["desk"])
Programme = Annotated[str, Query(max_length=60, description="name of a programme; empty: all")]
Overdue = Annotated[bool, Query(description="only what is past its term")]
AfterDay = Annotated[date | None, Query(description="`next_on` of the page before")]
AfterId = Annotated[int, Query(ge=0, le=2**53, description="`next_id` of the page before")]
Text = Annotated[str, Field(max_length=4000)]


class TaskOut(Schema):
    """A step that waits for the caller. ``role`` and ``unit``: of the seat that it waits for."""

    handle: UUID
    number: str
    version: int
    programme: str
    stage: str
    role: str
    unit: str
    due_on: date | None
    submitted_at: datetime | None


class TaskPage(Schema):
    """A page, what is due first; ``next_on`` and ``next_id`` continue, null and 0 at the end."""

    rows: list[TaskOut]
    next_on: date | None
    next_id: int


class FactOut(Schema):
    """A value that the decision stands on; empty where it is ``masked``. ``now``: it is another since."""

    fact: str
    label: str
    value: str
    origin: str
    on: date | None
    masked: bool
    now: str


class CheckOut(Schema):
    words: str
    holds: bool | None
    clause: str
    values: list[FactOut]


class PaperOut(Schema):
    words: str
    need: str
    files: int
    lacks: bool


class LeadOut(Schema):
    stage: str
    words: str


class MoveOut(Schema):
    """``why``: why it is not open, empty where it is; ``leads``: to which stages; ``hands``: it needs a person."""

    move: str
    words: str
    leads: list[LeadOut]
    why: str
    needs_reason: bool
    hands: bool


class DeedOut(Schema):
    at: datetime
    words: str
    who: str
    stage: str
    to: str
    reason: str
    items: list[str]


class DeskCaseOut(GrantedOut):
    """A case with the last answer of the rules; of one decided on ``paper`` there is none. ``missing``: suggested."""

    handle: UUID
    number: str
    version: int
    programme: str
    title: str
    subject: UUID
    status: str
    stage: str
    due_on: date | None
    promised_on: date | None
    outcome: str
    given: str
    sample: bool
    checks: list[CheckOut]
    papers: list[PaperOut]
    deeds: list[DeedOut]
    moves: list[MoveOut]
    missing: list[str]
    warnings: list[str]
    paper: PaperDecisionOut | None


class MoveIn(Schema):
    """A move as the desk offers it. ``to``: a stage; ``items``: what is missing; ``person``: a login."""

    version: Version
    move: Annotated[str, Field(max_length=12)]
    to: Annotated[str, Field(max_length=60)] = ""
    reason: Text = ""
    items: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=60)] = []
    person: Annotated[str, Field(max_length=150)] = ""


@router.get(
    "/desk/cases",
    auth=door(READ),
    response={200: TaskPage, **ANSWERS},
    summary="What waits for one's seats, what is due first",
)
def list_tasks(
    request: Asked,
    programme: Programme = "",
    *,
    overdue: Overdue = False,
    after_on: AfterDay = None,
    after_id: AfterId = 0,
) -> TaskPage:
    caller, held = request.auth, at_desk(request.auth)
    found = waiting.inbox(
        caller.user, caller.on, programme=programme, overdue=overdue,
        after=(after_on, after_id) if after_on else None, held=held,
    )  # fmt: skip
    following = found.next
    return TaskPage(
        rows=[_task(row) for row in found.rows],
        next_on=following[0] if following else None,
        next_id=following[1] if following else 0,
    )


@router.get(
    "/desk/cases/{handle}",
    auth=door(READ),
    response={200: DeskCaseOut, **ANSWERS, 410: Problem},
    summary="One case: what the rules say, what was done, what may be done and why not",
)
def read_desk_case(request: Asked, handle: UUID) -> DeskCaseOut:
    caller = request.auth
    case, held = desk_case_at(caller, handle)
    scope = case_scope(caller.user, case, caller.on, held)
    try:
        row = case.decisions.order_by("-number").first()
        if row is not None:
            row.case = case
        now_on = caller.on if case.live else None
        reasons = kept_reasons(row, officer_of(case, scope), now_on=now_on) if row else None
        note_looks(scope, [case.subject], [*INSIDE, *_fields(reasons)], now=clock.now())
        return _whole(case, reasons, caller.user, works=bool({role for role, _u in held} & WORKING))
    except RegistryError as refusal:
        raise HttpError(410, str(refusal)) from None


@router.post(
    "/desk/cases/{handle}/moves",
    auth=door(WORK),
    response={201: CaseMade, **CONFLICT},
    summary="Make a move in a case as it was seen",
)
def make_move(request: Asked, handle: UUID, body: MoveIn, key: Key, answer: HttpResponse) -> Any:
    def act() -> dict[str, Any]:
        caller = request.auth
        case, _held = desk_case_at(caller, handle)
        return changed(stepped(_step(body)), case, caller, body.version)

    return done(request, key, answer, act, inside="items")


def _step(body: MoveIn) -> Step:
    """Raises: NotAllowed for a move that the desk has not, or a colleague that is none."""
    if body.move not in OFFERED:
        raise NotAllowed(_("没有这个办理动作"))
    person = user_by_name(body.person) if body.move in HANDED else None
    if body.move in HANDED and (person is None or not person.is_active or person.program):
        raise NotAllowed(_("请选择交给谁办理"))
    items = tuple(body.items) if body.move == "return" else ()
    return Step(body.move, to=body.to, reason=body.reason, items=items, person=person)


def _task(row: CaseTask) -> TaskOut:
    case = row.case
    return TaskOut(
        handle=case.handle,
        number=case.number,
        version=case.version,
        programme=case.programme,
        stage=case.stage,
        role=row.role,
        unit=row.unit.code if row.unit else "",
        due_on=row.due_on,
        submitted_at=case.submitted_at,
    )


def _fields(reasons: Reasons | None) -> list[str]:
    return list(reasons.fields) if reasons else []


def _whole(case: Case, reasons: Reasons | None, user: "User", *, works: bool) -> DeskCaseOut:
    """Raises: Erased, NotSealed."""
    opened, moves = Opened(case), Moves((), ())
    papers = [] if case.on_paper else papers_of(case, opened)
    if case.live and works:
        flow, state = flow_of(case), state_of(opened(STATE, case.sealed_state))
        look = look_at(case, flow, state, user, clock.today())
        moves = moves_of(case, flow, look, reasons, papers, user)
    return DeskCaseOut(
        **granted_by(case).dict(),
        handle=case.handle,
        number=case.number,
        version=case.version,
        programme=case.programme,
        title=title_of(case),
        subject=case.subject.handle,
        status=case.status,
        stage=case.stage,
        due_on=case.due_on,
        promised_on=case.promised_on,
        outcome=reasons.outcome if reasons else "",
        given=reasons.given if reasons else "",
        sample=bool(reasons and (reasons.sample or reasons.partly_sample)),
        checks=[_check(one) for one in reasons.checks] if reasons else [],
        papers=[_paper(one) for one in papers],
        deeds=[
            DeedOut(
                at=one.at, words=one.words, who=one.who, stage=one.stage, to=one.to,
                reason=one.reason, items=list(one.items),
            )
            for one in deeds_of(case, opened)
        ],
        moves=[_move(one) for one in (*moves.open, *moves.closed)],
        missing=list(moves.items),
        warnings=list(moves.warnings),
        paper=paper_out(case),
    )  # fmt: skip


def _check(one: Check) -> CheckOut:
    return CheckOut(
        words=one.words,
        holds=one.holds,
        clause=one.clause,
        values=[_fact(value) for value in one.values],
    )


def _fact(one: Value) -> FactOut:
    return FactOut(
        fact=one.name,
        label=one.label,
        value="" if one.masked else one.words,
        origin=one.origin,
        on=one.on,
        masked=one.masked,
        now="" if one.masked else one.now,
    )


def _paper(one: Paper) -> PaperOut:
    return PaperOut(words=one.words, need=one.need, files=len(one.files), lacks=one.lacks)


def _move(one: Move) -> MoveOut:
    return MoveOut(
        move=one.name,
        words=one.words,
        leads=[LeadOut(stage=name, words=words) for name, words in one.leads],
        why=one.why,
        needs_reason=one.needs_reason,
        hands=one.hands,
    )
