"""Months reported elsewhere, brought in whole or not at all."""

from datetime import date
from decimal import Decimal

import pytest

from yingcai.audit.models import Event
from yingcai.plan.tests.make import make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.history import HistoryRow, import_history
from yingcai.reporting.errors import Refused
from yingcai.reporting.models import IndicatorValue, Report, ReportingMonth, ReportStep
from yingcai.reporting.tests.make import APRIL, MAY, NOW, make_month

pytestmark = pytest.mark.django_db
D = Decimal


def test_past_months_come_in_accepted_locked_and_computed() -> None:
    lead, east = make_unit("lead"), make_unit("east")
    plan = make_plan()
    make_target(plan, code="1-1", owners={lead: "lead"})
    make_target(plan, code="1-2", value=9, shares={east: 9})
    rows = [
        HistoryRow(APRIL, "1-1", "lead", D(1), "起步"),
        HistoryRow(APRIL, "1-2", "east", D(2)),
        HistoryRow(MAY, "1-1", "lead", D(3)),
        HistoryRow(MAY, "1-2", "east", None),
    ]
    assert import_history(plan, rows, actor=make_user(), now=NOW) == 4
    assert set(ReportingMonth.objects.values_list("month", "status")) == {
        (APRIL, "locked"),
        (MAY, "locked"),
    }
    assert list(ReportStep.objects.order_by("pk").values_list("action", flat=True)) == [
        "import",
        "import",
        "import",
        "missing",
    ]
    may = IndicatorValue.objects.filter(month=MAY, unit=None).order_by("target__code")
    assert [(row.value, row.missing) for row in may] == [(D(3), 0), (None, 1)]
    assert Event.objects.filter(action="month.imported").count() == 4


def test_every_problem_is_said_with_its_row_and_nothing_is_written() -> None:
    lead = make_unit("lead")
    plan = make_plan()
    make_target(plan, code="1-1", owners={lead: "lead"})
    make_month(plan, MAY)
    rows = [
        HistoryRow(APRIL, "1-1", "lead", D(1)),
        HistoryRow(APRIL, "1-1", "lead", D(2)),
        HistoryRow(APRIL, "9-9", "lead", D(1)),
        HistoryRow(date(2018, 4, 2), "1-1", "nobody", D(1)),
        HistoryRow(MAY, "1-1", "lead", D("1.5")),
    ]
    with pytest.raises(Refused) as refused:
        import_history(plan, rows, actor=make_user(), now=NOW)
    assert [str(problem)[:17] for problem in refused.value.problems] == [
        "第 2 行：同一月份、目标和单位出",
        "第 3 行：台账里没有编号为 9-",
        "第 4 行：单位 nobody 不",
        "第 4 行：月份应以当月第一天表示",
        "第 5 行：2018-05 已有报",
        "第 5 行 数值：按“家”计数，应",
    ]
    assert not Report.objects.exists()
    assert ReportingMonth.objects.count() == 1


def test_nothing_given_writes_nothing() -> None:
    assert import_history(make_plan(), [], actor=None, now=NOW) == 0
    assert not Event.objects.exists()
