"""The audit and its sealing in a browser: both languages, desk and phone, and on paper."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from yingcai.audit.models import Root
from yingcai.audit.tests.make import make_sealed, own_folder
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_folder"),
]
__all__ = ["own_folder"]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]


@pytest.fixture
def qiu(site: object) -> User:
    make_sealed((5, 5))
    return make_user("qiu", role=Role.AUDITOR, display_name="邱明")


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_can_be_read_by_everybody(
    open_page: Any,
    visit: Any,
    qiu: User,
    axe: Check,
    fits: Check,
    shot: Shot,
    language: str,
    size: str,
) -> None:
    for name, path in (("index", "/audit/"), ("sealing", "/audit/sealing/")):
        page = open_page(path, visit(language=language, size=size, user=qiu))
        expect(page.locator("main")).to_contain_text(Root.objects.get(number=2).digest[:8])
        fits(page)
        axe(page)
        shot(page, f"audit-{name}-{language}-{size}")


def test_the_digest_is_whole_on_paper_and_the_file_comes_at_a_press(
    open_page: Any, visit: Any, qiu: User
) -> None:
    page = open_page("/audit/sealing/", visit(user=qiu))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出封存的记录").click()
    assert waiting.value.suggested_filename == "audit-sealed-20180608.jsonl"

    page.emulate_media(media="print")

    digest = page.locator("tbody tr").first.locator(".yc-digest").inner_text()
    assert digest.replace(" ", "") == Root.objects.get(number=2).digest
    expect(page.get_by_role("button", name="导出封存的记录")).to_be_hidden()
