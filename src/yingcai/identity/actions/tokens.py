"""Tokens: the credentials by which programs act as users. Made, used, revoked; each leaves its row."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.identity.actions.signin import count_failed
from yingcai.identity.errors import InvalidToken, StaleAccount
from yingcai.identity.lockout import Kind
from yingcai.identity.models import AccessToken, User
from yingcai.identity.tokens import digest_of

LONGEST_DAYS = 366
MOST_IN_USE = 20  # of one user
NOTE_EVERY = timedelta(minutes=1)  # a use is noted once a minute


@dataclass(frozen=True)
class Wanted:
    """A token as it is asked for."""

    label: str
    scopes: Sequence[str]
    days: int
    purpose: str = ""


class NewToken(NamedTuple):
    """A token and the text to hand over; the text is kept nowhere else."""

    token: AccessToken
    text: str


def make_token(user: User, wanted: Wanted, *, actor: User, at: datetime, now: datetime) -> NewToken:
    """A token of one's own, or of a program's account. ``at`` is the machine's time, ``now`` the product's.

    Raises: InvalidToken with every reason.
    """
    problems = list(_problems(user, wanted, actor, at))
    if problems:
        raise InvalidToken(problems)
    handle, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with transaction.atomic():
        token = AccessToken.objects.create(
            handle=handle,
            user=user,
            label=wanted.label.strip(),
            scopes=sorted(wanted.scopes),
            purpose=wanted.purpose,
            digest=digest_of(handle, secret),
            made_at=now,
            made_by=actor,
            expires_at=at + timedelta(days=wanted.days),
        )
        details = {"handle": handle, "scopes": token.scopes, "days": wanted.days}
        record("token.made", token, actor=actor, details=details, at=now)
    return NewToken(token, f"yct_{handle}_{secret}")


def revoke_token(token: AccessToken, *, actor: User, now: datetime) -> None:
    """The token opens nothing from now on. Raises: StaleAccount."""
    with transaction.atomic():
        changed = AccessToken.objects.filter(pk=token.pk, revoked_at=None)
        if changed.update(revoked_at=now, revoked_by=actor) != 1:
            raise StaleAccount(_("这个凭证已经撤销。"))
        record("token.revoked", token, actor=actor, details={"handle": token.handle}, at=now)


def note_token_use(token: AccessToken, *, at: datetime) -> None:
    """Keep when a token was last used, to the minute; leaves no row, for what it did leaves one."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - NOTE_EVERY)
    if token.last_used_at is None or token.last_used_at < at - NOTE_EVERY:
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)


def count_token_failure(address: str, *, at: datetime, now: datetime) -> datetime | None:
    """Count a token that opens nothing, of a digest of an address; the end of a lock that it brings about."""
    with transaction.atomic():
        until = count_failed(Kind.ADDRESS, address, at=at)
        if until:
            details = {"address": address, "until": until.isoformat(timespec="seconds")}
            record("token.locked", AccessToken, actor=None, details=details, at=now)
    return until


def _problems(user: User, wanted: Wanted, actor: User, at: datetime) -> Iterator[str]:
    if user.pk != actor.pk and not user.program:
        yield _("只能给自己或程序账号开通凭证。")
    if not user.is_active:
        yield _("账号 %(name)s 已停用。") % {"name": user.username}
    if not 0 < len(wanted.label.strip()) <= 60:
        yield _("请写明用途，不超过 60 个字。")
    if not wanted.scopes:
        yield _("请至少选择一项范围。")
    if not 1 <= wanted.days <= LONGEST_DAYS:
        yield _("有效期为 1 至 %(days)s 天。") % {"days": LONGEST_DAYS}
    in_use = AccessToken.objects.filter(user=user, revoked_at=None, expires_at__gt=at)
    if in_use.count() >= MOST_IN_USE:
        yield _("这个账号已有 %(count)s 个有效凭证，请先撤销不用的。") % {"count": MOST_IN_USE}
