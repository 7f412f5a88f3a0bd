"""Pages and files of the bulletin: who sees what, what an act does, how many queries it takes."""

import hashlib
import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yingcai.engine.documents.sheet import read_sheet
from yingcai.plan.tests.make import make_pack, make_user
from yingcai.reporting.actions.bulletins import draft_bulletin
from yingcai.reporting.models import Bulletin, BulletinCorrection
from yingcai.reporting.tests.make_bulletin import (
    APRIL,
    MAY,
    NOW,
    City,
    fill_month,
    make_city,
    make_published,
    make_reporting_month,
    random_city,
    random_month,
)

pytestmark = pytest.mark.django_db
PAGE = reverse("reporting:bulletin", args=[MAY])
EDIT = reverse("reporting:bulletin_edit", args=[MAY])
PUBLISH = reverse("reporting:bulletin_publish", args=[MAY])
BUDGET = 12


@pytest.fixture
def city() -> City:
    make_pack(
        bulletin={"organ": "云岫市人才办", "mark": "人才工作通报", "number_prefix": "云人才通报"}
    )
    return make_city()


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(make_user(role=role))
    return client


@pytest.fixture
def office(city: City) -> Client:
    return signed_in("office")


def file_of(client: Client, kind: str) -> Any:
    return client.get(reverse("reporting:bulletin_file", args=[MAY, kind]))


def test_one_click_drafts_a_locked_month_and_opens_it(city: City, office: Client) -> None:
    fill_month(city)
    listed = office.get(reverse("reporting:bulletins"))
    assert "生成通报" in listed.content.decode()
    response = office.post(reverse("reporting:bulletin_draft"), {"month": "2018-05"})
    assert response["Location"] == PAGE
    assert Bulletin.objects.get().status == "draft"


def test_a_month_that_is_open_is_refused_in_words(city: City, office: Client) -> None:
    make_reporting_month(city.plan, status="open")
    response = office.post(reverse("reporting:bulletin_draft"), {"month": "2018-05"}, follow=True)
    assert "2018-05 尚未锁定" in response.content.decode()
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize("month", ["", "2018-13", "<b>"])
def test_a_month_that_is_none_is_asked_for_again(city: City, office: Client, month: str) -> None:
    response = office.post(reverse("reporting:bulletin_draft"), {"month": month}, follow=True)
    assert "请选择要通报的月份" in response.content.decode()


@pytest.mark.parametrize("role", ["reporter", "head", "county", "leader", "auditor"])
def test_a_draft_exists_for_the_office_alone(city: City, role: str) -> None:
    fill_month(city)
    draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    client = signed_in(role)
    assert client.get(PAGE).status_code == 404
    assert file_of(client, "docx").status_code == 404
    assert "2018年5月" not in client.get(reverse("reporting:bulletins")).content.decode()
    assert client.get(EDIT).status_code == 403
    assert client.post(PUBLISH, {"version": 1}).status_code == 403
    assert Bulletin.objects.get().status == "draft"


@pytest.mark.parametrize("role", ["office", "reporter", "head", "county", "leader", "auditor"])
def test_every_role_reads_a_published_bulletin(city: City, role: str) -> None:
    fill_month(city)
    make_published(city)
    assert signed_in(role).get(PAGE).status_code == 200


def test_a_visitor_is_asked_to_sign_in(city: City, client: Client) -> None:
    fill_month(city)
    make_published(city)
    for address in (PAGE, EDIT, reverse("reporting:bulletins")):
        assert client.get(address).status_code == 302


def test_every_figure_of_the_page_links_to_its_target(city: City, office: Client) -> None:
    fill_month(city)
    make_published(city)
    text = office.get(PAGE).content.decode()
    assert f'href="{reverse("reporting:standing", args=["2-2"])}"' in text
    board = reverse("reporting:dashboard")
    assert f"{board}?month=2018-05&amp;unit=erju&amp;light=red" in text
    annex = office.get(reverse("reporting:bulletin_annex", args=[MAY, 1])).content.decode()
    for code in ("1-1", "2-2"):
        assert f'href="{reverse("reporting:standing", args=[code])}"' in annex


def test_the_page_shows_what_is_frozen_not_what_moved_later(city: City, office: Client) -> None:
    fill_month(city)
    make_published(city)
    city.targets[0].__class__.objects.filter(pk=city.targets[0].pk).update(title="改名")
    assert "改名" not in office.get(PAGE).content.decode()


def test_words_are_escaped(city: City, office: Client) -> None:
    fill_month(city)
    draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    office.post(EDIT, {"version": 1, "next": "<script>alert(1)</script>"})
    assert "<script>alert" not in office.get(PAGE).content.decode()
    assert "<script>alert" not in office.get(EDIT).content.decode()


def test_editing_saves_words_and_points_at_strange_numbers(city: City, office: Client) -> None:
    fill_month(city)
    draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    office.post(EDIT, {"version": 1, "overall": "本月共有777项。"})
    text = office.get(EDIT).content.decode()
    assert "文字中的 777 不在本期数据中" in text
    assert "恢复生成稿" in text
    assert "777" in office.get(PUBLISH).content.decode()


def test_a_stale_edit_keeps_what_was_typed(city: City, office: Client) -> None:
    fill_month(city)
    draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    office.post(EDIT, {"version": 1, "next": "先改的。"})
    response = office.post(EDIT, {"version": 1, "next": "后改的。"})
    assert response.status_code == 409
    assert "后改的。" in response.content.decode()
    assert Bulletin.objects.get().blocks["next"]["text"] == "先改的。"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_broken_version_is_a_stale_one(city: City, office: Client, version: str) -> None:
    fill_month(city)
    draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    assert office.post(EDIT, {"version": version, "next": "改。"}).status_code == 409
    assert Bulletin.objects.get().version == 1


