"""我的事项: where one's cases stand, what one was told, why it was decided so, what one may still do."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.deciding import (
    OWN,
    Basis,
    Used,
    answers_of,
    basis_kept,
    basis_of,
)
from yingcai.cases.actions.files import file_name, read_file
from yingcai.cases.actions.moving import Step, move, seats_in
from yingcai.cases.actions.noticing import mark_read
from yingcai.cases.actions.opening import confirm, decline, recall
from yingcai.cases.errors import CaseError
from yingcai.cases.models import Award, AwardChange, Case
from yingcai.cases.queries import story
from yingcai.cases.queries.accounts import may_name, named_for
from yingcai.cases.queries.appeals import about, doors, said_of
from yingcai.cases.queries.awards import Told, award_of, changes_of, sum_of, valid_until
from yingcai.cases.queries.cards import standing_award
from yingcai.cases.queries.exceptional import record_behind
from yingcai.cases.queries.flows import flow_of, in_correction, state_now
from yingcai.cases.queries.materials import EXCEPTIONAL
from yingcai.cases.queries.mine import my_cases as mine_of
from yingcai.cases.queries.mine import own_subjects
from yingcai.cases.queries.money import money_of
from yingcai.cases.queries.panels.scope import before_panel
from yingcai.cases.queries.qualified import notices, told_to
from yingcai.cases.queries.scope import own_case
from yingcai.cases.queries.seats import (
    actor_in,
    acts_as_applicant,
    is_about,
    may_apply_as,
    may_recall,
)
from yingcai.cases.reasons import Reasons, Sayer, Value, reasons_of
from yingcai.cases.sealed import Opened
from yingcai.cases.viewers import Viewer, viewer_of
from yingcai.cases.views.accounts import account_form, href_of, keep_account
from yingcai.cases.views.looking import look_at
from yingcai.cases.views.paper_case import paper_context
from yingcai.identity.access import StaffRequest, signed_in
from yingcai.identity.views.downloads import brought
from yingcai.registry.access import held_capacities
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.errors import OutOfScope, RegistryError
from yingcai.registry.queries.merged import kept, persons_behind
from yingcai.registry.queries.scope import COUNTY, EMPLOYER, OFFICE, SELF, usual_scope

Status = Case.Status
OUTCOMES = {
    "yes": (gettext_lazy("符合条件"), "ok"),
    "no": (gettext_lazy("暂不符合"), "bad"),
    "unknown": (gettext_lazy("还缺信息"), "warn"),
    "person": (gettext_lazy("还需人工认定"), "info"),
}


@signed_in
@require_safe
def my_cases(request: StaffRequest) -> HttpResponse:
    """The cases that one filed or that are about oneself, drafts on top."""
    on = clock.today()
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 19 else None
    page = mine_of(request.user, on, before=before)
    named = _named(request, page.others)
    some = bool(page.waiting or page.turn or page.rows)
    context = {
        "on": on,
        "waiting": [(story.brief(row), _name(row, named)) for row in page.waiting],
        "turn": [(story.brief(row), _name(row, named)) for row in page.turn],
        "rows": [(story.brief(row), _name(row, named)) for row in page.rows],
        "next": page.next,
        "first": before is None,
        "own": SELF in held_capacities(request),
        "entitled": notices(told_to(request.user, on)) if before is None else (),
        "may": some or bool(may_apply_as(request.user, on)),
    }
    return render(request, "cases/my_cases.html", context)


@signed_in
@require_safe
def my_money(request: StaffRequest) -> HttpResponse:
    """What was granted to oneself in money, whoever filed it."""
    own = own_subjects(request.user, clock.today())
    if not own:
        raise Http404
    return render(request, "cases/my_money.html", {"money": money_of(own), "own": True})


def _named(request: StaffRequest, rows: list[Case]) -> frozenset[int]:
    """The subjects of some cases that may be named: each has a look."""
    if not rows:
        return frozenset()
    try:
        scope = usual_scope(request.user, on=clock.today(), among=(EMPLOYER, OFFICE, COUNTY))
        reached = scope.subjects().filter(pk__in={row.subject_id for row in rows})
        subjects = list(reached)
        note_looks(scope, subjects, NAME, now=clock.now())
    except (OutOfScope, RegistryError):
        return frozenset()
    return frozenset(one.pk for one in subjects)


def _name(row: Case, named: frozenset[int]) -> str:
    return row.subject.name if row.subject_id in named else ""


def _case(request: HttpRequest, handle: UUID) -> tuple[Case, Viewer]:
    """One's own case, and as whom one looks at it. Raises: Http404."""
    case = own_case(request.user, handle, clock.today())
    if case is None or not request.user.is_authenticated:
        raise Http404
    return case, viewer_of(case, request.user, clock.today())


