"""Reminders: on which day, to whom, and never twice."""

from datetime import date, timedelta

import pytest

from yingcai.audit.models import Event
from yingcai.plan.tests.make import make_pack, make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.orders import answer_order
from yingcai.reporting.actions.reminders import send_reminders
from yingcai.reporting.models import Reminder, Report, ReportingMonth
from yingcai.reporting.tests.make import NOW, make_month, make_order, make_report

pytestmark = pytest.mark.django_db
DUE = date(2018, 6, 5)


def an_open_month(status: str = Report.Status.DRAFT) -> ReportingMonth:
    unit = make_unit()
    target = make_target(owners={unit: "lead"})
    month = make_month(target.plan)
    make_report(month, target, unit, status=status)
    return month


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (-4, []),
        (-3, ["due_soon"]),
        (-1, ["due_soon"]),
        (0, ["due_soon"]),
        (1, ["late"]),
        (2, ["late"]),
        (30, ["late"]),
    ],
)
def test_a_unit_is_reminded_before_and_after_the_day(days: int, kinds: list[str]) -> None:
    month = an_open_month()
    sent = send_reminders(month.plan, on=DUE + timedelta(days=days), now=NOW)
    assert [row.kind for row in sent] == kinds


def test_day_by_day_the_reminders_come_on_the_named_days_only() -> None:
    month = an_open_month()
    days = [
        offset
        for offset in range(-6, 20)
        if send_reminders(month.plan, on=DUE + timedelta(days=offset), now=NOW)
    ]
    assert days == [-3, -1, 1, 3, 7, 14]


def test_a_second_run_on_the_day_sends_nothing() -> None:
    month = an_open_month()
    send_reminders(month.plan, on=DUE, now=NOW)
    assert send_reminders(month.plan, on=DUE, now=NOW) == []
    assert Reminder.objects.count() == 1
    assert Event.objects.filter(action="reminders.sent").count() == 1


def test_a_dry_run_says_what_it_would_send_and_writes_nothing() -> None:
    month = an_open_month()
    assert len(send_reminders(month.plan, on=DUE, now=NOW, dry_run=True)) == 1
    assert not Reminder.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("status", ["submitted", "approved", "accepted"])
def test_a_unit_that_has_sent_everything_is_left_alone(status: str) -> None:
    month = an_open_month(status)
    assert send_reminders(month.plan, on=DUE, now=NOW) == []


def test_a_locked_month_reminds_nobody() -> None:
    month = an_open_month()
    ReportingMonth.objects.filter(pk=month.pk).update(status="locked")
    assert send_reminders(month.plan, on=DUE, now=NOW) == []


def test_the_days_are_the_packs() -> None:
    make_pack(reporting={"reminder_days": [10], "late_days": [2]})
    month = an_open_month()
    assert len(send_reminders(month.plan, on=DUE - timedelta(days=10), now=NOW)) == 1
    assert send_reminders(month.plan, on=DUE + timedelta(days=1), now=NOW) == []


def test_orders_without_an_answer_are_reminded_of() -> None:
    plan, unit = make_plan(), make_unit()
    order, answered = make_order(plan, unit), make_order(plan, unit)
    answer_order(answered, text="已办", actor=make_user(), now=NOW)
    due = send_reminders(plan, on=date(2018, 6, 17), now=NOW)
    late = send_reminders(plan, on=date(2018, 6, 21), now=NOW)
    assert [(row.order_id, row.kind) for row in [*due, *late]] == [
        (order.pk, "order_due"),
        (order.pk, "order_overdue"),
    ]
