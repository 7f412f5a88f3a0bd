"""Tokens: never more than the user may, never more than the scopes, and gone at once."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from yingcai.audit import clock
from yingcai.audit.models import Event
from yingcai.identity.actions import (
    close_account,
    create_program_account,
    reset_password,
    revoke_role,
)
from yingcai.identity.actions.tokens import Wanted, make_token, revoke_token
from yingcai.identity.errors import InvalidAccount, InvalidToken
from yingcai.identity.lockout import LIMITS, Kind
from yingcai.identity.models import AccessToken, User
from yingcai.identity.queries import Role, same_person
from yingcai.identity.tests.door import sign_in
from yingcai.identity.tests.make import PASSWORD, make_grant, make_user
from yingcai.registry.models import Fact, Look
from yingcai.registry.tests.make import (
    NOW,
    RESIDENT,
    make_county,
    make_fact,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_calls import headers, look, make_access, send

pytestmark = pytest.mark.usefixtures("city")


def office() -> User:
    return make_user(role=Role.OFFICE)


def test_a_call_by_token_is_a_call_of_its_user_and_says_so() -> None:
    lin, officer = make_person("林之川"), office()
    made = make_access(officer)

    status, told = look(made.text, f"subjects/{lin.handle}")
    fact = {"fact": "person.degree", "value": "doctor", "source": "education"}
    send(made.text, f"subjects/{lin.handle}/facts", {"facts": [fact]})

    assert (status, told["name"]) == (200, "林之川")
    assert {row.viewer for row in Look.objects.all()} == {officer}
    event = Event.objects.get(action="fact.recorded")
    assert (event.actor, event.details["token"]) == (officer, made.token.handle)
    made.token.refresh_from_db()
    assert made.token.last_used_at is not None


def test_what_comes_after_a_call_by_token_in_the_same_process_is_not_said_to_be_by_it() -> None:
    made = make_access(office())
    look(made.text, "subjects")

    make_person("后来的人")

    assert "token" not in Event.objects.filter(action="subject.registered").latest("id").details


def test_a_token_sees_what_its_user_sees_on_the_day_and_nothing_else() -> None:
    east = make_county()
    near, far = make_person(county=east), make_person(county=make_county("西川市"))
    officer = make_user(role=Role.COUNTY, unit=east)
    text = make_access(officer).text

    assert look(text, f"subjects/{near.handle}")[0] == 200
    assert look(text, f"subjects/{far.handle}")[0] == 404
    revoke_role(officer.grants.get(), actor=office(), now=clock.now())
    assert look(text, f"subjects/{near.handle}")[0] == 403


def test_a_token_does_what_its_scopes_say_whatever_its_user_may() -> None:
    lin, officer = make_person(), office()
    fact = {"facts": [{"fact": "person.level", "value": "3", "source": "education"}]}
    reads, writes = make_access(officer, "registry:read"), make_access(officer, "registry:write")

    assert look(reads.text, "subjects")[0] == 200
    assert send(reads.text, f"subjects/{lin.handle}/facts", fact)[0] == 403
    assert look(writes.text, "subjects")[0] == 403
    assert send(writes.text, f"subjects/{lin.handle}/facts", fact)[0] == 201
    assert Fact.objects.count() == 1


def test_a_purpose_narrows_a_token() -> None:
    officer, lin = office(), make_person()
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.level", 3)

    _, usual = look(make_access(officer).text, f"subjects/{lin.handle}")
    status, _ = look(make_access(officer, purpose="bank").text, f"subjects/{lin.handle}")
    other, _ = look(make_access(officer, purpose="employment").text, "subjects")

    assert [one["open"] for one in usual["facts"]] == [True, True]
    assert (status, other) == (404, 403)  # nobody agreed to the bank; an officer is no employer


def test_a_token_that_opens_nothing_is_refused_at_once_even_beside_a_session() -> None:
    officer = office()
    late, gone, good = (
        make_access(officer, days=30, age=30),
        make_access(officer),
        make_access(officer),
    )
    revoke_token(gone.token, actor=officer, now=NOW)
    wrong = good.text[:-1] + ("a" if good.text[-1] != "a" else "b")
    browser = Client()
    browser.force_login(officer)

    for text in (late.text, gone.text, wrong, "", "yct_", RESIDENT):
        answer = browser.get("/api/registry/subjects", headers=headers(text))
        assert answer.status_code == 401, text
    assert look(good.text, "subjects")[0] == 200


@pytest.mark.parametrize("act", [close_account, reset_password])
def test_with_the_account_or_its_password_its_tokens_end(act: object) -> None:
    officer = office()
    text = make_access(officer).text

    act(officer, actor=office(), now=NOW)  # type: ignore[operator]

    assert look(text, "subjects")[0] == 401
    assert AccessToken.objects.get().revoked_at == NOW


def test_an_address_that_fails_often_waits_and_a_good_token_does_not() -> None:
    good = make_access(office()).text
    statuses = [look("yct_wrong", "subjects")[0] for _ in range(LIMITS[Kind.ADDRESS] + 1)]

    assert statuses == [401] * LIMITS[Kind.ADDRESS] + [429]
    assert look(good, "subjects")[0] == 200
    assert Event.objects.filter(action="token.locked").count() == 1


def test_no_token_opens_a_whole_number_or_a_sensitive_value() -> None:
    lin = make_person(number=RESIDENT)
    make_fact(lin, "person.salary", 765432)
    text = make_access(make_talent(lin)).text

    assert look(text, "me")[0] == 401  # only by the site's session, where it is one's own
    told = str(look(text, f"subjects/{lin.handle}"))
    assert RESIDENT not in told
    assert "76.5432" not in told


def test_a_write_by_session_needs_the_sites_csrf_token_and_one_by_token_does_not() -> None:
    officer = office()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(officer)
    person = {"kind": "person", "name": "林之川"}

    sent = browser.post(
        "/api/registry/subjects",
        person,
        content_type="application/json",
        headers={"Idempotency-Key": "key-of-browser"},
    )

    assert sent.status_code == 403
    assert send(make_access(officer).text, "subjects", person)[0] == 201


def test_the_text_of_a_token_is_kept_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    officer = office()
    with caplog.at_level(logging.DEBUG):
        text = make_access(officer).text
        look(text, "subjects")
        look(text + "x", "subjects")

    secret = text.split("_", 2)[2]  # it may hold the sign itself
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_accesstoken")
        assert secret not in str(cursor.fetchall())
        cursor.execute("SELECT details FROM audit_event")
        assert secret not in str(cursor.fetchall())
    assert secret not in caplog.text


def test_a_token_ends_and_has_a_scope_and_a_reason() -> None:
    officer = office()
    at = clock.machine_now()

    with pytest.raises(InvalidToken) as refused:
        make_token(officer, Wanted(" ", (), 367), actor=officer, at=at, now=NOW)

    assert len(refused.value.problems) == 3
    made = make_token(
        officer, Wanted("对接", ("registry:read",), 366), actor=officer, at=at, now=NOW
    )
    assert made.token.expires_at == at + timedelta(days=366)


def test_nobody_makes_a_token_for_another_person() -> None:
    with pytest.raises(InvalidToken):
        make_token(
            make_user(), Wanted("对接", ("registry:read",), 30), actor=office(),
            at=clock.machine_now(), now=NOW,
        )  # fmt: skip
    assert not AccessToken.objects.exists()


def test_a_program_has_an_account_that_somebody_answers_for() -> None:
    officer, lin = office(), make_user()
    given: Any = {"display_name": "对接程序", "actor": officer, "now": NOW}
    with pytest.raises(InvalidAccount):
        create_program_account("bridge", **given)

    program = create_program_account("bridge", person_of=lin, **given)
    make_grant(program, Role.OFFICE)
    made = make_token(
        program, Wanted("对接", ("registry:read",), 30), actor=officer,
        at=clock.machine_now(), now=NOW,
    )  # fmt: skip

    assert same_person(program, lin)
    assert look(made.text, "subjects")[0] == 200
    with pytest.raises(InvalidAccount):
        reset_password(program, actor=officer, now=NOW)


# -- pages ---------------------------------------------------------------------------------------


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_who_was_away_for_long_proves_who_he_is_before_making_a_token() -> None:
    officer = make_user(role=Role.OFFICE, password=PASSWORD)
    answer = browser_of(officer).get("/registry/tokens/new/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")


def test_a_token_is_shown_once_and_listed_without_its_text() -> None:
    officer = make_user("meng", role=Role.OFFICE, password=PASSWORD)
    browser = Client()
    sign_in(browser, officer.username)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    form = {"label": "数据交换平台", "scopes": ["registry:read"], "days": "90"}

    page = browser.post("/registry/tokens/new/", form).content.decode()
    token = AccessToken.objects.get()
    mine = browser.get("/registry/tokens/").content.decode()

    text = page.split("yct_", 1)[1].split("<", 1)[0]
    assert look(f"yct_{text}", "subjects")[0] == 200
    assert (token.handle in mine, text in mine) == (True, False)
    assert "数据交换平台" in browser.get("/registry/tokens/all/").content.decode()


def test_the_office_makes_a_token_for_a_program() -> None:
    officer = make_user("meng", role=Role.OFFICE, password=PASSWORD)
    program = create_program_account(
        "bridge", display_name="对接", person_of=officer, actor=office(), now=NOW
    )
    browser = Client()
    sign_in(browser, officer.username)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    form = {"label": "对接", "scopes": ["registry:read"], "days": "90"}

    page = browser.post("/registry/tokens/new/bridge/", form)
    again = browser.post("/registry/tokens/new/bridge/", form)

    assert (page.status_code, "yct_" in page.content.decode()) == (200, True)
    assert (again.status_code, again["Location"]) == (302, "/registry/tokens/all/")
    assert AccessToken.objects.get().user == program


def test_a_token_is_revoked_by_its_owner_or_the_office_and_is_not_there_for_others() -> None:
    owner = make_user(role=Role.COUNTY, unit=make_county())
    made = make_access(owner)
    address = f"/registry/tokens/{made.token.handle}/revoke/"

    assert browser_of(make_user(role=Role.LEADER)).post(address).status_code == 404
    assert look(made.text, "subjects")[0] == 200
    assert browser_of(office()).post(address).status_code == 302
    assert look(made.text, "subjects")[0] == 401
    assert browser_of(owner).get("/registry/tokens/all/").status_code == 403
