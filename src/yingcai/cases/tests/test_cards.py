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
