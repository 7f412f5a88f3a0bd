"""Opening, locking and reopening a month."""

from datetime import date

import pytest

from yingcai.audit.models import Event
from yingcai.plan.models import Target
from yingcai.plan.tests.make import make_pack, make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.indicators import compute_indicators
from yingcai.reporting.actions.months import lock_month, open_due_months, open_month, reopen_month
from yingcai.reporting.errors import MonthClosed, MonthIncomplete, Refused, Stale
from yingcai.reporting.models import IndicatorValue, Report, ReportingMonth
from yingcai.reporting.queries.months import expected_in
from yingcai.reporting.tests.make import MAY, NOW, make_accepted, make_month, make_report

pytestmark = pytest.mark.django_db
JUNE = date(2018, 6, 1)


def asked(month: ReportingMonth) -> list[tuple[str, str]]:
    return list(month.reports.order_by("pk").values_list("target__code", "unit__code"))


def test_the_first_lead_unit_answers_for_a_target_without_shares() -> None:
    plan = make_plan()
    lead, second, joint = make_unit("a"), make_unit("b"), make_unit("c")
    make_target(plan, code="1-1", owners={joint: "joint", lead: "lead", second: "lead"})
    make_target(plan, code="1-2", owners={joint: "joint"})
    month, added = open_month(plan, MAY, actor=make_user(role="office"), now=NOW)
    assert asked(month) == [("1-1", "a"), ("1-2", "c")]
    assert (added, month.status) == (2, "open")


def test_every_unit_with_a_share_answers_for_its_part() -> None:
    lead, east, west = make_unit("lead"), make_unit("east"), make_unit("west")
    target = make_target(code="1-1", owners={lead: "lead"}, shares={east: 5, west: 5})
    month, _ = open_month(target.plan, MAY, actor=None, now=NOW)
    assert asked(month) == [("1-1", "east"), ("1-1", "west")]


def test_a_target_without_units_is_named_not_dropped() -> None:
    target = make_target()
    assert expected_in(target.plan, MAY).unowned == [target]


def test_a_target_that_begins_later_is_not_asked_for() -> None:
    unit = make_unit()
    target = make_target(owners={unit: "lead"}, starts_on=date(2018, 6, 1))
    assert expected_in(target.plan, MAY).pairs == []
    assert expected_in(target.plan, JUNE).pairs == [(target, unit)]


@pytest.mark.parametrize(("value", "asked_again"), [(19, True), (20, False)])
def test_after_its_day_a_target_is_asked_for_until_it_is_reached(
    value: int, *, asked_again: bool
) -> None:
    unit = make_unit()
    target = make_target(owners={unit: "lead"}, value=20, due_on=date(2018, 5, 31))
    make_accepted(make_month(target.plan), target, unit, value)
    compute_indicators(target.plan, MAY, now=NOW)
    assert bool(expected_in(target.plan, JUNE).pairs) is asked_again


def test_an_issued_document_is_not_asked_for_again() -> None:
    unit = make_unit()
    target = make_target(owners={unit: "lead"}, value=1, kind=Target.Kind.DOCUMENT)
    make_accepted(make_month(target.plan), target, unit, 1)
    compute_indicators(target.plan, MAY, now=NOW)
    assert expected_in(target.plan, JUNE).pairs == []


def test_the_month_is_due_on_the_packs_day_of_the_next() -> None:
    make_pack(reporting={"due_day": 8})
    month, _ = open_month(make_plan(), date(2018, 12, 1), actor=None, now=NOW)
    assert month.due_on == date(2019, 1, 8)


def test_opening_again_adds_only_what_is_missing() -> None:
    plan, unit = make_plan(), make_unit()
    make_target(plan, owners={unit: "lead"})
    open_month(plan, MAY, actor=None, now=NOW)
    make_target(plan, owners={unit: "lead"})
    month, added = open_month(plan, MAY, actor=None, now=NOW)
    assert (added, month.reports.count()) == (1, 2)
    assert Event.objects.filter(action="month.opened").count() == 1


