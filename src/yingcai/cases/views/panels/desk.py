"""One panel, for the office and the auditor: experts, projects by number, conflicts, and what may be done."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.panels.assigning import assign_sheets
from yingcai.cases.actions.panels.concluding import conclude_panel
from yingcai.cases.actions.panels.conflicts import report_conflict, settle_report
from yingcai.cases.actions.panels.inviting import invite_experts
from yingcai.cases.actions.panels.opening import open_scores
from yingcai.cases.errors import CaseError, InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Panel
from yingcai.cases.queries.panels.overview import (
    experts_of,
    free_experts,
    projects_of,
    reports_of,
)
from yingcai.cases.queries.panels.rounds import method_for, progress, score_of
from yingcai.cases.queries.panels.scope import panel_for
from yingcai.cases.views.panels.calls import READERS
from yingcai.identity.access import StaffRequest, held_roles, roles_required
from yingcai.identity.queries import Role

Deed = Callable[[StaffRequest, Panel, int], str]


def panel_or_404(request: StaffRequest, handle: UUID) -> Panel:
    """A panel in which who asks has no part of his own."""
    panel = panel_for(request.user, handle, clock.today())
    if panel is None:
        raise Http404
    return panel


@require_safe
@roles_required(*READERS, act=gettext_lazy("查看评审组的进展"))
def panel_page(request: StaffRequest, handle: UUID) -> HttpResponse:
    """How far a panel is; no score before it is opened, and no name of an applicant."""
    return shown(request, panel_or_404(request, handle))


def shown(
    request: StaffRequest,
    panel: Panel,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    method, on = method_for(panel), clock.today()
    experts = experts_of(panel)
    office = Role.OFFICE in held_roles(request)
    # What was reported is for the office alone: it was promised to whoever wrote it.
    reports = reports_of(panel) if office else []
    context = {
        "panel": panel,
        "sample": score_of(panel)["status"] == "sample",
        "method": method,
        "projects": projects_of(panel),
        "experts": experts,
        "free": free_experts(panel, on) if panel.sealed else [],
        "reports": reports,
        "waiting": sum(one.row.state == "waiting" for one in reports),
        "progress": progress(panel),
        "office": office,
        "due": on >= panel.opens_on,
        "problems": problems or [],
    }
    return render(request, "cases/panels/panel.html", context, status=status)


@require_POST
@roles_required(Role.OFFICE, act=gettext_lazy("办理评审：邀请、分配、启封、形成结果"))
def act(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Do one thing with a panel as it was shown."""
    panel = panel_or_404(request, handle)
    deed = DEEDS.get(request.POST.get("deed", ""))
    try:
        if deed is None:
            raise NotAllowed(_("没有这个办理动作"))
        told = deed(request, panel, _number(request.POST, "version"))
    except CaseError as refusal:
        status = 409 if isinstance(refusal, StaleCase) else 422
        return shown(
            request, panel_or_404(request, handle), problems=refusal.problems, status=status
        )
    messages.success(request, told)
    return redirect("cases:panel", panel.handle)


def _number(posted: QueryDict, name: str) -> int:
    written = posted.get(name, "")
    return int(written) if written.isdecimal() and len(written) < 10 else -1


def _invite(request: StaffRequest, panel: Panel, version: int) -> str:
    chosen = {*request.POST.getlist("expert")}
    users = [one for one in free_experts(panel, clock.today()) if str(one.pk) in chosen]
    invite_experts(panel, users, version=version, actor=request.user, now=clock.now())
    return _("已邀请%(many)s位专家") % {"many": len(users)}


def _assign(request: StaffRequest, panel: Panel, version: int) -> str:
    assign_sheets(panel, version=version, actor=request.user, now=clock.now())
    return _("评分已分配，专家可以开始评分")


def _open(request: StaffRequest, panel: Panel, version: int) -> str:
    after = open_scores(panel, version=version, actor=request.user, now=clock.now())
    return _("还要另一人确认才能启封") if after.sealed else _("评分已启封，可以查看排名")


def _conclude(request: StaffRequest, panel: Panel, version: int) -> str:
    conclude_panel(panel, version=version, actor=request.user, now=clock.now())
    return _("评审结果已写入各件事项")


def _report(request: StaffRequest, panel: Panel, version: int) -> str:
    number = _number(request.POST, "number")
    case = panel.cases.select_related("case__subject", "case__applicant", "panel").filter(
        number=number
    )
    project = case.first()
    if project is None:
        raise InvalidCase(_("请选择项目"))
    words = request.POST.get("words", "")
    report_conflict(project, words, actor=request.user, now=clock.now())
    return _("回避申请已登记，请处理")


def _settle(request: StaffRequest, panel: Panel, version: int) -> str:
    wanted = request.POST.get("report", "")
    rows = [one.row for one in reports_of(panel) if str(one.row.handle) == wanted]
    if not rows:
        raise InvalidCase(_("没有这条回避申请"))
    chosen = request.POST.get("expert", "")
    expert = next((one.seat for one in experts_of(panel) if str(one.seat.handle) == chosen), None)
    if chosen != "none" and expert is None:
        raise InvalidCase(_("请选择要回避的专家，或者选择不成立"))
    words = request.POST.get("words", "")
    settle_report(rows[0], words, expert=expert, actor=request.user, now=clock.now())
    return _("回避申请已处理")


DEEDS: dict[str, Deed] = {
    "invite": _invite,
    "assign": _assign,
    "open": _open,
    "conclude": _conclude,
    "report": _report,
    "settle": _settle,
}
