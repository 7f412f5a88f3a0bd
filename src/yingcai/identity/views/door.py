"""Passwords and second factors: allauth's pages, with our locks and our audit rows around them."""

from typing import Any, cast

from allauth.account.views import PasswordChangeView
from allauth.account.views import ReauthenticateView as PasswordReauthenticateView
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.identity.access import client_address
from yingcai.identity.actions.signin import record_second_factor, use_code
from yingcai.identity.adapter import DoorRequest, count_failure, locked_page
from yingcai.identity.errors import InvalidAccount
from yingcai.identity.lockout import Attempt, locked_until
from yingcai.identity.models import User
from yingcai.identity.passwords import too_old

METHODS = ["get", "head", "post"]  # else a form is taken by PUT, too


@method_decorator(login_required, name="dispatch")
class ChangePassword(PasswordChangeView):
    """Change one's password; says why when it is asked for."""

    http_method_names = METHODS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User) or not request.user.has_usable_password():
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except InvalidAccount as refusal:
            for problem in refusal.problems:
                form.add_error(None, problem)
            response = self.form_invalid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = cast("User", self.request.user)
        days: int | None = settings.PASSWORD_MAXIMUM_DAYS
        return {
            **context,
            "rules": password_validators_help_texts(),
            "given": user.must_change_password,
            "expired": too_old(
                user.password_changed_at, now=clock.machine_now(), maximum_days=days
            ),
            "maximum_days": days,
        }


class _Counted:
    """Wrong codes count like wrong passwords: five of them lock the account name."""

    http_method_names = METHODS

    request: HttpRequest

    def account(self) -> User:
        """Whose code it is: who is signed in."""
        return cast("User", self.request.user)

    def attempt(self) -> Attempt:
        return Attempt.of(self.account().username, client_address(self.request))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        until = locked_until(self.attempt(), at=clock.machine_now())
        if until is not None:
            cast("DoorRequest", request).sign_in_locked_until = until
            return locked_page(request)
        response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        if not use_code(self.account(), form.cleaned_data["code"]):
            form.add_error("code", _("这个动态口令刚刚用过，请等下一个。"))
            return self.form_invalid(form)
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        if count_failure(self.request, self.attempt(), user=self.account(), step="second_factor"):
            return locked_page(self.request)
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return response


class SecondStep(_Counted, AuthenticateView):
    """The code of the authenticator, after the password."""

    def account(self) -> User:
        user: User = self.stage.login.user
        return user


class _NewKey:
    """Who has proved again who he is goes on under a new session key."""

    http_method_names = METHODS

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.cycle_key()
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response


class ProveByPassword(_NewKey, PasswordReauthenticateView):
    """The password once more, before a change of the account's protection."""


class ProveByCode(_Counted, _NewKey, ReauthenticateView):
    """The code once more, before a change of the account's protection."""


class _Recorded:
    """The change and its audit row stand or fall together."""

    http_method_names = METHODS

    request: HttpRequest
    change = ""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            user = cast("User", self.request.user)
            record_second_factor(user, change=self.change, now=clock.now())
        return response


class Activate(_Recorded, ActivateTOTPView):
    change = "activated"


class Deactivate(_Recorded, DeactivateTOTPView):
    change = "deactivated"


class MakeRecoveryCodes(_Recorded, GenerateRecoveryCodesView):
    change = "recovery_codes_made"
