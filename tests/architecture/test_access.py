"""Who may open what: every address × method × role equals the reviewed file, access_matrix.csv.

After adding a page: ``python tools/access_matrix.py`` writes the file anew; review its diff.
Visitors are sent to sign in (302), the wrong role is refused (403), what is out of one's scope is
not there (404), and a page that only takes a form answers 405 to a look.
"""

import csv
import os
from pathlib import Path

import pytest

from tests.architecture.survey import METHODS, survey
from tests.architecture.world import VISITOR, WHO, routes
from yingcai.identity.queries import Role

FILE = Path(__file__).with_name("access_matrix.csv")
HEADING = ["route", "method", *WHO]
# A visitor may see these; everything else sends him to sign in, asks for a token or does not take his form.
REFUSED = {302, 401, 403, 404, 405}
# Answers every method with the same description of the API.
READS = {"api:openapi-json"}

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("survey")]


def found() -> list[list[str]]:
    cells = {(a.route, a.method, a.who): str(a.status) for a in survey()}
    return [
        [route.name, method, *(cells[route.name, method, who] for who in WHO)]
        for route in routes()
        for method in METHODS
    ]


def expected() -> list[list[str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_every_cell_is_as_reviewed() -> None:
    rows = [HEADING, *found()]
    if os.environ.get("YINGCAI_WRITE_ACCESS"):
        with FILE.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    reviewed = {tuple(row[:2]): row[2:] for row in expected()}
    seen = {tuple(row[:2]): row[2:] for row in rows}

    assert sorted(set(seen) - set(reviewed)) == [], "unlisted: run tools/access_matrix.py, review"
    assert sorted(set(reviewed) - set(seen)) == [], "gone: run tools/access_matrix.py, review"
    assert {key: row for key, row in seen.items() if reviewed[key] != row} == {}


def test_no_address_breaks_for_anybody() -> None:
    broken = [f"{a.method} {a.route} as {a.who}: {a.status}" for a in survey() if a.status >= 500]

    assert broken == []


def test_a_visitor_changes_nothing() -> None:
    """Only the switches of the page shell and the door take a visitor's form."""
    open_to_all = {"language", "display", "account_login", "account_logout"}

    taken = {
        a.route
        for a in survey()
        if a.method == "POST" and a.who == VISITOR and a.status not in REFUSED
    }

    assert taken - READS <= open_to_all


def test_who_may_not_look_may_not_send_either() -> None:
    cells = {(a.route, a.method, a.who): a.status for a in survey()}

    wrong = [
        key
        for key, status in cells.items()
        if status == 403 and cells[key[0], "POST", key[2]] not in REFUSED
    ]

    assert wrong == []


@pytest.mark.parametrize("who", [Role.LEADER, Role.AUDITOR])
def test_who_only_reads_sends_nothing_but_his_own_affairs(who: str) -> None:
    own = (
        "account_",
        "mfa_",
        "language",
        "display",
        "identity:extend",
        "identity:me",
        "registry:token_new",
    )

    sent = {
        a.route
        for a in survey()
        if a.method == "POST" and a.who == who and a.status not in {403, 404, 405}
    }

    assert {route for route in sent - READS if not route.startswith(own)} == set()
