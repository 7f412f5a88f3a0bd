"""月度报送: what waits for me, filled in on one page."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.identity.access import StaffRequest
from yingcai.reporting.actions.reports import approve_all, save_report, submit_all
from yingcai.reporting.errors import Problem, Refused, ReportingError
from yingcai.reporting.forms import ReportForm, month_from
from yingcai.reporting.models import Report
from yingcai.reporting.queries.inbox import (
    EDITABLE,
    Page,
    Waiting,
    month_to_show,
    open_orders,
    page_of_rows,
    recent_reminders,
    rows_of,
    waiting_months,
)
from yingcai.reporting.queries.months import months_of
from yingcai.reporting.queries.scope import Scope, visible_reports, writable_reports
from yingcai.reporting.views.asking import (
    attempt,
    posted_versions,
    shown_field,
    staff,
    staff_on_plan,
    tell,
)

if TYPE_CHECKING:
    from yingcai.plan.models import Plan


@require_safe
@staff_on_plan()
def inbox(request: StaffRequest, scope: Scope, plan: "Plan") -> HttpResponse:
    """My month: rows to fill in, to approve; for the office the months with what is to check."""
    asked = month_from(request.GET.get("month", ""))
    months = waiting_months(plan, scope, asked)
    shown = month_to_show(months, asked)
    if shown is None and "month" in request.GET:
        raise Http404
    page = _own_rows(request, scope, plan, shown)
    today = clock.today()
    to_approve = [
        row for row in page.rows if row.approvable and scope.may_approve(row.report.unit_id)
    ]
    context = {
        "plan": plan,
        "scope": scope,
        "months": months,
        "shown": shown,
        "month": shown.month if shown else None,
        "rows": page.rows,
        "newer": _query(request, before=page.newer),
        "older": _query(request, after=page.older),
        "status": request.GET.get("status", ""),
        "statuses": Report.Status.choices,
        "to_fill": shown is not None and bool(scope.writes) and shown.number > 0,
        "to_approve": to_approve,
        "approve_shown": shown_field([(row.report.pk, row.report.version) for row in to_approve]),
        "late": shown is not None and today > shown.month.due_on and shown.number > 0,
        "reminders": recent_reminders(scope, today) if scope.own else [],
        "orders": open_orders(scope) if scope.own else [],
    }
    return render(request, "reporting/inbox.html", context)


def _own_rows(request: StaffRequest, scope: Scope, plan: "Plan", shown: Waiting | None) -> Page:
    if shown is None or not scope.own:
        return Page([], "", "")
    month = shown.month
    month.plan = plan  # at hand already
    reports = Report.objects.filter(month=month, unit__in=scope.own)
    status = request.GET.get("status", "")
    if status in Report.Status:
        reports = reports.filter(status=status)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return page_of_rows(month, reports, scope, after=after, before=before)


def _query(request: StaffRequest, **mark: str) -> str:
    """The address of a neighbouring page, empty when there is none."""
    if not any(mark.values()):
        return ""
    kept = {key: request.GET[key] for key in ("month", "status") if request.GET.get(key)}
    return f"?{urlencode({**kept, **mark})}#fill"


@require_POST
@staff()
def save(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    """Keep one row as a draft: from the table by htmx, or as a plain form."""
    report = get_object_or_404(writable_reports(scope), pk=pk)
    form = ReportForm(request.POST)
    problems: list[Problem] = []
    if form.is_valid():
        report.version = form.cleaned_data["version"]
        try:
            save_report(report, form.entry(), actor=request.user, now=clock.now())
        except ReportingError as error:
            problems = list(error.problems)
    else:
        problems = [
            Problem(str(form[name].label), str(error))
            for name, errors in form.errors.items()
            for error in errors
        ]
    if request.htmx:
        return _saved_cell(request, scope, pk, problems)
    if problems:
        tell(request, problems)
    return redirect(_back(request, report))


def _saved_cell(
    request: StaffRequest, scope: Scope, pk: int, problems: list[Problem]
) -> HttpResponse:
    fresh = writable_reports(scope).get(pk=pk)
    row = rows_of(fresh.month, Report.objects.filter(pk=pk), scope)[0]
    context = {"row": row, "problems": problems, "saved": not problems}
    status = 422 if problems else 200
    return render(request, "reporting/_inbox_state.html", context, status=status)


def _back(request: StaffRequest, report: Report) -> str:
    if request.POST.get("back") == "report":
        return reverse("reporting:report", args=[report.pk])
    return f"{reverse('reporting:inbox')}?month={report.month.month:%Y-%m}#r{report.pk}"


@require_POST
@staff_on_plan()
def submit_ready(request: StaffRequest, scope: Scope, plan: "Plan") -> HttpResponse:
    """Submit every row of the month that has a figure; all of them or none."""
    month = get_object_or_404(months_of(plan), month=month_from(request.POST.get("month", "")))
    ready = list(
        writable_reports(scope)
        .filter(month=month, status__in=EDITABLE, value__isnull=False)
        .prefetch_related("target__shares")
    )
    now = clock.now()

    def act() -> None:
        if not ready:
            raise Refused([Problem("", _("没有可以提交的数值，请先填写"))])
        submit_all(ready, actor=request.user, now=now)

    attempt(request, act, done=_("已提交 %(n)s 项，待负责人审核") % {"n": len(ready)})
    return redirect(f"{reverse('reporting:inbox')}?month={month.month:%Y-%m}")


@require_POST
@staff_on_plan()
def approve_shown(request: StaffRequest, scope: Scope, plan: "Plan") -> HttpResponse:
    """The head approves the submitted rows that the page showed."""
    month = get_object_or_404(months_of(plan), month=month_from(request.POST.get("month", "")))
    shown = posted_versions(request)
    own = visible_reports(scope).filter(unit__in=scope.approves, month=month, pk__in=shown)
    if own.count() != len(shown):
        raise Http404
    done = _("已审核通过 %(n)s 项，待人才办核对") % {"n": len(shown)}
    attempt(
        request, lambda: approve_all(month, shown, actor=request.user, now=clock.now()), done=done
    )
    return redirect(f"{reverse('reporting:inbox')}?month={month.month:%Y-%m}")
