"""Coming in by the front door, for tests: the sign-in form, codes of an authenticator, a clock to turn."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.utils import timezone

from yingcai.audit import clock
from yingcai.identity.models import User
from yingcai.identity.tests.make import PASSWORD

LOGIN = "/accounts/login/"


def sign_in(client: Client, name: str, password: str = PASSWORD, **headers: str) -> Any:
    """The answer to the sign-in form; ``REMOTE_ADDR`` and the like go into ``headers``."""
    return client.post(LOGIN, {"login": name, "password": password}, **headers)  # type: ignore[arg-type]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def give_second_factor(user: User) -> str:
    """An authenticator for ``user``; returns its secret."""
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    return secret


def code_now(secret: str) -> str:
    """The six digits that the authenticator shows: the middle of the three steps that are taken."""
    _earlier, counter, _later = yield_hotp_counters_from_time()
    return str(format_hotp_value(hotp_value(secret, counter)))


def later(**span: int) -> Callable[[], datetime]:
    """A machine clock that is ahead by ``span``."""
    moment = timezone.now() + timedelta(**span)
    return lambda: moment


def turn_clock(monkeypatch: Any, **span: int) -> None:
    monkeypatch.setattr(clock, "machine_now", later(**span))


def kinds_of(user: User) -> set[str]:
    return set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
