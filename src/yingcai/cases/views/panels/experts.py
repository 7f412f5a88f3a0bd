"""评审任务: an expert's invitations and sheets, on the phone as on the desk; projects by number, without names."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.files import file_name, read_file
from yingcai.cases.actions.panels.conflicts import declare_conflict
from yingcai.cases.actions.panels.inviting import answer_invitation
from yingcai.cases.actions.panels.scoring import keep_sheet
from yingcai.cases.blind import Seen, papers_shown, seen_by_expert
from yingcai.cases.desk.lights import stage_words
from yingcai.cases.errors import CaseError, InvalidCase, StaleCase
from yingcai.cases.models import CaseTask, PanelExpert, ScoreSheet
from yingcai.cases.queries.experts import asked_of
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.panels.rounds import (
    OPEN,
    field_words,
    method_for,
    rules_of,
    said,
    score_of,
)
from yingcai.cases.queries.panels.scope import (
    projects_for,
    seat_by,
    seats_of,
    sheet_by,
    sheets_of,
)
from yingcai.cases.queries.scope import case_scope
from yingcai.cases.queries.story import title_of
from yingcai.engine.sealing import NotSealed
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import Role
from yingcai.identity.views.downloads import brought
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import Damaged, Erased

EXPERT = Role.EXPERT

CASE = "case"  # the field of a look at what stands in a case; a name is not shown


@require_safe
@roles_required(EXPERT, act=gettext_lazy("专家：查看评审邀请和任务"))
def reviews(request: StaffRequest) -> HttpResponse:
    """Every case in which one was drawn, every panel to which one was invited, with how many sheets wait."""
    on = clock.today()
    sheets = list(sheets_of(request.user, on).values_list("expert_id", "state"))
    rows = [
        (
            seat,
            sum(expert == seat.pk for expert, _state in sheets),
            sum(expert == seat.pk and state in OPEN for expert, state in sheets),
        )
        for seat in seats_of(request.user, on).order_by("-id")[:100]
    ]
    asked = [(one, _about(one)) for one in asked_of(request.user, on)[:100]]
    return render(request, "cases/panels/reviews.html", {"rows": rows, "asked": asked})


def _about(task: CaseTask) -> str:
    """What is asked, without whom it is about: the page of the case leaves the look."""
    return f"{title_of(task.case)} · {stage_words(task.case)}"


def _seat_or_404(request: StaffRequest, handle: UUID) -> PanelExpert:
    seat = seat_by(request.user, handle, clock.today())
    if seat is None:
        raise Http404
    return seat


@require_http_methods(["GET", "POST"])
@roles_required(EXPERT, act=gettext_lazy("专家：答复邀请，申明回避"))
def seat_page(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Answer the invitation; then the sheets, and a word for a project from which one keeps away."""
    seat = _seat_or_404(request, handle)
    if request.method == "GET":
        return _seat(request, seat)
    posted, deed = request.POST, request.POST.get("deed", "")
    try:
        if deed == "declare":
            _declare(request, seat, posted.get("number", ""), posted.get("words", ""))
            told = _("已登记，您不再评这个项目")
        else:
            limit = posted.get("limit", "")
            answer_invitation(
                seat,
                accept=deed == "accept",
                fields=posted.getlist("field"),
                limit=int(limit) if limit.isdecimal() and len(limit) < 6 else 0,
                actor=request.user,
                now=clock.now(),
            )
            told = _("已接受邀请") if deed == "accept" else _("已谢绝邀请")
    except CaseError as refusal:
        status = 409 if isinstance(refusal, StaleCase) else 422
        again = _seat_or_404(request, handle)
        return _seat(request, again, problems=refusal.problems, status=status)
    messages.success(request, told)
    return redirect("cases:review_seat", seat.handle)


def _declare(request: StaffRequest, seat: PanelExpert, number: str, words: str) -> None:
    """Raises: InvalidCase for a project that is not among his."""
    rows = projects_for(seat).select_related("case__subject", "panel")
    project = next((one for one in rows if str(one.number) == number), None)
    if project is None:
        raise InvalidCase(_("请选择项目"))
    declare_conflict(seat, project, words, actor=request.user, now=clock.now())


