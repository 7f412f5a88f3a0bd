"""What waits for one person: the month to fill in, to approve, to check."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce

from yingcai.reporting.figures import Earlier, reason_needed, rule_of
from yingcai.reporting.models import Reminder, Report, ReportingMonth, SupervisionOrder
from yingcai.reporting.queries.months import jump_percent, months_of, recent_figures
from yingcai.reporting.queries.orders import LIVE
from yingcai.reporting.queries.scope import Scope, is_turn_of

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

EDITABLE = frozenset({Report.Status.DRAFT, Report.Status.RETURNED})
LISTED_MONTHS = 24
PAGE = 50
# The order of the list, and what a page's mark holds: each name needs the ones before it.
ORDER = ("unit__order", "unit_id", "target__order", "pk")
MARK = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A month, how many of its reports wait for the person who asks, and the person's own by status."""

    month: ReportingMonth
    number: int
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def to_fill(self) -> int:
        return sum(self.counts.get(status, 0) for status in EDITABLE)


def waiting_months(plan: "Plan", scope: Scope, asked: date | None = None) -> list[Waiting]:
    """The newest months with what waits in the open ones (and in ``asked``); two queries."""
    months = list(months_of(plan)[:LISTED_MONTHS])
    counted = [
        month.pk
        for number, month in enumerate(months)
        if month.status == ReportingMonth.Status.OPEN or month.month == asked or number == 0
    ]
    mine = Q(unit__in=scope.own)
    if scope.office:
        mine |= Q(status=Report.Status.APPROVED)
    rows: Any = (
        Report.objects.filter(mine, month__in=counted)
        .values_list("month_id", "unit_id", "status")
        .annotate(number=Count("pk"))
        .order_by()
    )
    turns: dict[int, int] = defaultdict(int)
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for month_id, unit_id, status, number in rows:
        if unit_id in scope.own:
            counts[month_id][status] += number
        if is_turn_of(scope, unit_id, status):
            turns[month_id] += number
    return [
        Waiting(
            month,
            turns[month.pk] if month.status == ReportingMonth.Status.OPEN else 0,
            counts[month.pk],
        )
        for month in months
    ]


def month_to_show(months: Sequence[Waiting], asked: date | None) -> Waiting | None:
    """The month asked for; else the oldest in which something waits, else the newest open one."""
    if asked is not None:
        return next((row for row in months if row.month.month == asked), None)
    waiting = [row for row in months if row.number]
    open_ones = [row for row in months if row.month.status == ReportingMonth.Status.OPEN]
    return next(iter([*reversed(waiting), *open_ones, *months]), None)


@dataclass(frozen=True, slots=True)
class Row:
    """One report with what a person needs to fill it in or to judge it."""

    report: Report
    goal: Decimal
    earlier: Earlier | None
    needs_reason: str
    editable: bool
    files: int

    @property
    def approvable(self) -> bool:
        return self.report.status == Report.Status.SUBMITTED

    @property
    def change(self) -> Decimal | None:
        if self.report.value is None or self.earlier is None:
            return None
        return self.report.value - self.earlier.value


def with_goals(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Reports with ``goal`` (the unit's share, else the target's value) and ``files`` (standing ones)."""
    return reports.annotate(
        own_share=FilteredRelation("target__shares", condition=Q(target__shares__unit=F("unit"))),
        goal=Coalesce("own_share__value", "target__value"),
        files=Count("evidence", filter=Q(evidence__withdrawn_at=None), distinct=True),
    )


@dataclass(frozen=True, slots=True)
class Page:
    """At most fifty rows, and the marks of the pages around them."""

    rows: list[Row]
    newer: str
    older: str


def page_of_rows(
    month: ReportingMonth, reports: QuerySet[Report], scope: Scope, *, after: str, before: str
) -> Page:
    """One page of ``reports``, unit by unit in the order of the plan; three queries."""
    mark = _read_mark(before or after)
    backwards = bool(before and mark)
    if mark is not None:
        reports = reports.filter(_beyond(mark, back=backwards))
    order = [f"-{name}" for name in ORDER] if backwards else list(ORDER)
    found = rows_of(month, reports, scope, order=order, limit=PAGE + 1)
    more = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        found.reverse()
    has_newer = more if backwards else mark is not None
    has_older = True if backwards else more
    return Page(
        found,
        newer=_mark(found[0]) if found and has_newer else "",
        older=_mark(found[-1]) if found and has_older else "",
    )


def _mark(row: Row) -> str:
    report = row.report
    return f"{report.unit.order}-{report.unit_id}-{report.target.order}-{report.pk}"


def _read_mark(text: str) -> list[int] | None:
    parts = text.split("-")
    if len(parts) != len(ORDER) or not all(MARK.fullmatch(part) for part in parts):
        return None
    return [int(part) for part in parts]


def _beyond(mark: Sequence[int], *, back: bool) -> Q:
    """Rows after (or before) the mark, compared name by name."""
    sign = "lt" if back else "gt"
    found = Q(pk__in=[])
    equal = Q()
    for name, value in zip(ORDER, mark, strict=True):
        found |= equal & Q(**{f"{name}__{sign}": value})
        equal &= Q(**{name: value})
    return found


def rows_of(
    month: ReportingMonth,
    reports: QuerySet[Report],
    scope: Scope,
    *,
    order: Sequence[str] = ORDER,
    limit: int = 1,
) -> list[Row]:
    """At most ``limit`` of the reports as rows, with last figures and warnings; three queries."""
    found: list[Any] = list(
        with_goals(reports)
        .select_related("target", "target__measure", "unit")
        .order_by(*order)[:limit]
    )
    earlier = recent_figures(
        month,
        targets={report.target_id for report in found},
        units={report.unit_id for report in found},
    )
    percent = jump_percent()
    return [
        _row(month, report, scope, earlier.get((report.target_id, report.unit_id)), percent)
        for report in found
    ]


def _row(
    month: ReportingMonth, report: Any, scope: Scope, last: Earlier | None, percent: Decimal
) -> Row:
    rule = rule_of(report.target, report.goal, percent)
    missing = reason_needed(report.value, month=month.month, earlier=last, rule=rule)
    editable = (
        month.status == ReportingMonth.Status.OPEN
        and report.status in EDITABLE
        and scope.may_write(report.unit_id)
    )
    return Row(report, report.goal, last, "" if report.reason else missing, editable, report.files)


def recent_reminders(scope: Scope, on: date) -> list[Reminder]:
    """The reminders of the last month to the units of this person, newest first."""
    since = on - timedelta(days=31)
    reminders = Reminder.objects.filter(unit__in=scope.own, on__gte=since, on__lte=on)
    return list(reminders.select_related("unit", "month", "order")[:8])


def open_orders(scope: Scope) -> list[SupervisionOrder]:
    """The supervision orders that wait for the units of this person."""
    orders = SupervisionOrder.objects.filter(unit__in=scope.own, status__in=LIVE)
    return list(orders.select_related("unit")[:20])
