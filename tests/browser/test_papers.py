"""Decisions on paper in a browser: every page of a file and of a case that came of it fits and can be read by everybody."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from yingcai.cases.actions.papers.undoing import ask_undo
from yingcai.cases.models import Case
from yingcai.cases.tests.case_city import NOW, later
from yingcai.cases.tests.paper_city import QIAN, PaperCity, build_paper_city, grant
from yingcai.plan.models import Pack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]
QIANS = {"姓名": "钱明川", "证件号码": QIAN}


@pytest.fixture
def city(site: object, tmp_path: Path, settings: Any) -> PaperCity:
    Pack.objects.all().delete()
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    return build_paper_city(tmp_path / "city")


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_can_be_read_by_everybody(
    open_page: Any,
    visit: Any,
    city: PaperCity,
    axe: Check,
    fits: Check,
    shot: Shot,
    language: str,
    size: str,
) -> None:
    done = city.taken_in({"有效期至": "2020-04-14", "备注": "原件在档案馆"}, grant(), QIANS)
    faulty = city.brought({"事项": "补贴", "决定": "也许"}, {**QIANS, "金额（元）": "5"})
    waits = city.waiting(grant(文号="第9号", 决定日期="2017-03-02"), now=later(1))
    case = Case.objects.get(programme="recognition", subject=city.lin)
    batch = "/desk/papers/{}/".format
    pages = [
        ("papers", "/desk/papers/", city.first),
        ("new", "/desk/papers/new/", city.first),
        ("faulty", batch(faulty.handle), city.first),
        ("waits", batch(waits.handle), city.second),
        ("rows", f"{batch(waits.handle)}rows/", city.second),
        ("done", batch(done.handle), city.first),
        ("cases", f"{batch(done.handle)}rows/", city.first),
        ("desk", f"/desk/{case.handle}/", city.first),
        ("mine", f"/my/cases/{case.handle}/", city.reader),
        ("statistics", "/cases/statistics/", city.office),
    ]
    for name, address, user in pages:
        page = open_page(address, visit(language=language, size=size, user=user))
        fits(page)
        axe(page)
        shot(page, f"papers-{name}-{language}-{size}")
    ask_undo(done, reason="列错了年份", actor=city.first, now=NOW)
    page = open_page(batch(done.handle), visit(language=language, size=size, user=city.second))
    fits(page)
    axe(page)
