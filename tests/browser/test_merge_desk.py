"""The desk of possible duplicates in a browser: both languages, desk and phone; two people merge and undo."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.plan.models import Pack
from yingcai.registry.models import Duplicate, Subject
from yingcai.registry.tests.make import employ, make_fact, make_firm, make_person
from yingcai.registry.tests.make_pairs import make_city_with_days, make_pair, resident

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]


@pytest.fixture
def pair(site: object) -> Duplicate:
    """A woman who was registered with and without her number."""
    Pack.objects.all().delete()
    make_city_with_days()
    kept, gone = make_person("林之川", number=resident(2, date(1990, 3, 7))), make_person("林之川")
    firm = make_firm("东云精密机电有限公司")
    for one, months in ((kept, 12), (gone, 20)):
        employ(one, firm, date(2016, 9, 1))
        make_fact(one, "person.degree", "doctor")
        make_fact(one, "person.insured_months", months)
        make_fact(one, "person.salary", 500000)
    signs = {"name": "agree", "birth": "unknown", "number": "unknown", "tie": "agree"}
    return make_pair(kept, gone, weight=1234, signs={**signs, "choice": "agree"})


def officer(name: str) -> User:
    return make_user(name, role=Role.OFFICE, display_name=name)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_can_be_read_by_everybody(
    open_page: Any,
    visit: Any,
    pair: Duplicate,
    axe: Check,
    fits: Check,
    shot: Shot,
    language: str,
    size: str,
) -> None:
    lin = officer("lin")
    for name, path in (("list", ""), ("pair", f"{pair.pk}/")):
        page = open_page(
            f"/registry/duplicates/{path}", visit(language=language, size=size, user=lin)
        )
        expect(page.locator("main")).to_contain_text("林之川")
        fits(page)
        axe(page)
        shot(page, f"merge-{name}-{language}-{size}")


def test_two_people_merge_and_two_people_undo(open_page: Any, visit: Any, pair: Duplicate) -> None:
    address = f"/registry/duplicates/{pair.pk}/"
    lin = open_page(address, visit(user=officer("lin")))
    lin.get_by_label("理由").fill("身份证和单位证明是同一人")
    lin.get_by_role("button", name="提出合并，保留左边").click()
    expect(lin.get_by_role("button", name="确认合并")).to_have_count(0)

    meng = open_page(address, visit(user=officer("meng")))
    expect(meng.locator("#decision")).to_contain_text("什么都不会被改写或删除")
    meng.get_by_role("button", name="确认合并").click()
    expect(meng.locator("#history")).to_contain_text("lin提出、meng确认合并")
    assert Subject.objects.get(pk=pair.second_id).merged_into_id == pair.first_id

    meng.get_by_label("理由").fill("经核实是两个人")
    meng.get_by_role("button", name="提出撤销合并").click()
    lin.reload()
    lin.get_by_role("button", name="确认撤销合并").click()
    expect(lin.locator("#history")).to_contain_text("确认撤销合并")
    assert Subject.objects.get(pk=pair.second_id).merged_into_id is None
