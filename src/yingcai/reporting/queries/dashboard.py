"""The overview of a month: counts by light, measure and unit, and the table behind them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from yingcai.reporting.models import IndicatorValue, ReportingMonth
from yingcai.reporting.queries.months import months_of

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

LIGHTS = ["red", "yellow", "green", "done", "none"]
PAGE = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the visitor of the overview asked for; empty means all. ``after``: order and id of a row."""

    light: str = ""
    unit: str = ""
    measure: int | None = None
    kind: str = ""
    after: tuple[int, int] | None = None
    before: tuple[int, int] | None = None


@dataclass(slots=True)
class Tally:
    """Counts of lights under one heading."""

    key: str
    label: str
    counts: dict[str, int] = field(default_factory=dict)
    order: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def on_time(self) -> int:
        return self.counts.get("green", 0) + self.counts.get("done", 0)

    @property
    def percent_on_time(self) -> int:
        return 100 * self.on_time // self.total if self.total else 0

    @property
    def red(self) -> int:
        return self.counts.get("red", 0)

    @property
    def yellow(self) -> int:
        return self.counts.get("yellow", 0)

    @property
    def green(self) -> int:
        return self.counts.get("green", 0)

    @property
    def done(self) -> int:
        return self.counts.get("done", 0)

    @property
    def none(self) -> int:
        return self.counts.get("none", 0)


def shown_month(months: Iterable[ReportingMonth], asked: date | None) -> ReportingMonth | None:
    """The month asked for; else the newest locked one, else the newest of all."""
    rows = list(months)
    if asked is not None:
        return next((row for row in rows if row.month == asked), None)
    locked = (row for row in rows if row.status == ReportingMonth.Status.LOCKED)
    return next(locked, rows[0] if rows else None)


def all_months(plan: "Plan") -> list[ReportingMonth]:
    return list(months_of(plan))


def city_values(plan: "Plan", month: date) -> QuerySet[IndicatorValue]:
    return IndicatorValue.objects.filter(target__plan=plan, month=month, unit=None)


def by_measure(plan: "Plan", month: date) -> list[Tally]:
    """Lights of the city's targets by measure, in the order of the plan; one query."""
    rows = (
        city_values(plan, month)
        .values(
            "light", "target__measure__number", "target__measure__title", "target__measure__order"
        )
        .annotate(number=Count("pk"))
        .order_by("target__measure__order", "target__measure__number")
    )
    return _tallies(
        (
            str(row["target__measure__number"]),
            row["target__measure__title"],
            row["target__measure__order"],
            row["light"],
            row["number"],
        )
        for row in rows
    )


def by_unit(plan: "Plan", month: date) -> list[Tally]:
    """Lights by the unit that leads: of the city's targets, and of the shares of counties; two queries.

    A unit that leads a target and has a share of it counts it once, by its own share.
    """
    leads = city_values(plan, month).filter(
        ~Exists(_own_share(month, unit=OuterRef("target__owners__unit"))),
        target__owners__role="lead",
    )
    shares = IndicatorValue.objects.filter(target__plan=plan, month=month, unit__isnull=False)
    rows = [*_unit_rows(leads, "target__owners__unit"), *_unit_rows(shares, "unit")]
    return sorted(_tallies(rows), key=lambda tally: tally.order)


def _own_share(month: date, **unit: Any) -> QuerySet[IndicatorValue]:
    """The unit's own row of the same target and month, where it has a share."""
    return IndicatorValue.objects.filter(target=OuterRef("target"), month=month, **unit)


def _unit_rows(values: QuerySet[IndicatorValue], unit: str) -> list[tuple[str, str, int, str, int]]:
    names = (f"{unit}__name", f"{unit}__name_en")
    found: Any = (
        values.values_list(f"{unit}__code", *names, f"{unit}__order", "light")
        .annotate(number=Count("pk"))
        .order_by(f"{unit}__order")
    )
    english = get_language() == "en"
    return [
        (code, (english and name_en) or name, order, light, number)
        for code, name, name_en, order, light, number in found
    ]


def _tallies(rows: Iterable[tuple[str, str, int, str, int]]) -> list[Tally]:
    found: dict[str, Tally] = {}
    for key, label, order, light, number in rows:
        tally = found.setdefault(key, Tally(key, label, order=order))
        tally.counts[light] = tally.counts.get(light, 0) + number
    return list(found.values())


def total_of(tallies: Iterable[Tally]) -> Tally:
    total = Tally("", "")
    for tally in tallies:
        for light, number in tally.counts.items():
            total.counts[light] = total.counts.get(light, 0) + number
    return total


def chosen_values(plan: "Plan", month: date, chosen: Chosen) -> QuerySet[IndicatorValue]:
    """The rows of the overview's table in the order of the plan.

    For a unit: its shares, and the city's targets that it leads without one. Else the city's targets.
    """
    values = IndicatorValue.objects.filter(target__plan=plan, month=month)
    if chosen.unit:
        leads = Q(
            ~Exists(_own_share(month, unit__code=chosen.unit)),
            unit=None,
            target__owners__role="lead",
            target__owners__unit__code=chosen.unit,
        )
        values = values.filter(Q(unit__code=chosen.unit) | leads).distinct()
    else:
        values = values.filter(unit=None)
    if chosen.light:
        values = values.filter(light=chosen.light)
    if chosen.measure is not None:
        values = values.filter(target__measure__number=chosen.measure)
    if chosen.kind:
        values = values.filter(target__kind=chosen.kind)
    return values.select_related("target", "target__measure", "unit").order_by(
        "target__order", "target_id", "pk"
    )


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, with the marks of its neighbours."""

    rows: list[IndicatorValue]
    newer: str
    older: str


def page_of(plan: "Plan", month: date, chosen: Chosen) -> Page:
    """At most 50 rows after (or before) the row asked for, with owners; three queries."""
    values = chosen_values(plan, month, chosen).prefetch_related("target__owners__unit")
    back = chosen.before is not None
    mark = chosen.before if back else chosen.after
    if mark is not None:
        order, pk = mark
        values = values.filter(_beyond(order, pk, back=back))
    if back:
        values = values.order_by("-target__order", "-pk")
    else:
        values = values.order_by("target__order", "pk")
    rows = list(values[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if back:
        rows.reverse()
    has_newer = more if back else chosen.after is not None
    has_older = chosen.before is not None if back else more
    return Page(
        rows,
        newer=_mark(rows[0]) if rows and has_newer else "",
        older=_mark(rows[-1]) if rows and has_older else "",
    )


def _beyond(order: int, pk: int, *, back: bool) -> Q:
    if back:
        return Q(target__order__lt=order) | Q(target__order=order, pk__lt=pk)
    return Q(target__order__gt=order) | Q(target__order=order, pk__gt=pk)


def _mark(row: IndicatorValue) -> str:
    return f"{row.target.order}-{row.pk}"
