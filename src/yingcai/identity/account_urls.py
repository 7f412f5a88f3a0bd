"""Addresses of sign-in. The names are allauth's, which its templates and ours use.

Sign-up, e-mail addresses and password reset by e-mail have no address: the talent office opens
accounts and resets passwords.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path

from yingcai.identity.access import signed_in
from yingcai.identity.views import door

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path(
        "reauthenticate/", signed_in(door.ProveByPassword.as_view()), name="account_reauthenticate"
    ),
    path("password/", signed_in(door.ChangePassword.as_view()), name="account_change_password"),
    path("2fa/", signed_in(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", door.SecondStep.as_view(), name="mfa_authenticate"),
    path("2fa/reauthenticate/", signed_in(door.ProveByCode.as_view()), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", signed_in(door.Activate.as_view()), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", signed_in(door.Deactivate.as_view()), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        signed_in(recovery.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        signed_in(door.MakeRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        signed_in(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
