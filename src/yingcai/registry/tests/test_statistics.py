"""Counting the register: exact for who handles cases, small counts hidden for others; and two worlds."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from yingcai.identity.models import Unit, User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.lists import keep_list, pick_subjects
from yingcai.registry.errors import InvalidFilter
from yingcai.registry.models import Look, SavedList, Subject
from yingcai.registry.queries.counting import count_by, traits_for
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.scope import Scope, scope
from yingcai.registry.tests.make import (
    NOW,
    TODAY,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_person,
    steady,
)

pytestmark = pytest.mark.usefixtures("city")


def table(
    asked: Scope, rows: str, columns: str = ""
) -> list[tuple[str, list[int | None], int | None]]:
    traits = traits_for(asked, {one.code: one.label for one in Unit.objects.all()})
    across = traits[columns] if columns else None
    return count_by(asked, asked.subjects(), traits[rows], across).lines


def two_counties() -> tuple[Unit, Unit]:
    """Six doctors and two masters in the east, seven doctors and eight masters in the west."""
    east, west = make_county("东云县"), make_county("西云县")
    for county, degree, many in (
        (east, "doctor", 6), (east, "master", 2), (west, "doctor", 7), (west, "master", 8),
    ):  # fmt: skip
        for _ in range(many):
            make_fact(make_person(county=county), "person.degree", degree)
    return east, west


def test_who_handles_cases_sees_every_count() -> None:
    two_counties()
    make_person()
    asked = scope(make_user(role=Role.OFFICE), "casework", on=TODAY)

    assert table(asked, "person.degree", "county") == [
        ("硕士", [2, 8, 0], 10),
        ("博士", [6, 7, 0], 13),
        ("未登记", [0, 0, 1], 1),
    ]
    assert table(asked, "person.degree") == [("硕士", [], 10), ("博士", [], 13), ("未登记", [], 1)]


def test_for_other_purposes_small_counts_are_hidden_with_those_that_give_them_back() -> None:
    east, west = make_county("东云县"), make_county("西云县")
    for county, startup, many in (
        (east, "yes", 2),
        (east, "no", 6),
        (west, "yes", 7),
        (west, "no", 9),
    ):
        for _ in range(many):
            make_fact(make_firm(county=county), "firm.startup", startup)
    asked = scope(make_user(role=Role.AUDITOR), "audit", on=TODAY)

    assert table(asked, "firm.startup", "county") == [
        ("是", [None, None], 9),
        ("否", [None, None], 15),
    ]


def test_nobody_counts_by_what_he_is_not_shown() -> None:
    two_counties()
    auditor = make_user(role=Role.AUDITOR)
    client = Client()
    client.force_login(auditor)

    answer = client.get("/registry/statistics/?rows=person.degree")

    assert answer.status_code == 422
    assert "博士" not in answer.content.decode()
    assert "person.degree" not in traits_for(scope(auditor, "audit", on=TODAY), {})


def test_a_count_of_few_people_is_a_look_at_each() -> None:
    lin = make_person("林之川")
    make_fact(lin, "person.degree", "doctor")
    for _ in range(25):
        make_person("孟知书")
    client = Client()
    client.force_login(make_user(role=Role.OFFICE))

    client.get("/registry/statistics/?rows=person.degree")
    assert not Look.objects.exists()
    client.get("/registry/statistics/?rows=person.degree&q=林")

    assert [(one.subject, one.fields) for one in Look.objects.all()] == [(lin, ["person.degree"])]


def test_a_page_of_statistics_shows_the_table_of_a_list() -> None:
    asked = scope(make_user(role=Role.OFFICE), "casework", on=TODAY)
    saved = keep_list(asked, "picked", "走访", filters=Filters(), shared=False, now=NOW)
    pick_subjects(asked, saved, [make_person("林之川")], note="", now=NOW)
    make_firm()
    client = Client()
    client.force_login(asked.user)

    shown = client.get(f"/registry/statistics/?list={saved.handle}&rows=kind").content.decode()

    assert "个人" in shown
    assert '<th scope="row">机构</th>' not in shown


def test_a_condition_that_is_refused_is_refused_here_too() -> None:
    client = Client()
    client.force_login(make_user(role=Role.AUDITOR))

    assert client.get("/registry/statistics/?f.person.degree=doctor").status_code == 422


ADDRESSES = (
    "/registry/",
    "/registry/?q=l",
    "/registry/?f.person.degree=doctor",
    "/registry/?q=林&f.person.degree=doctor",
    "/registry/?firm=云州",
    "/registry/?sort=firm",
    "/registry/statistics/",
    "/registry/statistics/?rows=person.degree&columns=county",
    "/registry/statistics/?rows=person.degree&f.person.degree=doctor",
    "/registry/lists/",
)


def answers(user: User, handles: list[UUID]) -> list[str]:
    """What every page of finding, counting and lists says to somebody."""
    client = Client()
    client.force_login(user)
    pages = [steady(client.get(address)) for address in ADDRESSES]
    for handle in handles:
        address = f"/registry/lists/{handle}/"
        pages += [
            steady(client.get(address)),
            steady(client.get(f"/registry/statistics/?list={handle}&rows=person.degree")),
            steady(client.post(f"{address}export/", {"reason": "上报", "form": "csv"})),
        ]
    return pages


def test_worlds_that_differ_only_out_of_scope_look_the_same() -> None:
    """People, values, firms, jobs and lists of the other county change no byte of any page."""
    east, west = make_county("东云县"), make_county("西云县")
    firm = make_firm("云州精工", county=east)
    for n in range(24):
        one = make_person(f"林{n:02d}", county=east)
        make_fact(one, "person.degree", "doctor" if n % 2 else "master")
        employ(one, firm, TODAY)
    asked = scope(make_user(role=Role.COUNTY, unit=east), "casework", on=TODAY)
    degree = Filters(facets=(("person.degree", "doctor"),))
    handles = [keep_list(asked, "search", "博士", filters=degree, shared=False, now=NOW).handle]
    mine = keep_list(asked, "picked", "走访", filters=Filters(), shared=False, now=NOW)
    pick_subjects(asked, mine, list(Subject.objects.filter(kind="person")[:3]), note="", now=NOW)
    before = answers(asked.user, [*handles, mine.handle])

    _change_the_other_county(west)

    after = answers(asked.user, [*handles, mine.handle])
    for page, now_page in zip(before, after, strict=True):
        assert now_page.splitlines() == page.splitlines()


def _change_the_other_county(west: Unit) -> None:
    other = scope(make_user(role=Role.COUNTY, unit=west), "casework", on=TODAY)
    firm = make_firm("云州纺织", county=west)
    for n in range(30):
        one = make_person(f"林{n:02d}", county=west)
        make_fact(one, "person.degree", "doctor")
        employ(one, firm, TODAY)
    make_firm("云州医院", sort="hospital", county=west)
    keep_list(other, "search", "博士", filters=Filters(text="林"), shared=False, now=NOW)
    assert SavedList.objects.count() == 3


def test_a_trait_needs_a_whole_index(monkeypatch: pytest.MonkeyPatch) -> None:
    never: Callable[[], bool] = lambda: False  # noqa: E731
    monkeypatch.setattr("yingcai.registry.queries.counting.index_is_whole", never)

    with pytest.raises(InvalidFilter, match="索引"):
        table(scope(make_user(role=Role.OFFICE), "casework", on=TODAY), "person.degree")
