"""Every value that is opened for somebody else has its look, and every look was of what is opened (G20).

The only function that opens values is watched; a page that opened one without writing would fail here.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yingcai.engine.sealing import unseal
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry import sealed
from yingcai.registry.actions import facets, looking
from yingcai.registry.actions.requests import Wish, request_change
from yingcai.registry.models import Look, Subject
from yingcai.registry.tests.make import (
    NOW,
    RESIDENT,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)

pytestmark = pytest.mark.usefixtures("city")
Opened = list[tuple[str, str]]  # handle, field


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """What was opened so far, but for what is opened to be digested for the index, and shown to nobody."""
    found: Opened = []
    original: Callable[[bytes, bytes, bytes], bytes] = unseal

    def watched(key: bytes, value: bytes, bound: bytes) -> bytes:
        handle, _, field = bound.decode().partition("/")
        found.append((handle, field.partition("/")[2]))
        return original(key, value, bound)

    def digested(key: bytes, subject: Subject, field: str, value: bytes) -> sealed.Secret:
        return sealed.Secret(original(key, value, f"{subject.handle}/{field}".encode()).decode())

    monkeypatch.setattr(sealed, "unseal", watched)
    monkeypatch.setattr(facets, "unsealed_under", digested)
    return found


@pytest.fixture
def person() -> Subject:
    county, firm = make_county(), make_firm()
    lin = make_person("林之川", number=RESIDENT, county=county)
    employ(lin, firm, date(2017, 1, 1))
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.degree", "master", "employer")
    make_fact(lin, "person.salary", 500000)
    make_fact(lin, "person.level", 3)
    request_change(lin, Wish("person.insured_months", "9", "有证"), actor=make_talent(lin), now=NOW)
    return lin


def viewers(lin: Subject) -> list[User]:
    firm = lin.relations.get().other
    return [
        make_user(role=Role.OFFICE),
        make_user(role=Role.COUNTY, unit=lin.county),
        make_user(role=Role.AUDITOR),
        make_officer(firm),
    ]


def addresses(lin: Subject) -> list[tuple[str, dict[str, str] | None]]:
    """Every address that shows something of a person to somebody else, and what is sent there."""
    salary = lin.facts.get(name="person.salary")
    number, row = lin.identifiers.get(), lin.requests.get()
    reveal = {"reason": "核对"}
    return [
        ("/registry/", None),
        (reverse("registry:subject", args=[lin.handle]), None),
        (reverse("registry:looks", args=[lin.handle]), None),
        (reverse("registry:reveal", args=[lin.handle, "fact", salary.pk]), reveal),
        (reverse("registry:reveal", args=[lin.handle, "number", number.pk]), reveal),
        (reverse("registry:ask", args=[lin.handle]), {}),
        ("/registry/requests/", None),
        (reverse("registry:decide", args=[row.pk]), None),
        (reverse("registry:decide", args=[row.pk]), {"word": "yes"}),
    ]


def ask(client: Client, address: str, sent: dict[str, str] | None) -> Any:
    return client.get(address) if sent is None else client.post(address, sent)


def test_each_opened_value_has_its_look(person: Subject, opened: Opened, settings: Any) -> None:
    settings.REGISTERS = {"*": "simulated"}
    seen = set()
    for viewer in viewers(person):
        client = Client()
        client.force_login(viewer)
        for address, sent in addresses(person):
            before = set(Look.objects.values_list("pk", flat=True))
            opened.clear()
            ask(client, address, sent)
            looks = Look.objects.exclude(pk__in=before)
            written = {(str(look.subject.handle), name) for look in looks for name in look.fields}
            assert set(opened) <= written, (viewer.username, address)
            assert {look.viewer for look in looks} <= {viewer}
            seen |= set(opened)
    assert {field for _, field in seen} == {
        "person.degree", "person.salary", "person.insured_months", "resident-id", "reason",
    }  # fmt: skip


def test_a_page_that_opened_without_writing_would_be_caught(
    person: Subject, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: looks are not written."""
    monkeypatch.setattr(looking, "note_looks", lambda *_args, **_more: None)
    client = Client()
    client.force_login(make_user(role=Role.OFFICE))

    client.get(reverse("registry:subject", args=[person.handle]))

    assert len(opened) > 0
    assert not Look.objects.exists()


def test_ones_own_look_is_not_written(person: Subject, opened: Opened) -> None:
    client = Client()
    client.force_login(person.mandates.get().user)
    client.get("/registry/me/")
    client.get("/registry/me/copy/")
    assert len(opened) > 0
    assert not Look.objects.exists()
