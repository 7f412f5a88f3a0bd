"""Where one target stands: values over months, the light's formula, the reports behind each value."""

from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingcai.identity.access import StaffRequest
from yingcai.plan.queries import lights_thresholds, target_by_code
from yingcai.reporting.forms import month_from
from yingcai.reporting.models import IndicatorValue
from yingcai.reporting.queries.scope import Scope
from yingcai.reporting.queries.standing import (
    course_over_months,
    gathered_how,
    judged,
    phrases,
    reports_behind,
    share_values,
)
from yingcai.reporting.views.asking import staff_on_plan

if TYPE_CHECKING:
    from yingcai.identity.models import Unit
    from yingcai.plan.models import Plan, Target


@require_safe
@staff_on_plan()
def standing(request: StaffRequest, scope: Scope, plan: "Plan", code: str) -> HttpResponse:
    """One target, of the city or (``?unit=``) of one unit, at the month asked for or the newest."""
    target = target_by_code(plan, code)
    if target is None:
        raise Http404
    prefetch_related_objects([target], "milestones")
    unit = _unit(request, target)
    course = course_over_months(target, unit.pk if unit else None)
    row = _row(request, course.rows)
    context = {
        "target": target,
        "unit": unit,
        "course": course,
        "row": row,
        "rows": course.rows[::-1],
        "thresholds": lights_thresholds(),
        "gathered": gathered_how(target),
        "formula": judged(row, target).say(phrases()) if row else "",
        "shares": share_values(target, row.month) if row and not unit else [],
        "behind": _behind(target, row, scope),
        "scope": scope,
        "parts": target.parts.all(),
    }
    return render(request, "reporting/standing.html", context)


def _unit(request: StaffRequest, target: "Target") -> "Unit | None":
    code = request.GET.get("unit", "")
    if not code:
        return None
    for share in target.shares.all():
        if share.unit.code == code:
            return share.unit
    raise Http404


def _row(request: StaffRequest, rows: list[IndicatorValue]) -> IndicatorValue | None:
    asked = month_from(request.GET.get("month", ""))
    if asked is None:
        known = [row for row in rows if row.value is not None]
        return known[-1] if known else rows[-1] if rows else None
    row = next((row for row in rows if row.month == asked), None)
    if row is None:
        raise Http404
    return row


def _behind(target: "Target", row: IndicatorValue | None, scope: Scope) -> list[object]:
    if row is None:
        return []
    return list(reports_behind(target, row.month, scope, unit_id=row.unit_id))
