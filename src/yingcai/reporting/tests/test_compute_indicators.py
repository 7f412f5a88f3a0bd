"""What accepted reports amount to, on figures worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from yingcai.audit.models import Event
from yingcai.plan.models import Target
from yingcai.plan.tests.make import make_plan, make_target, make_unit
from yingcai.reporting.actions.indicators import compute_indicators
from yingcai.reporting.models import IndicatorValue, Report
from yingcai.reporting.tests.make import MAY, NOW, make_accepted, make_month, make_report

pytestmark = pytest.mark.django_db
D = Decimal
APRIL, JUNE = date(2018, 4, 1), date(2018, 6, 1)


def city(target: Target, month: date = MAY) -> IndicatorValue:
    return IndicatorValue.objects.get(target=target, unit=None, month=month)


def test_the_lead_units_figure_is_the_citys() -> None:
    lead, joint = make_unit(), make_unit()
    target = make_target(value=1000, owners={lead: "lead", joint: "joint"})
    make_accepted(make_month(target.plan), target, lead, 412)
    compute_indicators(target.plan, MAY, now=NOW)
    row = city(target)
    assert (row.value, row.goal, row.progress, row.light) == (D(412), D(1000), D("41.2"), "green")
    assert (row.rows, row.missing, row.formula) == (1, 0, "path-2")
    # 60 of 1005 days by the end of May: 59.7 of 1000, and people come whole.
    assert row.expected == D(59)
    assert not IndicatorValue.objects.exclude(unit=None).exists()


def test_shares_add_up_to_the_city() -> None:
    east, west = make_unit(), make_unit()
    target = make_target(value=30, shares={east: 20, west: 10})
    month = make_month(target.plan)
    make_accepted(month, target, east, 4)
    make_accepted(month, target, west, 3)
    compute_indicators(target.plan, MAY, now=NOW)
    assert (city(target).value, city(target).rows) == (D(7), 2)
    shares = IndicatorValue.objects.exclude(unit=None).order_by("unit")
    assert [(row.value, row.goal) for row in shares] == [(D(4), D(20)), (D(3), D(10))]


def test_levels_average() -> None:
    east, west = make_unit(), make_unit()
    target = make_target(
        value=100, shares={east: 100, west: 100}, kind="coverage", measure_word="%"
    )
    month = make_month(target.plan)
    make_accepted(month, target, east, 100)
    make_accepted(month, target, west, 50)
    compute_indicators(target.plan, MAY, now=NOW)
    assert city(target).value == 75


def test_reports_that_nobody_accepted_do_not_count() -> None:
    lead = make_unit()
    target = make_target(owners={lead: "lead"})
    make_report(make_month(target.plan), target, lead, 9, status=Report.Status.APPROVED)
    compute_indicators(target.plan, MAY, now=NOW)
    row = city(target)
    assert (row.value, row.light, row.rows, row.missing) == (None, "none", 0, 1)


def test_a_missing_share_keeps_its_last_figure_in_the_city_and_is_counted() -> None:
    east, west = make_unit(), make_unit()
    target = make_target(value=30, shares={east: 20, west: 10})
    april, may = make_month(target.plan, APRIL), make_month(target.plan, MAY)
    make_accepted(april, target, east, 4)
    make_accepted(april, target, west, 3)
    make_accepted(may, target, east, 5)
    make_report(may, target, west)
    compute_indicators(target.plan, APRIL, now=NOW)
    assert (city(target).value, city(target).rows, city(target).missing) == (D(8), 1, 1)
    absent = IndicatorValue.objects.get(unit=west, month=MAY)
    assert (absent.value, absent.light, absent.missing) == (None, "none", 1)


def test_with_every_share_missing_the_city_has_no_figure() -> None:
    east = make_unit()
    target = make_target(value=30, shares={east: 20})
    make_accepted(make_month(target.plan, APRIL), target, east, 4)
    make_report(make_month(target.plan, MAY), target, east)
    compute_indicators(target.plan, APRIL, now=NOW)
    assert city(target).value is None


def test_a_target_nobody_asks_for_any_more_keeps_its_last_figure() -> None:
    lead = make_unit()
    target = make_target(value=1, kind="document", owners={lead: "lead"})
    make_accepted(make_month(target.plan, APRIL), target, lead, 1)
    make_month(target.plan, MAY)
    compute_indicators(target.plan, MAY, now=NOW)
    row = city(target)
    assert (row.value, row.light, row.rows, row.missing) == (D(1), "done", 0, 0)


def test_a_yearly_figure_is_not_carried_into_the_new_year() -> None:
    lead = make_unit()
    target = make_target(value=12, course="yearly", owners={lead: "lead"})
    make_accepted(make_month(target.plan, date(2018, 12, 1)), target, lead, 12)
    make_month(target.plan, date(2019, 1, 1))
    compute_indicators(target.plan, date(2018, 12, 1), now=NOW)
    assert city(target, date(2018, 12, 1)).light == "done"
    assert city(target, date(2019, 1, 1)).value is None


def test_a_document_is_not_behind_before_its_day() -> None:
    lead = make_unit()
    target = make_target(value=1, kind="document", owners={lead: "lead"})
    make_accepted(make_month(target.plan), target, lead, 0)
    compute_indicators(target.plan, MAY, now=NOW)
    assert (city(target).light, city(target).expected) == ("green", D(0))


def test_a_target_that_has_not_begun_has_no_row() -> None:
    target = make_target(starts_on=date(2019, 1, 1))
    make_month(target.plan)
    compute_indicators(target.plan, MAY, now=NOW)
    assert not IndicatorValue.objects.exists()


def test_the_citys_milestones_bind_the_units_in_proportion() -> None:
    east, west = make_unit(), make_unit()
    target = make_target(value=30, shares={east: 20, west: 10}, milestones={date(2018, 5, 31): 15})
    make_month(target.plan)
    compute_indicators(target.plan, MAY, now=NOW)
    assert city(target).expected == 15
    assert IndicatorValue.objects.get(unit=east).expected == 10


def test_a_forecast_needs_three_months() -> None:
    lead = make_unit()
    target = make_target(value=1000, owners={lead: "lead"})
    for number, month in enumerate([APRIL, MAY, JUNE], start=1):
        make_accepted(make_month(target.plan, month), target, lead, 31 * number)
    compute_indicators(target.plan, APRIL, now=NOW)
    assert city(target, MAY).forecast is None
    assert city(target, JUNE).forecast_method == "trend"
    # 93 at the end of June; slopes 31/31, 62/61 and 31/30 a day, 915 days left.
    assert city(target, JUNE).forecast == D("1023.0000")


def test_a_corrected_month_moves_the_months_after_it() -> None:
    east, west = make_unit(), make_unit()
    target = make_target(value=30, shares={east: 20, west: 10})
    april, may = make_month(target.plan, APRIL), make_month(target.plan, MAY)
    first = make_accepted(april, target, west, 3)
    make_accepted(may, target, east, 5)
    make_report(may, target, west)
    compute_indicators(target.plan, APRIL, now=NOW)
    Report.objects.filter(pk=first.pk).update(value=2)
    compute_indicators(target.plan, APRIL, now=NOW)
    assert city(target).value == 7


def test_rows_keep_their_ids_when_figures_change() -> None:
    lead = make_unit()
    target = make_target(owners={lead: "lead"})
    report = make_accepted(make_month(target.plan), target, lead, 3)
    compute_indicators(target.plan, MAY, now=NOW)
    before = city(target).pk
    Report.objects.filter(pk=report.pk).update(value=4)
    compute_indicators(target.plan, MAY, now=NOW)
    assert (city(target).pk, city(target).value) == (before, D(4))


def test_computing_again_writes_nothing() -> None:
    lead = make_unit()
    target = make_target(owners={lead: "lead"})
    make_accepted(make_month(target.plan), target, lead, 3)
    assert compute_indicators(target.plan, MAY, now=NOW) == 1
    assert compute_indicators(target.plan, MAY, now=NOW) == 0
    assert Event.objects.filter(action="indicators.computed").count() == 1


def test_only_the_chosen_targets_are_touched() -> None:
    lead = make_unit()
    plan = make_plan()
    first, second = (make_target(plan, owners={lead: "lead"}) for _ in range(2))
    month = make_month(plan)
    make_accepted(month, first, lead, 3)
    make_accepted(month, second, lead, 3)
    compute_indicators(plan, MAY, now=NOW, targets=[second.pk])
    assert list(IndicatorValue.objects.values_list("target", flat=True)) == [second.pk]


def test_a_unit_that_lost_its_share_loses_its_row() -> None:
    east = make_unit()
    target = make_target(value=30, shares={east: 20})
    make_accepted(make_month(target.plan), target, east, 3)
    compute_indicators(target.plan, MAY, now=NOW)
    target.shares.all().delete()
    compute_indicators(target.plan, MAY, now=NOW)
    assert not IndicatorValue.objects.exclude(unit=None).exists()


def test_the_number_of_queries_does_not_grow_with_targets(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    plan = make_plan()
    units = [make_unit() for _ in range(4)]
    month = make_month(plan)
    for _ in range(12):
        target = make_target(plan, value=40, shares=dict.fromkeys(units, 10))
        for unit in units:
            make_accepted(month, target, unit, 1)
    with django_assert_max_num_queries(14):
        assert compute_indicators(plan, MAY, now=NOW) == 60
