"""Accounts of people who go: the name is taken off, and the person himself closes the account for good.

Accounts that ever held a role keep their name, for it stands for who signed what.
"""

import uuid
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.identity.actions.signin import clear_guard
from yingcai.identity.errors import InvalidAccount, StaleAccount
from yingcai.identity.lockout import name_digest
from yingcai.identity.models import PreviousPassword, RoleGrant, User

NAMELESS = {"display_name": "", "first_name": "", "last_name": "", "email": ""}


def remove_name(user: User, *, actor: User | None, now: datetime) -> bool:
    """Take the name of the person off an account without roles; whether it was. It can still sign in.

    What is left is the account name, until the account is closed by `leave`.
    """
    if RoleGrant.objects.filter(user=user).exists():
        return False
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(**NAMELESS)
        record("account.unnamed", user, actor=actor, at=now)
    return True


def leave(user: User, *, now: datetime) -> None:
    """The person closes his own account: its names, passwords and second factors go, its sessions end.

    Raises: InvalidAccount for one that ever held a role, StaleAccount if it is closed already.
    """
    if RoleGrant.objects.filter(user=user).exists():
        raise InvalidAccount(_("工作人员的账号由人才办停用。"))
    with transaction.atomic():
        left = User.objects.filter(pk=user.pk, is_active=True).update(
            is_active=False,
            username=f"left-{uuid.uuid4().hex}",
            password=make_password(None),
            **NAMELESS,
        )
        if left != 1:
            raise StaleAccount(_("账号 %(name)s 已经停用。") % {"name": user.username})
        PreviousPassword.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        clear_guard(name_digest(user.username))
        record("account.left", user, actor=user, at=now)
