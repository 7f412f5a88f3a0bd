"""Remind units of months and orders that are nearly due or late. Dated and safe to repeat."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from yingcai.audit.actions import record
from yingcai.plan.queries import active_pack
from yingcai.reporting.models import Reminder, Report, ReportingMonth, SupervisionOrder
from yingcai.reporting.queries.months import months_of

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

Kind = Reminder.Kind
UNSENT = [Report.Status.DRAFT, Report.Status.RETURNED]
LATE_DAYS = (1, 3, 7, 14)  # days after the due day, when the pack names none


@dataclass(frozen=True, slots=True)
class _Due:
    """Something that one unit has to hand in by a day."""

    unit_id: int
    due_on: date
    month_id: int | None
    order_id: int | None

    @property
    def key(self) -> tuple[int, int | None, int | None]:
        return (self.unit_id, self.month_id, self.order_id)


@transaction.atomic
def send_reminders(
    plan: "Plan", *, on: date, now: datetime, dry_run: bool = False
) -> list[Reminder]:
    """Write the reminders that ``on`` calls for, and return them.

    Before the due day: on the days the pack names (``reminder_days``). After it: on ``late_days``.
    A day that was missed is made up by the next run; a second run writes nothing. With ``dry_run``
    nothing is written.
    """
    setting = active_pack().get("reporting", {})
    before = [int(days) for days in setting.get("reminder_days", [3, 1])]
    after = [int(days) for days in setting.get("late_days", LATE_DAYS)]
    dues = [*_month_dues(plan, on), *_order_dues(plan, on)]
    last = _last_reminders(dues)
    fresh = []
    for due in dues:
        kind, called_on = _call(due, on, before, after)
        if called_on is None or last.get((*due.key, kind), date.min) >= called_on:
            continue
        fresh.append(
            Reminder(
                unit_id=due.unit_id,
                month_id=due.month_id,
                order_id=due.order_id,
                kind=kind,
                on=on,
            )
        )
    if fresh and not dry_run:
        Reminder.objects.bulk_create(fresh)
        details = {"on": on.isoformat(), "reminders": len(fresh)}
        record("reminders.sent", plan, actor=None, details=details, at=now)
    return fresh


def _month_dues(plan: "Plan", on: date) -> list[_Due]:
    """Units that have not sent everything of an open month."""
    pairs = (
        Report.objects.filter(
            month__in=months_of(plan).filter(status=ReportingMonth.Status.OPEN),
            status__in=UNSENT,
        )
        .values_list("unit_id", "month_id", "month__due_on")
        .distinct()
        .order_by("month_id", "unit_id")
    )
    return [_Due(unit, due_on, month, None) for unit, month, due_on in pairs]


def _order_dues(plan: "Plan", on: date) -> list[_Due]:
    """Orders that have had no answer."""
    orders = SupervisionOrder.objects.filter(
        plan=plan, status=SupervisionOrder.Status.OPEN, opened_on__lte=on
    )
    rows = orders.values_list("unit_id", "pk", "due_on")
    return [_Due(unit, due_on, None, order) for unit, order, due_on in rows]


def _call(
    due: _Due, on: date, before: Sequence[int], after: Sequence[int]
) -> tuple[str, date | None]:
    """The kind of reminder that ``on`` calls for, and the day on which it was called for."""
    if on <= due.due_on:
        kind = Kind.DUE_SOON if due.month_id else Kind.ORDER_DUE
        days = [due.due_on - timedelta(days=number) for number in before]
    else:
        kind = Kind.LATE if due.month_id else Kind.ORDER_OVERDUE
        days = [due.due_on + timedelta(days=number) for number in after]
    return kind, max((day for day in days if day <= on), default=None)


def _last_reminders(
    dues: Iterable[_Due],
) -> dict[tuple[int, int | None, int | None, str], date]:
    units = {due.unit_id for due in dues}
    rows = (
        Reminder.objects.filter(unit__in=units)
        .values_list("unit_id", "month_id", "order_id", "kind")
        .annotate(last=Max("on"))
        .order_by()
    )
    return {(unit, month, order, kind): last for unit, month, order, kind, last in rows}
