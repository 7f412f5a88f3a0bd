"""G30 in a browser: sixty texts of strangers stand on the pages of five logins, and nothing of them runs."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Route
from pytest_django.live_server_helper import LiveServer

from tests.architecture.world import World, routes
from tests.evidence.payloads import MARK
from tests.evidence.scripts import WHO, asked, planted, shows

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(400),
]
PAGES = ("text/html", "image/svg+xml")
WATCH = """
window.trapped = [];
document.addEventListener('securitypolicyviolation', e => trapped.push(e.violatedDirective + ' ' + e.blockedURI));
"""
# An element, an attribute or a name that a text has left in the page, and what the browser refused to run.
LEFT = f"""() => [...window.trapped, ...[...document.querySelectorAll('*')].filter(
  one => one.localName.includes('{MARK}') || one.id.includes('{MARK}')
    || [...one.attributes].some(a => a.name.includes('{MARK}') || a.name.startsWith('on'))
).map(one => one.outerHTML.slice(0, 200))]"""


def test_nothing_of_what_strangers_wrote_runs(browser: Browser, live_server: LiveServer) -> None:
    worlds = planted()
    showing = pages_that_show(worlds)
    assert len(showing) >= 60
    faults: list[str] = []
    for who in WHO:
        faults += walked(browser, live_server.url, worlds[0], who, showing)

    assert faults == []


def pages_that_show(worlds: Sequence[World]) -> list[tuple[str, str]]:
    """Who gets to see the texts where: chosen from all addresses by what they answer."""
    return [
        (who, address)
        for who, address, answer in asked(worlds, routes(), WHO)
        if answer.headers.get("Content-Type", "").partition(";")[0] in PAGES
        and shows(answer)
        and not address.endswith("…")
    ]


def walked(
    browser: Browser, site: str, world: World, who: str, showing: list[tuple[str, str]]
) -> list[str]:
    """What happened on the pages of one login besides being shown."""
    faults: list[str] = []
    here = ""

    def gate(route: Route) -> None:
        if route.request.url.startswith((f"{site}/", "data:image/")):
            route.continue_()
        else:
            faults.append(f"{here} asks {route.request.url}")
            route.abort()

    def dialog(box: Any) -> None:
        faults.append(f"{here} says {box.message}")
        box.dismiss()

    context = browser.new_context()
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": world.sessions[who], "url": site}]
    )
    context.add_init_script(WATCH)
    context.route("**/*", gate)
    page = context.new_page()
    page.on("dialog", dialog)
    for one, here in showing:
        if one == who:
            page.goto(f"{site}{here}", wait_until="domcontentloaded")
            faults += [f"{here} as {who}: {left}" for left in page.evaluate(LEFT)]
    context.close()
    return faults
