"""公开进度: published months for everybody, without sign-in."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingcai.plan.queries import current_plan
from yingcai.reporting.bulletin.facts import LIGHTS
from yingcai.reporting.bulletin.snapshot import Json
from yingcai.reporting.queries import public as reads
from yingcai.reporting.views.bulletin_page import target_row
from yingcai.reporting.views.year_month import month_of

if TYPE_CHECKING:
    from yingcai.plan.models import Plan


@require_safe
def public_page(request: HttpRequest) -> HttpResponse:
    """Overall progress, lights of every measure, downloads."""
    plan = current_plan()
    months = reads.published_months(plan) if plan else []
    shown = _chosen(months, month_of(request.GET.get("month", "")))
    context: dict[str, Any] = {"plan": plan, "months": months, "shown": shown, "lights": LIGHTS}
    if plan and shown:
        overall = shown.summary["overall"]
        context |= {
            "overall": overall,
            "corrections": reads.corrections(plan, shown.month),
            "share": shown.share,
            "time": Decimal(overall["time"]),
            "sections": sections_of(plan, shown.summary["measures"]),
            "trend": reads.trend([item for item in months if item.month <= shown.month][:13]),
        }
    return render(request, "reporting/public.html", context)


@require_safe
def public_measure(request: HttpRequest, number: int) -> HttpResponse:
    """The targets of one measure with their published figures."""
    plan = current_plan()
    months = reads.published_months(plan) if plan else []
    shown = _chosen(months, month_of(request.GET.get("month", "")))
    if plan is None or shown is None:
        raise Http404
    snapshot = reads.published_rows(plan, shown.month)
    measure = next((row for row in shown.summary["measures"] if row["number"] == number), None)
    if snapshot is None or measure is None:
        raise Http404
    rows = [target_row(snapshot, row) for row in snapshot["rows"] if row["measure"] == number]
    context = {"plan": plan, "shown": shown, "measure": measure, "rows": rows}
    return render(request, "reporting/public_measure.html", context)


def _chosen(months: list[reads.PublishedMonth], wanted: date | None) -> reads.PublishedMonth | None:
    found = (item for item in months if item.month == wanted)
    return next(found, months[0] if months else None)


def sections_of(plan: "Plan", measures: list[Json]) -> list[dict[str, Any]]:
    """Measures under the headings of the plan's sections; a measure without targets has no light."""
    titles = {str(item.get("number")): item.get("title", "") for item in plan.sections}
    sections: dict[str, dict[str, Any]] = {}
    for measure in measures:
        number = measure["section"]
        found = sections.setdefault(
            number, {"number": number, "title": titles.get(number, ""), "measures": []}
        )
        found["measures"].append(
            {**measure, "light": measure["light"] if measure["targets"] else ""}
        )
    return list(sections.values())
