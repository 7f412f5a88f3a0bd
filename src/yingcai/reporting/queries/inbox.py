"""What waits for one person: the month to fill in, to approve, to check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce

from yingcai.reporting.figures import Earlier, reason_needed, rule_of
from yingcai.reporting.models import Reminder, Report, ReportingMonth, SupervisionOrder
from yingcai.reporting.queries.months import earlier_figures, jump_percent, months_of
from yingcai.reporting.queries.orders import LIVE
from yingcai.reporting.queries.scope import Scope, waiting_for

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

EDITABLE = frozenset({Report.Status.DRAFT, Report.Status.RETURNED})
LISTED_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Waiting:
    """A month and how many of its reports wait for the person who asks."""

    month: ReportingMonth
    number: int


def waiting_months(plan: "Plan", scope: Scope) -> list[Waiting]:
    """The newest months, each with the number of reports on which it is this person's turn; one query."""
    mine = Q(reports__in=Report.objects.filter(waiting_for(scope)))
    rows: Any = (
        months_of(plan)
        .annotate(turn=Count("reports", filter=mine, distinct=True))
        .order_by("-month")
    )
    return [
        Waiting(row, row.turn if row.status == ReportingMonth.Status.OPEN else 0)
        for row in rows[:LISTED_MONTHS]
    ]


def month_to_show(months: Sequence[Waiting], asked: date | None) -> ReportingMonth | None:
    """The month asked for; else the oldest in which something waits, else the newest open one."""
    if asked is not None:
        return next((row.month for row in months if row.month.month == asked), None)
    waiting = [row.month for row in months if row.number]
    open_ones = [row.month for row in months if row.month.status == ReportingMonth.Status.OPEN]
    every = [row.month for row in months]
    return next(iter([*reversed(waiting), *open_ones, *every]), None)


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


def rows_of(month: ReportingMonth, reports: QuerySet[Report], scope: Scope) -> list[Row]:
    """The reports as rows, with last figures and warnings; three queries."""
    found: list[Any] = list(
        with_goals(reports)
        .select_related("target", "target__measure", "unit")
        .order_by("unit__order", "unit_id", "target__order", "target_id")
    )
    earlier = earlier_figures(
        month.plan, month.month, targets={report.target_id for report in found}
    )
    percent = jump_percent()
    rows = []
    for report in found:
        last = earlier.get((report.target_id, report.unit_id))
        rule = rule_of(report.target, report.goal, percent)
        missing = reason_needed(report.value, month=month.month, earlier=last, rule=rule)
        editable = (
            month.status == ReportingMonth.Status.OPEN
            and report.status in EDITABLE
            and scope.may_write(report.unit_id)
        )
        rows.append(
            Row(report, report.goal, last, "" if report.reason else missing, editable, report.files)
        )
    return rows


def recent_reminders(scope: Scope, on: date) -> list[Reminder]:
    """The reminders of the last month to the units of this person, newest first."""
    since = on - timedelta(days=31)
    reminders = Reminder.objects.filter(unit__in=scope.own, on__gte=since, on__lte=on)
    return list(reminders.select_related("unit", "month", "order")[:8])


def open_orders(scope: Scope) -> list[SupervisionOrder]:
    """The supervision orders that wait for the units of this person."""
    orders = SupervisionOrder.objects.filter(unit__in=scope.own, status__in=LIVE)
    return list(orders.select_related("unit")[:20])
