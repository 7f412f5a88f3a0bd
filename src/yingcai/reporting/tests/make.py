"""Months and reports as a test needs them: saved, valid, boring."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from yingcai.plan.tests.make import make_user
from yingcai.reporting.models import Report, ReportingMonth, SupervisionOrder

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User
    from yingcai.plan.models import Plan, Target

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)
APRIL, MAY = date(2018, 4, 1), date(2018, 5, 1)


def make_month(
    plan: "Plan", month: date = MAY, *, status: str = ReportingMonth.Status.OPEN
) -> ReportingMonth:
    """A month due on the fifth of the next."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 5)
    return ReportingMonth.objects.create(
        plan=plan, month=month, due_on=following, status=status, opened_at=NOW
    )


def make_report(
    month: ReportingMonth,
    target: "Target",
    unit: "Unit",
    value: Decimal | int | None = None,
    *,
    status: str = Report.Status.DRAFT,
    narrative: str = "",
) -> Report:
    return Report.objects.create(
        month=month,
        target=target,
        unit=unit,
        value=None if value is None else Decimal(value),
        status=status,
        narrative=narrative,
        updated_at=NOW,
    )


def make_accepted(
    month: ReportingMonth, target: "Target", unit: "Unit", value: Decimal | int
) -> Report:
    return make_report(month, target, unit, value, status=Report.Status.ACCEPTED)


def make_order(plan: "Plan", unit: "Unit", *, due_on: date = date(2018, 6, 20)) -> SupervisionOrder:
    number = SupervisionOrder.objects.count() + 1
    return SupervisionOrder.objects.create(
        plan=plan,
        number=f"督办〔2018〕{number}号",
        unit=unit,
        title="加快进度",
        demand="请于期限前书面反馈。",
        opened_on=date(2018, 6, 1),
        due_on=due_on,
    )


def make_staff(unit: "Unit") -> "Staff":
    """The people a report passes through: reporter and head of ``unit``, and the talent office."""
    return Staff(
        reporter=make_user(role="reporter", unit=unit),
        head=make_user(role="head", unit=unit),
        office=make_user(role="office"),
    )


@dataclass(frozen=True, slots=True)
class Staff:
    reporter: "User"
    head: "User"
    office: "User"
