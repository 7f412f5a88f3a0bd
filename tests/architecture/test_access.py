"""Who may open what: every address × method × login equals the reviewed files, access_matrix.csv for the
roles and access_relations.csv for the same functions in another relation.

After adding a page: ``python tools/access_matrix.py`` writes the files anew; review their diff.
Visitors are sent to sign in (302), the wrong role is refused (403), what is out of one's scope is
not there (404), and a page that only takes a form answers 405 to a look.
"""

import csv
import os
from pathlib import Path

import pytest

from tests.architecture.survey import METHODS, survey
from tests.architecture.world import VISITOR, routes
from tests.evidence.access import FILES, cell_faults, reviewed
from yingcai.identity.queries import Role

# A visitor may see these; everything else sends him to sign in, asks for a token or does not take his form.
REFUSED = {302, 401, 403, 404, 405}
# Answers every method with the same description of the API; a form that asks and writes nothing.
READS = {
    "api:openapi-json", "api:ask_entitlement", "cases:check_card", "cases:entitled", "cases:evidence",
    "cases:exceptional_file",
}  # fmt: skip

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("survey"),
    pytest.mark.timeout(900),  # the first of them asks all addresses
]


def write(path: Path, who: tuple[str, ...]) -> None:
    """The file as the site answers now."""
    cells = {(a.route, a.method, a.who): str(a.status) for a in survey()}
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["route", "method", *who])
        for route in routes():
            for method in METHODS:
                rows.writerow(
                    [route.name, method, *(cells.get((route.name, method, one), "") for one in who)]
                )


def test_every_cell_is_as_reviewed() -> None:
    if os.environ.get("YINGCAI_WRITE_ACCESS"):
        for path, who in FILES.items():
            write(path, who)
    asked = {(a.route, a.method, a.who) for a in survey()}

    assert list(cell_faults(survey())) == [], "run tools/access_matrix.py, review"
    assert sorted(set(reviewed()) - asked) == [], "gone: run tools/access_matrix.py, review"


def test_no_address_breaks_for_anybody() -> None:
    broken = [f"{a.method} {a.route} as {a.who}: {a.status}" for a in survey() if a.status >= 500]

    assert broken == []


def test_a_visitor_changes_nothing() -> None:
    """Only the switches of the page shell and the door take a visitor's form."""
    open_to_all = {"language", "display", "account_login", "account_logout"}  # and what only asks

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
    own: tuple[str, ...] = (
        "account_",
        "mfa_",
        "language",
        "display",
        "identity:extend",
        "identity:me",
        "registry:token_new",
        "registry:list_",  # one's own lists
        "cases:objection",  # anybody may object to what is published
    )
    if who == Role.LEADER:
        # a leader decides what waits for leaders, and signs what is settled case by case
        own += ("cases:desk_", "cases:exceptional", "api:make_move")

    sent = {
        a.route
        for a in survey()
        if a.method == "POST" and a.who == who and a.status not in {403, 404, 405}
    }

    assert {route for route in sent - READS if not route.startswith(own)} == set()
