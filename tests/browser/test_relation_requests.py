"""Asking for a relation to be corrected, in a browser: both languages, desk and phone."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.plan.models import Pack
from yingcai.registry.actions.requests import request_relation_change
from yingcai.registry.tests.make import NOW, employ, make_firm, make_person, make_talent
from yingcai.registry.tests.make_pairs import make_city_with_days
from yingcai.registry.wishes import ENDED, RelationWish

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
    make_city_with_days()
    lin = make_person("林之川")
    job = employ(lin, make_firm("东云精密机电有限公司"), date(2016, 9, 1))
    past = employ(lin, make_firm("云州纺织"), date(2012, 9, 1), date(2016, 8, 31))
    talent, office = make_talent(lin), make_user("lin", role=Role.OFFICE, display_name="lin")
    wish = RelationWish(job, ENDED, "三月底已经离职，单位没有登记", until=date(2018, 3, 31))
    row = request_relation_change(lin, wish, actor=talent, now=NOW)

    for name, path, user in (
        ("mine", "me/", talent),
        ("ask", f"me/relations/{past.pk}/change/", talent),
        ("desk", "requests/", office),
        ("decide", f"requests/{row.pk}/", office),
    ):
        page = open_page(f"/registry/{path}", visit(language=language, size=size, user=user))
        shot(page, f"relation-{name}-{language}-{size}")
        axe(page)
        fits(page)
