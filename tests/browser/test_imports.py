"""The pages of importing, looked at in a browser: every state of a file, both languages, desk and phone."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from yingcai.identity.models import User
from yingcai.plan.models import Pack
from yingcai.registry.actions.imports.deciding import approve_batch, keep_good_rows, submit_batch
from yingcai.registry.models import ImportBatch
from yingcai.registry.tests.make import CREDIT_CODE, NOW, VOCABULARY, make_firm, make_officer
from yingcai.registry.tests.make_imports import (
    HEAD,
    as_csv,
    check,
    people,
    person,
    scope_of,
    upload,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]


@pytest.fixture
def addresses(site: LiveServer, staff: User) -> tuple[User, dict[str, str]]:
    """An officer of a firm, and the address of a file in each state."""
    Pack.objects.update(vocabulary=VOCABULARY)
    firm = make_firm("云州精密机电制造有限公司", code=CREDIT_CODE)
    lin = make_officer(firm, "hr", display_name="林之川")
    rows = people(80)
    for row in rows[10:75]:
        row[3] = "状元"
    rows[5][1], rows[6][2], rows[7][1] = "", "前年夏天", rows[8][1]
    batches = {
        "columns": upload(lin, as_csv([[*person(1), "蓝"]], [*HEAD, "喜欢的颜色"]), firm),
        "faulty": check(upload(lin, as_csv(rows), firm, as_of=date(2018, 6, 1)), lin),
    }
    batches["waiting"] = keep_good_rows(batches["faulty"], scope=scope_of(lin), actor=lin, now=NOW)
    submit_batch(batches["waiting"], scope=scope_of(lin), actor=lin, now=NOW)
    batches["applying"] = check(upload(lin, as_csv(people(9, first=200)), firm), lin)
    submit_batch(batches["applying"], scope=scope_of(lin), actor=lin, now=NOW)
    approve_batch(batches["applying"], actor=staff, now=NOW)
    ImportBatch.objects.filter(pk=batches["applying"].pk).update(done=4)
    found = {name: f"/registry/imports/{batch.handle}/" for name, batch in batches.items()}
    found["columns"] += "columns/"
    return lin, found | {"list": "/registry/imports/", "new": "/registry/imports/new/"}


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_accessible_and_fits(
    open_page: Any,
    visit: Any,
    staff: User,
    addresses: tuple[User, dict[str, str]],
    axe: Check,
    fits: Check,
    shot: Shot,
    language: str,
    size: str,
) -> None:
    lin, paths = addresses
    seen = [(name, lin, path) for name, path in paths.items()]
    seen += [("decide", staff, paths["waiting"]), ("new-office", staff, paths["new"])]
    for name, user, path in seen:
        page = open_page(path, visit(language=language, size=size, user=user))
        expect(page.locator("h1")).to_be_visible()
        shot(page, f"imports-{name}-{size}-{language}")
        axe(page)
        fits(page)
