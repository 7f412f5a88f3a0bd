"""A small panel in a browser: the office invites and assigns, experts score on the phone, two persons open the scores."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from yingcai.cases.actions.panels.defending import draw_defence
from yingcai.cases.models import Panel, ScoreSheet
from yingcai.cases.tests.case_city import later
from yingcai.cases.tests.panel_city import PanelCity, build_panel_city, fresh, score_all
from yingcai.engine.cli import main
from yingcai.plan.models import Pack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]


@pytest.fixture
def city(site: object, tmp_path: Path, settings: Any) -> PanelCity:
    """Two projects, three experts who accepted, three sheets each; the 21st of June."""
    Pack.objects.all().delete()
    settings.YINGCAI_TODAY = date(2018, 6, 21)
    built = build_panel_city(tmp_path / "city", experts=3, experts_each=3)
    built.apply(2)
    return built


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_can_be_read_by_everybody(
    open_page: Any,
    visit: Any,
    city: PanelCity,
    axe: Check,
    fits: Check,
    shot: Shot,
    language: str,
    size: str,
) -> None:
    panel = city.assigned(city.invited(city.panel(city.call())))
    draw_defence(panel, later(11), actor=city.office, now=later(10))
    sheet = ScoreSheet.objects.select_related("expert__user").order_by("pk")[0]
    expert, case = (
        sheet.expert.user,
        panel.cases.select_related("case__applicant").order_by("pk")[0].case,
    )
    pages = [
        ("calls", "/panels/", city.office),
        ("panel", f"/panels/{panel.handle}/", city.office),
        ("clerk", f"/panels/{panel.handle}/defence/", city.office),
        ("live", f"/defence/{panel.handle}/", None),
        ("reviews", "/reviews/", expert),
        ("seat", f"/reviews/{sheet.expert.handle}/", expert),
        ("sheet", f"/reviews/sheets/{sheet.handle}/", expert),
        ("mine", f"/my/cases/{case.handle}/panel/", case.applicant),
    ]
    score_all(panel, but=1)
    for name, path, user in pages:
        page = open_page(path, visit(language=language, size=size, user=user))
        fits(page)
        axe(page)
        shot(page, f"panels-{name}-{language}-{size}")
    score_all(panel)
    city.opened(panel)
    page = open_page(
        f"/panels/{panel.handle}/results/", visit(language=language, size=size, user=city.office)
    )
    fits(page)
    axe(page)
    shot(page, f"panels-results-{language}-{size}")


def test_a_small_panel_from_the_invitation_to_the_result(
    open_page: Any, visit: Any, city: PanelCity
) -> None:
    panel = city.panel(city.call(places=1))
    address = f"/panels/{panel.handle}/"
    office = open_page(address, visit(user=city.office))
    for expert in city.experts:
        office.get_by_label(expert.display_name).check()
    office.get_by_role("button", name="发出邀请").click()
    for expert in city.experts:
        phone = open_page("/reviews/", visit(user=expert, size="phone", scripts=False))
        phone.get_by_role("link", name="2018年创业英才申报").click()
        phone.get_by_role("button", name="接受邀请").click()
        expect(phone.locator("main")).to_contain_text("已接受邀请")
    office.reload()
    office.get_by_role("button", name="分配评分").click()
    expect(office.locator("main")).to_contain_text("0 / 6")
    for expert in city.experts:
        _score(open_page("/reviews/", visit(user=expert, size="phone", scripts=False)))
    office.reload()
    office.get_by_role("button", name="提请启封").click()
    other = open_page(address, visit(user=city.office2))
    other.get_by_role("button", name="启封评分").click()
    expect(other.locator("main")).to_contain_text("评分已启封")
    office.reload()
    office.get_by_role("button", name="形成评审结果").click()
    expect(office.locator("main")).to_contain_text("评审结果已写入各件事项")

    assert fresh(panel).state == Panel.State.CONCLUDED
    assert sorted(panel.cases.values_list("case__stage", flat=True)) == ["decide", "declined"]


def _score(phone: Page) -> None:
    """Both sheets of an expert, without scripts; the first is kept as a draft on the way."""
    phone.get_by_role("link", name="2018年创业英才申报").click()
    for number in (1, 2):
        phone.get_by_role("link", name=f"第 {number} 号项目").click()
        for name, points in (("novelty", 30 + 10 * number), ("team", 30), ("chain", 0)):
            phone.locator(f"#points-{name}").fill(str(points))
        if number == 1:
            phone.get_by_role("button", name="存草稿").click()
            expect(phone.locator("#points-novelty")).to_have_value("40")
        for name in ("novelty", "team"):
            phone.locator(f"#reason-{name}").fill("理由充分")
        phone.get_by_role("button", name="提交评分").click()
        expect(phone.locator("main")).to_contain_text("评分已提交")


def test_nine_experts_score_thirty_projects_and_anybody_computes_the_result_again(
    site: object, open_page: Any, visit: Any, axe: Check, fits: Check, shot: Shot,
    tmp_path: Path, settings: Any,
) -> None:  # fmt: skip
    Pack.objects.all().delete()
    settings.YINGCAI_TODAY = date(2018, 6, 21)
    city = build_panel_city(tmp_path / "city")
    city.apply(30)
    panel = city.assigned(city.invited(city.panel(city.call(places=10))))
    draw_defence(panel, later(11), actor=city.office, now=later(9))
    score_all(panel, but=1)
    assert ScoreSheet.objects.exclude(state="submitted").count() == 1
    last = ScoreSheet.objects.select_related("expert__user", "case__case__subject").get(
        state="assigned"
    )

    phone = open_page(f"/reviews/{last.expert.handle}/", visit(user=last.expert.user, size="phone"))
    shot(phone, "panels-thirty-seat-phone")
    phone.get_by_role("link", name=f"第 {last.case.number} 号项目").click()
    assert last.case.case.subject.name not in phone.content()  # blind
    for name, points in (("novelty", 50), ("team", 30), ("chain", 0)):
        phone.locator(f"#points-{name}").fill(str(points))
    for name in ("novelty", "team"):
        phone.locator(f"#reason-{name}").fill("理由充分")
    phone.get_by_role("button", name="提交评分").click()
    expect(phone.locator("main")).to_contain_text("评分已提交")
    address = f"/panels/{panel.handle}/"
    office = open_page(address, visit(user=city.office))
    expect(office.locator("main")).to_contain_text("150 / 150")
    office.get_by_role("button", name="提请启封").click()
    other = open_page(address, visit(user=city.office2))
    other.get_by_role("button", name="启封评分").click()
    expect(other.locator("main")).to_contain_text("评分已启封")
    office.reload()
    office.get_by_role("button", name="形成评审结果").click()
    expect(office.locator("main")).to_contain_text("评审结果已写入各件事项")
    for size in ("desktop", "phone"):
        page = open_page(f"{address}results/", visit(user=city.office, size=size))
        expect(page.get_by_role("region", name="排名表").locator("tbody tr")).to_have_count(30)
        fits(page)
        axe(page)
        shot(page, f"panels-thirty-results-{size}")

    settings.YINGCAI_TODAY = date(2018, 6, 24)
    public = open_page(f"/guide/{panel.call.programme}/", visit(size="phone"))
    shot(public, "panels-thirty-guide-phone")
    with public.expect_download() as download:
        public.locator("a[href$='files.zip']").first.click()
    files = tmp_path / "panel.zip"
    download.value.save_as(files)
    assert main(["panel", "verify", str(files)]) == 0
