"""The money of a subject: what was granted, with the clause; whom it does not concern does not see it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yingcai.cases.models import Award
from yingcai.cases.tests.case_city import NOW, City, build_city, step
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look, Subject
from yingcai.registry.tests.browsing import in_a_line, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.YINGCAI_TODAY = date(2018, 6, 12)


@pytest.fixture
def city(tmp_path: Path) -> City:
    """The doctor was granted a bonus of 2,000 yuan."""
    city = build_city(tmp_path / "city")
    step(city.submitted("bonus"), city.officer, "agree")
    return city


def page(client: Client, of: Subject) -> Any:
    return client.get(f"/registry/{of.handle}/money/")


def test_the_office_sees_each_grant_with_its_clause_and_the_sum(city: City) -> None:
    shown = in_a_line(page(signed_in(make_user("office", role="office")), city.person))

    case = Award.objects.get().case
    for words in ("参保奖励", "2,000元", "合计", "2018年6月11日", "有效", case.number):
        assert words in shown
    assert f'href="/desk/{case.handle}/"' in shown
    assert Look.objects.filter(subject=city.person, capacity="office").exists()


def test_what_was_taken_back_is_shown_and_not_counted(city: City) -> None:
    Award.objects.update(voided_at=NOW)

    shown = in_a_line(page(signed_in(make_user("office", role="office")), city.person))

    assert "已撤销" in shown
    assert "2,000元" in shown
    assert '<dt>合计</dt><dd class="nowrap">0元</dd>' in shown


def test_what_two_people_took_back_stands_beside_the_grant(city: City) -> None:
    change = {"from_on": NOW.date(), "proposed_by": city.officer, "proposed_at": NOW, "sealed": b""}
    award = Award.objects.get()
    award.changes.create(kind="recover", status="refused", amount=150_000, **change)
    award.changes.create(
        kind="recover",
        status="decided",
        amount=50_000,
        decided_by=city.head,
        decided_at=NOW,
        **change,
    )

    shown = in_a_line(page(signed_in(make_user("office", role="office")), city.person))

    assert '<dt>其中决定追回</dt><dd class="nowrap">500元</dd>' in shown
    assert '<dt>合计</dt><dd class="nowrap">2,000元</dd>' in shown
    assert "1,500元" not in shown


def test_a_level_is_no_money(city: City) -> None:
    step(city.submitted("recognition", months=""), city.officer, "agree")

    shown = in_a_line(page(signed_in(make_user("office", role="office")), city.person))

    assert Award.objects.count() == 2
    assert "人才认定" not in shown


def test_a_person_sees_his_own_money(city: City) -> None:
    shown = in_a_line(signed_in(city.talent).get("/my/money/"))

    assert ["参保奖励" in shown, "2,000元" in shown] == [True, True]
    assert f'href="/my/cases/{Award.objects.get().case.handle}/"' in shown


def test_without_a_grant_the_page_says_so(tmp_path: Path) -> None:
    city = build_city(tmp_path / "none")

    assert "还没有批准的资金" in in_a_line(signed_in(city.talent).get("/my/money/"))


def test_a_firms_officer_sees_the_firms_money_and_not_that_of_its_people(city: City) -> None:
    client = signed_in(city.hr)

    assert "还没有批准的资金" in in_a_line(page(client, city.firm))
    assert page(client, city.person).status_code == 404
    assert f'href="/registry/{city.person.handle}/money/"' not in in_a_line(
        client.get(f"/registry/{city.person.handle}/")
    )
    assert client.get("/my/money/").status_code == 404


def test_nobody_else_opens_it(city: City) -> None:
    for user in (city.talent, city.head, city.officer):
        assert page(signed_in(user), city.person).status_code == 403
    assert Client().get("/my/money/").status_code == 302


def test_a_county_sees_that_of_its_own_people(city: City) -> None:
    county = make_user("own", role="county", unit=city.person.county)

    assert "2,000元" in in_a_line(page(signed_in(county), city.person))
