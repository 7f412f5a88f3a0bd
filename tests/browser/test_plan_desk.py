"""The reading desk in a browser: keys, a selection, one decision after another, on desk and phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Visit
from yingcai.identity.models import User
from yingcai.plan.models import Clause, Plan
from yingcai.plan.tests.make import clause_of, make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def desk(plan: Plan, number: int) -> str:
    measure = plan.measures.get(number=number)
    return f"/plan/{plan.slug}/{plan.edition}/measures/{measure.pk}/"


def test_an_officer_works_through_a_measure_by_keyboard(open_page: Open, staff: User) -> None:
    plan = make_draft()
    page = open_page(desk(plan, 1), Visit(user=staff))

    for done in (1, 2):
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("#desk-progress")).to_contain_text(f"已核对 {done} / 9 条")

    expect(page.locator(".yc-item.is-current")).to_have_class(
        "yc-item is-target is-confirmed is-current"
    )
    assert [clause.status for clause in plan.clauses.filter(measure__number=1)] == [
        *["confirmed"] * 2,
        *["proposed"] * 2,
    ]


def test_a_selection_of_the_text_becomes_the_words_of_a_new_clause(
    open_page: Open, staff: User
) -> None:
    plan = make_draft()
    page = open_page(desk(plan, 2), Visit(user=staff))

    page.evaluate(
        """() => {
            const runs = [...document.querySelectorAll("[data-desk-text] span[data-at]")];
            const words = runs.find(run => run.textContent.includes("参照")).firstChild;
            const chosen = document.createRange();
            const at = words.data.indexOf("参照");
            chosen.setStart(words, at);
            chosen.setEnd(words, at + 2);
            getSelection().removeAllRanges();
            getSelection().addRange(chosen);
        }"""
    )
    expect(page.locator("#desk-add")).to_contain_text("把选中的文字添加为一条")
    page.locator("#desk-add").click()

    expect(page.locator("#id_words")).to_have_value("参照")
    page.select_option("#id_kind", "deliverable")
    expect(page.locator("#id_value")).to_be_hidden()
    expect(page.locator("#id_title")).to_be_visible()


def test_without_scripts_a_clause_is_confirmed_by_its_button(open_page: Open, staff: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")
    page = open_page(desk(plan, 1), Visit(user=staff, scripts=False))

    page.locator(f"#c-{clause.pk} form button", has_text="确认").click()

    expect(page.locator(f"#c-{clause.pk}")).to_contain_text("已确认")
    assert Clause.objects.get(pk=clause.pk).status == "confirmed"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_desk_is_open_to_everybody(
    open_page: Open,
    staff: User,
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    language: str,
    size: str,
) -> None:
    plan = make_draft()
    clause = clause_of(plan, "各10家")
    start = f"/plan/{plan.slug}/{plan.edition}/"
    for path in (
        "/plan/",
        start,
        desk(plan, 1),
        f"{start}clauses/{clause.pk}/correct/",
        f"{start}clauses/{clause.pk}/split/",
        f"{start}submit/",
    ):
        page = open_page(path, Visit(user=staff, language=language, size=size))
        axe(page)
        fits(page)
