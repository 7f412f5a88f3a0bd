"""What time does to cases: publicity ends, silence has its meaning, who is late is told once."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from yingcai.cases.actions.timing import keep_terms
from yingcai.cases.models import Case, CaseMark
from yingcai.cases.tests.case_city import NOW, City, build_city, later, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> City:
    return build_city(tmp_path / "city")


def test_publicity_ends_when_its_days_are_over_and_not_before(city: City) -> None:
    case = city.submitted()
    for who in (city.window, city.officer, city.county):
        step(case, who, "agree")

    assert keep_terms(now=later(8))["lapse"] == 0  # the last of five working days: 19 June
    assert keep_terms(now=later(9))["lapse"] == 1
    assert keep_terms(now=later(9))["lapse"] == 0

    assert Case.objects.get().stage == "decide"


def test_a_correction_that_is_not_answered_ends_the_case(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "return", to="correction", reason="缺材料", items=("学位证书",))

    keep_terms(now=later(60))

    case.refresh_from_db()
    assert (case.status, case.stage) == ("withdrawn", "withdrawn")


def test_where_silence_has_no_meaning_a_case_waits_and_the_late_are_told_once(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "agree")

    for _night in range(2):
        keep_terms(now=later(12))

    case.refresh_from_db()
    assert case.stage == "review"
    told = CaseMark.objects.order_by("id").values_list("kind", "role", "unit__code")
    assert list(told) == [
        ("remind", "officer", "labour"),
        ("remind", "officer", "east"),
        ("escalate", "head", "labour"),
    ]


def test_after_a_return_the_reminder_comes_anew(city: City) -> None:
    case = city.submitted()
    keep_terms(now=later(7))
    step(case, city.window, "return", to="correction", reason="缺", items=("证书",), now=later(7))
    step(case, city.talent, "agree", now=later(8))

    keep_terms(now=later(14))

    assert CaseMark.objects.filter(case=case, kind="remind", stage="intake").count() == 2


def test_the_command_says_what_it_did(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    city.submitted()

    call_command("keep_terms", on=(NOW - timedelta(days=3)).date())

    assert capsys.readouterr().out == "期满办理 0 件，催办 0 次，督办 0 次（2018-06-08）\n"
