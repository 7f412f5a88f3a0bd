"""One's own cases over HTTP, for writing: beginning, filling in, handing in, confirming, taking back.

Each call is one action, done once for its Idempotency-Key. A case that changed meanwhile refuses (409).
A call that is refused keeps nothing of what it brought.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Path, Schema, UploadedFile
from ninja.errors import HttpError

from yingcai.audit import clock
from yingcai.cases.actions.files import attach, detach
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.opening import (
    confirm,
    decline,
    lacking_materials,
    recall,
    save_answers,
    start_case,
    submit,
)
from yingcai.cases.api import mine
from yingcai.cases.api.accounts import AccountAsked, AccountIn, account_told, name_as_asked
from yingcai.cases.api.doing import CONFLICT, Key, done
from yingcai.cases.api.door import Asked, Caller, case_at, door, own
from yingcai.cases.api.mine import viewing
from yingcai.cases.api.public import unread
from yingcai.cases.errors import InvalidCase
from yingcai.cases.forms import form_of
from yingcai.cases.models import Case
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.materials import EXCEPTIONAL
from yingcai.cases.queries.reach import Side, oneself, reached_at_all
from yingcai.cases.tokens import APPLY
from yingcai.registry.evidence_files import SIZE_LIMIT

if TYPE_CHECKING:
    from yingcai.registry.models import Subject

router = mine.router  # one, for calls that read and write share addresses
Version = Annotated[int, Field(ge=0, le=2**31, description="`version` of the case as it was seen")]
Written = Annotated[str, Field(max_length=100)]
Number = Annotated[int, Path(ge=1, le=2**53, description="`id` of the file")]


class StartIn(Schema):
    """``subject``: empty for oneself; else whom one may apply for."""

    programme: Annotated[str, Field(max_length=60)]
    subject: UUID | None = None


class AnswersIn(Schema):
    """Values as written, by fact; an empty one takes an answer back."""

    version: Version
    answers: Annotated[dict[str, Written], Field(min_length=1, max_length=400)]


class SubmissionIn(Schema):
    """``unsure``: with questions that stay open; ``anyway``: although the rules would refuse it.

    ``note``: words to a correction.
    """

    version: Version
    unsure: bool = False
    anyway: bool = False
    note: Annotated[str, Field(max_length=500)] = ""


class AgreementIn(Schema):
    version: Version
    agree: bool


class WithdrawalIn(Schema):
    version: Version
    reason: Annotated[str, Field(max_length=500)] = ""


class VersionIn(Schema):
    version: Version


class CaseMade(Schema):
    """A case as it is now; ``version`` goes with the next write."""

    handle: UUID
    number: str
    version: int
    status: str
    stage: str


class FileMade(Schema):
    id: int
    version: int


@router.post(
    "/cases",
    auth=door(APPLY),
    response={201: CaseMade, **CONFLICT},
    summary="Begin an application; the draft that is there already, where there is one",
)
def create_case(request: Asked, body: StartIn, key: Key, answer: HttpResponse) -> Any:
    caller = own(request.auth)

    def act() -> dict[str, Any]:
        subject, side = _for_whom(caller, body.subject)
        return made(start_case(body.programme, subject, side, actor=caller.user, now=clock.now()))

    return done(request, key, answer, act)


@router.post(
    "/cases/{handle}/answers",
    auth=door(APPLY),
    response={201: CaseMade, **CONFLICT},
    summary="Answer questions of the form, all or none",
)
def save(request: Asked, handle: UUID, body: AnswersIn, key: Key, answer: HttpResponse) -> Any:
    def act() -> dict[str, Any]:
        case = case_at(request.auth, handle)
        try:
            return changed(
                partial(save_answers, said=body.answers), case, request.auth, body.version
            )
        except InvalidCase as refusal:
            raise _unread(case, refusal.fields) from None

    return done(request, key, answer, act)


@router.post(
    "/cases/{handle}/files",
    auth=door(APPLY),
    response={201: FileMade, **CONFLICT},
    summary="Bring a file for a material of the programme",
)
def add_file(
    request: Asked,
    handle: UUID,
    key: Key,
    answer: HttpResponse,
    file: Annotated[UploadedFile, File(description="pdf, png or jpeg")],
    material: Annotated[str, Form(max_length=60)],
) -> Any:
    data = file.read(SIZE_LIMIT + 1)

    def act() -> dict[str, Any]:
        case = case_at(request.auth, handle)
        row = attach(
            case, material, file.name or "", data, actor=request.auth.user, now=clock.now()
        )
        return {"id": row.pk, "version": case.version}

    sent = f"{material}\n{file.name}\n".encode() + data
    return done(request, key, answer, act, inside="files", sent=sent)


@router.post(
    "/cases/{handle}/files/{number}/removal",
    auth=door(APPLY),
    response={201: FileMade, **CONFLICT},
    summary="Take a file back that was not handed in yet",
)
def remove_file(
    request: Asked, handle: UUID, number: Number, body: VersionIn, key: Key, answer: HttpResponse
) -> Any:
    def act() -> dict[str, Any]:
        case = case_at(request.auth, handle)
        row = case.files.filter(pk=number, removed_at=None).exclude(material=EXCEPTIONAL).first()
        if row is None:
            raise HttpError(404, "the case has no such file")
        detach(row, version=body.version, actor=request.auth.user, now=clock.now())
        return {"id": row.pk, "version": case.version}

    return done(request, key, answer, act)


@router.post(
    "/cases/{handle}/account",
    auth=door(APPLY),
    response={201: AccountAsked, **CONFLICT},
    summary="Say to which bank account a case is paid",
)
def name_account(
    request: Asked, handle: UUID, body: AccountIn, key: Key, answer: HttpResponse
) -> Any:
    def act() -> dict[str, Any]:
        case = case_at(request.auth, handle)
        name_as_asked(case, body, request.auth)
        return account_told(case).model_dump(mode="json")

    return done(request, key, answer, act, inside="body")


@router.post(
    "/cases/{handle}/submission",
    auth=door(APPLY),
    response={201: CaseMade, **CONFLICT},
    summary="Hand a case in, or what was missing in it",
)
def hand_in(
    request: Asked, handle: UUID, body: SubmissionIn, key: Key, answer: HttpResponse
) -> Any:
    def act() -> dict[str, Any]:
        caller, case = request.auth, case_at(request.auth, handle)
        _refuse_open(case, caller, body)
        if case.live:
            return changed(stepped(Step("agree", reason=body.note)), case, caller, body.version)
        return changed(submit, case, caller, body.version)

    return done(request, key, answer, act, inside="files")


@router.post(
    "/cases/{handle}/confirmation",
    auth=door(APPLY),
    response={201: CaseMade, **CONFLICT},
    summary="Agree to what was filled in for oneself, or not",
)
def agree(request: Asked, handle: UUID, body: AgreementIn, key: Key, answer: HttpResponse) -> Any:
    def act() -> dict[str, Any]:
        word = confirm if body.agree else decline
        return changed(word, case_at(request.auth, handle), request.auth, body.version)

    return done(request, key, answer, act)


@router.post(
    "/cases/{handle}/recall",
    auth=door(APPLY),
    response={201: CaseMade, **CONFLICT},
    summary="Call back what waits for the confirmation of the person: it is a draft again",
)
def call_back(request: Asked, handle: UUID, body: VersionIn, key: Key, answer: HttpResponse) -> Any:
    def act() -> dict[str, Any]:
        return changed(recall, case_at(request.auth, handle), request.auth, body.version)

    return done(request, key, answer, act)


@router.post(
    "/cases/{handle}/withdrawal",
    auth=door(APPLY),
    response={201: CaseMade, **CONFLICT},
    summary="Withdraw a case that runs",
)
def withdraw_case(
    request: Asked, handle: UUID, body: WithdrawalIn, key: Key, answer: HttpResponse
) -> Any:
    def act() -> dict[str, Any]:
        withdrawal = stepped(Step("withdraw", reason=body.reason))
        return changed(withdrawal, case_at(request.auth, handle), request.auth, body.version)

    return done(request, key, answer, act)


def changed(act: Callable[..., Case], case: Case, caller: Caller, version: int) -> dict[str, Any]:
    """What an action makes of a case as the caller saw it."""
    return made(act(case, version=version, actor=caller.user, now=clock.now()))


def stepped(step: Step) -> Callable[..., Case]:
    """A move of the workflow as an action of its own."""
    return partial(move, step=step)


def made(case: Case) -> dict[str, Any]:
    return {
        "handle": str(case.handle),
        "number": case.number,
        "version": case.version,
        "status": case.status,
        "stage": case.stage,
    }


def _for_whom(caller: Caller, handle: UUID | None) -> "tuple[Subject, Side]":
    """Raises: HttpError 404."""
    if handle is None:
        own_row = oneself(caller.user, caller.on)
        if own_row is None:
            raise HttpError(404, "no person is registered for this login")
        return own_row, Side.SELF
    found = reached_at_all(caller.user, str(handle), caller.on)
    if found is None:
        raise HttpError(404, "there is no such subject that you may apply for")
    return found


def _unread(case: Case, fields: Mapping[str, str]) -> InvalidCase:
    facts = book_of_case(case).rules.facts
    return InvalidCase([], fields={name: unread(facts.get(name)) for name in fields})


def _refuse_open(case: Case, caller: Caller, body: SubmissionIn) -> None:
    """What stands in the way is told at once, as the page does. Raises: InvalidCase."""
    form = form_of(case, viewing(case, caller), on=caller.on)
    lacking = {} if case.live else lacking_materials(case, on=caller.on)
    problems = [*lacking.values()]
    if form.open and not body.unsure:
        problems.append(_("还有问题没有回答：%(facts)s") % {"facts": _("、").join(form.open)})
    if not case.live and form.reasons.outcome == "no" and not body.anyway:
        problems.append(_("按目前的信息不符合条件，请先看理由；仍要申请的，请勾选“仍要申请”。"))
    if problems:
        raise InvalidCase(problems, fields=lacking)
