"""办事指南: what a reader finds of a programme, and what he must not be told."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yingcai.cases.tests.make import publish_city
from yingcai.plan.tests.make import make_pack
from yingcai.registry.tests.make import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.YINGCAI_TODAY = TODAY


@pytest.fixture
def _city(tmp_path: Path) -> None:
    publish_city(tmp_path / "city")


def read(address: str, *, english: bool = False) -> str:
    client = Client()
    if english:
        client.cookies["yingcai_language"] = "en"
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(str(answer.content, "utf-8").split())


@pytest.mark.usefixtures("_city")
def test_a_visitor_finds_every_programme_with_its_standing() -> None:
    page = read("/guide/")

    assert page.index("租房补贴") < page.index("博士安家补助") < page.index("招才中介费补助")
    assert ["可以申请" in page, "尚未开始" in page, "已经停止" in page] == [True, True, True]
    assert "共 3 项" in page


@pytest.mark.usefixtures("_city")
def test_programmes_are_narrowed_by_words_and_by_whom_they_are_for() -> None:
    assert "招才中介费补助" not in read("/guide/?subject=person")
    assert "租房补贴" not in read("/guide/?q=中介")
    assert "没有符合条件的项目" in read("/guide/?q=游艇")


@pytest.mark.usefixtures("_city")
def test_a_programme_says_who_how_much_and_by_which_clause() -> None:
    page = read("/guide/rent/")

    assert "参加社会保险满6个月" in page
    assert "第1条" in page
    assert ["1.2万元" in page, "9,600元" in page] == [True, True]
    assert "市人力社保局" in page
    assert "每人累计不超过3万元。" in page
    assert "与“博士安家补助”互斥，不可同时享受。" in page


@pytest.mark.usefixtures("_city")
def test_a_document_is_named_once_with_the_strictest_need() -> None:
    page = read("/guide/rent/")

    assert page.count("租房合同") == 1
    assert "可容缺" not in page
    assert page.index("必交") < page.index("免提交")


@pytest.mark.usefixtures("_city")
def test_the_examples_of_the_policy_office_are_decided_by_the_rules_shown() -> None:
    page = read("/guide/rent/")

    assert "博士每年1.2万元" in page
    assert "符合 1.2万元" in page


@pytest.mark.usefixtures("_city")
def test_a_sample_says_that_it_is_no_rule_of_the_city() -> None:
    assert "本项目的条件和数额是示例" in read("/guide/settling-in/")
    assert "本项目的条件和数额是示例" not in read("/guide/rent/")


@pytest.mark.usefixtures("_city")
def test_an_english_reader_meets_no_chinese_but_names() -> None:
    page = read("/guide/rent/", english=True)

    assert "Insured here for 6 months" in page
    assert "A person gets no more than 30,000 yuan in all." in page
    assert "博士每年1.2万元" not in page


@pytest.mark.usefixtures("_city")
def test_a_programme_that_there_is_not_is_not_found() -> None:
    assert Client().get("/guide/yacht/").status_code == 404


def test_without_a_pack_the_page_says_so() -> None:
    assert "还没有公布项目" in read("/guide/")


def test_a_pack_published_without_its_files_offers_nothing() -> None:
    make_pack()

    assert "还没有公布项目" in read("/guide/")
    assert Client().get("/guide/rent/").status_code == 404


@pytest.mark.usefixtures("_city")
def test_a_programme_shows_its_steps_with_terms_in_words_and_as_a_picture() -> None:
    page = read("/guide/rent/")
    picture = Client().get("/guide/rent/steps.svg")

    assert "自受理之日起 15个工作日内办结" in page
    assert ["受理窗口核对" in page, "牵头单位窗口" in page, "5个工作日" in page] == [True] * 3
    assert "时限为示例" in page
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert "受理窗口核对" in str(picture.content, "utf-8")


@pytest.mark.usefixtures("_city")
def test_a_programme_without_a_workflow_shows_no_steps_and_no_picture() -> None:
    assert "办理流程" not in read("/guide/fee/")
    assert Client().get("/guide/fee/steps.svg").status_code == 404
