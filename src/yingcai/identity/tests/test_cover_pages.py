"""Arranging cover on the pages: one's own, by the office for somebody, and by nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yingcai.audit import clock
from yingcai.identity.models import RoleGrant, User
from yingcai.identity.queries import Role, roles_on
from yingcai.identity.tests.make import make_unit, make_user

pytestmark = pytest.mark.django_db
TODAY = clock.today()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    return " ".join(str(answer.content, "utf-8").split())


def days(login: str, first: str = "", last: str = "") -> dict[str, str]:
    return {"login": login, "starts_on": first or str(TODAY), "ends_on": last or str(TODAY)}


def test_somebody_on_leave_names_a_colleague_and_takes_it_back() -> None:
    lin, wang = make_user("lin", role=Role.HEAD, unit=make_unit()), make_user("wang")
    client = signed_in(lin)
    address = reverse("identity:cover", args=[lin.grants.get().pk])
    assert address in text(client.get(reverse("identity:me")))

    done = client.post(address, days(" WANG "))

    assert (done.status_code, done["Location"]) == (302, reverse("identity:me"))
    assert roles_on(wang, TODAY) == {"head"}
    assert "由 wang（wang）代理" in text(client.get(reverse("identity:me")))
    assert "代理 lin（lin）" in text(signed_in(wang).get(reverse("identity:me")))
    made = RoleGrant.objects.get(stands_in_for__isnull=False)
    end = reverse("identity:end_cover", args=[made.pk])
    assert "撤回后立即生效" in text(client.get(end))
    assert client.post(end).status_code == 302
    assert roles_on(wang, TODAY) == frozenset()


def test_the_office_arranges_it_for_somebody_who_is_ill() -> None:
    office, lin = make_user("meng", role=Role.OFFICE), make_user("lin", role=Role.LEADER)
    wang, client = make_user("wang"), signed_in(office)
    page = reverse("identity:user", args=["lin"])
    address = reverse("identity:cover", args=[lin.grants.get().pk])
    assert address in text(client.get(page))

    assert client.post(address, days("wang"))["Location"] == page

    assert roles_on(wang, TODAY) == {"leader"}
    assert "由 wang（wang）代理" in text(client.get(page))
    shown = text(client.get(reverse("identity:user", args=["wang"])))
    assert "代理 lin（lin）" in shown


def test_what_is_wrong_is_said_at_once_and_nothing_is_arranged() -> None:
    lin = make_user("lin", role=Role.LEADER)
    make_user("gone", is_active=False)
    client, address = signed_in(lin), reverse("identity:cover", args=[lin.grants.get().pk])

    for login in ("nobody", "gone"):
        refused = client.post(address, days(login, "2018-06-09", "2018-06-08"))
        assert refused.status_code == 422
        assert "没有这个账号，或者账号已经停用" in text(refused)
        assert "结束日期早于开始日期" in text(refused)
    assert "不能代理自己" in text(client.post(address, days("lin")))
    assert RoleGrant.objects.count() == 1


def test_the_cover_of_somebody_else_is_not_there() -> None:
    lin, wang = make_user(role=Role.LEADER), make_user(role=Role.REPORTER, unit=make_unit())
    make_user("zhang")
    address = reverse("identity:cover", args=[lin.grants.get().pk])
    client = signed_in(wang)

    assert client.get(address).status_code == 404
    assert client.post(address, days("zhang")).status_code == 404
    assert signed_in(make_user()).get(address).status_code == 403
    assert RoleGrant.objects.count() == 2


def test_a_cover_is_not_passed_on() -> None:
    lin = make_user("lin", role=Role.LEADER)
    make_user("wang"), make_user("zhang")
    signed_in(lin).post(reverse("identity:cover", args=[lin.grants.get().pk]), days("wang"))
    made = RoleGrant.objects.get(stands_in_for__isnull=False)
    client = signed_in(made.user)

    passed_on = client.post(reverse("identity:cover", args=[made.pk]), days("zhang"))
    assert passed_on.status_code == 404
    assert client.post(reverse("identity:end_cover", args=[made.pk])).status_code == 404
    assert roles_on(made.user, TODAY) == {"leader"}
