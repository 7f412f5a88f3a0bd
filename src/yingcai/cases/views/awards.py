"""认定（兑现）以后: what happened to an award; what may be proposed and decided; its letters."""

from datetime import date
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.award_changes import (
    HEARD,
    LONGEST,
    OFFERED,
    Proposal,
    decide_change,
    propose,
    why_not,
    withdraw_change,
)
from yingcai.cases.actions.evaluating import evaluate
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.errors import CaseError, StaleCase
from yingcai.cases.letters_award import award_letter
from yingcai.cases.models import Award, AwardChange, Case, Obligation
from yingcai.cases.queries.awards import (
    award_of,
    changes_of,
    grounds_of,
    standing_of,
    works_on_awards,
)
from yingcai.cases.queries.evaluation import evaluation_of, items_of
from yingcai.cases.queries.exceptional import award_record
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.obligations import owed
from yingcai.cases.queries.scope import case_scope, desk_case, own_case
from yingcai.cases.queries.seats import acts_as_applicant
from yingcai.cases.queries.story import title_of
from yingcai.cases.views.desk import READERS, SEATS
from yingcai.cases.views.letters import TYPES
from yingcai.cases.views.reading import refuse_readers
from yingcai.engine.documents import DocumentError
from yingcai.engine.documents.docx import write_docx
from yingcai.engine.documents.pdf import PdfUnavailable, write_pdf
from yingcai.identity.access import StaffRequest, held_roles, roles_required, signed_in
from yingcai.identity.queries import same_person
from yingcai.identity.views.downloads import attachment
from yingcai.registry.access import held_capacities
from yingcai.registry.actions.looking import note_looks

if TYPE_CHECKING:
    from yingcai.identity.models import User


@require_http_methods(["GET", "POST"])
@roles_required(*READERS, act=gettext_lazy("认定（兑现）以后：暂停、追回、撤销、容错"))
def desk_award(request: StaffRequest, handle: UUID) -> HttpResponse:
    """The award of a case, everything that was decided on it, and what may be proposed or decided now."""
    refuse_readers(request)
    case, award = _found(request, handle)
    told, status = list[str](), 200
    if request.method == "POST":
        try:
            done = _act(request, award)
        except CaseError as refusal:
            told, status = refusal.problems, 409 if isinstance(refusal, StaleCase) else 422
        else:
            messages.success(request, done)
            return redirect("cases:desk_award", handle)
        case, award = _found(request, handle)
    on = clock.today()
    scope = case_scope(request.user, case, on)
    note_looks(scope, [case.subject], INSIDE, now=clock.now())
    changes = changes_of(award)
    waiting = next((one for one in changes if one.row.status == "proposed"), None)
    works = works_on_awards(request.user, case, on) and not acts_as_applicant(
        case, request.user, on
    )
    context = {
        "case": case,
        "title": title_of(case),
        "standing": standing_of(award, on),
        "changes": changes,
        "settled": award_record(case),
        "obligations": [owed(row, on) for row in _obligations(award)],
        "waiting": waiting if works else None,
        "mine": waiting is not None and waiting.row.proposed_by_id == request.user.pk,
        "may_decide": waiting is not None and works and not _proposed_it(waiting.row, request.user),
        "acts": _acts(award, on) if works and waiting is None else [],
        "evaluated": works and waiting is None and evaluation_of(case) and not award.voided_at,
        "may_export": works_on_awards(request.user, case, on) or "auditor" in request.held_roles,
        "typed": request.POST if told else {},
        "told": told,
        "longest": LONGEST,
    }
    return render(request, "cases/desk_award.html", context, status=status)


def _proposed_it(row: AwardChange, user: "User") -> bool:
    since = clock.day_of(row.proposed_at)
    return same_person(row.proposed_by, user, since=since, on=clock.today())


def _obligations(award: Award) -> list[Obligation]:
    rows = list(award.obligations.order_by("due_on", "id"))
    for row in rows:
        row.award = award
    return rows


def _acts(award: Award, on: date) -> list[dict[str, object]]:
    """What may be proposed, with its grounds, or why it may not."""
    return [
        {
            "kind": str(kind),
            "label": AwardChange.Kind(kind).label,
            "why": why_not(award, kind, on),
            "heard": kind in HEARD,
            "grounds": [(one["id"], in_language(one)) for one in grounds_of(award.case, kind)],
        }
        for kind in OFFERED
    ]


