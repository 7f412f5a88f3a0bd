"""How long a session lasts, and what ends it."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from yingcai.audit.models import Event
from yingcai.identity.actions import grant_role, revoke_role
from yingcai.identity.queries import Role
from yingcai.identity.tests.door import sign_in, signed_in, turn_clock
from yingcai.identity.tests.make import PASSWORD, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)
ME = "/identity/me/"


@pytest.fixture(autouse=True)
def _lin(client: Client) -> None:
    make_user("lin", password=PASSWORD)
    sign_in(client, "lin")


def test_fifteen_minutes_without_a_request_end_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_clock(monkeypatch, minutes=15, seconds=5)

    answer = client.get(ME)

    assert answer["Location"] == "/accounts/login/?next=%2Fidentity%2Fme%2F"
    assert not signed_in(client)
    assert Event.objects.get(action="signin.ended").details == {"reason": "idle"}
    assert "15 分钟没有操作" in client.get(answer["Location"]).content.decode()


def test_work_keeps_it_going(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes in (10, 20, 30):
        turn_clock(monkeypatch, minutes=minutes)
        assert client.get(ME).status_code == 200


def test_eight_hours_end_it_whatever_happens(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes in range(10, 480, 10):
        turn_clock(monkeypatch, minutes=minutes)
        client.post("/identity/session/")
    turn_clock(monkeypatch, minutes=481)

    client.get(ME)

    assert not signed_in(client)
    assert Event.objects.get(action="signin.ended").details == {"reason": "too_long"}


def test_the_page_knows_when_it_ends_and_asks_before(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_clock(monkeypatch, minutes=1)  # and stands still, or a slow page counts a second less

    text = client.get(ME).content.decode()

    assert 'data-seconds="900"' in text
    assert 'data-warning="120"' in text


def test_a_visitor_is_not_asked(client: Client) -> None:
    assert "yc-session" not in Client().get("/").content.decode()


def test_going_on_answers_with_the_seconds_left(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_clock(monkeypatch, minutes=14)

    answer = client.post("/identity/session/", headers={"Accept": "application/json"})

    assert (answer.status_code, answer["X-Session-Seconds"]) == (204, "900")


def test_going_on_works_without_script(client: Client) -> None:
    assert client.post("/identity/session/")["Location"] == ME


def test_a_role_counts_from_the_next_request_on_and_ends_with_it() -> None:
    lin = make_user("meng", password=PASSWORD)
    client = Client()
    sign_in(client, "meng")
    assert client.get("/identity/").status_code == 403

    grant = grant_role(lin, Role.OFFICE, actor=None, now=NOW)
    assert client.get("/identity/").status_code == 200
    revoke_role(grant, actor=None, now=NOW)

    assert client.get("/identity/").status_code == 403


def test_nothing_sent_to_a_signed_in_browser_is_kept(client: Client) -> None:
    assert client.get(ME)["Cache-Control"] == "no-store, private"
    assert client.get("/")["Cache-Control"] == "no-store, private"


def test_the_cookie_ends_with_the_browser_and_no_script_reads_it(client: Client) -> None:
    cookie = client.cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]
