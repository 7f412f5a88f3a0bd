"""The life of a case in a browser: asked for on a phone, worked on at a desk with the keyboard."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.actions.timing import keep_terms
from yingcai.cases.models import Award, Case, CaseAct
from yingcai.cases.tests.case_city import NOW, PDF, City, build_city, later, step
from yingcai.plan.models import Pack
from yingcai.registry.models import Look
from yingcai.registry.tests.make import make_fact, make_person, make_talent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]
FORTY = 40


@pytest.fixture
def city(site: object, tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    Pack.objects.all().delete()
    return build_city(tmp_path / "city")


def waiting(city: City, many: int) -> list[Case]:
    """Applications that the rules have agreed to, and that the officer decides."""
    found = []
    for number in range(many):
        person = make_person(f"何云{number:02d}", county=city.person.county)
        make_fact(person, "person.insured_months", 24, "social-insurance")
        user = make_talent(person)
        case = start_case("bonus", person, "self", actor=user, now=NOW)
        found.append(submit(case, version=case.version, actor=user, now=NOW))
    return found


@pytest.mark.timeout(240)
def test_an_officer_clears_forty_cases_with_the_keyboard(
    city: City, open_page: Any, visit: Any, shot: Shot, axe: Check
) -> None:
    cases = waiting(city, FORTY)
    page = open_page("/desk/", visit(user=city.officer))
    keys = page.keyboard

    keys.press("?")
    page.get_by_role("dialog").get_by_text("提交写好的意见").or_(
        page.get_by_role("dialog").get_by_text("打开事项")
    ).wait_for()
    keys.press("Escape")
    keys.press("j")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/desk/[0-9a-f-]{36}/"))
    shot(page, "desk-case-keyboard")
    axe(page)
    for number in range(FORTY):
        keys.press("a")
        if number == 0:
            keys.type("材料齐全，予以支持")
        before = page.url
        keys.press("Control+Enter")
        page.wait_for_url(lambda url, before=before: url != before)

    page.get_by_text("没有等您办理的事项").wait_for()
    shot(page, "desk-cleared")
    assert Award.objects.filter(granted_by=city.officer).count() == FORTY
    assert CaseAct.objects.filter(actor=city.officer).count() == FORTY
    assert {one.status for one in Case.objects.filter(pk__in=[c.pk for c in cases])} == {"granted"}
    looked = Look.objects.filter(viewer=city.officer).values_list("subject", flat=True)
    assert set(looked) == {case.subject_id for case in cases}


def test_keys_do_nothing_while_somebody_writes(city: City, open_page: Any, visit: Any) -> None:
    case = waiting(city, 1)[0]
    page = open_page(f"/desk/{case.handle}/", visit(user=city.officer))

    page.keyboard.press("a")
    page.keyboard.type("anr?")

    assert page.locator("#reason-agree").input_value() == "anr?"
    assert page.locator("dialog[open]").count() == 0
    assert not Award.objects.exists()


def agreed(page: Page) -> None:
    """Two keys at the desk: the case goes on, and the next page comes."""
    page.keyboard.press("a")
    before = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_function("before => location.href !== before", arg=before)


def apply_on_a_phone(page: Page, axe: Check) -> None:
    """The one question that is left; without the diploma and an account it is not taken, with them it is."""
    page.get_by_role("button", name="开始填写").click()
    assert page.locator("input[name='shown']").count() == 1  # the degree is known
    page.locator("input[name='person.insured_months']").fill("24")
    page.get_by_role("button", name="检查并提交").click()
    for said in ("还不能提交", "缺少必交材料：学位证书", "请填写开户银行和账号"):
        page.get_by_text(said).first.wait_for()
    axe(page)
    bring(page, "学位证.pdf")
    page.get_by_label("开户银行").fill("合欢银行东城支行")
    page.get_by_label("账号", exact=True).fill("6222021234567890128")
    page.get_by_label("我同意保存这个账户").check()
    page.get_by_role("button", name="检查并提交").click()
    page.wait_for_url(re.compile("receipt"))


def bring(page: Page, name: str) -> None:
    file = {"name": name, "mimeType": "application/pdf", "buffer": PDF}
    page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]


def test_a_stranger_finds_what_there_is_without_a_login(
    city: City, open_page: Any, visit: Any, axe: Check
) -> None:
    page = open_page("/entitled/", visit(size="phone"))

    page.get_by_text("个人", exact=True).click()

    page.get_by_text("博士", exact=True).click()
    page.get_by_role("textbox", name="本市社会保险缴费月数").fill("24")
    page.get_by_role("button", name="下一步").click()
    for words in ("安家补助", "5万元", "我要申请"):
        page.get_by_text(words).first.wait_for()
    page.wait_for_load_state()
    axe(page)


@pytest.mark.timeout(240)
def test_a_talent_is_asked_little_returned_once_published_and_granted(
    city: City, open_page: Any, visit: Any, shot: Shot, axe: Check, fits: Check, settings: Any
) -> None:
    page = open_page("/apply/grant/", visit(size="phone", user=city.talent, expected=("422",)))
    apply_on_a_phone(page, axe)
    shot(page, "receipt-phone")
    case = Case.objects.get(programme="grant")
    step(case, city.window, "return", to="correction", reason="看不清", items=("学位证书背面",))

    page.goto(page.url.replace("receipt/", ""))
    shot(page, "returned-phone")
    axe(page)
    page.get_by_role("link", name="去补正").click()
    page.get_by_text("学位证书背面").first.wait_for()
    bring(page, "背面.pdf")
    page.get_by_role("button", name="提交补正").click()
    page.wait_for_url(re.compile(r"/my/cases/[0-9a-f-]{36}/"))
    for who in (city.window, city.officer, city.county):
        agreed(open_page(f"/desk/{case.handle}/", visit(user=who)))
    public = open_page("/publicity/", visit(size="phone"))
    public.get_by_text("林*川").wait_for()
    fits(public)
    settings.YINGCAI_TODAY = (NOW + timedelta(days=9)).date()
    keep_terms(now=later(9))
    agreed(open_page(f"/desk/{case.handle}/", visit(user=city.head)))

    page.goto(re.sub(r"(/my/cases/[0-9a-f-]{36}/).*", r"\1", page.url))
    shot(page, "granted-phone")
    reasons = page.locator("section", has=page.get_by_role("heading", name="依据和理由"))
    for words in ("具有博士学位", "参加社会保险满12个月", "5万元"):
        reasons.get_by_text(words).first.wait_for()
    axe(page)
    fits(page)
    assert Award.objects.get().amount == 5_000_000
    assert [act.move for act in CaseAct.objects.filter(case=case)] == [
        "return", "agree", "agree", "agree", "agree", "lapse", "agree",
    ]  # fmt: skip


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_can_be_read_by_everybody(
    city: City, open_page: Any, visit: Any, axe: Check, fits: Check, shot: Shot,
    language: str, size: str,
) -> None:  # fmt: skip
    cases = waiting(city, 3)
    done = step(city.submitted("bonus"), city.officer, "agree")
    draft = city.draft("grant", person__insured_months="24")
    for name, path, user in (
        ("guides", "/guide/", None),
        ("guide", "/guide/grant/", None),
        ("entitled", "/entitled/", None),
        ("apply", "/apply/grant/", city.talent),
        ("form", f"/apply/form/{draft.handle}/", city.talent),
        ("mine", "/my/cases/", city.talent),
        ("granted", f"/my/cases/{done.handle}/", city.talent),
        ("money", "/my/money/", city.talent),
        ("desk", "/desk/?programme=bonus", city.officer),
        ("case", f"/desk/{cases[0].handle}/", city.officer),
        ("publicity", "/publicity/", None),
    ):
        page = open_page(path, visit(language=language, size=size, user=user))
        shot(page, f"cases-{name}-{language}-{size}")
        axe(page)
        fits(page)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_several_at_once_are_shown_before_they_are_done(
    city: City, open_page: Any, visit: Any, axe: Check, fits: Check, shot: Shot,
    language: str, size: str,
) -> None:  # fmt: skip
    cases = waiting(city, 3)
    page = open_page(
        "/desk/?programme=bonus", visit(language=language, size=size, user=city.officer)
    )
    page.locator("select[name=range]").select_option("bonus/approve")
    page.locator("#bulk button").click()
    page.wait_for_url(re.compile("/desk/runs/"))
    shot(page, f"cases-bulk-{language}-{size}")
    axe(page)
    fits(page)
    assert not Award.objects.exists()

    page.locator("form[action$='confirm/'] button.btn-primary").click()
    page.wait_for_load_state()

    shot(page, f"cases-bulk-done-{language}-{size}")
    axe(page)
    assert len(cases) == 3
