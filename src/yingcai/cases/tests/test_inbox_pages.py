"""The inbox of the desk: whose cases stand there, how late they are, what is written down."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yingcai.cases.actions.files import attach
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.models import Case, CaseMark, CaseTask
from yingcai.cases.queries.inbox import Tally, inbox, tallies
from yingcai.cases.tests.case_city import NOW, PDF, City, build_city, later, step
from yingcai.cases.tests.desk_browsing import on, read, signed_in
from yingcai.identity.tests.make import make_grant, make_unit, make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.make import make_fact, make_person, make_talent

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    on(settings, NOW)
    return build_city(tmp_path / "city")


CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def line(case: Case) -> str:
    """What stands once in each line of the list."""
    return f'<a href="/desk/{case.handle}/">{case.number}</a>'


def of_somebody(city: City, name: str) -> Case:
    """The application of another doctor."""
    person = make_person(name, county=city.person.county)
    make_fact(person, "person.degree", "doctor", "education")
    talent = make_talent(person)
    case = start_case("grant", person, "self", actor=talent, now=NOW)
    attach(case, "diploma", "证.pdf", PDF, actor=talent, now=NOW)
    case = save_answers(
        case, {"person.insured_months": "24"}, version=case.version, actor=talent, now=NOW
    )
    return submit(case, version=case.version, actor=talent, now=NOW)


def test_what_waits_for_a_seat_is_listed_with_its_term(city: City) -> None:
    case = city.submitted()

    page = read(city.window, "/desk/")

    assert [case.number in page, "安家补助" in page, "林之川" in page] == [True, True, True]
    assert "还有5个工作日" in page
    assert case.number not in read(city.officer, "/desk/")
    assert "没有等您办理的事项" in read(city.officer, "/desk/")


def test_a_term_that_has_passed_says_so_in_words(city: City, settings: Any) -> None:
    case = city.submitted()
    on(settings, later(8))
    assert "今天到期" in read(city.window, "/desk/")
    on(settings, later(10))

    page = read(city.window, "/desk/?overdue=1")

    assert [case.number in page, "超期2个工作日" in page] == [True, True]


def test_a_clock_that_stands_still_is_no_overdue_case(city: City, settings: Any) -> None:
    case = city.submitted()
    step(case, city.window, "pause", reason="site-visit")
    on(settings, later(30))

    assert "停表中" in read(city.window, "/desk/")
    assert case.number not in read(city.window, "/desk/?overdue=1")


def test_a_case_is_one_line_though_two_steps_wait(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "agree")
    both = make_user("both", role="county", unit=city.person.county)
    assert case.tasks.count() == 2
    city.officer.grants.create(
        role="county", unit=city.person.county, starts_on=date(2018, 1, 1), granted_by=None
    )

    assert read(city.officer, "/desk/").count(line(case)) == 1
    assert read(both, "/desk/").count(line(case)) == 1


def test_who_has_spoken_is_not_asked_again(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "agree")
    city.officer.grants.create(
        role="county", unit=city.person.county, starts_on=date(2018, 1, 1), granted_by=None
    )
    step(case, city.officer, "agree")

    assert case.number not in read(city.officer, "/desk/")
    assert case.number in read(city.county, "/desk/")


def test_the_list_is_narrowed_by_programme_with_counts(city: City) -> None:
    grant, bonus = city.submitted(), city.submitted("bonus")

    assert read(city.officer, "/desk/").count(line(bonus)) == 1
    page = read(city.window, "/desk/?programme=grant")
    assert [grant.number in page, "安家补助（1）" in page] == [True, True]
    assert "没有符合条件的事项" in read(city.window, "/desk/?programme=bonus")


def test_names_that_are_listed_are_looks(city: City) -> None:
    city.submitted()
    read(city.officer, "/desk/")
    assert not Look.objects.filter(viewer=city.officer).exists()

    read(city.window, "/desk/")

    look = Look.objects.get(viewer=city.window)
    assert (look.subject, look.fields, look.capacity, look.purpose, look.revealed) == (
        city.person, ["name"], "window", "casework", False,
    )  # fmt: skip


def test_alarms_to_ones_seats_stand_on_top(city: City) -> None:
    case = city.submitted()
    labour = city.head.grants.get().unit
    CaseMark.objects.create(
        case=case, key="1:intake:escalate", kind="escalate", on=NOW.date(), stage="intake",
        role="head", unit=labour, at=NOW,
    )  # fmt: skip

    page = read(city.head, "/desk/")

    assert ["督办" in page, case.number in page] == [True, True]
    assert case.number not in read(city.county, "/desk/")
    step(case, city.window, "agree")
    assert case.number not in read(city.head, "/desk/")


def test_pages_go_along_keys(city: City, monkeypatch: Any) -> None:
    monkeypatch.setattr("yingcai.cases.queries.inbox.PAGE", 2)
    cases = [of_somebody(city, name) for name in ("何云飞", "沈知夏", "陆闻笛")]

    first = read(city.window, "/desk/")
    place = f"2018-06-19_{cases[1].tasks.get().pk}"

    assert [one.number in first for one in cases] == [True, True, False]
    assert f"after={place}" in first
    second = read(city.window, f"/desk/?after={place}")
    assert [one.number in second for one in cases] == [False, False, True]
    assert ["回到第一页" in one for one in (first, second)] == [False, True]
    assert read(city.window, "/desk/?after=nonsense_1").count(line(cases[0])) == 1


def test_who_holds_no_seat_has_no_desk(city: City) -> None:
    read(make_user(role="reporter", unit=make_unit()), "/desk/", answers=403)
    read(city.talent, "/desk/", answers=403)


def test_the_page_asks_the_database_ten_times_at_most(city: City) -> None:
    for name in ("何云飞", "沈知夏", "陆闻笛"):
        of_somebody(city, name)
    client = signed_in(city.window)
    client.get("/desk/")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/desk/")

    assert len(asked) <= 10, "\n".join(one["sql"][:150] for one in asked)


def test_the_page_is_english_too(city: City) -> None:
    city.submitted()

    page = read(city.window, "/desk/", english=True)

    assert ["Settling grant" in page, "5 working days left" in page] == [True, True]


def test_the_inbox_asks_ten_times_however_much_waits(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "agree")
    client = signed_in(city.officer)
    client.get("/desk/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/")

    words = [one["sql"] for one in asked.captured_queries if not one["sql"].startswith(CONTROL)]
    assert len(words) == 10


def test_a_case_that_waits_by_several_ways_is_counted_once(city: City) -> None:
    """Of two seats that one holds, and handed to him besides; another case waits for one of them alone."""
    lead = city.window.grants.get().unit
    both = make_user("both", role="window", unit=lead)
    make_grant(both, "officer", unit=lead)
    first, second = city.submitted(), of_somebody(city, "沈知微")
    task = first.tasks.get()
    for role, person, delegate in (
        ("officer", None, None),
        ("officer", both.person_key, None),
        ("head", None, both.person_key),
    ):
        CaseTask.objects.create(
            case=first, programme="grant", stage=task.stage, role=role, unit=lead,
            person=person, delegate=delegate, due_on=task.due_on, sort_on=task.sort_on,
        )  # fmt: skip

    assert tallies(both, NOW.date()) == [Tally("grant", "intake", 2, 0)]
    assert tallies(both, later(30).date()) == [Tally("grant", "intake", 2, 2)]
    rows = inbox(both, NOW.date()).rows
    assert {row.case_id for row in rows} == {first.pk, second.pk}
    assert len(rows) == 2
    assert tallies(make_user("nobody"), NOW.date()) == []