def _act(request: StaffRequest, award: Award) -> str:
    """What was done, in words. Raises: CaseError."""
    posted, actor, now = request.POST, request.user, clock.now()
    wish = posted.get("do", "")
    if wish == "propose":
        proposal = Proposal(
            kind=posted.get("kind", ""),
            ground=posted.get("ground", ""),
            reason=posted.get("reason", "")[:LONGEST],
            heard=posted.get("heard", "")[:LONGEST],
            until=_day(posted.get("until", "")),
        )
        propose(award, proposal, actor=actor, now=now)
        return _("已提出，等另一人决定。")
    handle = _handle(posted.get("change", ""))
    row = award.changes.filter(handle=handle).first() if handle else None
    if row is None:
        raise StaleCase(_("这件提议已经有了结果，请刷新页面查看"))
    row.award = award
    if wish == "withdraw":
        withdraw_change(row, actor=actor, now=now)
        return _("已撤回。")
    text = posted.get("text", "")[:LONGEST]
    decide_change(row, agrees=wish == "agree", text=text, actor=actor, now=now)
    return _("已决定，并已告知对方。") if wish == "agree" else _("已记录：不予决定。")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _handle(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _found(request: StaffRequest, handle: UUID) -> tuple[Case, Award]:
    """Raises: Http404 where one's office has no part in it, or nothing was granted."""
    case = desk_case(request.user, handle, clock.today())
    award = award_of(case) if case else None
    if case is None or award is None:
        raise Http404
    return case, award


@require_http_methods(["GET", "POST"])
@roles_required(*SEATS, act=gettext_lazy("绩效评估：评分"))
def desk_evaluation(request: StaffRequest, handle: UUID) -> HttpResponse:
    """The score sheet of what was granted; what the points mean is decided by a second person."""
    case, award = _found(request, handle)
    form = evaluation_of(case)
    if form is None or not works_on_awards(request.user, case, clock.today()):
        raise Http404
    told, status = list[str](), 200
    if request.method == "POST":
        reason = request.POST.get("reason", "")[:LONGEST]
        written = {one.name: request.POST.get(f"item.{one.name}", "")[:6] for one in items_of(case)}
        try:
            evaluate(award, written, reason, actor=request.user, now=clock.now())
        except CaseError as refusal:
            told, status = refusal.problems, 409 if isinstance(refusal, StaleCase) else 422
        else:
            messages.success(request, _("已评分，等另一人决定。"))
            return redirect("cases:desk_award", handle)
    scope = case_scope(request.user, case, clock.today())
    note_looks(scope, [case.subject], INSIDE, now=clock.now())
    context = {
        "case": case,
        "title": title_of(case),
        "standing": standing_of(award, clock.today()),
        "items": [(one, request.POST.get(f"item.{one.name}", "")) for one in items_of(case)],
        "bands": [(band["from"], AwardChange.Kind(band["means"]).label) for band in form["bands"]],
        "sample": form["status"] == "sample",
        "reason": request.POST.get("reason", "")[:LONGEST],
        "told": told,
        "longest": LONGEST,
    }
    return render(request, "cases/desk_evaluation.html", context, status=status)


@require_safe
@signed_in
def award_file(request: HttpRequest, handle: UUID, kind: str) -> HttpResponse:
    """The letter of a decision on an award, for whoever it concerns and whoever works on it."""
    row = _decided(request, handle)
    if row is None and not (held_roles(request) or held_capacities(request)):
        raise PermissionDenied  # who acts as nobody any more
    if kind not in TYPES or row is None:
        raise Http404
    try:
        document = award_letter(row)
        data = write_docx(document) if kind == "docx" else write_pdf(document)
        name = f"{document.title}{row.award.case.number}.{kind}"
        return attachment(data, name, TYPES[kind])
    except PdfUnavailable as error:
        messages.error(request, str(error))
    except DocumentError as error:
        for problem in error.problems:
            messages.error(request, problem)
    return redirect("home")


def _decided(request: HttpRequest, handle: UUID) -> AwardChange | None:
    """A decision on an award that one may see; an officer's look is written. None for others."""
    rows = AwardChange.objects.select_related("award__case").filter(status="decided")
    row = rows.filter(handle=handle).first()
    if row is None:
        return None
    on, case = clock.today(), row.award.case
    own = own_case(request.user, case.handle, on)
    seen = own or desk_case(request.user, case.handle, on)
    if seen is None:
        return None
    if own is None:
        scope = case_scope(cast("User", request.user), seen, on)
        note_looks(scope, [seen.subject], INSIDE, now=clock.now())
    row.award.case = seen
    return row