def _seat(
    request: StaffRequest,
    seat: PanelExpert,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    panel, on = seat.panel, clock.today()
    words = field_words(panel)
    sheets = sheets_of(request.user, on).filter(expert=seat).order_by("case__number")
    posted = request.POST if problems else None
    context = {
        "seat": seat,
        "panel": panel,
        "score": in_language(score_of(panel)["title"]),
        "many": panel.cases.filter(left=0).count(),
        "fields": [
            (name, told, name in (posted.getlist("field") if posted else seat.fields))
            for name, told in words.items()
        ],
        "limit": posted.get("limit", "") if posted else seat.limit,
        "most": rules_of(panel)["limit"],
        "open": seat.number is None and panel.sealed,
        "sheets": [(one, words.get(one.case.field, "")) for one in sheets],
        "projects": [
            (one.number, words.get(one.field, ""))
            for one in projects_for(seat)
            if seat.state == PanelExpert.State.ACCEPTED
        ],
        "problems": problems or [],
    }
    return render(request, "cases/panels/seat.html", context, status=status)


def _sheet_or_404(request: StaffRequest, handle: UUID) -> ScoreSheet:
    sheet = sheet_by(request.user, handle, clock.today())
    if sheet is None:
        raise Http404
    return sheet


@require_http_methods(["GET", "POST"])
@roles_required(EXPERT, act=gettext_lazy("专家：评分"))
def sheet_page(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One project and its score sheet: kept as a draft, or handed in for good."""
    sheet = _sheet_or_404(request, handle)
    if request.method == "GET":
        return _sheet(request, sheet)
    posted, names = request.POST, [one.name for one in method_for(sheet.case.panel).items]
    version = posted.get("version", "")
    points = {name: posted.get(f"points-{name}", "")[:10] for name in names}
    reasons = {name: posted.get(f"reason-{name}", "")[:2000] for name in names}
    hand_in = posted.get("deed") == "submit"
    try:
        keep_sheet(
            sheet,
            points,
            reasons,
            hand_in=hand_in,
            version=int(version) if version.isdecimal() and len(version) < 10 else -1,
            actor=request.user,
            now=clock.now(),
        )
    except CaseError as refusal:
        fields = refusal.fields if isinstance(refusal, InvalidCase) else {}
        return _sheet(
            request,
            _sheet_or_404(request, handle),
            typed=(points, reasons),
            problems=refusal.problems,
            fields=dict(fields),
        )
    messages.success(request, _("评分已提交") if hand_in else _("草稿已保存"))
    if hand_in:
        return redirect("cases:review_seat", sheet.expert.handle)
    return redirect("cases:review_sheet", sheet.handle)


def _sheet(
    request: StaffRequest,
    sheet: ScoreSheet,
    *,
    typed: tuple[dict[str, str], dict[str, str]] | None = None,
    problems: list[str] | None = None,
    fields: dict[str, str] | None = None,
) -> HttpResponse:
    try:
        seen = seen_by_expert(sheet.case, clock.today())
        kept = said(sheet)
    except (Erased, NotSealed):
        raise Http404 from None
    _look(request, sheet, seen)
    points, reasons = typed or (kept["points"], kept["reasons"])
    wrong = fields or {}
    formulas = {
        one["id"]: in_language(one["formula"]) for one in score_of(sheet.case.panel)["items"]
    }
    context = {
        "sheet": sheet,
        "seen": seen,
        "open": sheet.state in OPEN and sheet.case.panel.state == "scoring",
        "sample": score_of(sheet.case.panel)["status"] == "sample",
        "items": [
            {
                "name": one.name,
                "kind": one.kind,
                "words": in_language(one.words),
                "most": one.most,
                "formula": formulas[one.name],
                "points": str(points.get(one.name, "")),
                "reason": reasons.get(one.name, ""),
                "wrong": wrong.get(one.name, ""),
            }
            for one in method_for(sheet.case.panel).items
        ],
        "problems": problems or [],
    }
    status = 422 if problems else 200
    return render(request, "cases/panels/sheet.html", context, status=status)


def _look(request: StaffRequest, sheet: ScoreSheet, seen: Seen) -> None:
    """What is shown of a person leaves a look, whether he is named or not."""
    names = [name for name in seen.names if name.startswith("person.")]
    scope = case_scope(request.user, sheet.case.case, clock.today())
    note_looks(scope, [sheet.case.case.subject], [*names, CASE], now=clock.now())


@require_safe
@roles_required(EXPERT, act=gettext_lazy("专家：查看项目的匿名材料"))
def paper(request: StaffRequest, handle: UUID, pk: int) -> HttpResponse:
    """A file that may be read without names; under a name that tells nothing."""
    sheet = _sheet_or_404(request, handle)
    row = next((one for one in papers_shown(sheet.case) if one.pk == pk), None)
    if row is None:
        raise Http404
    row.case = sheet.case.case
    scope = case_scope(request.user, row.case, clock.today())
    note_looks(scope, [row.case.subject], [CASE], now=clock.now())
    try:
        data, name = read_file(row), file_name(row)
    except (Damaged, Erased, FileNotFoundError):
        raise Http404 from None
    ending = name.rpartition(".")[2][:5] if "." in name else "bin"
    return brought(data, f"{sheet.case.number}-{row.material}.{ending}")
