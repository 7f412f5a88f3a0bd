"""The month as a spreadsheet: out, and back in by way of a preview."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.identity.access import StaffRequest
from yingcai.identity.views.downloads import attachment
from yingcai.registry.evidence_files import SIZE_LIMIT
from yingcai.reporting.actions.month_sheet import Checked, check_sheet, import_sheet
from yingcai.reporting.errors import Problem, Refused, ReportingError
from yingcai.reporting.models import Report, ReportingMonth
from yingcai.reporting.queries.inbox import with_goals
from yingcai.reporting.queries.months import months_of, recent_figures
from yingcai.reporting.queries.scope import Scope
from yingcai.reporting.sheets import (
    NO_FILE,
    TOO_LARGE,
    Filled,
    Line,
    month_csv,
    month_xlsx,
    read_month,
)
from yingcai.reporting.views.asking import (
    attempt,
    posted_versions,
    shown_field,
    staff_on_plan,
    tell,
)

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "yingcai.reporting.month_sheet"
PREVIEW_LIFE = 3600  # seconds for which a preview may be confirmed
SHOWN = 500


@require_safe
@staff_on_plan()
def month_sheet(request: StaffRequest, scope: Scope, plan: "Plan", month: date) -> HttpResponse:
    """The reports of the month that the visitor may read, as .xlsx or (``?format=csv``) .csv."""
    row = _month(plan, scope, month)
    lines = _lines(row, scope)
    name = f"{month:%Y-%m}"
    if request.GET.get("format") == "csv":
        return attachment(month_csv(lines), f"{name}.csv", "text/csv; charset=utf-8")
    mark = _("%(who)s 于 %(day)s 导出") % {
        "who": str(request.user),
        "day": clock.today().isoformat(),
    }
    return attachment(month_xlsx(lines, month, mark=mark), f"{name}.xlsx", XLSX)


def _month(plan: "Plan", scope: Scope, month: date) -> ReportingMonth:
    row = get_object_or_404(months_of(plan), month=month)
    if not scope.reads_all and not row.reports.filter(unit__in=scope.own).exists():
        raise Http404
    return row


def _lines(month: ReportingMonth, scope: Scope) -> list[Line]:
    reports = Report.objects.filter(month=month)
    if not scope.reads_all:
        reports = reports.filter(unit__in=scope.own)
    rows: list[Any] = list(
        with_goals(reports)
        .select_related("target", "unit")
        .order_by("unit__order", "unit_id", "target__order", "pk")
    )
    units = None if scope.reads_all else scope.own
    earlier = recent_figures(month, targets=None, units=units)
    return [
        Line(report, report.goal, earlier.get((report.target_id, report.unit_id)))
        for report in rows
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_on_plan("reporter", "county")
def month_import(request: StaffRequest, scope: Scope, plan: "Plan", month: date) -> HttpResponse:
    """Take a filled-in spreadsheet, say row by row what is wrong, or show what would change."""
    row = _month(plan, scope, month)
    context: dict[str, Any] = {"month": row}
    if request.method != "POST":
        return render(request, "reporting/import.html", context)
    try:
        rows = _uploaded(request)
        checked = check_sheet(row, rows, scope.writes)
    except ReportingError as error:
        context["problems"] = error.problems
        return render(request, "reporting/import.html", context, status=422)
    context |= _preview(checked)
    if checked.problems:
        return render(request, "reporting/import.html", context, status=422)
    context["sealed"] = signing.dumps(
        {"month": f"{month:%Y-%m}", "rows": [asdict(one) for one in rows]},
        salt=SALT,
        compress=True,
    )
    context["shown"] = shown_field(
        [(change.report.pk, change.report.version) for change in checked.changes]
    )
    return render(request, "reporting/import.html", context)


def _uploaded(request: StaffRequest) -> list[Filled]:
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused([Problem("", _("请先选择文件"), NO_FILE)])
    if upload.size is None or upload.size > SIZE_LIMIT:
        raise Refused([Problem("", _("文件超过 20 MB，请删去图片或分成几个文件"), TOO_LARGE)])
    return read_month(upload.read(), name=upload.name or "")


def _preview(checked: Checked) -> dict[str, Any]:
    return {
        "checked": checked,
        "problems": checked.problems[:SHOWN],
        "more_problems": max(0, len(checked.problems) - SHOWN),
        "changes": checked.changes[:SHOWN],
        "more_changes": max(0, len(checked.changes) - SHOWN),
    }


@require_POST
@staff_on_plan("reporter", "county")
def month_import_confirm(
    request: StaffRequest, scope: Scope, plan: "Plan", month: date
) -> HttpResponse:
    """Write what the preview showed, all of it or nothing."""
    row = _month(plan, scope, month)
    try:
        sealed = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=PREVIEW_LIFE)
    except signing.BadSignature:
        tell(request, [Problem("", _("预览已过期或不完整，没有写入任何一行；请重新选择文件"))])
        return redirect("reporting:month_import", month)
    if sealed["month"] != f"{month:%Y-%m}":
        raise Http404
    rows = [Filled(**one) for one in sealed["rows"]]
    shown = posted_versions(request)
    done = attempt(
        request,
        lambda: import_sheet(
            row, rows, shown, writable=scope.writes, actor=request.user, now=clock.now()
        ),
        done=_("已写入 %(n)s 项，请核对后提交") % {"n": len(shown)},
    )
    if not done:
        return redirect("reporting:month_import", month)
    response = redirect("reporting:inbox")
    response["Location"] += f"?month={month:%Y-%m}"
    return response
