"""How the work goes, counted: nobody is named, and nobody else's work is counted."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yingcai.cases.models import Case
from yingcai.cases.queries.rule_book import rule_book
from yingcai.cases.queries.scope import desk_cases
from yingcai.cases.queries.statistics import by_programme, by_stage, by_unit
from yingcai.cases.tests.case_city import City, build_city, later, step
from yingcai.identity.models import Unit
from yingcai.identity.tests.make import make_user
from yingcai.registry.tests.browsing import in_a_line, signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2018, 6, 25)


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.YINGCAI_TODAY = TODAY


@pytest.fixture
def city(tmp_path: Path) -> City:
    """One case that waits for the window beyond its term, one that the rules declined."""
    city = build_city(tmp_path / "city")
    case = city.submitted()
    case = step(
        case, city.window, "return", to="correction", reason="缺", items=("证书",), now=later(1)
    )
    step(case, city.talent, "agree", now=later(3))
    city.submitted("bonus", months="2")
    return city


def test_work_is_counted_by_programme_and_unit(city: City) -> None:
    book = rule_book()
    assert book is not None
    rows = Case.objects.all()

    grant, bonus = by_programme(rows, book, TODAY)
    assert (grant.label, grant.open, grant.overdue, grant.oldest, grant.sent_back) == (
        "安家补助",
        1,
        1,
        14,
        1,
    )
    assert (bonus.label, bonus.open, bonus.declined, bonus.promised, bonus.kept) == (
        "参保奖励",
        0,
        1,
        0,
        0,
    )
    (unit,) = by_unit(rows, TODAY)
    assert (unit.label, unit.open, unit.declined) == ("市人力社保局", 1, 1)


def test_stages_say_how_long_they_took(city: City) -> None:
    book = rule_book()
    assert book is not None

    found = {one.stage: one for one in by_stage(Case.objects.all(), book, TODAY)}

    assert (found["intake"].open, found["intake"].left, found["intake"].average) == (1, 1, 1)
    assert (found["correction"].left, found["correction"].longest, found["intake"].returned) == (
        1,
        2,
        1,
    )


def test_another_unit_counts_nothing_of_it(city: City) -> None:
    west = make_user("west", role="county", unit=Unit.objects.get(code="west"))

    assert desk_cases(west, TODAY).count() == 0
    assert "还没有事项" in in_a_line(signed_in(west).get("/cases/statistics/"))


def test_the_page_names_nobody(city: City) -> None:
    page = in_a_line(signed_in(make_user("office", role="office")).get("/cases/statistics/"))

    assert "安家补助" in page
    assert "林之川" not in page
    assert "申诉和投诉计入按牵头单位和按环节的表" in page
    assert signed_in(city.talent).get("/cases/statistics/").status_code == 403
