"""The browser lane: Debian's chromium against a live server, with axe and screenshots.

Run it with ``pytest -m browser tests/browser``. YINGCAI_SHOTS names a folder that keeps the
screenshots, YINGCAI_CHROMIUM another browser. A missing browser is a failure, never a skip.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright
from pytest_django.live_server_helper import LiveServer

from yingcai.audit.clock import SHANGHAI
from yingcai.identity.models import RoleGrant, User
from yingcai.plan.models import Pack

CHROMIUM = os.environ.get("YINGCAI_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PACK = {
    "id": "demo",
    "version": "1",
    "site": {
        "name": "英才云州",
        "name_en": "Yunzhou Talent",
        "subtitle": "云州市人才计划运行平台",
        "subtitle_en": "How Yunzhou runs its talent plan",
        "seal": "才",
        "host": "云州市委人才工作领导小组办公室",
        "host_en": "Talent Office of Yunzhou",
        "contact": "0500-0000000",
        "site_code": "0000000000",
        "record_number": "云ICP备00000000号",
        "notice": "示例数据，非官方网站",
        "notice_en": "Sample data; not an official site",
    },
    "map": {"notice": "示意图，不作为划界依据", "notice_en": "Sketch; no basis for boundaries"},
}


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    if not Path(CHROMIUM).exists():
        pytest.fail(
            f"{CHROMIUM} is missing, so no page was looked at. Install it"
            " (apt-get install chromium fonts-noto-cjk) or name another in YINGCAI_CHROMIUM."
        )
    # Playwright keeps an event loop in this thread; Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as driver:
            yield driver
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    launched = playwright_driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield launched
    launched.close()


@pytest.fixture
def site(live_server: LiveServer) -> LiveServer:
    """The running site of an invented city."""
    Pack.objects.create(
        code="demo",
        version="1",
        digest="b" * 64,
        document=PACK,
        active=True,
        published_at=datetime(2018, 4, 1, tzinfo=SHANGHAI),
    )
    return live_server


@dataclass
class Visit:
    """Who looks, how. ``expected`` are console errors that the test is about."""

    language: str = "zh-hans"
    size: str = "desktop"
    display: str = ""
    user: User | None = None
    scripts: bool = True
    expected: tuple[str, ...] = field(default=())


class Open(Protocol):
    def __call__(self, path: str, visit: Visit = ...) -> Page: ...


@pytest.fixture
def staff(site: LiveServer) -> User:
    """Lin of the talent office."""
    user = User.objects.create_user("lin", password="Yun-Zhou-2018", display_name="林知秋")
    RoleGrant.objects.create(user=user, role=RoleGrant.Role.OFFICE, starts_on=date(2018, 1, 1))
    return user


@pytest.fixture
def visit() -> type[Visit]:
    return Visit


@pytest.fixture
def open_page(browser: Browser, site: LiveServer) -> Iterator[Open]:
    """Open a page as a visitor; at the end no script error and no CSP report may be left."""
    errors: list[str] = []
    contexts = []

    def watch(message: ConsoleMessage, expected: tuple[str, ...]) -> None:
        if message.type in {"error", "warning"} and not any(
            word in message.text for word in expected
        ):
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    def opened(path: str, visit: Visit = Visit()) -> Page:  # noqa: B008 - a frozen-by-use default
        width, height = SIZES[visit.size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=visit.scripts,
            locale="en-US",
        )
        contexts.append(context)
        context.add_cookies(_cookies(visit, site.url))  # type: ignore[arg-type]
        page = context.new_page()
        page.on("console", lambda message: watch(message, visit.expected))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{site.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def _cookies(visit: Visit, url: str) -> list[dict[str, Any]]:
    values = {settings.LANGUAGE_COOKIE_NAME: visit.language}
    if visit.display:
        values["yingcai_display"] = visit.display
    if visit.user is not None:
        client = Client()
        client.force_login(visit.user, backend="django.contrib.auth.backends.ModelBackend")
        values[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return [{"name": name, "value": value, "url": url} for name, value in values.items()]


@pytest.fixture
def page_zh(open_page: Open) -> Page:
    """The home page in Chinese on a desk."""
    return open_page("/", Visit())


@pytest.fixture
def page_en(open_page: Open) -> Page:
    """The home page in English on a desk."""
    return open_page("/", Visit(language="en"))


@pytest.fixture
def shot(tmp_path: Path) -> Callable[[Page, str], Path]:
    """Keep a picture of the whole page under YINGCAI_SHOTS (else beside the test)."""
    folder = Path(os.environ.get("YINGCAI_SHOTS") or tmp_path)

    def keep(page: Page, name: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{name}.png"
        page.screenshot(path=target, full_page=True)
        return target

    return keep


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Fail with a readable list of what axe finds on the page (WCAG 2.2 A and AA)."""

    def check(page: Page) -> None:
        page.evaluate(AXE)
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", AXE_RULES
        )
        lines = [
            f"{finding['id']}: {finding['help']}\n    {node['html'][:160]}\n    "
            + re.sub(r"\s+", " ", node.get("failureSummary") or "")[:240]
            for finding in found["violations"]
            for node in finding["nodes"]
        ]
        assert not lines, f"{page.url}: axe found {len(lines)}:\n" + "\n".join(lines)

    return check


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """Fail when the page scrolls sideways."""

    def check(page: Page) -> None:
        wide = page.evaluate(
            """() => [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > innerWidth + 1
                    && !e.closest('.yc-table-wrap') && !e.closest('svg'))
                .map(e => e.tagName + '.' + e.className).slice(0, 5)"""
        )
        room = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert room <= 0, f"{page.url} is {room} px too wide: {wide}"

    return check