@pytest.mark.parametrize("month", [date(2018, 5, 2), date(2018, 3, 1)])
def test_a_month_outside_the_plan_is_refused(month: date) -> None:
    plan = make_plan(issued_on=date(2018, 4, 13))
    with pytest.raises(Refused, match="月份"):
        open_month(plan, month, actor=None, now=NOW)
    assert not ReportingMonth.objects.exists()


def test_a_plan_without_a_date_begins_with_its_period() -> None:
    plan = make_plan(issued_on=None, period_start=2018)
    with pytest.raises(Refused, match="2018-01"):
        open_month(plan, date(2017, 12, 1), actor=None, now=NOW)


def test_a_locked_month_is_not_opened_again_by_the_way() -> None:
    plan = make_plan()
    make_month(plan, status="locked")
    with pytest.raises(MonthClosed, match="已锁定"):
        open_month(plan, MAY, actor=None, now=NOW)


def test_the_daily_command_opens_the_month_of_the_day_once() -> None:
    plan, unit = make_plan(), make_unit()
    make_target(plan, owners={unit: "lead"})
    first = open_due_months(plan, on=date(2018, 6, 8), now=NOW)
    again = open_due_months(plan, on=date(2018, 6, 9), now=NOW)
    assert ([row.month for row in first], again) == ([JUNE], [])


def test_the_daily_command_leaves_locked_months_and_the_time_before_the_plan() -> None:
    plan = make_plan(issued_on=date(2018, 4, 13))
    make_month(plan, JUNE, status="locked")
    assert open_due_months(plan, on=date(2018, 6, 8), now=NOW) == []
    assert open_due_months(plan, on=date(2018, 3, 8), now=NOW) == []


def test_locking_closes_the_month_and_computes_it() -> None:
    unit, office = make_unit(), make_user(role="office")
    target = make_target(owners={unit: "lead"})
    month = make_month(target.plan)
    make_accepted(month, target, unit, 3)
    assert lock_month(month, actor=office, now=NOW) == 0
    month.refresh_from_db()
    assert (month.status, month.locked_by, month.version) == ("locked", office, 2)
    assert IndicatorValue.objects.get(target=target).value == 3
    assert Event.objects.filter(action="month.locked").count() == 1


def test_locking_with_reports_missing_says_which() -> None:
    unit = make_unit(name="云岫市科技局")
    target = make_target(code="1-1", owners={unit: "lead"})
    month = make_month(target.plan)
    make_report(month, target, unit, 3, status=Report.Status.APPROVED)
    with pytest.raises(MonthIncomplete) as refused:
        lock_month(month, actor=make_user(role="office"), now=NOW)
    assert [str(problem) for problem in refused.value.problems] == [
        "云岫市科技局 1-1：待人才办核对"
    ]
    month.refresh_from_db()
    assert month.status == "open"


def test_missing_reports_are_marked_when_the_office_locks_all_the_same() -> None:
    unit = make_unit()
    target = make_target(owners={unit: "lead"})
    month = make_month(target.plan)
    report = make_report(month, target, unit)
    assert lock_month(month, actor=make_user(role="office"), now=NOW, without_missing=True) == 1
    assert [step.action for step in report.steps.all()] == ["missing"]
    assert IndicatorValue.objects.get(target=target).missing == 1


def test_two_people_cannot_lock_the_same_month() -> None:
    month = make_month(make_plan())
    stale = ReportingMonth.objects.get(pk=month.pk)
    lock_month(month, actor=make_user(role="office"), now=NOW)
    with pytest.raises(Stale, match="刷新"):
        lock_month(stale, actor=make_user(role="office"), now=NOW)
    assert Event.objects.filter(action="month.locked").count() == 1


def test_reopening_needs_a_reason_and_keeps_it() -> None:
    month = make_month(make_plan(), status="locked")
    office = make_user(role="office")
    with pytest.raises(Refused, match="原因"):
        reopen_month(month, reason=" ", actor=office, now=NOW)
    reopen_month(month, reason="一县漏报", actor=office, now=NOW)
    month.refresh_from_db()
    assert (month.status, month.locked_at, month.locked_by) == ("open", None, None)
    assert [(step.action, step.note) for step in month.steps.all()] == [("reopen", "一县漏报")]
