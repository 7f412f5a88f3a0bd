"""The door: who comes in, who is kept out and for how long, and what the audit says about it."""

import pytest
from django.test import Client

from yingcai.audit.models import Event
from yingcai.identity.actions import close_account, reset_password
from yingcai.identity.models import SignInGuard, User
from yingcai.identity.queries import Role
from yingcai.identity.tests.door import sign_in, signed_in, turn_clock
from yingcai.identity.tests.make import PASSWORD, make_user
from yingcai.identity.tests.test_accounts import NOW

pytestmark = pytest.mark.django_db

WRONG = "Wrong-guess-2018"


def actions() -> list[str]:
    return list(Event.objects.order_by("id").values_list("action", flat=True))


def fail(client: Client, name: str, *, times: int, address: str = "203.0.113.5") -> list[int]:
    return [sign_in(client, name, WRONG, REMOTE_ADDR=address).status_code for _time in range(times)]


def test_the_right_password_opens_the_door_and_leaves_a_row(client: Client) -> None:
    lin = make_user("lin", password=PASSWORD)

    answer = sign_in(client, "lin")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client)
    event = Event.objects.get()
    assert (event.action, event.actor_id) == ("signin.succeeded", lin.pk)
    assert event.details["methods"] == ["password"]
    assert "127.0.0.1" not in str(event.details)


@pytest.mark.parametrize("typed", ["LIN", " lin ", "ｌｉｎ"])
def test_the_account_name_has_one_spelling(client: Client, typed: str) -> None:
    make_user("lin", password=PASSWORD)

    sign_in(client, typed)

    assert signed_in(client)


def test_the_session_gets_a_new_key_at_sign_in(client: Client) -> None:
    make_user("lin", password=PASSWORD)
    client.get("/accounts/login/")
    session = client.session
    session["before"] = "1"
    session.save()
    before = str(session.session_key)
    client.cookies["sessionid"] = before

    sign_in(client, "lin")

    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: Client) -> None:
    make_user("lin", password=PASSWORD)
    make_user("gone", password=PASSWORD, is_active=False)

    pages = {}
    for name in ("lin", "nobody", "gone"):
        answer = sign_in(Client(), name, WRONG if name == "lin" else PASSWORD)
        text = answer.content.decode().replace(name, "NAME")
        start = text.index('class="yc-errors"') if "yc-errors" in text else 0
        pages[name] = (answer.status_code, text[start : start + 400])

    assert pages["lin"] == pages["nobody"] == pages["gone"]
    assert not signed_in(client)
    assert actions() == ["signin.failed"] * 3
    assert not Event.objects.exclude(actor=None).exists()


def test_the_audit_of_a_failure_names_no_name_and_no_password(client: Client) -> None:
    sign_in(client, "Quiet-orchard-81", WRONG)  # people type the password into the wrong box

    kept = str(Event.objects.values_list("details", flat=True).get())
    assert "quiet" not in kept.lower()
    assert WRONG not in kept


def test_five_failures_lock_the_account_and_the_page_says_until_when(client: Client) -> None:
    make_user("lin", password=PASSWORD)

    assert fail(client, "lin", times=5) == [200, 200, 200, 200, 429]

    answer = sign_in(client, "lin")
    assert answer.status_code == 429
    assert "分钟后）再试" in answer.content.decode()
    assert 290 <= int(answer["Retry-After"]) <= 300
    assert not signed_in(client)
    assert actions() == [*["signin.failed"] * 5, "signin.locked", "signin.refused"]


def test_the_lock_holds_from_every_address(client: Client) -> None:
    make_user("lin", password=PASSWORD)
    fail(client, "lin", times=5)

    assert sign_in(client, "lin", REMOTE_ADDR="198.51.100.9").status_code == 429


def test_a_name_without_an_account_is_locked_alike(client: Client) -> None:
    assert fail(client, "nobody", times=6) == [200, 200, 200, 200, 429, 429]


def test_other_accounts_are_not_locked(client: Client) -> None:
    make_user("meng", password=PASSWORD)
    fail(client, "lin", times=5)

    sign_in(client, "meng", REMOTE_ADDR="203.0.113.5")

    assert signed_in(client)


def test_attempts_during_a_lock_do_not_lengthen_it(client: Client) -> None:
    fail(client, "lin", times=5)
    ends = SignInGuard.objects.get(kind="account").locked_until

    fail(client, "lin", times=5)

    assert SignInGuard.objects.get(kind="account").locked_until == ends


def test_each_lock_in_a_row_is_longer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []
    passed = 0
    for _lock in range(5):
        turn_clock(monkeypatch, minutes=passed)
        fail(client, "lin", times=4)
        waits.append(round(int(sign_in(client, "lin", WRONG)["Retry-After"]) / 60))
        passed += waits[-1] + 1

    assert waits == [5, 15, 45, 120, 120]


def test_a_lock_ends_and_the_right_password_forgets_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("lin", password=PASSWORD)
    fail(client, "lin", times=5)
    turn_clock(monkeypatch, minutes=6)

    sign_in(client, "lin")

    assert signed_in(client)
    assert not SignInGuard.objects.filter(kind="account").exists()


def test_failures_of_an_hour_ago_are_forgotten(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(client, "lin", times=4)
    turn_clock(monkeypatch, minutes=61)

    assert fail(client, "lin", times=4) == [200] * 4


def test_an_address_is_locked_after_thirty_failures_with_any_names(client: Client) -> None:
    make_user("meng", password=PASSWORD)
    for number in range(30):
        fail(client, f"name{number}", times=1)

    assert sign_in(client, "meng", REMOTE_ADDR="203.0.113.5").status_code == 429
    assert sign_in(client, "meng", REMOTE_ADDR="198.51.100.9").status_code == 302


def test_a_reset_by_the_office_ends_the_lock(client: Client) -> None:
    meng, lin = make_user(role=Role.OFFICE), make_user("lin", password=PASSWORD)
    fail(client, "lin", times=5)

    given = reset_password(lin, actor=meng, now=NOW)

    assert sign_in(client, "lin", given).status_code == 302


def test_signing_out_is_a_post_and_leaves_a_row(client: Client) -> None:
    make_user("lin", password=PASSWORD)
    sign_in(client, "lin")

    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in(client)
    client.post("/accounts/logout/")

    assert not signed_in(client)
    assert actions() == ["signin.succeeded", "signin.ended"]
    assert Event.objects.get(action="signin.ended").details == {"reason": "asked"}


def test_closing_an_account_ends_its_sessions(client: Client) -> None:
    lin = make_user("lin", password=PASSWORD)
    sign_in(client, "lin")

    close_account(lin, actor=None, now=NOW)

    assert client.get("/identity/me/").status_code == 302
    User.objects.filter(pk=lin.pk).update(is_active=True)
    assert client.get("/identity/me/").status_code == 302


@pytest.mark.parametrize(
    "address", ["/accounts/signup/", "/accounts/email/", "/accounts/password/reset/"]
)
def test_nobody_signs_up_or_resets_by_mail(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
