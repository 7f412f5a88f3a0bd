"""Publicity: what everybody may read, what nobody may, and objections."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yingcai.cases.actions.timing import keep_terms
from yingcai.cases.models import Case
from yingcai.cases.queries.publicity import masked_name, published
from yingcai.cases.tests.case_city import City, build_city, later, step
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look
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
    case = city.submitted()
    for who in (city.window, city.officer, city.county):
        case = step(case, who, "agree")
    return case


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("林之川", "林*川"),
        ("林川", "林*"),
        ("欧阳之川", "欧**川"),
        ("Lin Zhichuan", "L***"),
        ("", "***"),
    ],
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_everybody_reads_the_list_and_no_full_name(case: Case) -> None:
    page = in_a_line(Client().get("/publicity/"))

    assert case.number in page
    assert "林*川" in page
    assert "5万元" in page
    assert "林之川" not in page


def test_the_english_list_asks_to_object_and_does_not_say_that_somebody_did(case: Case) -> None:
    """The words of the audit stood on the link."""
    reader = Client()
    reader.cookies["yingcai_language"] = "en"

    page = in_a_line(reader.get("/publicity/"))

    assert [">Object<" in page, "Objection made" in page] == [True, False]


def test_what_is_not_published_is_not_on_the_list(city: City) -> None:
    city.submitted()

    assert "现在没有公示" in in_a_line(Client().get("/publicity/"))
    assert published(date(2018, 6, 12)).rows == []


def test_an_objection_needs_a_login_and_reasons(case: Case) -> None:
    address = f"/publicity/{case.handle}/"
    assert Client().get(address).status_code == 302
    neighbour = signed_in(make_user("neighbour"))

    refused = neighbour.post(address, {"reason": "  "})
    assert (refused.status_code, "请写明异议的事实和理由" in in_a_line(refused)) == (422, True)
    assert neighbour.post(address, {"reason": "学位不实"}).status_code == 302

    case.refresh_from_db()
    assert [act.move for act in case.acts.all()][-1] == "object"
    assert case.stage == "publicity"


def test_an_objection_holds_the_case_until_it_is_answered(city: City, case: Case) -> None:
    step(case, make_user("neighbour"), "object", reason="学位不实", now=later(1))

    keep_terms(now=later(9))
    case.refresh_from_db()
    assert case.stage == "publicity"
    step(case, city.officer, "dismiss", reason="已核实，学位真实", now=later(9))
    keep_terms(now=later(9))
    case.refresh_from_db()
    assert case.stage == "decide"


def test_an_objection_that_is_upheld_ends_the_case(city: City, case: Case) -> None:
    step(case, make_user("neighbour"), "object", reason="学位不实", now=later(1))

    case = step(case, city.officer, "uphold", reason="学位证书系伪造", now=later(2))

    assert (case.status, case.awards.count()) == ("declined", 0)


def test_the_office_finds_the_case_at_the_person(city: City, case: Case) -> None:
    office = signed_in(make_user("office", role="office"))

    page = in_a_line(office.get(f"/registry/{city.person.handle}/cases/"))

    assert case.number in page
    assert "办理中" in page
    assert Look.objects.filter(subject=city.person, viewer__username="office").exists()


def test_an_employer_finds_no_tab_of_cases(city: City, case: Case) -> None:
    assert signed_in(city.hr).get(f"/registry/{city.person.handle}/cases/").status_code == 403
