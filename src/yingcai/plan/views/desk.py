"""The reading desk: the text with its highlights beside the items read from it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yingcai.plan.models import Clause, Measure, Plan
from yingcai.plan.queries import Progress
from yingcai.plan.queries.desk import (
    around,
    clauses_of,
    kind_counts,
    measures_with_counts,
    own_spans,
    pieces,
)
from yingcai.plan.queries.plans import GONE, live_clauses
from yingcai.plan.queries.readiness import unknown_units
from yingcai.plan.views.access import (
    Viewer,
    clause_or_404,
    closed_to,
    measure_or_404,
    plan_or_404,
    viewer_of,
)


@require_safe
def read(request: HttpRequest, slug: str, edition: int) -> HttpResponse:
    """The whole text with its highlights; the items of every measure in short at the right."""
    plan, viewer = plan_or_404(slug, edition), viewer_of(request)
    closed = closed_to(viewer, request, plan)
    if closed is not None:
        return closed
    measures = list(measures_with_counts(plan))
    clauses = [one for one in live_clauses(plan).defer("original") if _wanted(request, one)]
    units = unknown_units(plan) if plan.status == Plan.Status.DRAFT else []
    context = {
        **_frame(viewer, plan, measures),
        "pieces": pieces(plan.text, (0, len(plan.text)), clauses),
        "groups": _groups(plan, measures, clauses),
        "legend": _legend(kind_counts(plan), request),
        "unknown_units": units,
        "statuses": _status_choices(request),
    }
    return render(request, "plan/read.html", context)


def _wanted(request: HttpRequest, clause: Clause) -> bool:
    kind, status = request.GET.get("kind", ""), request.GET.get("status", "")
    return (not kind or clause.kind == kind) and (not status or clause.status == status)


def _legend(counts: dict[str, int], request: HttpRequest) -> list[dict[str, Any]]:
    chosen = request.GET.get("kind", "")
    return [
        {"kind": kind, "count": counts.get(kind, 0), "chosen": kind == chosen}
        for kind in Clause.Kind.values
    ]


def _status_choices(request: HttpRequest) -> list[dict[str, Any]]:
    chosen = request.GET.get("status", "")
    return [
        {"value": value, "label": label, "chosen": value == chosen}
        for value, label in Clause.Status.choices
        if value not in GONE
    ]


def _frame(viewer: Viewer, plan: Plan, measures: list[Measure]) -> dict[str, Any]:
    """What every page of the desk shows: the plan, its measures, how far it is."""
    total = sum(getattr(measure, "item_count", 0) for measure in measures)
    waiting = sum(getattr(measure, "open_count", 0) for measure in measures)
    outside = live_clauses(plan).filter(measure=None).values_list("status", flat=True)
    loose = list(outside)
    proposed = sum(status == Clause.Status.PROPOSED for status in loose)
    total, waiting = total + len(loose), waiting + proposed
    return {
        "plan": plan,
        "measures": measures,
        "outside_count": len(loose),
        "outside_open": proposed,
        "progress": Progress(decided=total - waiting, total=total),
        "office": viewer.office,
        "may_decide": plan.status == Plan.Status.DRAFT and viewer.office,
        "staff": viewer.staff,
    }


def _groups(plan: Plan, measures: list[Measure], clauses: list[Clause]) -> list[dict[str, Any]]:
    """The items by measure, in the order of the text; what no measure holds comes last."""
    by_measure: dict[int | None, list[Clause]] = {}
    for clause in clauses:
        by_measure.setdefault(clause.measure_id, []).append(clause)
    groups = [
        {
            "measure": measure,
            "clauses": by_measure.get(measure.pk, []),
            "href": desk_url(plan, measure),
        }
        for measure in measures
    ]
    loose = by_measure.get(None, [])
    if loose:
        groups.append({"measure": None, "clauses": loose, "href": desk_url(plan, None)})
    return groups


def desk_url(plan: Plan, measure: Measure | None) -> str:
    """The page on which the clauses of ``measure`` are decided."""
    if measure is None:
        return reverse("plan:outside", args=[plan.slug, plan.edition])
    return reverse("plan:measure", args=[plan.slug, plan.edition, measure.pk])


@require_safe
def measure(request: HttpRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    """One measure: its text at the left, its items to decide on at the right."""
    plan, viewer = plan_or_404(slug, edition), viewer_of(request)
    closed = closed_to(viewer, request, plan)
    return closed or _desk(request, viewer, plan, measure_or_404(plan, pk))


@require_safe
def outside(request: HttpRequest, slug: str, edition: int) -> HttpResponse:
    """What stands outside every measure: the head, the last page."""
    plan, viewer = plan_or_404(slug, edition), viewer_of(request)
    return closed_to(viewer, request, plan) or _desk(request, viewer, plan, None)


def _desk(request: HttpRequest, viewer: Viewer, plan: Plan, chosen: Measure | None) -> HttpResponse:
    measures = list(measures_with_counts(plan))
    everything = list(clauses_of(plan, chosen))
    for clause in everything:
        clause.plan = plan
    live = [one for one in everything if one.status not in GONE and one.absorbed_by_id is None]
    gone = [one for one in everything if one.status in GONE or one.absorbed_by_id is not None]
    spans = own_spans(chosen, measures, len(plan.text))
    before, after = _neighbours(measures, chosen)
    context = {
        **_frame(viewer, plan, measures),
        "measure": chosen,
        "texts": [pieces(plan.text, span, live) for span in spans],
        "live": live,
        "gone": gone,
        "waiting": sum(one.status == Clause.Status.PROPOSED for one in live),
        "units": list(chosen.units.all()) if chosen else [],
        "before": before,
        "after": after,
        "here": desk_url(plan, chosen),
    }
    return render(request, "plan/measure.html", context)


def _neighbours(
    measures: list[Measure], chosen: Measure | None
) -> tuple[Measure | None, Measure | None]:
    """The measures before and after, for leafing."""
    if chosen is None:
        return (measures[-1] if measures else None), None
    place = [measure.pk for measure in measures].index(chosen.pk)
    after = measures[place + 1] if place + 1 < len(measures) else None
    return (measures[place - 1] if place else None), after


@require_safe
def clause(request: HttpRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    """One clause: its sentence in context, its fields, what was decided, the target it became."""
    plan, viewer = plan_or_404(slug, edition), viewer_of(request)
    closed = closed_to(viewer, request, plan)
    if closed is not None:
        return closed
    found = clause_or_404(plan, pk)
    if not viewer.staff and found.status in GONE:
        raise Http404
    context = {
        "plan": plan,
        "clause": found,
        "pieces": pieces(plan.text, around(plan, found), [found]),
        "parts": list(found.parts.exclude(status__in=GONE)),
        "split_into": list(found.split_into.exclude(status__in=GONE)),
        "decisions": list(found.decisions.select_related("actor")) if viewer.staff else [],
        "target": getattr(found, "target", None),
        "here": desk_url(plan, found.measure),
        "may_decide": plan.status == Plan.Status.DRAFT and viewer.office,
        "staff": viewer.staff,
    }
    return render(request, "plan/clause.html", context)
