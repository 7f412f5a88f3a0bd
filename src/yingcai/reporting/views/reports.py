"""One report: its history, its files, and the acts of those it passes through."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.identity.access import StaffRequest
from yingcai.identity.views.downloads import brought
from yingcai.registry.evidence_files import SIZE_LIMIT, place_of
from yingcai.reporting.actions.evidence import add_evidence, withdraw_evidence
from yingcai.reporting.actions.reports import (
    accept_report,
    approve_report,
    return_report,
    submit_report,
)
from yingcai.reporting.errors import Problem
from yingcai.reporting.forms import ReportForm
from yingcai.reporting.models import IndicatorValue, Report, ReportingMonth
from yingcai.reporting.queries.inbox import rows_of
from yingcai.reporting.queries.scope import (
    Scope,
    visible_evidence,
    visible_reports,
    writable_reports,
)
from yingcai.reporting.queries.standing import judged, phrases
from yingcai.reporting.views.asking import attempt, posted_version, staff, tell

Status = Report.Status


@require_safe
@staff()
def report_page(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    """The report with the figures before it, its steps and its files."""
    report = get_object_or_404(visible_reports(scope), pk=pk)
    row = rows_of(report.month, Report.objects.filter(pk=pk), scope)[0]
    is_open = report.month.status == ReportingMonth.Status.OPEN
    context = {
        "report": report,
        "row": row,
        "form": _form(report),
        "steps": report.steps.select_related("actor"),
        "files": visible_evidence(scope).filter(report=report),
        "earlier": _earlier(report),
        "value": _value(report),
        "may_approve": is_open
        and report.status == Status.SUBMITTED
        and scope.may_approve(report.unit_id),
        "may_accept": is_open and report.status == Status.APPROVED and scope.office,
        "may_return": is_open and _may_return(report, scope),
        "stages": _stages(report),
    }
    return render(request, "reporting/report.html", context)


def _form(report: Report) -> ReportForm:
    return ReportForm(
        initial={
            "version": report.version,
            "value": "" if report.value is None else f"{report.value.normalize():f}",
            "narrative": report.narrative,
            "reason": report.reason,
        }
    )


def _earlier(report: Report) -> list[Report]:
    """The last twelve months of the same figure, newest first."""
    before = Report.objects.filter(
        target=report.target_id, unit=report.unit_id, month__month__lt=report.month.month
    )
    return list(before.select_related("month").order_by("-month__month")[:12])


def _value(report: Report) -> dict[str, object] | None:
    """What the month's figure amounts to: the unit's own share, or the city's where it reports that."""
    rows = IndicatorValue.objects.filter(
        target=report.target_id, month=report.month.month
    ).select_related("target")
    row = rows.filter(unit=report.unit_id).first() or rows.filter(unit=None).first()
    if row is None:
        return None
    return {"row": row, "formula": judged(row, report.target).say(phrases())}


def _stages(report: Report) -> list[dict[str, str]]:
    order = [Status.DRAFT, Status.SUBMITTED, Status.APPROVED, Status.ACCEPTED]
    words = [_("单位填报"), _("负责人审核"), _("人才办核定"), _("计入当月")]
    place = order.index(Status(report.status)) if report.status in order else 0
    if report.status == Status.ACCEPTED:
        place = len(order)
    states = ["done" if number < place else "todo" for number in range(len(order))]
    if place < len(order):
        states[place] = "current"
    return [{"label": word, "state": state} for word, state in zip(words, states, strict=True)]


def _may_return(report: Report, scope: Scope) -> bool:
    if scope.office:
        return report.status in {Status.APPROVED, Status.ACCEPTED}
    return report.status == Status.SUBMITTED and scope.may_approve(report.unit_id)


def _as_seen(request: StaffRequest, report: Report) -> Report:
    report.version = posted_version(request)
    return report


@require_POST
@staff()
def submit(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    report = _as_seen(request, get_object_or_404(writable_reports(scope), pk=pk))
    attempt(
        request,
        lambda: submit_report(report, actor=request.user, now=clock.now()),
        done=_("已提交，待负责人审核"),
    )
    return redirect("reporting:report", pk)


@require_POST
@staff()
def approve(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    own = visible_reports(scope).filter(unit__in=scope.approves)
    report = _as_seen(request, get_object_or_404(own, pk=pk))
    attempt(
        request,
        lambda: approve_report(report, actor=request.user, now=clock.now()),
        done=_("已审核通过，待人才办核对"),
    )
    return redirect("reporting:report", pk)


@require_POST
@staff("office")
def accept(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    report = _as_seen(request, get_object_or_404(visible_reports(scope), pk=pk))
    attempt(
        request,
        lambda: accept_report(report, actor=request.user, now=clock.now()),
        done=_("已核定，计入当月数据"),
    )
    return redirect("reporting:report", pk)


@require_POST
@staff("office", "head")
def send_back(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    report = get_object_or_404(visible_reports(scope), pk=pk)
    if not _may_return(report, scope):
        if not scope.office and not scope.may_approve(report.unit_id):
            raise Http404
        tell(request, [Problem("", _("这一项现在不能由您退回，请刷新页面核对状态"))])
        return redirect("reporting:report", pk)
    _as_seen(request, report)
    note = request.POST.get("note", "")
    attempt(
        request,
        lambda: return_report(report, note=note, actor=request.user, now=clock.now()),
        done=_("已退回，单位可修改后重新提交"),
    )
    return redirect("reporting:report", pk)


# -- files ---------------------------------------------------------------------------------------


@require_POST
@staff()
def add_file(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    report = get_object_or_404(writable_reports(scope), pk=pk)
    problems: list[Problem] = []
    uploads = request.FILES.getlist("files")
    if not uploads:
        problems.append(Problem("", _("请先选择文件")))
    for upload in uploads[:20]:
        name = upload.name or ""
        if upload.size is None or upload.size > SIZE_LIMIT:
            problems.append(Problem(name, _("文件超过 20 MB，请压缩或拆分后再上传")))
            continue
        data = upload.read()
        attempt(request, _adding(request, report, name, data), done=_("已上传：") + name)
    tell(request, problems)
    return redirect("reporting:report", pk)


def _adding(request: StaffRequest, report: Report, name: str, data: bytes) -> Callable[[], object]:
    now = clock.now()
    return lambda: add_evidence(report, name=name, data=data, actor=request.user, now=now)


@require_POST
@staff()
def withdraw_file(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    own = visible_evidence(scope).filter(report__unit__in=scope.writes)
    file = get_object_or_404(own.select_related("report__month"), pk=pk)
    attempt(
        request,
        lambda: withdraw_evidence(file, actor=request.user, now=clock.now()),
        done=_("已撤下附件；原件留存备查"),
    )
    return redirect("reporting:report", file.report_id)


@require_safe
@staff()
def evidence_file(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    """The file as a download, never opened inside the site."""
    file = get_object_or_404(visible_evidence(scope), pk=pk)
    place = place_of(file.stored_as)
    if not place.is_file():
        raise Http404
    return brought(place.read_bytes(), file.name)
