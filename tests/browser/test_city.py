"""The fictional city in a browser: every page looks right to axe, and a month becomes a document."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Visit
from yingcai.engine.documents.check import check_layout
from yingcai.engine.packs.load import find_pack
from yingcai.identity.models import User
from yingcai.registry.models import Subject
from yingcai.reporting.models import Bulletin, ReportingMonth
from yingcai.web.demo.city import build_city

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
OFFICE = [
    "/",
    "/plan/",
    "/plan/ledger/",
    "/plan/targets/0-2/",
    "/plan/2018-2020/1/",
    "/progress/",
    "/progress/targets/0-2/",
    "/reporting/2018-05/",
    "/reporting/2018-05/accept/",
    "/orders/",
    "/bulletins/",
    "/bulletins/2018-04/",
    "/leader/",
    "/leader/?screen=1",
    "/map/",
    "/identity/",
    "/audit/",
    "/registry/",
    "/registry/?q=lzc",
    "/registry/requests/",
]
TALENT = [
    "/registry/me/",
    "/registry/me/steps/",
    "/registry/me/looks/",
    "/registry/me/consents/",
    "/registry/me/change/person.degree/",
]
PUBLIC = [
    "/",
    "/public/",
    "/open-data/",
    "/api/docs/",
    "/plan/2018-2020/1/",
    "/accessibility/",
    "/registry/privacy/",
]


@pytest.fixture
def city(site: object) -> None:
    """Built after the invented pack of ``site``, whose place the shipped pack takes."""
    build_city(find_pack(settings.PACK_DIR), today=date(2018, 6, 8), say=lambda _text: None)


def find_subject(name: str) -> str:
    return str(Subject.objects.get(name=name).handle)


def who(name: str) -> User:
    return User.objects.get(username=name)


@pytest.mark.timeout(600)  # builds a city and looks at three dozen pages
@pytest.mark.parametrize(
    ("language", "size"), [("zh-hans", "desktop"), ("en", "phone")], ids=["desk-zh", "phone-en"]
)
def test_every_page_of_the_city_is_clean(
    city: None,
    open_page: Open,
    axe: Callable[[Page], None],
    shot: Callable[[Page, str], Path],
    language: str,
    size: str,
) -> None:
    looks = [(path, who("office")) for path in OFFICE] + [(path, None) for path in PUBLIC]
    looks.append(("/reporting/", who("reporter")))
    looks += [(path, who("talent")) for path in TALENT]
    subject = "/registry/" + find_subject("林之川") + "/"
    looks += [(subject, who("office")), (f"{subject}looks/", who("auditor"))]
    for path, user in looks:
        page = open_page(path, Visit(language=language, size=size, user=user))
        page.wait_for_load_state("networkidle")
        name = path.strip("/").replace("/", "-").replace("?", "-") or "home"
        shot(page, f"city-{name}-{'staff' if user else 'public'}-{size}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide} px"
        axe(page)
        page.context.close()


def test_a_month_becomes_a_document_in_a_dozen_clicks(
    city: None, open_page: Open, tmp_path: Path
) -> None:
    page = open_page("/reporting/2018-05/", Visit(user=who("office2")))
    page.get_by_role("link", name="批量核定").click()
    page.get_by_role("button", name="核定以上").click()
    page.get_by_role("link", name="锁定本月").click()
    page.locator("[name=without_missing]").check()
    page.get_by_role("button", name="确认锁定").click()
    expect(page.get_by_role("button", name="重新开放")).to_be_visible()
    assert ReportingMonth.objects.get(month=date(2018, 5, 1)).status == "locked"

    page.goto(page.url.replace("/reporting/2018-05/", "/bulletins/"))
    page.get_by_role("button", name="生成通报").click()
    page.get_by_role("link", name="核对并发布").click()
    page.get_by_role("button", name="发布通报").click()
    expect(page.get_by_role("link", name="核对并发布")).to_have_count(0)
    assert Bulletin.objects.get(month=date(2018, 5, 1)).status == "published"

    with page.expect_download() as download:
        page.get_by_role("link", name="Word").click()
    kept = tmp_path / "bulletin.docx"
    download.value.save_as(kept)
    assert check_layout(kept.read_bytes()) == []
