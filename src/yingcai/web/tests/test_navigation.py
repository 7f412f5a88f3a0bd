"""The menu shows a role what it can open, and marks where the visitor is."""

import pytest
from django.urls import reverse

from yingcai.identity.queries import Role
from yingcai.web.navigation import DESK, ONE_LINE, PLACES, address, doors, menu


def names(roles: set[str]) -> set[str]:
    shown = {item.href for item in menu(roles, "/")}
    return {place.name for place in PLACES if address(place.name) in shown}


def known(*wanted: str) -> set[str]:
    return {name for name in wanted if address(name)}


def test_a_visitor_sees_public_pages_only() -> None:
    assert names(set()) == known(
        "cases:entitled", "cases:guides", "cases:publicity", "reporting:public"
    )


def test_an_auditor_reports_nothing_and_has_no_leader_page() -> None:
    assert not names({Role.AUDITOR}) & {"reporting:inbox", "reporting:leader"}


def test_the_talent_office_reports_issues_orders_and_leads() -> None:
    everything = {place.name for place in PLACES}
    everything -= {"audit:index", "registry:me", "registry:my_rights", "registry:wards"}
    everything -= {"cases:reviews"}  # an expert's own
    assert names({Role.OFFICE}) == known(*everything)


def test_the_home_page_offers_each_page_once() -> None:
    offered = [
        door.href
        for door in doors({*(str(role) for role in Role), "self", "employer", "guardian", "asked"})
    ]

    assert len(offered) == len(set(offered))
    assert set(offered) == {href for place in (*PLACES, *DESK) if (href := address(place.name))}


def test_accounts_are_no_concern_of_a_leader() -> None:
    accounts = address("identity:users")
    assert accounts not in {door.href for door in doors({Role.LEADER}) if accounts}


def test_the_place_of_the_page_is_marked_and_no_other() -> None:
    roles = {str(role) for role in Role}
    for item in menu(roles, "/"):
        marked = [other.href for other in menu(roles, item.href) if other.current]
        assert marked == [item.href]


def test_who_finds_many_pages_has_some_of_them_under_more_and_none_is_lost() -> None:
    office, public = menu({Role.OFFICE}, "/"), menu(set(), "/")

    assert len([item for item in office if not item.rare]) <= ONE_LINE
    assert {item.href for item in office if item.rare} >= {address("cases:publicity")}
    assert not any(item.rare for item in public)


def test_a_page_this_installation_lacks_has_no_address() -> None:
    assert address("nowhere:at-all") == ""
    assert address("home") == reverse("home") == "/"


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_no_two_places_claim_the_same_addresses(place: object) -> None:
    claims = [prefix for other in PLACES for prefix in other.under]
    assert len(claims) == len(set(claims))
