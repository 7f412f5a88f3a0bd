"""How long a name or an address stays locked out after failed sign-ins (pure figures and one look-up).

The account name counts whether or not the account exists, so the answer tells nobody which names do.
GB/T 22239-2019 8.1.4.1 b asks for a limit of failures; the lengths are ours.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from yingcai.audit.digests import keyed_digest
from yingcai.identity.models import SignInGuard

Kind = SignInGuard.Kind
# Many people sit behind one address of an office, so an address may fail more often than a name.
LIMITS: dict[str, int] = {Kind.ACCOUNT: 5, Kind.ADDRESS: 30}
FIRST_LOCK = timedelta(minutes=5)
LONGEST_LOCK = timedelta(hours=2)
GROWTH = 3
FORGET_FAILURES = timedelta(hours=1)
FORGET_LOCKS = timedelta(hours=24)


@dataclass(frozen=True)
class Attempt:
    """Who tries to sign in from where, as digests."""

    account: str
    address: str

    @classmethod
    def of(cls, name: str, address: str) -> "Attempt":
        return cls(name_digest(name), address_digest(address))

    @property
    def digests(self) -> dict[str, str]:
        return {Kind.ACCOUNT: self.account, Kind.ADDRESS: self.address}


def name_digest(name: str) -> str:
    return keyed_digest(name, purpose="account-name")


def address_digest(address: str) -> str:
    """Of an IPv6 address that of its /64, of which one subscriber has 2**64."""
    return keyed_digest(_network(address), purpose="network-address")


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped or ipaddress.ip_network((found, 64), strict=False))


def lock_length(locks_before: int) -> timedelta:
    """5, 15, 45 minutes, then two hours."""
    growth: int = GROWTH ** min(locks_before, 10)
    return min(FIRST_LOCK * growth, LONGEST_LOCK)


def locked_until(attempt: Attempt, *, at: datetime) -> datetime | None:
    """The moment from which this name at this address may try again; nothing when it may now."""
    mine = Q(kind=Kind.ACCOUNT, digest=attempt.account) | Q(
        kind=Kind.ADDRESS, digest=attempt.address
    )
    return _latest(mine, at)


def address_locked_until(digest: str, *, at: datetime) -> datetime | None:
    """The same for the digest of an address alone."""
    return _latest(Q(kind=Kind.ADDRESS, digest=digest), at)


def _latest(mine: Q, at: datetime) -> datetime | None:
    locks = SignInGuard.objects.filter(mine, locked_until__gt=at)
    latest: datetime | None = locks.aggregate(latest=Max("locked_until"))["latest"]
    return latest
