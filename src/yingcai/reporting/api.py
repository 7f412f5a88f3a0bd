"""Read-only API of values, standings and bulletins.

``scope=published`` (the default) is what anybody may read: figures frozen in published bulletins.
``scope=staff`` is for a signed-in session that holds a role: every counted month, still moving ones too.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from ninja.errors import HttpError

from yingcai.identity.access import held_roles
from yingcai.plan.queries import current_plan
from yingcai.reporting.queries import public as reads
from yingcai.reporting.queries.bulletins import counted_values, standings_of

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

router = Router(tags=["reporting"])

Scope = Annotated[
    Literal["published", "staff"],
    Query(description="published: open to everybody; staff: needs a session with a role"),
]
MONTH_PATTERN = r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Query(pattern=MONTH_PATTERN, description="yyyy-mm")]
Limit = Annotated[int, Query(ge=1, le=200, description="rows in one answer")]
After = Annotated[int, Query(ge=0, le=2**62, description="`next` of the answer before; 0 to begin")]
Code = Annotated[str, Path(max_length=12, description="code of a target, e.g. 8-3")]
Light = Literal["done", "green", "yellow", "red", "none"]


class ErrorOut(Schema):
    """Why there is no answer."""

    detail: str


class InvalidOut(Schema):
    """Every parameter that cannot be used, with its place and the reason."""

    detail: list[dict[str, Any]]


ERRORS: dict[int, type[Schema]] = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 422: InvalidOut}


class ValueOut(Schema):
    """Where a target stood at the end of a month. Decimals are strings; percentages in points."""

    month: str
    code: str
    unit: str  # empty: the whole city
    unit_name: str
    word: str
    goal: Decimal
    value: Decimal | None
    expected: Decimal
    progress: Decimal | None
    gap: Decimal | None
    light: Light


class ValuesOut(Schema):
    items: list[ValueOut]
    next: int | None


class CountsOut(Schema):
    """How many targets show each light; ``share``: done and green in percent of all."""

    targets: int
    done: int
    green: int
    yellow: int
    red: int
    none: int
    on_time: int
    share: Decimal | None


class BulletinOut(Schema):
    month: str
    title: str
    published_on: date
    digest: str
    overall: CountsOut


class BulletinsOut(Schema):
    items: list[BulletinOut]
    next: int | None


class MeasureLightOut(Schema):
    number: int
    title: str
    section: str
    light: Light
    counts: CountsOut


class BulletinDetailOut(BulletinOut):
    measures: list[MeasureLightOut]


@router.get(
    "/values", response={200: ValuesOut, **ERRORS}, summary="Values of all targets in a month"
)
def list_values(
    request: HttpRequest,
    month: Month,
    scope: Scope = "published",
    unit: Annotated[
        str, Query(max_length=40, description="unit code; city for the whole city")
    ] = "",
    after: After = 0,
    limit: Limit = 100,
) -> dict[str, Any]:
    plan = _plan()
    first = date.fromisoformat(f"{month}-01")
    if scope == "staff":
        _staff_only(request)
        rows, following = counted_values(plan, first, unit=unit, after=after, limit=limit)
        return {"items": rows, "next": following}
    snapshot = reads.published_snapshot(plan, first)
    if snapshot is None:
        raise HttpError(404, f"no bulletin of {month} is published")
    wanted = [row for row in reads.values_in(snapshot) if not unit or (row.unit or "city") == unit]
    return _page(wanted, after=after, limit=limit)


@router.get(
    "/standings/{code}",
    response={200: ValuesOut, **ERRORS},
    summary="Values of one target over the months",
)
def list_standings(
    request: HttpRequest,
    code: Code,
    scope: Scope = "published",
    after: After = 0,
    limit: Limit = 100,
) -> dict[str, Any]:
    plan = _plan()
    rows: Sequence[Any]
    if scope == "staff":
        _staff_only(request)
        rows = standings_of(plan, code)
    else:
        rows = reads.published_standings(plan, code)
    if not rows:
        raise HttpError(404, f"no figures of target {code}")
    return _page(rows, after=after, limit=limit)


@router.get("/bulletins", response={200: BulletinsOut, **ERRORS}, summary="Published bulletins")
def list_bulletins(request: HttpRequest, after: After = 0, limit: Limit = 100) -> dict[str, Any]:
    months = reads.published_months(_plan())
    return _page([_bulletin(item) for item in months], after=after, limit=limit)


@router.get(
    "/bulletins/{month}",
    response={200: BulletinDetailOut, **ERRORS},
    summary="One published bulletin: counts, and the light of every measure",
)
def read_bulletin(
    request: HttpRequest, month: Annotated[str, Path(pattern=MONTH_PATTERN)]
) -> dict[str, Any]:
    for item in reads.published_months(_plan()):
        if f"{item.month:%Y-%m}" == month:
            measures = [{**row, "counts": _counts(row)} for row in item.summary["measures"]]
            return {**_bulletin(item), "measures": measures}
    raise HttpError(404, f"no bulletin of {month} is published")


def _plan() -> "Plan":
    plan = current_plan()
    if plan is None:
        raise HttpError(404, "no plan is published")
    return plan


def _staff_only(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise HttpError(401, "sign in to read what is not published")
    if not held_roles(request):
        raise HttpError(403, "this account holds no role")


def _page(rows: Sequence[Any], *, after: int, limit: int) -> dict[str, Any]:
    """A stretch of rows; published months never change, so a position is a safe place to go on."""
    following = after + limit
    return {
        "items": rows[after:following],
        "next": following if following < len(rows) else None,
    }


def _bulletin(item: reads.PublishedMonth) -> dict[str, Any]:
    return {
        "month": f"{item.month:%Y-%m}",
        "title": item.title,
        "published_on": item.published_on,
        "digest": item.digest,
        "overall": _counts(item.summary["overall"]),
    }


def _counts(counts: dict[str, Any]) -> dict[str, Any]:
    return {
        "targets": counts["targets"],
        **counts["lights"],
        "on_time": counts["on_time"],
        "share": counts["share"],
    }