def test_restore_and_refresh_go_back_to_the_editing_page(city: City, office: Client) -> None:
    fill_month(city)
    draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    office.post(EDIT, {"version": 1, "next": "改。"})
    restored = office.post(
        reverse("reporting:bulletin_restore", args=[MAY, "next"]), {"version": 2}, follow=True
    )
    assert "已恢复生成稿" in restored.content.decode()
    fresh = office.post(
        reverse("reporting:bulletin_refresh", args=[MAY]), {"version": 3}, follow=True
    )
    assert "已按最新数据重新生成" in fresh.content.decode()


def test_publishing_shows_the_layout_check_and_freezes(city: City, office: Client) -> None:
    fill_month(city)
    draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    shown = office.get(PUBLISH).content.decode()
    assert "均符合 GB/T 9704—2012" in shown
    assert "云人才通报〔2018〕1号" in shown
    response = office.post(PUBLISH, {"version": 1})
    assert response["Location"] == PAGE
    assert Bulletin.objects.get().status == "published"
    assert office.get(EDIT).status_code == 404


def test_a_correction_stands_before_the_bulletin(city: City, office: Client) -> None:
    fill_month(city)
    make_published(city)
    address = reverse("reporting:bulletin_correct", args=[MAY])
    assert office.post(address, {"text": " "}).status_code == 422
    office.post(address, {"text": "第一段“1项”应为“2项”。"})
    text = office.get(PAGE).content.decode()
    assert text.index("应为“2项”") < text.index("一、总体进展")
    assert BulletinCorrection.objects.count() == 1


def test_the_word_file_is_the_same_every_time(city: City, office: Client) -> None:
    fill_month(city)
    make_published(city)
    first, second = file_of(office, "docx"), file_of(office, "docx")
    assert first.content == second.content
    assert first["Content-Disposition"].startswith("attachment; filename=")
    body = zipfile.ZipFile(io.BytesIO(first.content)).read("word/document.xml").decode()
    for words in ("人才工作通报", "云人才通报〔2018〕1号", "总体进展", "滞后事项及原因", "sha256:"):
        assert words in body


def test_a_correction_becomes_an_annex_of_the_files(city: City, office: Client) -> None:
    fill_month(city)
    make_published(city)
    office.post(reverse("reporting:bulletin_correct", args=[MAY]), {"text": "“1项”应为“2项”。"})
    body = zipfile.ZipFile(io.BytesIO(file_of(office, "docx").content)).read("word/document.xml")
    assert "应为“2项”" in body.decode()


def test_the_pdf_opens_with_its_mark(city: City, office: Client) -> None:
    fill_month(city)
    make_published(city)
    response = file_of(office, "pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


def test_the_spreadsheet_has_every_figure_and_no_formula(city: City, office: Client) -> None:
    fill_month(city)
    target = city.targets[0]
    target.__class__.objects.filter(pk=target.pk).update(title='=HYPERLINK("x")')
    make_published(city)
    content = file_of(office, "xlsx").content
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    sheets = [name for name in names if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 6
    book = zipfile.ZipFile(io.BytesIO(content))
    assert all(b"<f>" not in book.read(name) for name in sheets)
    ranking = read_sheet(content, name="x.xlsx")
    assert [row.cells[:3] for row in ranking.rows[1:]] == [(1, "一局", 1), (2, "二局", 1)]


def test_the_snapshot_can_be_checked_by_anybody_who_has_it(city: City, office: Client) -> None:
    fill_month(city)
    bulletin = make_published(city)
    content = file_of(office, "json").content
    assert hashlib.sha256(content).hexdigest() == bulletin.digest
    assert json.loads(content)["month"] == "2018-05"


def test_an_unknown_kind_of_file_is_not_found(city: City, office: Client) -> None:
    fill_month(city)
    make_published(city)
    assert file_of(office, "exe").status_code == 404
    assert office.get(reverse("reporting:bulletin_annex", args=[MAY, 3])).status_code == 404
    assert office.get("/bulletins/2018-13/").status_code == 404


def test_the_english_page_has_english_names(city: City, office: Client) -> None:
    city.bureaus[0].__class__.objects.filter(code="yiju").update(name_en="First Bureau")
    fill_month(city)
    make_published(city)
    office.cookies["yingcai_language"] = "en"
    assert "First Bureau" in office.get(PAGE).content.decode()


def test_pages_stay_within_their_queries(city: City, django_assert_max_num_queries: Any) -> None:
    large = random_city(targets=40, counties=6, bureaus=8, seed=4)
    for month in (APRIL, MAY):
        random_month(large, month, seed=7)
    make_published(large, APRIL)
    draft_bulletin(large.plan, MAY, actor=large.office, now=NOW)
    client = Client()
    client.force_login(large.office)
    for name, *args in (
        ("bulletins",),
        ("bulletin", date(2018, 4, 1)),
        ("bulletin", MAY),
        ("bulletin_annex", APRIL, 1),
        ("bulletin_annex", APRIL, 2),
        ("bulletin_edit", MAY),
        ("bulletin_publish", MAY),
        ("bulletin_layout", APRIL),
        ("bulletin_file", APRIL, "docx"),
    ):
        with django_assert_max_num_queries(BUDGET):
            assert client.get(reverse(f"reporting:{name}", args=args)).status_code == 200
