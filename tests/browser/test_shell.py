"""The frame of every page, looked at in a browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from yingcai.identity.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("name", "path", "signed_in"),
    [
        ("home-visitor", "/", False),
        ("home-staff", "/", True),
        ("styleguide", "/styleguide/", True),
        ("login", "/accounts/login/", False),
        ("accessibility", "/accessibility/", False),
    ],
)
def test_a_page_is_accessible_and_fits(
    open_page: Any,
    visit: Any,
    staff: User,
    axe: Check,
    fits: Check,
    shot: Shot,
    name: str,
    path: str,
    signed_in: bool,  # noqa: FBT001 - pytest passes by name
    language: str,
    size: str,
) -> None:
    user = staff if signed_in else None
    page = open_page(path, visit(language=language, size=size, user=user))

    shot(page, f"{name}-{language}-{size}")
    fits(page)
    axe(page)


def test_an_unknown_address_says_so_and_shows_the_request_id(
    open_page: Any, visit: Any, axe: Check, shot: Shot
) -> None:
    page = open_page("/nowhere/", visit(expected=("404",)))

    expect(page.get_by_role("heading", level=1)).to_have_text("没有这个页面")
    expect(page.locator(".yc-notice-page .yc-code")).to_have_text(re.compile(r"[0-9a-f-]{36}"))
    shot(page, "404")
    axe(page)


def test_elder_mode_enlarges_type_and_lasts(
    open_page: Any, axe: Check, fits: Check, shot: Shot
) -> None:
    page = open_page("/accessibility/")
    before = page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")

    page.locator(".yc-utility").get_by_role("button", name="长者版").click()
    page.goto(page.url.replace("accessibility/", ""))

    after = page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")
    assert after >= before * 1.25
    shot(page, "home-elder")
    fits(page)
    axe(page)


@pytest.mark.parametrize(("display", "size"), [("elder", "phone"), ("contrast", "desktop")])
def test_other_displays_hold_every_component(
    open_page: Any,
    visit: Any,
    staff: User,
    axe: Check,
    fits: Check,
    shot: Shot,
    display: str,
    size: str,
) -> None:
    page = open_page("/styleguide/", visit(display=display, size=size, user=staff))

    shot(page, f"styleguide-{display}-{size}")
    fits(page)
    axe(page)


def test_text_at_200_percent_does_not_scroll_sideways(
    open_page: Any, visit: Any, staff: User, fits: Check, shot: Shot
) -> None:
    page = open_page("/styleguide/", visit(user=staff))
    page.set_viewport_size({"width": 720, "height": 450})  # 1440 px zoomed to 200 %

    shot(page, "styleguide-200")
    fits(page)


def test_print_hides_the_frame_and_keeps_the_tables(
    open_page: Any, visit: Any, staff: User, shot: Shot
) -> None:
    page = open_page("/styleguide/", visit(user=staff))
    page.emulate_media(media="print")

    expect(page.locator(".yc-menu")).to_be_hidden()
    expect(page.locator(".yc-utility")).to_be_hidden()
    expect(page.locator(".yc-filter").first).to_be_hidden()
    expect(page.locator(".yc-table").first).to_be_visible()
    shot(page, "styleguide-print")


def test_the_menu_of_a_phone_opens_without_scripts(
    open_page: Any, visit: Any, staff: User, shot: Shot
) -> None:
    page = open_page("/", visit(size="phone", user=staff, scripts=False))
    menu = page.locator(".yc-menu-narrow")

    expect(menu.get_by_role("link").first).to_be_hidden()
    menu.locator("summary").click()

    expect(menu.get_by_role("link", name="首页")).to_be_visible()
    shot(page, "menu-phone")


def test_the_language_switch_comes_back_to_the_same_page(page_zh: Page) -> None:
    page_zh.goto(page_zh.url + "accessibility/")
    page_zh.get_by_role("button", name="English").click()

    expect(page_zh.get_by_role("heading", level=1)).to_have_text("Accessibility")
    assert page_zh.url.endswith("/accessibility/")


def test_the_skip_link_is_the_first_stop_of_the_keyboard(page_zh: Page) -> None:
    page_zh.keyboard.press("Tab")

    expect(page_zh.get_by_role("link", name="跳到正文")).to_be_focused()
    page_zh.keyboard.press("Enter")
    expect(page_zh.locator("main")).to_be_focused()


def test_a_lost_request_is_told(page_zh: Page) -> None:
    page_zh.evaluate("document.dispatchEvent(new CustomEvent('htmx:sendError'))")

    expect(page_zh.locator("#yc-messages")).to_contain_text("没有收到服务器的回应")
