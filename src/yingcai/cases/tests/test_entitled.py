"""我能享受什么: a question at a time, with the answer so far; nothing is kept."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from yingcai.audit.models import Event
from yingcai.cases.queries.entitlement import Told, entitlement
from yingcai.cases.queries.rule_book import rule_book
from yingcai.cases.tests.make import publish_city
from yingcai.registry.queries.facts import standing
from yingcai.registry.tests.make import TODAY, make_fact, make_person, make_talent

pytestmark = pytest.mark.django_db
DEGREE, MONTHS = "person.degree", "person.insured_months"


@pytest.fixture(autouse=True)
def _city(tmp_path: Path, settings: Any) -> None:
    settings.YINGCAI_TODAY = TODAY
    publish_city(tmp_path / "city")


def post(*, answers: int = 200, **given: Any) -> str:
    answer = Client().post("/entitled/", {"subject": "person", **given})
    assert answer.status_code == answers
    return " ".join(str(answer.content, "utf-8").split())


def asked(page: str) -> str:
    found = re.search(r'name="fact" value="([^"]+)"', page)
    return found[1] if found else ""


def carried(page: str) -> list[str]:
    return re.findall(r'name="told" value="([^"]+)"', page)


def test_the_first_question_is_for_whom_one_asks() -> None:
    page = str(Client().get("/entitled/").content, "utf-8")

    assert re.findall(r'name="subject" value="(\w+)"', page) == ["person", "firm"]
    assert asked(page) == ""


def test_the_english_page_calls_a_firm_an_employer() -> None:
    reader = Client()
    reader.cookies["yingcai_language"] = "en"

    page = str(reader.get("/entitled/").content, "utf-8")

    assert re.findall(r'name="subject" value="\w+">(\w+)<', page) == ["Person", "Employer"]


def test_two_answers_settle_what_a_doctor_gets_and_no_third_is_asked() -> None:
    first = post()
    second = post(fact=asked(first), value={DEGREE: "doctor", MONTHS: "6"}[asked(first)])
    third = post(
        told=carried(second),
        fact=asked(second),
        value={DEGREE: "doctor", MONTHS: "6"}[asked(second)],
    )

    assert {asked(first), asked(second)} == {DEGREE, MONTHS}
    assert asked(third) == ""
    assert "没有要问的了" in third
    assert "合计 <strong>1.2万元</strong>" in third


def test_a_no_says_what_would_turn_it() -> None:
    page = post(told=[f"{DEGREE}=doctor", f"{MONTHS}=4"])

    assert "本市社会保险缴费月数由4个月变为6个月（还差2个月），即符合条件" in page
    assert "可以同时享受" not in page


def test_every_reason_stands_with_its_value_and_clause() -> None:
    page = post(told=[f"{DEGREE}=master", f"{MONTHS}=8"])

    assert "参加社会保险满6个月（本市社会保险缴费月数：8个月，《" in page
    assert "9,600元" in page


def test_an_answer_can_be_changed_and_is_asked_again() -> None:
    page = post(told=[f"{DEGREE}=doctor", f"{MONTHS}=6"], change=DEGREE)

    assert asked(page) == DEGREE
    assert carried(page) == [f"{MONTHS}=6"]


def test_what_one_does_not_know_is_passed_over_and_not_asked_again() -> None:
    first = post()
    skipped: dict[str, Any] = {"pass": asked(first)}
    second = post(**skipped)

    assert asked(second) not in ("", asked(first))
    assert carried(second) == []


def test_an_answer_that_cannot_be_read_is_asked_again_and_kept_in_the_field() -> None:
    page = post(answers=422, fact=MONTHS, value="很久")

    assert asked(page) == MONTHS
    assert "请填写 0 至 720 之间的值。" in page
    assert 'value="很久"' in page
    assert carried(page) == []


def test_what_the_form_carries_and_is_no_answer_is_dropped() -> None:
    page = post(
        told=[f"{DEGREE}=emperor", "case.applied_on=2030-01-01", "received.rent=0", "nonsense"]
    )

    assert carried(page) == []


def test_a_firm_is_asked_about_its_own_programmes_only() -> None:
    page = " ".join(str(Client().post("/entitled/", {"subject": "firm"}).content, "utf-8").split())

    assert "招才中介费补助" in page
    assert "租房补贴" not in page


def test_nothing_of_the_answers_is_kept() -> None:
    before = Event.objects.count()
    post(told=[f"{DEGREE}=doctor"], fact=MONTHS, value="6")

    assert Event.objects.count() == before
    assert not Session.objects.exists()


def test_answers_never_stand_in_an_address() -> None:
    page = post(told=[f"{DEGREE}=doctor"])

    assert not re.search(r'(href|action)="[^"]*doctor', page)


def test_programmes_that_exclude_each_other_are_not_added_up(settings: Any) -> None:
    settings.YINGCAI_TODAY = date(2026, 9, 1)

    page = post(told=[f"{DEGREE}=doctor", f"{MONTHS}=6"])

    assert "合计 <strong>10万元</strong>" in page
    assert "与“博士安家补助”互斥，不可同时享受" in page


def test_who_is_signed_in_is_asked_only_what_the_city_does_not_know() -> None:
    lin = make_person("林之川")
    make_fact(lin, DEGREE, "doctor", "education")
    client = Client()
    client.force_login(make_talent(lin))
    page = str(client.post("/entitled/", {"subject": "person", "own": "1"}).content, "utf-8")

    assert asked(page) == MONTHS
    assert carried(page) == []
    assert "博士〔学历学位证书 2018-06-08〕" in page


def test_what_one_says_goes_before_what_the_city_knows_and_changes_nothing_there() -> None:
    lin = make_person("林之川")
    degree = make_fact(lin, DEGREE, "doctor", "education")
    client = Client()
    client.force_login(make_talent(lin))
    given = {"subject": "person", "own": "1", "told": [f"{DEGREE}=bachelor", f"{MONTHS}=6"]}
    page = str(client.post("/entitled/", given).content, "utf-8")

    assert "合计" not in page
    assert standing(lin, on=TODAY)[0].fact == degree


def test_what_is_known_of_somebody_is_not_used_for_a_visitor() -> None:
    make_fact(make_person("林之川"), DEGREE, "doctor", "education")

    assert "博士〔" not in post(own="1")


def test_the_same_answers_give_the_same_decision_as_the_engine() -> None:
    book = rule_book()
    assert book is not None
    found = entitlement(book, Told("person", {DEGREE: "doctor", MONTHS: "6"}), on=TODAY)

    assert [one.name for one in found.answers["yes"]] == ["rent"]
    assert [one.name for one in found.answers["no"]] == ["settling-in"]
    assert (found.question, found.total) == (None, "1.2万元")
