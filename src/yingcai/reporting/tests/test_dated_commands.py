"""The commands that a timer runs: dated, repeatable, and clear about what they did."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from yingcai.plan.tests.make import make_plan, make_target, make_unit
from yingcai.reporting.models import Reminder
from yingcai.reporting.tests.make import make_month, make_order, make_report

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_open_month_opens_once() -> None:
    unit = make_unit()
    make_target(make_plan(), owners={unit: "lead"})
    assert "2018-06：1 项待填报" in run("open_month", "--on", "2018-06-01")
    assert "没有新的待填报项目" in run("open_month", "--on", "2018-06-01")


def test_send_reminders_lists_and_repeats_safely() -> None:
    unit = make_unit(name="云岫市科技局")
    target = make_target(owners={unit: "lead"})
    make_report(make_month(target.plan), target, unit)
    assert "云岫市科技局 填报即将到期" in run("send_reminders", "--on", "2018-06-04", "--dry-run")
    assert not Reminder.objects.exists()
    assert "已发送 1 条提醒" in run("send_reminders", "--on", "2018-06-04")
    assert "已发送 0 条提醒" in run("send_reminders", "--on", "2018-06-04")


def test_without_a_day_the_commands_take_today() -> None:
    unit = make_unit()
    target = make_target(owners={unit: "lead"})
    make_report(make_month(target.plan), target, unit)
    assert "2018-06-08" in run("send_reminders")


def test_escalate_orders_names_what_it_turned() -> None:
    order = make_order(make_plan(), make_unit())
    assert f"{order.number}" in run("escalate_orders", "--on", "2018-06-21")
    assert "升级 0 件" in run("escalate_orders", "--on", "2018-06-21")


def test_a_wrong_day_is_told() -> None:
    with pytest.raises(CommandError, match="不是日期"):
        run("send_reminders", "--on", "yesterday")


def test_without_a_plan_the_way_out_is_told() -> None:
    with pytest.raises(CommandError, match="还没有已发布的计划"):
        run("open_month", "--on", "2018-06-01")
