"""Supervision orders: opened, answered, asked again, escalated, closed."""

from dataclasses import replace
from datetime import date

import pytest

from yingcai.audit.models import Event
from yingcai.plan.tests.make import make_pack, make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.orders import (
    Demand,
    answer_order,
    ask_again,
    close_order,
    escalate_order,
    escalate_orders,
    open_order,
)
from yingcai.reporting.errors import Refused, Stale, WrongState
from yingcai.reporting.models import SupervisionOrder
from yingcai.reporting.queries.orders import board
from yingcai.reporting.tests.make import NOW, make_order

pytestmark = pytest.mark.django_db
TODAY = date(2018, 6, 8)


def a_demand() -> Demand:
    return Demand(make_unit(), "加快工作站建设", "请于期限前书面反馈。", date(2018, 6, 20))


def an_order() -> SupervisionOrder:
    return make_order(make_plan(), make_unit())


def test_an_order_gets_the_next_number_of_the_year() -> None:
    plan = make_plan()
    numbers = [
        open_order(plan, a_demand(), actor=make_user(), on=on, now=NOW).number
        for on in (TODAY, TODAY)
    ]
    later = replace(a_demand(), due_on=date(2019, 2, 1))
    next_year = open_order(plan, later, actor=make_user(), on=date(2019, 1, 5), now=NOW).number
    assert [*numbers, next_year] == ["督办〔2018〕1号", "督办〔2018〕2号", "督办〔2019〕1号"]


def test_the_word_before_the_number_is_the_packs() -> None:
    make_pack(orders={"number_prefix": "云人才督"})
    order = open_order(make_plan(), a_demand(), actor=make_user(), on=TODAY, now=NOW)
    assert order.number == "云人才督〔2018〕1号"


def test_everything_wrong_with_a_demand_is_said_at_once() -> None:
    demand = Demand(make_unit(), " ", "", TODAY, target=make_target(), colour="purple")
    with pytest.raises(Refused) as refused:
        open_order(make_plan(), demand, actor=make_user(), on=TODAY, now=NOW)
    assert [problem.where for problem in refused.value.problems] == [
        "事项",
        "要求",
        "期限",
        "颜色",
        "目标",
    ]
    assert not SupervisionOrder.objects.exists()


def test_an_order_goes_from_answer_to_close_and_keeps_every_word() -> None:
    order = an_order()
    unit, office = make_user(), make_user()
    answer_order(order, text="已签约两家", actor=unit, now=NOW)
    ask_again(order, text="请补时间表", due_on=date(2018, 7, 1), actor=office, on=TODAY, now=NOW)
    assert (order.status, order.due_on) == ("open", date(2018, 7, 1))
    answer_order(order, text="时间表附后", actor=unit, now=NOW)
    close_order(order, text="进度已赶上", actor=office, on=TODAY, now=NOW)
    assert (order.status, order.closed_on) == ("closed", TODAY)
    assert [(step.action, step.text) for step in order.steps.all()] == [
        ("answer", "已签约两家"),
        ("ask_again", "请补时间表"),
        ("answer", "时间表附后"),
        ("close", "进度已赶上"),
    ]
    assert Event.objects.filter(action="order.close").count() == 1


def test_a_closed_order_takes_no_more() -> None:
    order = an_order()
    close_order(order, text="已办结", actor=make_user(), on=TODAY, now=NOW)
    with pytest.raises(WrongState, match="已办结"):
        answer_order(order, text="补充", actor=make_user(), now=NOW)


def test_words_are_asked_for() -> None:
    order = an_order()
    with pytest.raises(Refused, match="反馈：请填写"):
        answer_order(order, text="  ", actor=make_user(), now=NOW)
    assert order.steps.count() == 0


def test_asking_again_needs_a_day_to_come() -> None:
    order = an_order()
    answer_order(order, text="已办", actor=make_user(), now=NOW)
    with pytest.raises(Refused, match="晚于今天"):
        ask_again(order, text="请补", due_on=TODAY, actor=make_user(), on=TODAY, now=NOW)


def test_of_two_answers_the_second_is_told() -> None:
    order = an_order()
    stale = SupervisionOrder.objects.get(pk=order.pk)
    answer_order(order, text="一", actor=make_user(), now=NOW)
    with pytest.raises(Stale, match="刷新"):
        answer_order(stale, text="二", actor=make_user(), now=NOW)
    assert order.steps.count() == 1


def test_by_hand_a_colour_only_grows_more_urgent() -> None:
    order = an_order()
    escalate_order(order, colour="yellow", text="领导批示", actor=make_user(), now=NOW)
    assert order.colour == "yellow"
    for colour in ("yellow", "blue", "purple"):
        with pytest.raises(Refused, match="更紧急"):
            escalate_order(order, colour=colour, text="", actor=make_user(), now=NOW)


@pytest.mark.parametrize(
    ("on", "colour"),
    [
        (date(2018, 6, 20), "blue"),
        (date(2018, 6, 21), "yellow"),
        (date(2018, 6, 29), "yellow"),
        (date(2018, 6, 30), "red"),
    ],
)
def test_delay_turns_an_open_order_yellow_then_red(on: date, colour: str) -> None:
    order = an_order()
    escalate_orders(order.plan, on=on, now=NOW)
    order.refresh_from_db()
    assert order.colour == colour


def test_the_days_of_delay_are_the_packs() -> None:
    make_pack(orders={"yellow_after_days": 3, "red_after_days": 5})
    order = an_order()
    escalate_orders(order.plan, on=date(2018, 6, 22), now=NOW)
    order.refresh_from_db()
    assert order.colour == "blue"


def test_escalating_twice_on_a_day_changes_nothing_more() -> None:
    order = an_order()
    first = escalate_orders(order.plan, on=date(2018, 6, 25), now=NOW)
    again = escalate_orders(order.plan, on=date(2018, 6, 25), now=NOW)
    assert (len(first), again, order.steps.count()) == (1, [], 1)


def test_an_answered_order_is_not_escalated() -> None:
    order = an_order()
    answer_order(order, text="已办", actor=make_user(), now=NOW)
    assert escalate_orders(order.plan, on=date(2018, 8, 1), now=NOW) == []


def test_the_board_puts_the_urgent_first() -> None:
    plan, unit = make_plan(), make_unit()
    blue, red, answered = (make_order(plan, unit) for _ in range(3))
    escalate_order(red, colour="red", text="", actor=None, now=NOW)
    answer_order(answered, text="已办", actor=make_user(), now=NOW)
    columns = board([blue, red, answered])
    assert [(column.key, column.orders) for column in columns] == [
        ("red", [red]),
        ("yellow", []),
        ("blue", [blue]),
        ("answered", [answered]),
        ("closed", []),
    ]
