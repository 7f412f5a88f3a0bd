"""Changing one's password, by wish and by force."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.identity.tests.door import sign_in, signed_in
from yingcai.identity.tests.make import PASSWORD, make_user

pytestmark = pytest.mark.django_db

CHANGE = "/accounts/password/"
FRESH = "Quiet-orchard-81"


def change(client: Client, password: str, *, old: str = PASSWORD) -> int:
    return client.post(
        CHANGE, {"oldpassword": old, "password1": password, "password2": password}
    ).status_code


@pytest.fixture
def lin(client: Client) -> User:
    user = make_user("lin", password=PASSWORD)
    sign_in(client, "lin")
    return user


def test_a_change_keeps_this_session_and_ends_the_others(client: Client, lin: User) -> None:
    elsewhere = Client()
    sign_in(elsewhere, "lin")

    assert change(client, FRESH) == 302

    assert client.get("/identity/me/").status_code == 200
    assert elsewhere.get("/identity/me/").status_code == 302
    lin.refresh_from_db()
    assert check_password(FRESH, lin.password)
    assert Event.objects.filter(action="account.password_changed").count() == 1


@pytest.mark.parametrize("password", ["short-A1", "quietorchardfog", "Password-2018!", PASSWORD])
def test_a_password_against_the_profile_is_refused(
    client: Client, lin: User, password: str
) -> None:
    assert change(client, password) == 200

    lin.refresh_from_db()
    assert check_password(PASSWORD, lin.password)
    assert not Event.objects.filter(action="account.password_changed").exists()


def test_the_old_password_is_asked(client: Client, lin: User) -> None:
    assert change(client, FRESH, old="Not-the-old-99") == 200

    lin.refresh_from_db()
    assert check_password(PASSWORD, lin.password)


@pytest.mark.parametrize(
    "state",
    [
        {"must_change_password": True},
        {"password_changed_at": timezone.now() - timedelta(days=91)},
    ],
    ids=["given", "too old"],
)
def test_who_owes_a_new_password_can_do_nothing_else(
    client: Client, lin: User, state: dict[str, object]
) -> None:
    User.objects.filter(pk=lin.pk).update(**state)

    for address in ("/", "/identity/me/", "/accounts/2fa/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, CHANGE)
    assert client.get(CHANGE).status_code == 200
    change(client, FRESH)

    assert client.get("/identity/me/").status_code == 200


def test_who_owes_a_new_password_may_leave(client: Client, lin: User) -> None:
    User.objects.filter(pk=lin.pk).update(must_change_password=True)

    client.post("/accounts/logout/")

    assert not signed_in(client)


def test_a_part_of_a_page_is_sent_to_the_change_too(client: Client, lin: User) -> None:
    User.objects.filter(pk=lin.pk).update(must_change_password=True)

    answer = client.get("/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (200, CHANGE)


def test_under_asvs_a_password_does_not_age(client: Client, lin: User, settings: Settings) -> None:
    settings.PASSWORD_MAXIMUM_DAYS = None
    User.objects.filter(pk=lin.pk).update(password_changed_at=timezone.now() - timedelta(days=4000))

    assert client.get("/identity/me/").status_code == 200
