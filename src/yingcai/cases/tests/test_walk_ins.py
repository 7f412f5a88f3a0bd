"""Somebody comes in and shows his document: the window files for him, learns nothing, and he confirms."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils.html import escape

from yingcai.audit.models import Event
from yingcai.cases.actions.opening import confirm
from yingcai.cases.models import Case
from yingcai.cases.tests.case_city import NOW, City, build_city
from yingcai.identity.models import User
from yingcai.registry.actions.subjects import add_identifier
from yingcai.registry.models import Identifier, Look
from yingcai.registry.tests.browsing import in_a_line, signed_in, text
from yingcai.registry.tests.make import OTHER_RESIDENT, RESIDENT, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    found = build_city(tmp_path / "city")
    add_identifier(found.person, "resident-id", RESIDENT, source="applicant", actor=None, now=NOW)
    return found


def shows(
    user: User, number: str = RESIDENT, name: str = "林之川", programme: str = "bonus"
) -> Any:
    """The form of the window with a document."""
    form = {"number_kind": "resident-id", "number": number, "name": name}
    return signed_in(user).post(f"/apply/{programme}/", form)


def test_a_window_files_for_who_shows_his_document_and_he_confirms(city: City) -> None:
    answer = shows(city.window, programme="recognition")
    address = answer.headers["Location"]
    page = in_a_line(signed_in(city.window).get(address))

    assert answer.status_code == 302
    assert "申请对象：林之川" in page
    assert "已掌握，不在这里显示" in page
    assert "博士" not in page
    case = Case.objects.get()
    assert (case.side, case.applicant) == ("window", city.window)
    form = {"version": "1", "do": "submit"}
    sent = signed_in(city.window).post(address, form)
    assert sent.status_code == 302, text(sent)
    case.refresh_from_db()
    assert case.status == "unconfirmed"

    case = confirm(case, version=case.version, actor=city.talent, now=NOW)

    assert case.status == "running"
    assert set(Look.objects.values_list("capacity", flat=True)) == {"window"}
    assert RESIDENT not in str(list(Event.objects.values_list("details", flat=True)))


@pytest.mark.parametrize(
    ("number", "name"),
    [(RESIDENT, "林之"), (OTHER_RESIDENT, "林之川"), ("33", "林之川"), ("", ""), (RESIDENT, "")],
)
def test_number_and_name_must_both_fit(city: City, number: str, name: str) -> None:
    answer = shows(city.window, number, name)

    assert answer.status_code == 422
    assert escape("没有找到：请核对证件号码和姓名；还没有登记的，请先到人才办登记") in text(answer)
    assert not Case.objects.exists()
    assert not Look.objects.exists()


def test_only_a_window_files_so_and_nothing_is_tried_out(city: City) -> None:
    assert shows(city.officer).status_code == 422
    assert not Event.objects.filter(action="identifier.searched").exists()
    for _time in range(20):
        shows(city.window, OTHER_RESIDENT)

    answer = shows(city.window)

    assert "一分钟内这样查询的次数过多" in text(answer)
    assert not Case.objects.exists()


def test_a_window_reaches_nobody_by_a_handle(city: City) -> None:
    other = make_person("沈一")

    answer = signed_in(city.window).post("/apply/bonus/", {"subject": str(other.handle)})

    assert answer.status_code == 404
    assert Identifier.objects.count() == 1
