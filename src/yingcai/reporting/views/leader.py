"""领导驾驶舱: one page that says where we stand, who is late, and why."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import Role
from yingcai.plan.queries import current_plan
from yingcai.reporting.bulletin.facts import LIGHTS
from yingcai.reporting.bulletin.numbers import TENTH, elapsed, month_end
from yingcai.reporting.bulletin.snapshot import count_lights
from yingcai.reporting.queries import boards, maps
from yingcai.reporting.views.maps import map_of, tally_readings
from yingcai.reporting.views.year_month import month_of

if TYPE_CHECKING:
    from yingcai.plan.models import Plan


@roles_required(Role.LEADER, Role.OFFICE)
@require_safe
def leader(request: StaffRequest) -> HttpResponse:
    """Counts, measures, the worst ten with reasons, units, counties, map, trend."""
    plan = current_plan()
    choices = boards.month_choices(plan) if plan else []
    shown = boards.chosen_month(choices, month_of(request.GET.get("month", "")))
    context: dict[str, Any] = {
        "plan": plan,
        "shown": shown,
        "months": choices,
        "screen": request.GET.get("screen") == "1",
        "map_number": settings.MAP_NUMBER,
    }
    if plan and shown:
        context |= _board(plan, shown.month)
    return render(request, "reporting/leader.html", context)


def _board(plan: "Plan", month: date) -> dict[str, Any]:
    rows, led = boards.city_rows(plan, month)
    tallies = boards.with_led(boards.share_tallies(plan, month), led)
    counties = boards.ranked(tallies, counties=True)
    trend = boards.trend_of_share(plan, month)
    readings, keys = tally_readings({tally.unit: tally for tally in counties}, month)
    return {
        "counts": _counts(rows),
        "change": _change(trend),
        "time": _time(plan, month),
        "sections": boards.sections_with_lights(plan, rows),
        "worst": _worst(rows, led, month),
        "units": boards.ranked(tallies, counties=False),
        "counties": counties,
        "picture": map_of(maps.places(), readings, keys, tiles=False),
        "trend": trend,
    }


def _counts(rows: list[boards.Row]) -> dict[str, Any]:
    counts = count_lights(row.light for row in rows)
    share = counts["share"]
    return {**counts, "share": None if share is None else Decimal(share), "order": LIGHTS}


def _change(trend: list[tuple[date, Decimal | None]]) -> Decimal | None:
    """Points of share on time against the month before, from the printed percentages."""
    if len(trend) < 2 or trend[-1][1] is None or trend[-2][1] is None:
        return None
    return trend[-1][1] - trend[-2][1]


def _time(plan: "Plan", month: date) -> Decimal | None:
    if not (plan.period_start and plan.period_end):
        return None
    first, last = date(plan.period_start, 1, 1), date(plan.period_end, 12, 31)
    return Decimal(elapsed(first, last, month_end(month)))


def _worst(rows: list[boards.Row], led: list[boards.Led], month: date) -> list[dict[str, Any]]:
    english = get_language() == "en"
    worst = boards.worst_rows(rows)
    leads: dict[int, list[str]] = {}
    for item in led:
        leads.setdefault(item.target, []).append(item.name_en if english else item.name)
    reasons = boards.reasons_of(month, [row.pk for row in worst])
    return [
        {
            "code": row.code,
            "title": row.title_en if english and row.title_en else row.title,
            "units": leads.get(row.pk, []),
            "light": row.light,
            "progress": row.progress,
            "gap": None if row.gap is None else row.gap.quantize(TENTH, ROUND_HALF_UP),
            "reason": reasons[row.pk][2] if row.pk in reasons else "",
            "said_by": reasons[row.pk][1 if english else 0] if row.pk in reasons else "",
        }
        for row in worst
    ]
