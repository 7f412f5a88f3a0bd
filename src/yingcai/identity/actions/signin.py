"""What happens at the door: sign-ins, refusals, lock-outs, second factors. All of it leaves a row.

The caller is the one adapter file (``identity.adapter``); times come from the machine's clock there.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from yingcai.audit.actions import record
from yingcai.audit.digests import keyed_digest
from yingcai.identity.lockout import (
    FORGET_FAILURES,
    FORGET_LOCKS,
    LIMITS,
    Attempt,
    lock_length,
)
from yingcai.identity.models import SignInGuard, User


def record_sign_in(user: User, *, attempt: Attempt, methods: Sequence[str], now: datetime) -> None:
    """Leave a row for a finished sign-in and forget the failures of this name.

    The failures of the address stay: who owns one account could else guess at others for ever.
    """
    with transaction.atomic():
        clear_guard(attempt.account)
        details = {"address": attempt.address, "methods": list(methods)}
        record("signin.succeeded", user, actor=user, details=details, at=now)


def record_sign_out(user: User, *, reason: str, now: datetime) -> None:
    """Leave a row for a session that ended: ``asked``, ``idle`` or ``too_long``."""
    record("signin.ended", user, actor=user, details={"reason": reason}, at=now)


def record_failure(
    attempt: Attempt, *, user: User | None, step: str, at: datetime, now: datetime
) -> datetime | None:
    """Count a failed ``step`` (``password``, ``second_factor``) of a name and an address.

    ``user`` is the account of that name if there is one; it only goes into the audit.
    ``at`` is the machine's time, ``now`` the product's.
    Returns the end of the lock that this failure brought about, or nothing.
    """
    with transaction.atomic():
        ends = [
            count_failed(kind, digest, at=at) for kind, digest in attempt.digests.items() if digest
        ]
        until = max((end for end in ends if end), default=None)
        details = {"name": attempt.account, "address": attempt.address, "step": step}
        record("signin.failed", user or User, actor=None, details=details, at=now)
        if until:
            details = {**details, "until": until.isoformat(timespec="seconds")}
            record("signin.locked", user or User, actor=None, details=details, at=now)
    return until


def record_refusal(attempt: Attempt, *, user: User | None, now: datetime) -> None:
    """Leave a row for an attempt during a lock; it neither counts nor lengthens the lock."""
    details = {"name": attempt.account, "address": attempt.address}
    record("signin.refused", user or User, actor=None, details=details, at=now)


def record_second_factor(user: User, *, change: str, now: datetime) -> None:
    """Leave a row for ``activated``, ``deactivated`` or ``recovery_codes_made``."""
    record(f"second_factor.{change}", user, actor=user, at=now)


def use_code(user: User, code: str) -> bool:
    """Note that a code of the second factor was used; false when it is the one used last.

    The libraries note it in the memory of one process; several processes serve one site.
    """
    digest = keyed_digest(f"{user.pk}:{code}", purpose="second-factor-code")
    fresh = User.objects.filter(pk=user.pk).exclude(last_code=digest).update(last_code=digest)
    return fresh == 1


def clear_guard(account_digest: str) -> None:
    """Forget failures and locks of one account name."""
    SignInGuard.objects.filter(kind=SignInGuard.Kind.ACCOUNT, digest=account_digest).delete()


def count_failed(kind: str, digest: str, *, at: datetime) -> datetime | None:
    """One more failure; at the limit, a lock that is longer each time in a row."""
    guards = SignInGuard.objects.filter(kind=kind, digest=digest)
    SignInGuard.objects.get_or_create(kind=kind, digest=digest, defaults={"failed_at": at})
    guards.filter(failed_at__lt=at - FORGET_FAILURES).update(failures=0)
    guards.filter(failed_at__lt=at - FORGET_LOCKS).update(locks=0)
    guards.update(failures=F("failures") + 1, failed_at=at)
    guard = guards.get()
    if guard.failures < LIMITS[kind]:
        return None
    until = at + lock_length(guard.locks)
    # Of several failures that reach the limit at once, one makes the lock.
    made = guards.filter(failures__gte=LIMITS[kind], locks=guard.locks).update(
        failures=0, locks=F("locks") + 1, locked_until=until
    )
    return until if made == 1 else None
