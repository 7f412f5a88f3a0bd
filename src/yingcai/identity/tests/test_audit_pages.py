"""The audit page: who did what to which row, when; and the way out as CSV."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from yingcai.audit.actions import record
from yingcai.audit.models import Event
from yingcai.audit.queries import EventFilter, events, events_of, events_page
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.identity.views import events as events_view

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 4) -> datetime:
    return datetime(2018, 6, day, hour, tzinfo=UTC)


@pytest.fixture
def qiu(client: Client) -> User:
    user = make_user("qiu", role=Role.AUDITOR)
    client.force_login(user)
    return user


def numbers(client: Client, query: str = "") -> list[int]:
    text = client.get(f"/audit/{query}").content.decode()
    return [int(number) for number in re.findall(r'<td class="num">(\d+)</td>', text)]


def test_filters_find_by_actor_action_object_and_day(qiu: User) -> None:
    lin, unit = make_user("lin"), make_unit()
    first = record("role.granted", unit, actor=lin, at=at(1))
    second = record("role.revoked", lin, actor=qiu, at=at(2))
    third = record("plan.published", unit, actor=lin, at=at(3, 17))  # 4 June in the city

    def found(**wanted: object) -> set[int]:
        return {event.pk for event in events(EventFilter(**wanted))}  # type: ignore[arg-type]

    assert found(actor="lin") == {first.pk, third.pk}
    assert found(action="role.") == {first.pk, second.pk}
    assert found(object_type="identity.unit", object_id=str(unit.pk)) == {first.pk, third.pk}
    assert found(first=date(2018, 6, 2), last=date(2018, 6, 3)) == {second.pk}
    assert found(last=date(2018, 6, 4)) == {first.pk, second.pk, third.pk}
    assert {event.pk for event in events_of(lin)} == {second.pk}


def test_pages_go_both_ways_without_gaps(client: Client, qiu: User) -> None:
    unit = make_unit()
    for _n in range(120):
        record("unit.changed", unit, actor=None)
    everything = list(Event.objects.values_list("pk", flat=True))

    first = numbers(client)
    second = numbers(client, f"?before={first[-1]}")
    third = numbers(client, f"?before={second[-1]}")

    assert first + second + third == everything
    assert numbers(client, f"?after={second[0]}") == first
    assert numbers(client, f"?after={third[0]}") == second


def test_a_page_holds_one_row_more_to_know_that_there_are_others() -> None:
    unit = make_unit()
    for _n in range(60):
        record("unit.changed", unit, actor=None)

    assert len(events_page(EventFilter())) == 51


def test_the_page_shows_handles_and_no_names(client: Client, qiu: User) -> None:
    lin = make_user("lin", display_name="林某某")
    record("account.created", lin, actor=qiu, details={"unit": "labour"})

    text = client.get("/audit/").content.decode()

    assert f"identity.user {lin.pk}" in text
    assert "unit=labour" in text
    assert "开通账号" in text
    assert "林某某" not in text


def test_a_wrong_day_is_said_and_nothing_is_listed(client: Client, qiu: User) -> None:
    record("unit.changed", make_unit(), actor=None)

    answer = client.get("/audit/?first=2018-06-30&last=2018-06-01")

    assert answer.status_code == 422
    assert "止日早于起日" in answer.content.decode()
    assert "unit.changed" not in answer.content.decode()


@pytest.mark.parametrize("query", ["?before=x", "?before=9" + "9" * 40, "?after=-1", "?before=²"])
def test_a_broken_place_in_the_list_is_the_first_page(
    client: Client, qiu: User, query: str
) -> None:
    assert client.get(f"/audit/{query}").status_code == 200


def test_the_export_holds_what_the_filter_finds_and_is_recorded(client: Client, qiu: User) -> None:
    lin = make_user("lin")
    record("role.granted", lin, actor=lin, at=at(1), details={"role": "head"})
    record("unit.changed", make_unit(), actor=None, at=at(1))

    answer = client.get("/audit/export.csv?action=role.")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][1] == "2018-06-01 12:00:00+08:00"
    assert rows[1][3:6] == ["lin", "role.granted", "identity.user"]
    assert rows[1][7] == "role=head"
    exported = Event.objects.get(action="audit.exported")
    assert (exported.actor_id, exported.details["rows"]) == (qiu.pk, 1)


def test_a_cell_that_a_spreadsheet_would_run_is_text(client: Client, qiu: User) -> None:
    record("unit.changed", make_unit(), actor=make_user("=2+3"))

    answer = client.get("/audit/export.csv")

    assert "'=2+3" in answer.content.decode("utf-8-sig")


def test_too_many_rows_are_refused_with_the_way_out(
    client: Client, qiu: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_view, "EXPORT_CAP", 3)
    for _n in range(4):
        record("unit.changed", make_unit(), actor=None)

    answer = client.get("/audit/export.csv")

    assert answer.status_code == 422
    assert "请缩小日期" in answer.content.decode()
    assert not Event.objects.filter(action="audit.exported").exists()


def test_the_office_reads_but_does_not_export(client: Client) -> None:
    client.force_login(make_user(role=Role.OFFICE))

    assert client.get("/audit/").status_code == 200
    assert "export.csv" not in client.get("/audit/").content.decode()
    assert client.get("/audit/export.csv").status_code == 403


def test_the_page_costs_few_queries(
    client: Client, qiu: User, django_assert_max_num_queries: object
) -> None:
    for number in range(60):
        record("unit.changed", make_unit(), actor=make_user(f"a{number}"))

    with django_assert_max_num_queries(11):  # type: ignore[operator]
        client.get("/audit/")
