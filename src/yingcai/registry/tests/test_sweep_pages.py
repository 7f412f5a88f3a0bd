"""What pages and the API show of what was removed by age, and of what will be."""

from datetime import date, timedelta

import pytest
from django.test import Client

from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.facts import Said, correct_fact
from yingcai.registry.actions.requests import Wish, request_change, withdraw_request
from yingcai.registry.models import ChangeRequest, Fact, Sweep
from yingcai.registry.tests.make import NOW, TODAY, make_fact, make_person, make_talent

pytestmark = pytest.mark.usefixtures("city")
EMPTIED = {"value": "", "sealed": None, "fingerprint": "", "swept_at": NOW}


def client(user: User | None = None) -> Client:
    made = Client()
    if user is not None:
        made.force_login(user)
    return made


def page(who: Client, address: str) -> str:
    return " ".join(who.get(address).content.decode().split())


def test_a_swept_value_is_a_word_on_every_page_that_would_show_it() -> None:
    lin = make_person()
    row = make_fact(lin, "person.degree", "master")
    salary = make_fact(lin, "person.salary", 500000)
    Fact.objects.filter(pk__in=[row.pk, salary.pk]).update(**EMPTIED)
    office, talent = client(make_user(role=Role.OFFICE)), client(make_talent(lin))

    for who, address in (
        (office, f"/registry/{lin.handle}/"),
        (talent, "/registry/me/"),
        (talent, "/registry/me/steps/"),
    ):
        found = page(who, address)
        assert ("已按期清除" in found, "硕士" in found, "******" in found) == (True, False, False)
    revealed = office.post(f"/registry/{lin.handle}/reveal/fact/{salary.pk}/", {"reason": "核对"})
    assert (revealed.status_code, "已按期清除" in revealed.content.decode()) == (422, True)


def test_the_api_says_that_a_value_was_removed() -> None:
    lin = make_person()
    row = make_fact(lin, "person.degree", "master")
    Fact.objects.filter(pk=row.pk).update(**EMPTIED)
    answer = client(make_user(role=Role.OFFICE)).get(f"/api/registry/subjects/{lin.handle}")
    told = answer.json()["facts"][0]
    assert (told["fact"], told["value"], told["removed"]) == ("person.degree", "", True)


def test_a_request_that_was_emptied_says_so() -> None:
    lin = make_person()
    talent = make_talent(lin)
    row = request_change(lin, Wish("person.degree", "doctor", "取得学位"), actor=talent, now=NOW)
    withdraw_request(row, actor=talent, now=NOW)
    ChangeRequest.objects.filter(pk=row.pk).update(sealed=b"", reason="", swept_at=NOW)

    desk = page(client(make_user(role=Role.OFFICE)), f"/registry/requests/{row.pk}/")

    assert desk.count("已按期清除") == 3  # the value, the reason, the evidence
    assert "已按期清除" in page(client(talent), "/registry/me/")


def test_a_person_is_warned_ninety_days_before_a_value_goes() -> None:
    lin = make_person()
    at = NOW.replace(year=2015) + timedelta(days=89)
    old = make_fact(lin, "person.insured_months", 12, now=at)
    correct_fact(old, Said(old.name, 13, old.source), actor=None, now=at)
    talent = client(make_talent(lin))

    told = page(talent, "/registry/me/")

    sentence = "“参保月数”有 1 项内容保存期满，2018年9月6日起清除；需要留存的，请先下载副本。"
    assert sentence in told


def test_the_privacy_page_tells_everybody_the_last_day_and_the_office_how_much_of_what() -> None:
    Sweep.objects.create(
        on=TODAY,
        swept={"person.degree": 7, "imports": 2},
        coming={"person.salary": 41},
        ended_at=NOW,
    )
    office = page(client(make_user(role=Role.OFFICE)), "/registry/privacy/")
    everybody = page(client(), "/registry/privacy/")

    assert "最近一次清除：2018年6月8日，9 项。" in everybody
    assert ("搁置的导入文件：30 天" in everybody, "停用的号码：3 年" in everybody) == (True, True)
    assert "今后九十天到期" not in everybody
    rows = office.split("今后九十天到期")[1]
    for label, gone, due in (("学历学位", 7, 0), ("年薪", 0, 41), ("搁置的导入文件", 2, 0)):
        cells = f'<td class="num">{gone}</td><td class="num">{due}</td>'
        assert f'<th scope="row">{label}</th>{cells}' in rows


def test_before_the_first_run_the_page_says_so() -> None:
    Sweep.objects.create(on=date(2018, 6, 7))  # a run that was cut off
    assert "还没有执行过清除。" in page(client(), "/registry/privacy/")


def test_the_page_is_wholly_english_in_english() -> None:
    Sweep.objects.create(on=TODAY, swept={"requests": 1}, ended_at=NOW)
    made = client(make_user(role=Role.OFFICE))
    made.cookies["yingcai_language"] = "en"
    found = page(made, "/registry/privacy/")
    section = found.split('id="sweep"')[1].split("</section>")[0]
    assert "What requests for correction said" in section
    assert [sign for sign in section if "\u4e00" <= sign <= "\u9fff"] == []
