"""What the city prepared asks for consent and an account alone, on a phone; the desk sees the last digits."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from yingcai.cases.actions.naming_account import write_account
from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.models import Case, Qualified, QualifiedRun
from yingcai.cases.tests.case_city import FILES, NOW, City, build_city
from yingcai.cases.tests.make import RENT
from yingcai.plan.models import Pack
from yingcai.plan.queries import active_digest
from yingcai.registry.actions.accounts import Written, keep_account
from yingcai.registry.tests.make import make_fact, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]
BANK, CARD, OTHER = "合欢银行东城支行", "6222021234567890128", "6217000000000000012"


@pytest.fixture
def city(site: object, tmp_path: Path, settings: Any) -> City:
    """The doctor is told of a rent allowance that asks for no document."""
    Pack.objects.all().delete()
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    lease = RENT.replace("need: required", "need: deferrable")
    found = build_city(tmp_path / "city", {**FILES, "programmes/rent.yaml": lease})
    make_fact(found.person, "person.insured_months", 24, "social-insurance")
    pack = active_digest() or ""
    QualifiedRun.objects.create(on=NOW.date(), pack=pack, asked=1, found=1, ended_at=NOW)
    Qualified.objects.create(
        programme="rent", subject=found.person, amount=1_200_000, pack=pack,
        first_on=NOW.date(), seen_on=NOW.date(), told_at=NOW,
    )  # fmt: skip
    return found


def test_what_was_prepared_is_agreed_to_on_the_phone(
    open_page: Any, visit: Any, city: City, axe: Check, fits: Check, shot: Shot
) -> None:
    expected = ("422",)  # a form that is refused
    talent = visit(size="phone", user=city.talent, expected=expected)
    page = open_page("/my/cases/", talent)
    page.get_by_role("button", name="同意用已掌握的信息申请").first.click()

    expect(page.get_by_text("不用再填；请确认收款账户并同意办理")).to_be_visible()
    page.get_by_role("button", name="检查并提交").click()
    expect(page.get_by_text("您同意才办理").first).to_be_visible()
    expect(page.get_by_text("请填写开户银行和账号").first).to_be_visible()
    fits(page)
    axe(page)
    shot(page, "account-refused-zh-phone")

    page.get_by_label("开户银行").fill(BANK)
    page.get_by_label("账号", exact=True).fill("6222 0212 3456 7890 128")
    page.get_by_label("我同意保存这个账户").check()
    page.get_by_label("我同意用本市已经掌握的信息办理这件申请").check()
    page.get_by_role("button", name="检查并提交").click()

    expect(page.get_by_text("尾号 0128")).to_be_visible()
    fits(page)
    axe(page)
    shot(page, "account-receipt-zh-phone")
    assert Case.objects.get(programme="rent").status == "running"


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_can_be_read_by_everybody(
    open_page: Any,
    visit: Any,
    city: City,
    axe: Check,
    fits: Check,
    shot: Shot,
    language: str,
    size: str,
) -> None:
    draft = city.draft()
    case = start_case("rent", city.person, "self", actor=city.talent, now=NOW)
    case = submit(case, version=case.version, actor=city.talent, now=NOW)
    for number in (CARD, OTHER):
        written = Written(BANK, number)
        write_account(case, written, agreed=True, actor=city.talent, now=NOW)
    other = make_person("裘以南")
    keep_account(other, Written(BANK, OTHER), agreed=True, actor=city.hr, now=NOW)
    pages = [
        ("form", f"/apply/form/{draft.handle}/", city.talent),
        ("mine", f"/my/cases/{case.handle}/", city.talent),
        ("change", f"/my/cases/{case.handle}/account/", city.talent),
        ("me", "/registry/me/", city.talent),
        ("desk", f"/desk/{case.handle}/", city.window),
        ("reveal", f"/desk/{case.handle}/account/", city.window),
    ]
    for name, path, user in pages:
        page = open_page(path, visit(language=language, size=size, user=user))
        fits(page)
        axe(page)
        shot(page, f"account-{name}-{language}-{size}")
