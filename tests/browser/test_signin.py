"""Signing in, with and without a second factor, in a browser."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from yingcai.identity.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "Yun-Zhou-2018"

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]


def one_time_code(secret: str) -> str:
    """The six digits that an authenticator app shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.fill("[name=login]", "lin")
    page.fill("[name=password]", password)
    page.locator("main button[type=submit]").click()


def test_a_wrong_password_is_told_and_lets_nobody_in(
    open_page: Any, staff: User, axe: Check, shot: Shot
) -> None:
    page = open_page("/accounts/login/")
    sign_in(page, "not-the-password")

    expect(page.get_by_role("alert")).to_contain_text("没有登录成功")
    expect(page.locator(".yc-utility")).not_to_contain_text("林知秋")
    shot(page, "login-wrong")
    axe(page)


def test_a_second_factor_can_be_set_up_and_is_asked_for(
    open_page: Any, staff: User, axe: Check, fits: Check, shot: Shot
) -> None:
    page = open_page("/accounts/login/")
    sign_in(page)
    root = page.url.rstrip("/")
    page.goto(f"{root}/accounts/2fa/totp/activate/")
    page.fill("[name=password]", PASSWORD)  # the site asks again before it changes how one signs in
    page.locator(".yc-door-form button").click()
    shot(page, "second-factor-activate")
    fits(page)
    axe(page)

    secret = page.locator("#authenticator_secret").input_value()
    page.fill("[name=code]", one_time_code(secret))
    page.locator(".yc-door-form button").click()
    expect(page.locator("#recovery_codes")).to_be_visible()
    shot(page, "second-factor-recovery")
    axe(page)

    page.get_by_role("button", name="退出").click()
    page.goto(f"{root}/accounts/login/")
    sign_in(page)
    expect(page.locator("[name=code]")).to_be_visible()
    expect(page.locator(".yc-utility")).not_to_contain_text("林知秋")
    shot(page, "second-factor-asked")
    axe(page)
