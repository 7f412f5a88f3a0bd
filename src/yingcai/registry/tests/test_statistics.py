"""Counting the register: exact for who handles cases, small counts hidden for others; and two worlds."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from yingcai.audit import clock
from yingcai.identity.models import RoleGrant, Unit, User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions import counting
from yingcai.registry.actions.lists import keep_list, pick_subjects
from yingcai.registry.errors import InvalidFilter
from yingcai.registry.models import CountRun, Look, SavedList, Subject
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
    for earlier, later in zip(before, after, strict=True):
        assert later.splitlines() == earlier.splitlines()


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


COUNTS = "/registry/statistics/?rows=county"


def officer(role: Role = Role.OFFICE) -> tuple[User, Client]:
    user, client = make_user(role=role), Client()
    client.force_login(user)
    return user, client


def test_so_many_are_counted_beside_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MANY", 20)
    two_counties()
    _user, client = officer()

    before = client.get(COUNTS).content.decode()
    again = client.get(COUNTS).content.decode()
    made = counting.make_counts(now=clock.now())
    after = client.get(COUNTS).content.decode()

    assert "正在统计" in before
    assert "正在统计" in again
    assert "<tfoot>" not in before + again
    assert (made, CountRun.objects.count()) == (1, 1)
    assert "正在统计" not in after
    assert '<th scope="row">西云县</th><td class="num">15</td>' in after


def test_a_page_of_few_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MANY", 23)
    two_counties()
    _user, client = officer()

    page = client.get(COUNTS).content.decode()

    assert '<th scope="row">西云县</th><td class="num">15</td>' in page
    assert not CountRun.objects.exists()


def test_a_count_is_for_him_alone_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MANY", 20)
    two_counties()
    client, other = officer()[1], officer()[1]
    client.get(COUNTS)
    counting.make_counts(now=clock.now())

    assert "正在统计" in other.get(COUNTS).content.decode()
    assert CountRun.objects.count() == 2


def test_small_counts_stay_hidden_when_they_were_made_beside_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "MANY", 0)
    east = make_county("东云县")
    for _ in range(3):
        make_person(county=east)
    _user, client = officer(Role.AUDITOR)
    client.get(COUNTS)
    counting.make_counts(now=clock.now())

    page = client.get(COUNTS).content.decode()

    assert '<th scope="row">东云县</th>' in page
    assert '<td class="num">3</td>' not in page


def test_who_lost_his_duty_meanwhile_gets_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MANY", 20)
    two_counties()
    user, client = officer()
    client.get(COUNTS)
    RoleGrant.objects.filter(user=user).update(revoked_on=clock.today())

    counting.make_counts(now=clock.now())

    assert not CountRun.objects.exists()
    assert client.get(COUNTS).status_code == 403


def test_after_an_hour_it_is_counted_anew_and_after_a_day_thrown_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "MANY", 20)
    two_counties()
    asked = scope(make_user(role=Role.OFFICE), "casework", on=TODAY)
    counting.count_run(asked, Filters(), ["county"], now=NOW)
    counting.make_counts(now=NOW)

    kept = counting.count_run(asked, Filters(), ["county"], now=NOW + counting.KEPT)
    anew = counting.count_run(asked, Filters(), ["county"], now=NOW + timedelta(minutes=61))

    assert kept.found is not None
    assert (anew.pk, anew.found, anew.made_at) == (kept.pk, None, None)
    counting.make_counts(now=NOW + timedelta(days=2))
    assert not CountRun.objects.exists()


def test_two_workers_make_one_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    two_counties()
    asked = scope(make_user(role=Role.OFFICE), "casework", on=TODAY)
    run = counting.count_run(asked, Filters(), ["county"], now=NOW)
    CountRun.objects.filter(pk=run.pk).update(begun_at=NOW)

    assert counting.make_counts(now=NOW + timedelta(minutes=9)) == 0
    assert counting.make_counts(now=NOW + timedelta(minutes=11)) == 1  # the first one was killed
    assert counting.make_counts(now=NOW + timedelta(minutes=12)) == 0
