"""The card of somebody who was recognised: shown to himself, checked by anybody, void when it is taken back."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yingcai.cases.models import Award, Case
from yingcai.cases.queries.cards import signed_card
from yingcai.cases.tests.case_city import NOW, City, build_city, step
from yingcai.identity.tests.make import make_user
from yingcai.registry.tests.browsing import in_a_line, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.YINGCAI_TODAY = date(2018, 6, 12)


@pytest.fixture
def city(tmp_path: Path) -> City:
    return build_city(tmp_path / "city")


@pytest.fixture
def case(city: City) -> Case:
    """The doctor, recognised."""
    return step(city.submitted("recognition", months=""), city.officer, "agree")


def line(case: Case) -> str:
    return signed_card(case, Award.objects.get(), NOW.date())


def checked(text: str) -> tuple[int, str]:
    answer = Client().post("/cards/check/", {"text": text})
    return answer.status_code, in_a_line(answer)


def test_the_person_shows_his_card(city: City, case: Case) -> None:
    page = in_a_line(signed_in(city.talent).get(f"/my/cases/{case.handle}/card/"))

    assert case.status == "granted"
    assert ["林之川" in page, "博士" in page, case.number in page, line(case) in page] == [True] * 4
    code = signed_in(city.talent).get(f"/my/cases/{case.handle}/card.svg")
    assert (code["Content-Type"], code.content[:5]) == ("image/svg+xml", b"<?xml")


def test_nobody_else_opens_it(city: City, case: Case) -> None:
    for user in (city.officer, city.hr, make_user("office", role="office")):
        for page in ("card/", "card.svg"):
            assert signed_in(user).get(f"/my/cases/{case.handle}/{page}").status_code == 404


def test_money_has_no_card(city: City) -> None:
    case = step(city.submitted("bonus"), city.officer, "agree")

    assert case.status == "granted"
    assert signed_in(city.talent).get(f"/my/cases/{case.handle}/card/").status_code == 404


def test_anybody_checks_a_card(case: Case) -> None:
    status, page = checked(line(case))

    assert (status, "现在有效" in page, "林之川" in page) == (200, True, True)


def test_a_card_that_was_taken_back_is_signed_and_void(case: Case) -> None:
    text = line(case)
    Award.objects.update(voided_at=NOW)

    assert "现在已经无效" in checked(text)[1]


def test_a_changed_card_is_refused(case: Case) -> None:
    status, page = checked(line(case)[:-4] + "AAAA")

    assert (status, "签名不符" in page, "林之川" in page) == (422, True, False)


def test_card_and_check_say_until_when_it_holds(
    city: City, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signed line carried the day, and no page told it."""
    here = f"/my/cases/{case.handle}/card/"
    assert "有效期到" not in in_a_line(signed_in(city.talent).get(here))
    monkeypatch.setattr("yingcai.cases.queries.cards.valid_until", lambda _award: date(2021, 6, 11))

    page = in_a_line(signed_in(city.talent).get(here))

    assert "认定日期 2018年6月11日" in page
    assert "有效期到 2021年6月11日" in page
    assert f'href="/my/cases/{case.handle}/"' in page
    assert "<dt>有效期到</dt><dd>2021年6月11日</dd>" in checked(line(case))[1]


def test_pages_of_cards_speak_one_language(city: City, case: Case) -> None:
    in_english = signed_in(city.talent)
    in_english.cookies["yingcai_language"] = "en"

    card = in_a_line(in_english.get(f"/my/cases/{case.handle}/card/"))
    refused = in_a_line(in_english.post("/cards/check/", {"text": "nothing"}))

    assert '<p class="yc-talent-city">Lanchuan</p>' in card
    assert ["this is no talent card" in refused, "不是人才卡" in refused] == [True, False]
    assert "no talent card" not in checked("nothing")[1]
