"""An expert who was drawn by lot gives an opinion on a phone; who decides reads it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from yingcai.cases.tests.case_city import step
from yingcai.cases.tests.judged_city import JudgedCity, build_judged_city
from yingcai.plan.models import Pack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]


@pytest.fixture
def judged(site: object, tmp_path: Path, settings: Any) -> JudgedCity:
    Pack.objects.all().delete()
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    return build_judged_city(tmp_path / "city")


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_can_be_read_by_everybody(
    open_page: Any,
    visit: Any,
    judged: JudgedCity,
    axe: Check,
    fits: Check,
    shot: Shot,
    language: str,
    size: str,
) -> None:
    case = judged.before_experts()
    first, second, _third = judged.asked(case)
    step(case, second, "refuse", reason="影响限于本省，尚不相当。")
    pages = [
        ("reviews", "/reviews/", first),
        ("asked", f"/reviews/asked/{case.handle}/", first),
        ("desk", f"/desk/{case.handle}/", judged.city.head),
        ("mine", f"/my/cases/{case.handle}/", judged.city.talent),
    ]
    for name, path, user in pages:
        page = open_page(path, visit(language=language, size=size, user=user))
        fits(page)
        axe(page)
        shot(page, f"judged-{name}-{language}-{size}")


def test_an_opinion_on_the_phone_ends_with_the_list(
    open_page: Any, visit: Any, judged: JudgedCity
) -> None:
    case = judged.before_experts()
    expert = judged.asked(case)[0]
    page = open_page("/reviews/", visit(size="phone", user=expert))
    page.get_by_role("link", name=case.number).click()
    page.get_by_label("理由").fill("成果为同行公认，达到同等层次。")
    page.get_by_role("button", name="我同意", exact=True).click()

    expect(page.get_by_text("已记下您的意见：同意")).to_be_visible()
    expect(page.get_by_text(case.number)).to_have_count(0)
