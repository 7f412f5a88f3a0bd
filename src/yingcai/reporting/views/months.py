"""The office's desk for a month: how far units have come, accepting, locking, reopening."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.identity.access import StaffRequest
from yingcai.identity.queries import Role
from yingcai.reporting.actions.months import lock_month, open_month, reopen_month
from yingcai.reporting.actions.reports import accept_all
from yingcai.reporting.errors import ReportingError
from yingcai.reporting.forms import month_from
from yingcai.reporting.models import Report, ReportingMonth
from yingcai.reporting.queries.inbox import rows_of
from yingcai.reporting.queries.months import (
    desk_of,
    expected_in,
    missing_in,
    months_of,
    totals_of,
)
from yingcai.reporting.queries.scope import Scope
from yingcai.reporting.views.asking import (
    attempt,
    posted_version,
    posted_versions,
    shown_field,
    staff_on_plan,
    tell,
)

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

READERS = (Role.OFFICE, Role.LEADER, Role.AUDITOR)
LISTED = 100
AT_ONCE = 200  # figures that a person can look through before one press
MATRIX_MONTHS = 6


@require_safe
@staff_on_plan(*READERS)
def desk(request: StaffRequest, scope: Scope, plan: "Plan", month: date) -> HttpResponse:
    """The month: totals, units with their counts, the matrix of months, the rows of one status."""
    recent = list(months_of(plan).filter(month__lte=month)[:MATRIX_MONTHS])[::-1]
    if not recent or recent[-1].month != month:
        raise Http404
    row, today = recent[-1], clock.today()
    status = request.GET.get("status", Report.Status.APPROVED)
    if status not in Report.Status:
        status = Report.Status.APPROVED
    unit = request.GET.get("unit", "")
    listed = row.reports.filter(status=status).select_related("target", "unit")
    if unit:
        listed = listed.filter(unit__code=unit)
    found = list(listed.order_by("unit__order", "unit_id", "target__order", "pk")[: LISTED + 1])
    board = desk_of(recent, on=today)
    context = {
        "scope": scope,
        "month": row,
        "totals": board.totals,
        "units": board.units,
        "late": [one for one in board.units if one.late],
        "matrix": board.matrix,
        "matrix_months": recent,
        "status": status,
        "statuses": Report.Status.choices,
        "unit": unit,
        "reports": found[:LISTED],
        "more": len(found) > LISTED,
        "steps": row.steps.select_related("actor"),
        "is_open": row.status == ReportingMonth.Status.OPEN,
    }
    return render(request, "reporting/month.html", context)


@require_POST
@staff_on_plan(Role.OFFICE)
def open_one(request: StaffRequest, scope: Scope, plan: "Plan") -> HttpResponse:
    """Open a month, or add to an open one what the ledger has won since."""
    month = month_from(request.POST.get("month", ""))
    if month is None:
        messages.error(request, _("请选择月份"))
        return redirect("reporting:inbox")
    try:
        row, added = open_month(plan, month, actor=request.user, now=clock.now())
    except ReportingError as error:
        tell(request, error.problems)
        return redirect("reporting:inbox")
    words = _("新增 %(n)s 项待填报") % {"n": added}
    messages.success(request, words)
    unowned = expected_in(plan, month).unowned
    if unowned:
        codes = "、".join(target.code for target in unowned[:30])
        text = _("%(n)s 个目标没有责任单位，本月无人填报：%(codes)s；请在台账中设置") % {
            "n": len(unowned),
            "codes": codes,
        }
        messages.warning(request, text)
    return redirect("reporting:month", row.month)


@require_safe
@staff_on_plan(Role.OFFICE)
def accept_preview(request: StaffRequest, scope: Scope, plan: "Plan", month: date) -> HttpResponse:
    """Everything that one press would accept, with changes against last month."""
    row = get_object_or_404(months_of(plan), month=month)
    waiting = row.reports.filter(status=Report.Status.APPROVED)
    unit = request.GET.get("unit", "")
    if unit:
        waiting = waiting.filter(unit__code=unit)
    row.plan = plan
    rows = rows_of(row, waiting, scope, limit=AT_ONCE)
    shown = shown_field([(one.report.pk, one.report.version) for one in rows])
    left = waiting.count() - len(rows)
    context = {"month": row, "rows": rows, "shown": shown, "unit": unit, "left": left}
    return render(request, "reporting/accept.html", context)


@require_POST
@staff_on_plan(Role.OFFICE)
def accept_shown(request: StaffRequest, scope: Scope, plan: "Plan", month: date) -> HttpResponse:
    row = get_object_or_404(months_of(plan), month=month)
    shown = posted_versions(request)
    attempt(
        request,
        lambda: accept_all(row, shown, actor=request.user, now=clock.now()),
        done=_("已核定 %(n)s 项，计入当月数据") % {"n": len(shown)},
    )
    return redirect("reporting:month", month)


@require_safe
@staff_on_plan(Role.OFFICE)
def lock_preview(request: StaffRequest, scope: Scope, plan: "Plan", month: date) -> HttpResponse:
    """What locking means now: how many reports count, and which are missing."""
    row = get_object_or_404(months_of(plan), month=month)
    missing = list(missing_in(row)[: LISTED + 1])
    context = {
        "month": row,
        "totals": totals_of(row),
        "missing": missing[:LISTED],
        "more": len(missing) > LISTED,
    }
    return render(request, "reporting/lock.html", context)


@require_POST
@staff_on_plan(Role.OFFICE)
def lock(request: StaffRequest, scope: Scope, plan: "Plan", month: date) -> HttpResponse:
    row = get_object_or_404(months_of(plan), month=month)
    row.version = posted_version(request)
    seen = request.POST.get("without_missing") == "yes"
    attempt(
        request,
        lambda: lock_month(row, actor=request.user, now=clock.now(), without_missing=seen),
        done=_("已锁定，当月数据和灯色已计算"),
    )
    return redirect("reporting:month", month)


@require_POST
@staff_on_plan(Role.OFFICE)
def reopen(request: StaffRequest, scope: Scope, plan: "Plan", month: date) -> HttpResponse:
    row = get_object_or_404(months_of(plan), month=month)
    row.version = posted_version(request)
    reason = request.POST.get("reason", "")
    attempt(
        request,
        lambda: reopen_month(row, reason=reason, actor=request.user, now=clock.now()),
        done=_("已重新开放；需要更正的项目请先退回单位"),
    )
    return redirect("reporting:month", month)
