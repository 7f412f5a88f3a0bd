"""What every request passes: its id, its language, the limits of a signed-in session, privacy of pages."""

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import by_token, request_id
from yingcai.identity import sessions
from yingcai.identity.access import held_roles
from yingcai.identity.actions.signin import record_sign_out
from yingcai.identity.passwords import too_old
from yingcai.identity.queries import has_second_factor, owes_second_factor
from yingcai.plan.queries import one_pack

if TYPE_CHECKING:
    from yingcai.identity.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Show the language that the visitor chose by the switch; else Chinese."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class RequestIdMiddleware:
    """Give each request an id that audit rows and error pages carry, and one pack to see."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, program = request_id.set(str(uuid.uuid4())), by_token.set("")
        try:
            with one_pack():
                response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
        finally:
            request_id.reset(token)
            by_token.reset(program)
        return response


class PrivatePagesMiddleware:
    """Nothing that was sent to a signed-in browser is kept by it or by a proxy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        return response


class SessionLimitsMiddleware:
    """End sessions that lasted too long; ask for what an account owes before anything else.

    An account owes a new password when it was given one or the one it has is too old, and a second
    factor where the installation requires it.
    """

    # Pages that an account needs in order to pay what it owes, or to leave.
    ALWAYS = frozenset({"account_logout", "language", "display", "accessibility"})
    DUTIES = {
        "account_change_password": frozenset({"account_change_password"}),
        "mfa_activate_totp": frozenset({"mfa_activate_totp", "account_reauthenticate"}),
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        now = clock.machine_now()
        reason = sessions.over(request.session, at=now)
        if reason:
            return _ended(request, user, reason)
        sessions.note(request.session, at=now)
        duty = _duty(request, user)
        if duty and _page(request) not in self.ALWAYS | self.DUTIES[duty]:
            return _go(request, reverse(duty))
        return self.get_response(request)


def _ended(request: HttpRequest, user: "User", reason: str) -> HttpResponse:
    """Sign out, say why, and lead back to the page after the next sign-in."""
    record_sign_out(user, reason=reason, now=clock.now())
    logout(request)
    messages.warning(
        request,
        _("您已有 15 分钟没有操作，系统已自动退出，请重新登录。")
        if reason == "idle"
        else _("本次登录已满 8 小时，系统已自动退出，请重新登录。"),
    )
    back = request.get_full_path() if request.method == "GET" else "/"
    return _go(request, f"{reverse('account_login')}?{urlencode({'next': back})}")


def _duty(request: HttpRequest, user: "User") -> str:
    """The page that settles what the account owes; empty when it owes nothing."""
    if user.must_change_password or too_old(
        user.password_changed_at,
        now=clock.machine_now(),
        maximum_days=settings.PASSWORD_MAXIMUM_DAYS,
    ):
        return "account_change_password"
    asked = settings.SECOND_FACTOR != "available" and owes_second_factor(held_roles(request))
    if asked and not has_second_factor(user):
        return "mfa_activate_totp"
    return ""


def _page(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect that also works inside a page part that htmx asked for."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
