"""Where django-allauth and django-axes meet our actions; the only file that knows their hooks.

Both libraries call methods of the classes below (no signal receiver of ours is involved).
``docs/adr`` says why.
"""

import base64
import hashlib
from datetime import datetime
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from yingcai.audit import clock
from yingcai.audit.actions import request_id
from yingcai.identity.access import client_address
from yingcai.identity.actions.accounts import clean_username, set_own_password
from yingcai.identity.actions.signin import (
    record_failure,
    record_refusal,
    record_sign_in,
    record_sign_out,
)
from yingcai.identity.lockout import LIMITS, Attempt, Kind, locked_until
from yingcai.identity.models import SignInGuard, User
from yingcai.identity.queries import owes_second_factor, roles_on, user_by_name
from yingcai.identity.sessions import start

TOO_MANY = 429


class DoorRequest(HttpRequest):
    """A request that ran into a lock."""

    axes_locked_out: bool
    sign_in_locked_until: datetime


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by account name; nobody signs up; passwords and sign-ins go through our actions."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        credentials["username"] = clean_username(credentials.get("username") or "")
        return super().authenticate(request, **credentials)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Failures are counted in the database (below), not in the cache of one process."""

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        start(request.session, at=clock.machine_now())
        record_sign_in(
            user,
            attempt=Attempt.of(user.username, client_address(request)),
            methods=_methods(request, user),
            now=clock.now(),
        )

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            record_sign_out(request.user, reason="asked", now=clock.now())
        super().logout(request)

    def set_password(self, user: Any, password: str) -> None:
        set_own_password(user, password, now=clock.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("identity:me")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keys of second factors are stored encrypted; where a second factor is required it stays."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Yingcai"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not owes_second_factor(roles_on(authenticator.user, clock.today()))


class LockOut:
    """What django-axes asks and tells; it finds this class by ``AXES_HANDLER``."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return not self.is_locked(request, credentials)

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        attempt = _attempt(request, credentials)
        until = locked_until(attempt, at=clock.machine_now())
        _remember_lock(request, until)
        return until is not None

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        attempt = _attempt(request, credentials)
        guard = SignInGuard.objects.filter(kind=Kind.ACCOUNT, digest=attempt.account).first()
        return guard.failures if guard else 0

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        if request is None:
            return
        attempt = _attempt(request, credentials)
        user = user_by_name(_name(credentials))
        if locked_until(attempt, at=clock.machine_now()):
            record_refusal(attempt, user=user, now=clock.now())
        else:
            count_failure(request, attempt, user=user, step="password")

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        """The adapter's ``login`` does what there is to do."""

    def user_logged_out(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        """The adapter's ``logout`` does what there is to do."""

    def post_save_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """The library's own tables stay empty."""

    def post_delete_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """The library's own tables stay empty."""


def count_failure(request: HttpRequest, attempt: Attempt, *, user: User | None, step: str) -> bool:
    """Count a failed step; says whether it brought a lock about (the request then remembers it)."""
    at = clock.machine_now()
    until = record_failure(attempt, user=user, step=step, at=at, now=clock.now())
    _remember_lock(request, until)
    return until is not None


def locked_page(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """The answer during a lock, the same whether the account exists and the password is right or not."""
    until: datetime | None = getattr(request, "sign_in_locked_until", None)
    seconds = max(int((until - clock.machine_now()).total_seconds()), 1) if until else 0
    context = {
        "until": until,
        "minutes": -(-seconds // 60),  # rounded up
        "limit": LIMITS[Kind.ACCOUNT],
        "request_id": request_id.get(),
    }
    page = render(request, "identity/locked.html", context, status=TOO_MANY)
    if until:
        page["Retry-After"] = str(seconds)
    return page


def _remember_lock(request: HttpRequest, until: datetime | None) -> None:
    """Tell axes' middleware to answer with ``locked_page``."""
    if until is not None:
        door = cast("DoorRequest", request)
        door.axes_locked_out = True
        door.sign_in_locked_until = until


def _name(credentials: dict[str, Any] | None) -> str:
    return clean_username(str((credentials or {}).get("username") or ""))


def _attempt(request: HttpRequest, credentials: dict[str, Any] | None) -> Attempt:
    return Attempt.of(_name(credentials), client_address(request))


def _methods(request: HttpRequest, user: User) -> list[str]:
    """``password``, ``mfa:totp``, ``mfa:recovery_codes``: how the user proved who he is."""
    records = get_authentication_records(request, user)
    return [":".join(filter(None, [row["method"], row.get("type", "")])) for row in records]


def _cipher() -> MultiFernet:
    """Keys derived from the secret key and its predecessors; the first encrypts."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [
        hashlib.sha256(b"yingcai.second-factor:" + secret.encode()).digest() for secret in secrets
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
