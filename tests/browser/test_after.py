"""What comes after a decision, in a browser: an appeal that changes it, a renewal made ready, a count that waits."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from yingcai.cases.tests import test_changed_decisions as changes
from yingcai.cases.tests import test_renewals as renewals
from yingcai.cases.tests.after_city import AFTER
from yingcai.cases.tests.case_city import build_city
from yingcai.identity.tests.make import make_user
from yingcai.plan.models import Pack
from yingcai.registry.actions import counting
from yingcai.registry.tests.make import make_city, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
Shot = Callable[[Page, str], Path]


@pytest.fixture
def look(
    open_page: Any, visit: Any, axe: Check, fits: Check, shot: Shot
) -> Callable[[str, str, Any, str, str], None]:
    """Open a page as somebody, with all checks, and keep its picture."""

    def at(name: str, path: str, user: Any, language: str, size: str) -> None:
        page = open_page(path, visit(language=language, size=size, user=user))
        fits(page)
        axe(page)
        shot(page, f"after-{name}-{language}-{size}")

    return at


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_changed_decision_can_be_read_by_everybody(
    site: object, tmp_path: Path, settings: Any, look: Any, language: str, size: str
) -> None:
    Pack.objects.all().delete()
    settings.YINGCAI_TODAY = date(2018, 6, 26)
    city = build_city(tmp_path / "city", changes.FILES)
    second = make_user("second", role="head", unit=city.head.grants.get().unit)
    first = changes.decided(city, "24")
    made = changes.find(changes.appealed(city, first), second, "36")
    look("findings", f"/desk/{made.handle}/", second, language, size)
    changes.changed(made, second)
    look("changed", f"/my/cases/{first.handle}/", city.talent, language, size)
    look("appeal", f"/my/cases/{made.handle}/", city.talent, language, size)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_renewal_can_be_read_by_everybody(
    site: object, tmp_path: Path, settings: Any, look: Any, language: str, size: str
) -> None:
    Pack.objects.all().delete()
    settings.YINGCAI_TODAY = date(2021, 4, 12)
    files = {**AFTER, "programmes/recognition.yaml": renewals.PAID}
    city = build_city(tmp_path / "city", files)
    case = renewals.prepared(city)
    assert case.renews is not None
    look("renewal", f"/apply/form/{case.handle}/", city.talent, language, size)
    look("ending", f"/my/cases/{case.renews.case.handle}/", city.talent, language, size)
    look("mine", "/my/cases/", city.talent, language, size)
    look("guide", "/guide/recognition/", None, language, size)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_count_that_waits_says_so(
    site: object, monkeypatch: pytest.MonkeyPatch, look: Any, language: str, size: str
) -> None:
    monkeypatch.setattr(counting, "MANY", 0)
    Pack.objects.all().delete()
    make_city()
    office = make_user("counter", role="office")
    for number in range(3):
        make_person(f"林之{'川舟山'[number]}")
    look("waits", "/registry/statistics/?rows=county", office, language, size)
