"""The consents of a child and who decides on them, in a browser: both languages, desk and phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from yingcai.engine.identifiers import with_check_sign
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.plan.models import Pack
from yingcai.registry.actions.mandates import agree_mandate, give_guardian, give_mandate
from yingcai.registry.actions.requests import Upload
from yingcai.registry.tests.make import NOW, make_city, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_can_be_read_by_everybody(
    open_page: Any,
    visit: Any,
    site: object,
    axe: Check,
    fits: Check,
    shot: Shot,
    language: str,
    size: str,
) -> None:
    Pack.objects.all().delete()
    make_city()
    child = make_person("林小满", number=with_check_sign("33100220050228001"))
    parent = make_user("parent", display_name="林之川")
    first, second = (make_user(name, role=Role.OFFICE) for name in ("first", "second"))
    row = give_mandate(parent, child, "guardian", reason="户口簿已核对", actor=first, now=NOW)
    agree_mandate(row, actor=second, now=NOW)
    paper = Upload("出生医学证明.pdf", b"%PDF-1.7")
    other = make_user("other", display_name="苏晚晴")
    asked = give_guardian(other, child, paper, reason="出生医学证明", actor=first, now=NOW)

    for name, path, user in (
        ("wards", "wards/", parent),
        ("acting", f"{child.handle}/acting/", first),
        ("new", f"{child.handle}/acting/new/?kind=guardian", first),
        ("agree", f"{child.handle}/acting/{asked.pk}/agree/", second),
    ):
        page = open_page(f"/registry/{path}", visit(language=language, size=size, user=user))
        shot(page, f"guardian-{name}-{language}-{size}")
        axe(page)
        fits(page)