@signed_in
@require_safe
def my_case(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Where it stands, the letters, the reasons, what was handed in, what was done."""
    case, viewer = _case(request, handle)
    if case.status == Status.DRAFT and case.bundle is not None:
        return redirect("cases:bundle_form", case.bundle.handle)
    if case.status == Status.DRAFT:
        return redirect("cases:apply_form", case.handle)
    if case.status == Status.UNCONFIRMED:
        return _unconfirmed(request, case, viewer)
    if case.on_paper:
        return _on_paper(request, case, viewer)
    basis, reasons, number = _decision(case, viewer)
    look_at(case, viewer, [name for name, one in basis.items() if viewer.shows(name, one)])
    opened = Opened(case)
    letters, award = story.letters(case, opened), award_of(case)
    context = {
        "case": case,
        "brief": story.brief(case),
        "viewer": viewer,
        "letters": letters,
        "items": story.asked_for(letters) if in_correction(case) else (),
        "reasons": reasons,
        "outcome": OUTCOMES[reasons.outcome] if reasons else None,
        "said": _said(case, viewer),
        "files": story.brought_with(case, opened),
        "history": story.history(case, opened)[::-1],
        "panel": before_panel(case) if flow_of(case).scored else None,
        "term": story.whole_term(case),
        **_moves(request, case),
        "changes": _changes(award),
        "settled": record_behind(award, case),
        "granted_sum": sum_of(award) if award else [],
        "valid_until": valid_until(award) if award else None,
        "against": doors(case, request.user, clock.today()),
        "later": [story.brief(one) for one in about(case)] if case.asks_rules else [],
        "written": [] if case.asks_rules else said_of(case),
        **_proofs(request, case, viewer, number),
        "takes_account": may_name(case, request.user, clock.today(), own=viewer.own or None),
        "named": named_for(case),
    }
    if viewer.own or _reads_for(request, case):
        mark_read(case, actor=request.user, now=clock.now())
    return render(request, "cases/my_case.html", context)


def _on_paper(request: StaffRequest, case: Case, viewer: Viewer) -> HttpResponse:
    """What was decided on paper before, who took it in, and what became of it since."""
    look_at(case, viewer)
    award = award_of(case)
    about_oneself = viewer.own or is_about(case, request.user, clock.today())
    context = {
        **paper_context(case),
        "viewer": viewer,
        "letters": story.letters(case),
        "changes": _changes(award),
        "card": standing_award(case) if about_oneself else None,
    }
    if viewer.own or _reads_for(request, case):
        mark_read(case, actor=request.user, now=clock.now())
    return render(request, "cases/my_paper_case.html", context)


def _changes(award: Award | None) -> list[Told]:
    """What was decided on the award of a case; proposals are not told."""
    changes = changes_of(award) if award else []
    return [one for one in changes if one.row.status == AwardChange.Status.DECIDED]


def _reads_for(request: StaffRequest, case: Case) -> bool:
    """Whether who looks reads the letters in place of a firm, or of a person who has no login."""
    on = clock.today()
    if not acts_as_applicant(case, request.user, on):
        return False
    return not persons_behind(kept(case.subject), on=on)


def _decision(case: Case, viewer: Viewer) -> tuple[Basis, Reasons | None, int]:
    """What the last answer of the rules stands on, its reasons, its number; 0: there is none."""
    row = case.decisions.order_by("-number").first()
    if row is None:
        return {}, None, 0
    row.case = case
    basis = basis_kept(row)
    return basis, reasons_of(case, basis, viewer), row.number


def _proofs(request: StaffRequest, case: Case, viewer: Viewer, number: int) -> dict[str, object]:
    """The last decision, to be looked at again and proven, and the card: for the one whom it is about."""
    if not (viewer.own or is_about(case, request.user, clock.today())):
        return {}
    return {"number": number, "card": None if case.live else standing_award(case)}


def _said(case: Case, viewer: Viewer) -> list[Value]:
    """What was filled in with the case."""
    answers = answers_of(case).own
    said = {name: Used(written, by=OWN) for name, written in answers.items()}
    sayer = Sayer(case, said, viewer)
    return [sayer.value(name) for name in said]


def _moves(request: StaffRequest, case: Case) -> dict[str, object]:
    """Who acts now, and whether one may still withdraw."""
    if not case.live:
        return {"waiting": (), "may_withdraw": False, "no_withdrawal": ""}
    flow, state, on = flow_of(case), state_now(case), clock.today()
    actor = actor_in(case, seats_in(flow, state), request.user, on)
    refusal = story.refusal_of(flow, state, actor, "withdraw", on)
    return {
        "waiting": story.waiting_for(case, state),
        "may_withdraw": not refusal,
        "no_withdrawal": refusal,
        "paused": state.paused is not None,
    }


def _unconfirmed(
    request: StaffRequest, case: Case, viewer: Viewer, problems: dict[str, str] | None = None
) -> HttpResponse:
    """What somebody filled in for a person, for him to agree to."""
    basis = basis_of(case, answers_of(case), on=clock.today())
    look_at(case, viewer)
    context = {
        "case": case,
        "brief": story.brief(case),
        "viewer": viewer,
        "said": _said(case, viewer),
        "files": story.brought_with(case),
        "reasons": reasons_of(case, basis, viewer),
        "may_recall": may_recall(case, request.user, clock.today()),
        "pay": account_form(request, [case], problems),
        "problems": [
            {"text": said, "href": href_of(key)} for key, said in (problems or {}).items()
        ],
    }
    status = 422 if problems else 200
    return render(request, "cases/my_unconfirmed.html", context, status=status)


@sensitive_post_parameters("account_number")
@signed_in
@require_POST
def my_answer(request: StaffRequest, handle: UUID) -> HttpResponse:
    """The person agrees to what was filled in for him, or does not; who filled it in calls it back."""
    case, viewer = _case(request, handle)
    word = request.POST.get("word", "")
    act = {"yes": confirm, "recall": recall}.get(word, decline)
    problems = keep_account(request, [case], required=True) if act is confirm else {}
    if problems:
        return _unconfirmed(request, case, viewer, problems)
    try:
        act(case, version=_version(request), actor=request.user, now=clock.now())
    except CaseError as refusal:
        messages.error(request, str(refusal))
        return redirect("cases:my_case", case.handle)
    if act is confirm:
        return redirect("cases:my_receipt", case.handle)
    if act is recall:
        messages.success(request, _("已收回，可以修改后重新提交。"))
        return redirect("cases:apply_form", case.handle)
    messages.success(request, _("已退回给填报人，没有提交。"))
    return redirect("cases:my_cases")


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@signed_in
@require_safe
def my_receipt(request: StaffRequest, handle: UUID) -> HttpResponse:
    """That it was handed in, when, what happens next; to print."""
    case, viewer = _case(request, handle)
    if case.status == Status.DRAFT:
        return redirect("cases:apply_form", case.handle)
    if case.on_paper:
        return redirect("cases:my_case", case.handle)
    look_at(case, viewer)
    context = {
        "case": case,
        "brief": story.brief(case),
        "viewer": viewer,
        "files": story.brought_with(case),
        "named": named_for(case),
        "waiting": story.waiting_for(case, state_now(case)) if case.live else (),
        "term": story.whole_term(case) if case.live else "",
    }
    return render(request, "cases/my_receipt.html", context)


@signed_in
@require_safe
def my_steps(request: StaffRequest, handle: UUID) -> HttpResponse:
    """The workflow as a picture with the stage where the case is; the page says the same in words."""
    case, _viewer = _case(request, handle)
    if not case.stage:
        raise Http404
    return HttpResponse(story.picture(case), content_type="image/svg+xml")


@signed_in
@require_safe
def my_paper(request: StaffRequest, handle: UUID, pk: int) -> HttpResponse:
    """A file that was brought with one's own case."""
    case, viewer = _case(request, handle)
    row = case.files.filter(pk=pk, removed_at=None).exclude(material=EXCEPTIONAL).first()
    if row is None:
        raise Http404
    row.case = case
    look_at(case, viewer)
    try:
        return brought(read_file(row), file_name(row))
    except (RegistryError, FileNotFoundError):
        messages.error(request, _("文件不能打开，请联系管理员。"))
        return redirect("cases:my_case", case.handle)


@signed_in
@require_POST
def my_withdrawal(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Take the application back, with a reason."""
    case, _viewer = _case(request, handle)
    step = Step("withdraw", reason=request.POST.get("reason", "")[:500])
    try:
        move(case, step, version=_version(request), actor=request.user, now=clock.now())
    except CaseError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤回。"))
    return redirect("cases:my_case", case.handle)
