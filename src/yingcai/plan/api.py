"""Plans over HTTP for reading. Only what is published; open to everyone."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import F
from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from yingcai.plan.models import Clause, Measure, Plan, Target
from yingcai.plan.queries import ledger
from yingcai.plan.queries.plans import DECIDED, FINAL

router = Router(tags=["plan"])
Limit = Annotated[int, Query(ge=1, le=200, description="rows a page")]
After = Annotated[int, Query(ge=0, le=2**53, description="`next` of the page before")]


class Problem(Schema):
    """Why a request was not answered."""

    detail: str


class FieldProblem(Schema):
    """One thing wrong with a parameter."""

    type: str
    loc: list[str | int]
    msg: str


class Invalid(Schema):
    """Everything wrong with the parameters."""

    detail: list[FieldProblem]


class PlanOut(Schema):
    """One published edition. ``digest`` is what two people signed."""

    id: int
    slug: str
    edition: int
    status: str
    title: str
    number: str
    issuers: list[str]
    issued_on: date | None
    period_start: int | None
    period_end: int | None
    digest: str
    published_at: datetime | None


class UnitOut(Schema):
    """A responsible unit as printed, and the code of the unit it stands for."""

    name: str
    code: str | None
    role: str


class MeasureOut(Schema):
    id: int
    number: int
    label: str
    title: str
    section: str
    start: int
    end: int
    units: list[UnitOut]


class ClauseOut(Schema):
    """A span of the text and what people agreed it says. Numbers are exact, in base units."""

    id: int
    measure: int | None
    kind: str
    start: int
    end: int
    text: str
    subject: str
    value: Decimal | None
    value_max: Decimal | None
    unit: str
    comparator: str
    per: str
    cumulative: bool
    baseline: str
    by_year: int | None
    part_of: int | None
    details: dict[str, Any]


class OwnerOut(Schema):
    code: str
    name: str
    role: str


class ShareOut(Schema):
    code: str
    name: str
    value: Decimal


class TargetOut(Schema):
    """A promise that is counted; ``clause`` is the id of the sentence behind it."""

    id: int
    code: str
    kind: str
    course: str
    title: str
    title_en: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str
    per: str
    baseline: Decimal
    starts_on: date
    due_on: date
    measure: int
    clause: int
    part_of: int | None
    owners: list[OwnerOut]
    shares: list[ShareOut]


class Plans(Schema):
    items: list[PlanOut]
    next: int | None


class Measures(Schema):
    items: list[MeasureOut]
    next: int | None


class Clauses(Schema):
    items: list[ClauseOut]
    next: int | None


class Targets(Schema):
    items: list[TargetOut]
    next: int | None


ANSWERS: dict[int, Any] = {401: Problem, 403: Problem, 404: Problem, 422: Invalid}


def _published(plan_id: int) -> Plan:
    plan = Plan.objects.defer("text").filter(pk=plan_id, status__in=FINAL).first()
    if plan is None:
        raise HttpError(404, "no published plan has this id")
    return plan


def _page(found: list[Any], limit: int) -> tuple[list[Any], int | None]:
    """The first ``limit`` of up to one more row, and the place to go on from."""
    items = found[:limit]
    return items, items[-1].pk if len(found) > limit else None


@router.get("/plans", response={200: Plans, **ANSWERS}, summary="List published plans and editions")
def list_plans(request: HttpRequest, limit: Limit = 50, after: After = 0) -> dict[str, Any]:
    rows = Plan.objects.defer("text").filter(status__in=FINAL, pk__gt=after).order_by("pk")
    items, further = _page(list(rows[: limit + 1]), limit)
    return {"items": items, "next": further}


@router.get("/plans/{plan_id}", response={200: PlanOut, **ANSWERS}, summary="Read one plan")
def read_plan(request: HttpRequest, plan_id: int) -> Plan:
    return _published(plan_id)


@router.get(
    "/plans/{plan_id}/measures",
    response={200: Measures, **ANSWERS},
    summary="List the measures of a plan with their responsible units",
)
def list_measures(
    request: HttpRequest, plan_id: int, limit: Limit = 50, after: After = 0
) -> dict[str, Any]:
    plan = _published(plan_id)
    rows = Measure.objects.filter(plan=plan, pk__gt=after).prefetch_related("units__unit")
    items, further = _page(list(rows.order_by("pk")[: limit + 1]), limit)
    return {"items": [_measure(one) for one in items], "next": further}


def _measure(measure: Measure) -> dict[str, Any]:
    names = ("id", "number", "label", "title", "section", "start", "end")
    units = [
        {"name": row.name, "code": row.unit.code if row.unit else None, "role": row.role}
        for row in measure.units.all()
    ]
    return {**{name: getattr(measure, name) for name in names}, "units": units}


@router.get(
    "/plans/{plan_id}/clauses",
    response={200: Clauses, **ANSWERS},
    summary="List what was read from the text of a plan and agreed to",
)
def list_clauses(
    request: HttpRequest, plan_id: int, limit: Limit = 50, after: After = 0, kind: str = ""
) -> dict[str, Any]:
    plan = _published(plan_id)
    rows = Clause.objects.filter(
        plan=plan, pk__gt=after, status__in=DECIDED, absorbed_by=None
    ).annotate(measure_number=F("measure__number"))
    if kind:
        rows = rows.filter(kind=kind)
    items, further = _page(list(rows.order_by("pk")[: limit + 1]), limit)
    return {"items": [_clause(one) for one in items], "next": further}


def _clause(clause: Clause) -> dict[str, Any]:
    names = (
        "id", "kind", "start", "end", "text", "subject", "value", "value_max", "comparator", "per",
        "cumulative", "baseline", "by_year", "details",
    )  # fmt: skip
    return {
        **{name: getattr(clause, name) for name in names},
        "measure": getattr(clause, "measure_number", None),
        "unit": clause.measure_word,
        "part_of": clause.part_of_id,
    }


@router.get(
    "/plans/{plan_id}/targets",
    response={200: Targets, **ANSWERS},
    summary="List the targets of a plan with owners and shares",
)
def list_targets(
    request: HttpRequest, plan_id: int, limit: Limit = 50, after: After = 0
) -> dict[str, Any]:
    plan = _published(plan_id)
    rows = ledger(plan).filter(pk__gt=after).order_by("pk")
    items, further = _page(list(rows[: limit + 1]), limit)
    return {"items": [_target(one) for one in items], "next": further}


@router.get(
    "/plans/{plan_id}/targets/{code}",
    response={200: TargetOut, **ANSWERS},
    summary="Read one target by its code",
)
def read_target(request: HttpRequest, plan_id: int, code: str) -> dict[str, Any]:
    found = ledger(_published(plan_id)).filter(code=code).first()
    if found is None:
        raise HttpError(404, "the plan has no target with this code")
    return _target(found)


def _target(target: Target) -> dict[str, Any]:
    names = (
        "id", "code", "kind", "course", "title", "title_en", "value", "value_max", "comparator",
        "per", "starts_on", "due_on",
    )  # fmt: skip
    return {
        **{name: getattr(target, name) for name in names},
        "unit": target.measure_word,
        "baseline": target.baseline_value,
        "measure": target.measure.number,
        "clause": target.clause_id,
        "part_of": target.part_of_id,
        "owners": [
            {"code": row.unit.code, "name": row.unit.name, "role": row.role}
            for row in target.owners.all()
        ],
        "shares": [
            {"code": row.unit.code, "name": row.unit.name, "value": row.value}
            for row in target.shares.all()
        ],
    }
