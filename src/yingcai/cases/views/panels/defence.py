"""答辩: the clerk calls one project after the other; everybody sees whose turn it is, by number."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.panels.conflicts import report_conflict
from yingcai.cases.actions.panels.defending import call_next, draw_defence
from yingcai.cases.errors import CaseError, InvalidCase, StaleCase
from yingcai.cases.models import Panel
from yingcai.cases.queries.panels.defence import turn_of, turns
from yingcai.cases.queries.panels.scope import before_panel, panel_by
from yingcai.cases.queries.scope import own_case
from yingcai.cases.queries.story import title_of
from yingcai.cases.viewers import viewer_of
from yingcai.cases.views.looking import look_at
from yingcai.cases.views.panels.calls import READERS
from yingcai.cases.views.panels.desk import panel_or_404
from yingcai.identity.access import StaffRequest, held_roles, roles_required, signed_in
from yingcai.identity.queries import Role


@require_safe
@roles_required(*READERS, act=gettext_lazy("查看答辩安排"))
def clerk(request: StaffRequest, handle: UUID) -> HttpResponse:
    """The order and whose turn it is; the office draws and calls."""
    return _clerk(request, panel_or_404(request, handle))


@require_POST
@roles_required(Role.OFFICE, act=gettext_lazy("安排答辩，叫号"))
def deed(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Draw the order; call the next, note who did not come, finish."""
    panel = panel_or_404(request, handle)
    posted = request.POST
    try:
        if posted.get("deed") == "draw":
            draw_defence(
                panel, _moment(posted.get("begins_at", "")), actor=request.user, now=clock.now()
            )
            messages.success(request, _("答辩顺序已抽定"))
        else:
            place = posted.get("place", "")
            call_next(
                panel,
                posted.get("deed", ""),
                place=int(place) if place.isdecimal() and len(place) < 6 else -1,
                actor=request.user,
                now=clock.now(),
            )
    except CaseError as refusal:
        status = 409 if isinstance(refusal, StaleCase) else 422
        return _clerk(request, panel, problems=refusal.problems, status=status)
    return redirect("cases:panel_defence", panel.handle)


def _moment(written: str) -> datetime:
    """Raises: InvalidCase."""
    try:
        return datetime.strptime(written[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        raise InvalidCase(_("请填写答辩开始的日期和时间")) from None


def _clerk(
    request: StaffRequest, panel: Panel, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    rows = turns(panel, now=clock.now())
    context = {
        "panel": panel,
        "rows": rows,
        "now": next((one for one in rows if one.slot.state == "now"), None),
        "next": next((one for one in rows if one.slot.state == "waiting"), None),
        "begun": any(one.slot.state != "waiting" for one in rows),
        "office": Role.OFFICE in held_roles(request),
        "problems": problems or [],
    }
    return render(request, "cases/panels/clerk.html", context, status=status)


@require_safe
def live(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Whose turn it is, for the hall and the phones: numbers, no names."""
    panel = panel_by(handle)
    rows = turns(panel, now=clock.now()) if panel else []
    if panel is None or not rows:
        raise Http404
    context = {
        "panel": panel,
        "rows": rows,
        "now": next((one for one in rows if one.slot.state == "now"), None),
        "moment": clock.now(),
        "over": all(one.slot.state in ("done", "skipped") for one in rows),
    }
    return render(request, "cases/panels/live.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def my_panel(request: HttpRequest, handle: UUID) -> HttpResponse:
    """For whoever applies: when his turn comes, and a word on who should keep away."""
    user, on = request.user, clock.today()
    case = own_case(user, handle, on)
    project = before_panel(case) if case else None
    if case is None or project is None or user.is_anonymous:
        raise Http404
    look_at(case, viewer_of(case, user, on))
    problems, words = list[str](), request.POST.get("words", "")[:1000]
    if request.method == "POST":
        try:
            report_conflict(project, words, actor=user, now=clock.now())
        except CaseError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("回避申请已提交，人才工作部门会核实处理。"))
            return redirect("cases:my_panel", case.handle)
    context = {
        "case": case,
        "title": title_of(case),
        "project": project,
        "panel": project.panel,
        "turn": turn_of(project, now=clock.now()),
        "may_report": project.panel.state != Panel.State.CONCLUDED and case.live,
        "reports": project.reports.filter(made_by=user),
        "words": words,
        "problems": problems,
    }
    return render(request, "cases/panels/my_panel.html", context, status=422 if problems else 200)
