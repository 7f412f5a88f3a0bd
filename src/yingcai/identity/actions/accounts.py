"""Accounts: opening, closing, passwords. A password given by somebody else must be changed at once."""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.actions.signin import clear_guard
from yingcai.identity.errors import InvalidAccount, StaleAccount
from yingcai.identity.lockout import name_digest
from yingcai.identity.models import AccessToken, PreviousPassword, RoleGrant, Unit, User
from yingcai.identity.queries import same_person

USERNAME = re.compile(r"[\w.@+-]{2,40}")
# Letters and digits that are not mistaken for each other when read from paper.
UPPER, LOWER, DIGITS = "ABCDEFGHJKMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz", "23456789"
KEPT_PASSWORDS = 5


class NewAccount(NamedTuple):
    """An account and the password to hand over; the password is kept nowhere else in clear."""

    user: User
    password: str


def create_user(
    username: str,
    *,
    display_name: str,
    unit: Unit | None = None,
    person_of: User | None = None,
    password: str = "",
    must_change: bool = True,
    actor: User | None,
    now: datetime,
) -> NewAccount:
    """Open an account. Without ``password`` a temporary one is made, to be changed at the first sign-in.

    ``person_of``: another account of the same natural person (so that the two never count as two people).

    Raises: InvalidAccount with every reason.
    """
    user = _new(username, display_name, unit, person_of)
    problems = [*_name_problems(user), *_password_problems(password, user)]
    if problems:
        raise InvalidAccount(problems)
    given = password or temporary_password()
    user.password = make_password(given)
    user.must_change_password = must_change
    _save(user, same_person=person_of is not None, actor=actor, now=now)
    return NewAccount(user, given)


def create_program_account(
    username: str,
    *,
    display_name: str,
    unit: Unit | None = None,
    person_of: User | None = None,
    actor: User | None,
    now: datetime,
) -> User:
    """An account that nobody signs in to: a program acts by tokens, and ``person_of`` answers for it.

    For rules of two people the program counts as that person. Raises: InvalidAccount with every reason.
    """
    user = _new(username, display_name, unit, person_of)
    user.program, user.password = True, make_password(None)
    problems = list(_name_problems(user))
    if person_of is None:
        problems.append(_("程序账号须指明由谁负责：请填写他的账号。"))
    if problems:
        raise InvalidAccount(problems)
    _save(user, same_person=True, actor=actor, now=now)
    return user


def _new(username: str, display_name: str, unit: Unit | None, person_of: User | None) -> User:
    user = User(username=clean_username(username), display_name=display_name.strip(), unit=unit)
    if person_of is not None:
        user.person_key = person_of.person_key
    return user


def _save(user: User, *, same_person: bool, actor: User | None, now: datetime) -> None:
    details = {"unit": user.unit.code if user.unit else "", "same_person": same_person}
    with transaction.atomic():
        user.save(force_insert=True)
        PreviousPassword.objects.create(user=user, password=user.password)
        record("account.created", user, actor=actor, details=details, at=now)


def reset_password(user: User, *, actor: User | None, now: datetime) -> str:
    """Give ``user`` a temporary password, end all his sessions and any lock-out; returns the password, shown once.

    His tokens are revoked, too. Raises: InvalidAccount for a closed account, a program's, or one's own
    (change it instead).
    """
    if actor is not None and actor.pk == user.pk:
        raise InvalidAccount(_("请在“修改密码”页面修改自己的密码，不必重置。"))
    if user.program:
        raise InvalidAccount(_("程序账号没有密码：请撤销并重新开通它的接口凭证。"))
    given = temporary_password()
    with transaction.atomic():
        _store_password(user, given, must_change=True)
        _revoke_tokens(user, actor, now)
        clear_guard(name_digest(user.username))
        record("account.password_reset", user, actor=actor, at=now)
    return given


def set_own_password(user: User, password: str, *, now: datetime) -> None:
    """Store the password that ``user`` chose (already validated); all his other sessions end.

    Raises: InvalidAccount for a closed account.
    """
    with transaction.atomic():
        _store_password(user, password, must_change=False)
        record("account.password_changed", user, actor=user, at=now)


def close_account(user: User, *, actor: User | None, now: datetime) -> None:
    """Close an account: its sessions, roles and tokens end, its password is destroyed. History stays.

    Raises: InvalidAccount for one's own account, StaleAccount if it is closed already.
    """
    today = clock.day_of(now)
    if same_person(actor, user, since=today, on=today):
        raise InvalidAccount(_("不能停用自己的账号：请另一位人才办工作人员办理。"))
    unusable = make_password(None)
    with transaction.atomic():
        closed = User.objects.filter(pk=user.pk, is_active=True).update(
            is_active=False, password=unusable
        )
        if closed != 1:
            raise StaleAccount(_("账号 %(name)s 已经停用。") % {"name": user.username})
        ended = RoleGrant.objects.filter(user=user, revoked_on=None).update(
            revoked_on=today, revoked_by=actor
        )
        _revoke_tokens(user, actor, now)
        record("account.closed", user, actor=actor, details={"roles_ended": ended}, at=now)
    user.is_active = False
    user.password = unusable


def _revoke_tokens(user: User, actor: User | None, now: datetime) -> None:
    AccessToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now, revoked_by=actor)


def clean_username(username: str) -> str:
    """The one spelling of an account name: half-width, lower case, no blanks around."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def temporary_password() -> str:
    """Sixteen random characters of four kinds in four groups, easy to read aloud (about 86 bits)."""
    everything = UPPER + LOWER + DIGITS
    characters = [secrets.choice(kind) for kind in (UPPER, LOWER, DIGITS)]
    characters += [secrets.choice(everything) for _n in range(13)]
    secrets.SystemRandom().shuffle(characters)
    text = "".join(characters)
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _store_password(user: User, password: str, *, must_change: bool) -> None:
    """Compare-and-set on the old hash: of two changes at once only one wins.

    The age of a password goes by the database's clock, which no demonstration bends.
    """
    fresh = make_password(password)
    changed = User.objects.filter(pk=user.pk, is_active=True, password=user.password).update(
        password=fresh, must_change_password=must_change, password_changed_at=Now()
    )
    if changed != 1:
        raise InvalidAccount(_("账号 %(name)s 已停用或刚被修改。") % {"name": user.username})
    user.refresh_from_db(fields=["password", "must_change_password", "password_changed_at"])
    PreviousPassword.objects.create(user=user, password=fresh)
    old = PreviousPassword.objects.filter(user=user).values_list("pk", flat=True)[KEPT_PASSWORDS:]
    PreviousPassword.objects.filter(pk__in=list(old)).delete()


def _name_problems(user: User) -> Iterator[str]:
    name = {"name": user.username}
    if not USERNAME.fullmatch(user.username):
        yield _("账号“%(name)s”不合规则：请用 2 至 40 个字母、数字、汉字或 . @ + - _ 。") % name
    elif User.objects.filter(username=user.username).exists():
        yield _("账号“%(name)s”已经有人使用。") % name
    if not user.display_name:
        yield _("请填写姓名。")
    if len(user.display_name) > 60:
        yield _("姓名不超过 60 个字。")
    if user.unit is not None and not user.unit.active:
        yield _("单位“%(unit)s”已经停用。") % {"unit": user.unit.label}


def _password_problems(password: str, user: User) -> Iterator[str]:
    if not password:
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        yield from error.messages
