"""The board of supervision orders and the pages of one order."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yingcai.plan.tests.make import make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.indicators import compute_indicators
from yingcai.reporting.models import SupervisionOrder
from yingcai.reporting.tests.make import MAY, NOW, make_accepted, make_month, make_order

pytestmark = pytest.mark.django_db


def enter(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_demand(to: Any, **changes: Any) -> dict[str, Any]:
    return {
        "unit": to.pk,
        "title": "加快建站",
        "text": "请书面反馈。",
        "due_on": "2018-06-20",
        "colour": "blue",
        "target": "",
        **changes,
    }


def test_a_unit_sees_its_own_orders_and_the_office_all() -> None:
    plan, mine, other = make_plan(), make_unit(), make_unit()
    own, foreign = make_order(plan, mine), make_order(plan, other)
    unit_page = enter(make_user(role="head", unit=mine)).get(reverse("reporting:orders"))
    assert own.number in unit_page.content.decode()
    assert foreign.number not in unit_page.content.decode()
    office_page = enter(make_user(role="office")).get(reverse("reporting:orders"))
    assert foreign.number in office_page.content.decode()
    stranger = enter(make_user(role="head", unit=mine))
    assert stranger.get(reverse("reporting:order", args=[foreign.pk])).status_code == 404


def test_the_office_opens_an_order_by_hand() -> None:
    make_plan()
    unit = make_unit()
    client = enter(make_user(role="office"))
    page = client.post(reverse("reporting:order_new"), a_demand(unit))
    order = SupervisionOrder.objects.get()
    assert page.headers["Location"] == reverse("reporting:order", args=[order.pk])
    assert (order.number, order.due_on) == ("督办〔2018〕1号", date(2018, 6, 20))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_on": "2018-06-08"}, "期限应晚于今天"),
        ({"due_on": "soon"}, "办理期限"),
        ({"target": "9-9"}, "台账里没有这个编号"),
        ({"unit": "0"}, "督办单位"),
        ({"title": ""}, "督办事项"),
    ],
)
def test_a_wrong_demand_is_answered_and_nothing_sent(changes: dict[str, Any], words: str) -> None:
    make_plan()
    client = enter(make_user(role="office"))
    page = client.post(reverse("reporting:order_new"), a_demand(make_unit(), **changes))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not SupervisionOrder.objects.exists()


def test_a_light_prepares_the_order() -> None:
    unit = make_unit()
    target = make_target(code="1-1", value=100, owners={unit: "lead"}, starts_on=date(2018, 1, 1))
    make_accepted(make_month(target.plan), target, unit, 0)
    compute_indicators(target.plan, MAY, now=NOW)
    page = enter(make_user(role="office")).get(reverse("reporting:order_new") + "?target=1-1")
    initial = page.context["form"].initial
    assert (initial["unit"], initial["target"], initial["colour"]) == (unit.pk, "1-1", "yellow")
    assert "落后时间进度 13 个百分点" in initial["text"]


@pytest.mark.parametrize("role", ["reporter", "head", "county", "leader", "auditor"])
def test_only_the_office_sends_orders(role: str) -> None:
    make_plan()
    unit = make_unit()
    client = enter(make_user(role=role, unit=unit))
    assert client.post(reverse("reporting:order_new"), a_demand(unit)).status_code == 403
    assert not SupervisionOrder.objects.exists()


def test_an_order_is_answered_asked_again_and_closed_on_its_page() -> None:
    order = make_order(make_plan(), make_unit())
    unit = enter(make_user(role="head", unit=order.unit))
    office = enter(make_user(role="office"))

    def act(client: Client, name: str, **fields: Any) -> None:
        order.refresh_from_db()
        address = reverse(f"reporting:order_{name}", args=[order.pk])
        client.post(address, {"version": order.version, **fields})

    act(unit, "answer", text="已签约")
    act(office, "again", text="请补时间表", due_on="2018-07-01")
    act(office, "escalate", colour="yellow", text="领导批示")
    act(unit, "answer", text="时间表附后")
    act(office, "close", text="已赶上")
    order.refresh_from_db()
    assert (order.status, order.colour, order.closed_on) == ("closed", "yellow", date(2018, 6, 8))
    page = unit.get(reverse("reporting:order", args=[order.pk])).content.decode()
    assert all(
        text in page for text in ("已签约", "请补时间表", "领导批示", "时间表附后", "已赶上")
    )


def test_a_unit_does_not_answer_for_another() -> None:
    order = make_order(make_plan(), make_unit())
    client = enter(make_user(role="head", unit=make_unit()))
    page = client.post(
        reverse("reporting:order_answer", args=[order.pk]), {"version": 1, "text": "已办"}
    )
    assert page.status_code == 404
    assert order.steps.count() == 0


def test_leaders_read_orders_and_do_not_answer_them() -> None:
    order = make_order(make_plan(), make_unit())
    client = enter(make_user(role="leader"))
    assert client.get(reverse("reporting:order", args=[order.pk])).status_code == 200
    page = client.post(
        reverse("reporting:order_answer", args=[order.pk]), {"version": 1, "text": "已办"}
    )
    assert page.status_code == 404


def test_asking_again_without_a_day_is_told() -> None:
    order = make_order(make_plan(), make_unit())
    client = enter(make_user(role="office"))
    page = client.post(
        reverse("reporting:order_again", args=[order.pk]),
        {"version": 1, "text": "请补"},
        follow=True,
    )
    assert "新的期限" in page.content.decode()


def test_the_order_prints_on_one_page() -> None:
    order = make_order(make_plan(), make_unit())
    page = enter(make_user(role="office")).get(reverse("reporting:order_print", args=[order.pk]))
    assert "督 办 单" in page.content.decode()
