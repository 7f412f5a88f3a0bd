"""The code of an authenticator: asked, counted, never good twice, and kept encrypted."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from yingcai.audit.models import Event
from yingcai.identity.actions import close_account, grant_role, revoke_role
from yingcai.identity.adapter import SecondFactorAdapter
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.door import (
    code_now,
    give_second_factor,
    kinds_of,
    sign_in,
    signed_in,
)
from yingcai.identity.tests.make import PASSWORD, make_user
from yingcai.identity.tests.test_accounts import NOW

pytestmark = pytest.mark.django_db

STEP = "/accounts/2fa/authenticate/"
ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture
def lin() -> User:
    return make_user("lin", password=PASSWORD)


def activate(client: Client) -> Any:
    """Prove the password once more, scan the secret, type its code."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get(ACTIVATE)
    secret = client.session["mfa.totp.secret"]
    return client.post(ACTIVATE, {"code": code_now(secret)})


def test_the_password_alone_does_not_open_the_door(client: Client, lin: User) -> None:
    give_second_factor(lin)

    answer = sign_in(client, "lin")

    assert (answer.status_code, answer["Location"]) == (302, STEP)
    assert not signed_in(client)
    assert not Event.objects.filter(action="signin.succeeded").exists()


def test_the_code_opens_it_and_the_audit_says_so(client: Client, lin: User) -> None:
    secret = give_second_factor(lin)
    sign_in(client, "lin")

    client.post(STEP, {"code": code_now(secret)})

    assert signed_in(client)
    assert Event.objects.get().details["methods"] == ["password", "mfa:totp"]


def test_a_code_does_not_open_it_twice_even_in_another_process(lin: User) -> None:
    secret = give_second_factor(lin)
    code = code_now(secret)
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, "lin")
        client.post(STEP, {"code": code})
        cache.clear()  # what another process would know

    assert signed_in(first)
    assert not signed_in(second)


def test_wrong_codes_lock_the_account_like_wrong_passwords(client: Client, lin: User) -> None:
    secret = give_second_factor(lin)
    sign_in(client, "lin")

    answers = [client.post(STEP, {"code": "000000"}).status_code for _time in range(5)]

    assert answers == [200, 200, 200, 200, 429]
    assert client.post(STEP, {"code": code_now(secret)}).status_code == 429
    assert not signed_in(client)
    assert sign_in(Client(), "lin").status_code == 429
    assert Event.objects.filter(action="signin.failed").count() == 5
    assert Event.objects.filter(action="signin.failed")[0].details["step"] == "second_factor"


def test_activation_asks_for_the_password_once_more(client: Client, lin: User) -> None:
    sign_in(client, "lin")

    answer = client.get(ACTIVATE)

    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_proving_again_changes_the_key_of_the_session(client: Client, lin: User) -> None:
    sign_in(client, "lin")
    before = client.session.session_key

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert client.session.session_key != before
    assert signed_in(client)


def test_activation_is_recorded_and_comes_with_recovery_codes(client: Client, lin: User) -> None:
    sign_in(client, "lin")

    assert activate(client).status_code == 302

    assert kinds_of(lin) == {"totp", "recovery_codes"}
    event = Event.objects.get(action="second_factor.activated")
    assert (event.actor_id, event.object_id) == (lin.pk, str(lin.pk))


def test_a_recovery_code_opens_the_door_once(client: Client, lin: User) -> None:
    sign_in(client, "lin")
    activate(client)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    opened = []
    for _time in range(2):
        visitor = Client()
        sign_in(visitor, "lin")
        visitor.post(STEP, {"code": codes[0]})
        opened.append(signed_in(visitor))

    assert opened == [True, False]
    used = Event.objects.filter(action="signin.succeeded")[0]
    assert used.details["methods"] == ["password", "mfa:recovery_codes"]


def test_new_recovery_codes_take_the_place_of_the_old_ones(client: Client, lin: User) -> None:
    sign_in(client, "lin")
    activate(client)
    before = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    assert client.post(reverse("mfa_generate_recovery_codes")).status_code == 302

    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert codes != []
    assert set(codes) & set(before) == set()


def test_deactivation_is_recorded(client: Client, lin: User) -> None:
    sign_in(client, "lin")
    activate(client)

    client.post("/accounts/2fa/totp/deactivate/")

    assert kinds_of(lin) == set()
    assert Event.objects.filter(action="second_factor.deactivated").count() == 1


def test_where_it_is_required_nothing_else_opens_until_it_is_there(
    client: Client, lin: User, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "required"
    sign_in(client, "lin")

    assert client.get("/identity/me/")["Location"] == ACTIVATE
    activate(client)

    assert client.get("/identity/me/").status_code == 200


def test_where_staff_owe_it_who_holds_a_role_sets_it_up_and_others_do_not(
    client: Client, lin: User, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "staff"
    sign_in(client, "lin")
    assert client.get("/identity/me/").status_code == 200

    grant = grant_role(lin, Role.LEADER, actor=None, now=NOW)
    assert client.get("/identity/me/")["Location"] == ACTIVATE
    assert client.get("/api/v1/registry/subjects")["Location"] == ACTIVATE
    activate(client)
    client.post("/accounts/2fa/totp/deactivate/")
    assert "totp" in kinds_of(lin)

    revoke_role(grant, actor=None, now=NOW)
    client.post("/accounts/2fa/totp/deactivate/")
    assert kinds_of(lin) == set()


def test_who_is_closed_between_password_and_code_does_not_come_in(
    client: Client, lin: User
) -> None:
    secret = give_second_factor(lin)
    sign_in(client, "lin")
    close_account(lin, actor=None, now=NOW)

    client.post(STEP, {"code": code_now(secret)})

    assert not signed_in(client) or client.get("/identity/me/").status_code == 302


def test_where_it_is_required_it_cannot_be_put_away(
    client: Client, lin: User, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "required"
    sign_in(client, "lin")
    activate(client)

    client.post("/accounts/2fa/totp/deactivate/")

    assert "totp" in kinds_of(lin)
    assert not Event.objects.filter(action="second_factor.deactivated").exists()


def test_the_secret_is_stored_encrypted(lin: User) -> None:
    secret = give_second_factor(lin)

    stored = str(Authenticator.objects.get().data)

    assert secret not in stored


def test_a_new_secret_key_still_reads_what_the_old_one_wrote(settings: Settings) -> None:
    adapter = SecondFactorAdapter()
    written = adapter.encrypt("JBSWY3DPEHPK3PXP")

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of this installation, fifty characters at least"

    assert adapter.decrypt(written) == "JBSWY3DPEHPK3PXP"
