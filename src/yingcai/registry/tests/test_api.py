"""The register over HTTP: the same scope, the same looks, and no sensitive value."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.make import (
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


def get(user: Any, path: str) -> tuple[int, Any]:
    client = Client()
    if user is not None:
        client.force_login(user)
    answer = client.get(f"/api/registry/{path}")
    return answer.status_code, json.loads(answer.content)


def test_a_visitor_signs_in_first_and_a_leader_sees_nobody() -> None:
    lin = make_person()
    for path in ("subjects", f"subjects/{lin.handle}", "me", "me/looks"):
        assert get(None, path)[0] == 401
        assert get(make_user(role=Role.LEADER), path)[0] == 403


def test_subjects_come_by_name_page_by_page_and_the_looks_are_written() -> None:
    for number in range(25):
        make_person(f"张{number:02d}")
    office = make_user(role=Role.OFFICE)

    status, first = get(office, "subjects?q=z")
    _, second = get(
        office,
        f"subjects?q=z&along={first['next_along']}&after={first['next_after']}&after_id={first['next_id']}",
    )

    names = [row["name"] for page in (first, second) for row in page["rows"]]
    assert (status, names) == (200, [f"张{number:02d}" for number in range(25)])
    assert (second["next_along"], second["next_id"]) == ("", 0)
    assert Look.objects.count() == 25


def test_a_subject_is_told_as_far_as_the_scope_shows_it() -> None:
    east = make_county()
    lin, firm = (
        make_person("林之川", number=RESIDENT, county=east),
        make_firm("甲公司", county=east),
    )
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.degree", "master", "employer")
    make_fact(lin, "person.salary", 500000)
    employ(lin, firm, date(2017, 1, 1))

    status, told = get(make_user(role=Role.COUNTY, unit=east), f"subjects/{lin.handle}")

    assert status == 200
    facts = {one["fact"]: (one["value"], one["open"], one["contradicted"]) for one in told["facts"]}
    assert facts == {"person.degree": ("博士", True, True), "person.salary": ("", False, False)}
    number = lin.identifiers.get().pk
    masked_number = {"id": number, "kind": "resident-id", "mask": "3310**********1236"}
    assert told["numbers"] == [masked_number]
    assert [one["name"] for one in told["relations"]] == ["甲公司"]
    _, masked = get(make_user(role=Role.AUDITOR), f"subjects/{lin.handle}")
    assert [one["open"] for one in masked["facts"]] == [False, False]
    other = make_user(role=Role.COUNTY, unit=make_county("西川市"))
    assert get(other, f"subjects/{lin.handle}")[0] == 404
    assert get(make_officer(make_firm()), f"subjects/{lin.handle}")[0] == 404


def test_a_person_takes_everything_about_himself_and_who_looked() -> None:
    lin = make_person("林之川", number=RESIDENT)
    get(make_user(role=Role.OFFICE), f"subjects/{lin.handle}")
    talent = make_talent(lin)

    _, own = get(talent, "me")
    _, looks = get(talent, "me/looks")

    assert own["numbers"][0]["number"] == RESIDENT
    assert [(one["capacity"], one["purpose"]) for one in looks] == [("office", "casework")]
    assert get(make_officer(make_firm()), "me")[0] == 403


@pytest.mark.parametrize("query", ["subjects?kind=ghost", "subjects?after_id=-1", "subjects/7"])
def test_what_cannot_be_used_is_named(query: str) -> None:
    status, answer = get(make_user(role=Role.OFFICE), query)
    assert (status, bool(answer["detail"])) == (422, True)
