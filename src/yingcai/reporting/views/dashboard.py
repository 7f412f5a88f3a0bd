"""进度总览: the month at a glance, the table behind it, and its export."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingcai.engine.documents.sheet import Value, write_csv
from yingcai.identity.access import StaffRequest
from yingcai.identity.views.downloads import attachment
from yingcai.reporting.forms import month_from
from yingcai.reporting.models import IndicatorValue, ReportingMonth
from yingcai.reporting.queries.dashboard import (
    LIGHTS,
    Chosen,
    all_months,
    by_measure,
    by_unit,
    chosen_values,
    page_of,
    shown_month,
    total_of,
)
from yingcai.reporting.views.asking import on_plan

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

MARK = re.compile(r"([0-9]{1,9})-([0-9]{1,18})")
KINDS = ("quantity", "coverage", "document")


@require_safe
@on_plan
def dashboard(request: StaffRequest, plan: "Plan") -> HttpResponse:
    """Counts by light, lights by measure and unit, and the table that the filters choose."""
    months = all_months(plan)
    month = _asked_month(request, months)
    if month is None:
        return render(request, "reporting/dashboard_empty.html", {"plan": plan})
    chosen = _chosen(request)
    measures = by_measure(plan, month.month)
    page = page_of(plan, month.month, chosen)
    context = {
        "plan": plan,
        "month": month,
        "months": months,
        "total": total_of(measures),
        "measures": measures,
        "units": by_unit(plan, month.month),
        "page": page,
        "chosen": chosen,
        "month_key": f"{month.month:%Y-%m}",
        "measure_key": "" if chosen.measure is None else str(chosen.measure),
        "lights": LIGHTS,
        "kinds": _kinds(),
        "filters": _query(request, drop=("after", "before")),
        "newer": _query(request, drop=("after",), before=page.newer) if page.newer else "",
        "older": _query(request, drop=("before",), after=page.older) if page.older else "",
    }
    return render(request, "reporting/dashboard.html", context)


def _asked_month(request: StaffRequest, months: list[ReportingMonth]) -> ReportingMonth | None:
    asked = month_from(request.GET.get("month", ""))
    row = shown_month(months, asked)
    if row is None and request.GET.get("month"):
        raise Http404
    return row


def _kinds() -> list[tuple[str, str]]:
    words = {"quantity": _("数量目标"), "coverage": _("全覆盖目标"), "document": _("出台文件")}
    return [(kind, words[kind]) for kind in KINDS]


def _chosen(request: StaffRequest) -> Chosen:
    """The filters, each from its own list; what is not on it is ignored."""
    asked = request.GET
    light, kind, measure = asked.get("light", ""), asked.get("kind", ""), asked.get("measure", "")
    return Chosen(
        light=light if light in LIGHTS else "",
        unit=asked.get("unit", "")[:40],
        measure=int(measure)
        if measure.isascii() and measure.isdigit() and len(measure) < 6
        else None,
        kind=kind if kind in KINDS else "",
        after=_mark(asked.get("after", "")),
        before=_mark(asked.get("before", "")),
    )


def _mark(text: str) -> tuple[int, int] | None:
    found = MARK.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def _query(request: StaffRequest, *, drop: tuple[str, ...], **more: str) -> str:
    kept = {key: value for key, value in request.GET.items() if key not in drop and value}
    return urlencode({**kept, **more})


@require_safe
@on_plan
def dashboard_csv(request: StaffRequest, plan: "Plan") -> HttpResponse:
    """The whole table that the filters choose, as CSV."""
    month = _asked_month(request, all_months(plan))
    if month is None:
        raise Http404
    values = chosen_values(plan, month.month, _chosen(request))
    rows = [_heads(), *(_line(row) for row in values.prefetch_related("target__owners__unit"))]
    name = f"progress-{month.month:%Y-%m}.csv"
    return attachment(write_csv(rows), name, "text/csv; charset=utf-8")


def _heads() -> list[Value]:
    return [
        _("月份"),
        _("目标编号"),
        _("目标"),
        _("措施"),
        _("牵头单位"),
        _("分解单位"),
        _("计量单位"),
        _("目标值"),
        _("完成值"),
        _("应达值"),
        _("完成率（%）"),
        _("落后百分点"),
        _("灯色"),
        _("到期预测"),
        _("缺报数"),
    ]


def _line(row: IndicatorValue) -> list[Value]:
    leads = [owner.unit.label for owner in row.target.owners.all() if owner.role == "lead"]
    return [
        f"{row.month:%Y-%m}",
        row.target.code,
        row.target.title,
        str(row.target.measure),
        "、".join(leads),
        row.unit.label if row.unit else "",
        row.target.measure_word,
        row.goal,
        row.value,
        row.expected,
        row.progress,
        row.gap,
        str(row.get_light_display()),
        row.forecast,
        row.missing,
    ]
