"""Who holds which role for which unit on a day; which unit a printed name means."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from yingcai.identity.models import AccessToken, RoleGrant, Unit, UnitAlias, User

Role = RoleGrant.Role
# Longer than any leave; whoever is away longer hands over.
LONGEST_COVER = timedelta(days=183)


def grants_in_force(first: date, last: date | None = None) -> QuerySet[RoleGrant]:
    """The grants that count on some day from ``first`` through ``last`` (open end if empty).

    A cover ends with what it covers.
    """
    covered = Q(stands_in_for=None) | _counts("stands_in_for__", first, last)
    return RoleGrant.objects.filter(_counts("", first, last) & covered)


def _counts(prefix: str, first: date, last: date | None) -> Q:
    not_over = Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": first})
    not_revoked = Q(**{f"{prefix}revoked_on": None}) | Q(**{f"{prefix}revoked_on__gt": first})
    begun = Q(**{f"{prefix}starts_on__lte": last}) if last else Q()
    return not_over & not_revoked & begun


def grants_on(user: User | AnonymousUser, on: date) -> QuerySet[RoleGrant]:
    """The grants of ``user`` that are in force on ``on``; none for a visitor or a closed account."""
    if not user.is_authenticated or not user.is_active:
        return RoleGrant.objects.none()
    return grants_in_force(on, on).filter(user_id=user.pk)


def roles_on(user: User | AnonymousUser, on: date) -> frozenset[str]:
    """The roles of ``user`` on ``on``, whatever the unit."""
    return frozenset(grants_on(user, on).values_list("role", flat=True))


def seats_on(user: User | AnonymousUser, on: date) -> frozenset[tuple[str, str]]:
    """The roles of ``user`` on ``on`` with the codes of their units; an empty code is the whole city."""
    rows = grants_on(user, on).values_list("role", "unit__code")
    return frozenset((role, code or "") for role, code in rows)


def units_of(user: User | AnonymousUser, roles: set[str], on: date) -> QuerySet[Unit]:
    """The units for which ``user`` holds one of ``roles`` on ``on``."""
    held = grants_on(user, on).filter(role__in=roles).values("unit_id")
    return Unit.objects.filter(pk__in=held)


def leads_of(unit: Unit, on: date) -> QuerySet[User]:
    """The persons who answer for ``unit`` on ``on``: its heads, and for a county its talent office."""
    held = grants_in_force(on, on).filter(unit=unit, role__in=[Role.HEAD, Role.COUNTY])
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("pk")


def colleagues(unit: str, roles: Collection[str], on: date) -> list[User]:
    """Who holds a role in a unit, by code, on a day; of no unit: who holds one of these roles. By name."""
    held = grants_in_force(on, on)
    held = held.filter(unit__code=unit) if unit else held.filter(role__in=roles)
    found = User.objects.filter(pk__in=held.values("user_id"), is_active=True, program=False)
    return list(found.order_by("display_name", "username"))


def names_behind(persons: Collection[str]) -> dict[str, str]:
    """Natural persons by key with the name of one of their logins."""
    if not persons:
        return {}
    return {
        str(user.person_key): str(user)
        for user in User.objects.filter(person_key__in=persons).order_by("-pk")
    }


def same_person(
    first: User | None,
    second: User | None,
    *,
    since: date | None = None,
    on: date | None = None,
) -> bool:
    """Whether rules of two people take both logins for one person; they ask this, not ``==``.

    It is so for two logins of one natural person, and for two people of whom one stood in for the other, or
    who both stood in for a third, on a day from ``since`` (when the first of them acted) through ``on``.
    Days that are not said are not forgiven: then any cover counts, past or planned.
    """
    if first is None or second is None:
        return False
    return is_behind(first, second) or second.person_key in as_one(first, since=since, on=on)


def is_behind(first: User, second: User) -> bool:
    """Whether one natural person stands behind both logins, whoever stands in for whom."""
    return first.person_key == second.person_key


def is_among(user: User, persons: Collection[UUID]) -> bool:
    """Whether the natural person behind a login is one of some, by their keys."""
    return user.person_key in persons


def as_one(user: User, *, since: date | None = None, on: date | None = None) -> frozenset[UUID]:
    """The natural persons whom rules of two people take for one with ``user``; days as in `same_person`.

    A cover that was taken away still counts on its last day: what it did that morning is done.
    """
    rows = RoleGrant.objects.filter(stands_in_for__isnull=False)
    if since is not None:
        not_revoked = Q(revoked_on=None) | Q(revoked_on__gte=since)
        rows = rows.filter(not_revoked, ends_on__gte=since)
    if on is not None:
        rows = rows.filter(starts_on__lte=on)
    pairs = list(rows.order_by().values_list("user__person_key", "stands_in_for__user__person_key"))
    key = user.person_key
    covered = {theirs for mine, theirs in pairs if mine == key}
    covers = {mine for mine, theirs in pairs if theirs == key or theirs in covered}
    return frozenset({key, *covered, *covers})


def covered_by(user: User, on: date) -> list[int]:
    """The logins for which a login stands in on a day."""
    held = grants_on(user, on).filter(stands_in_for__isnull=False)
    return list(held.values_list("stands_in_for__user_id", flat=True).distinct().order_by())


def grant_by_number(pk: int) -> RoleGrant | None:
    """A grant with who holds it, its unit, and whose it covers."""
    rows = RoleGrant.objects.select_related("user", "unit", "stands_in_for__user")
    return rows.filter(pk=pk).first()


def with_covers(grants: QuerySet[RoleGrant], on: date) -> QuerySet[RoleGrant]:
    """Grants with their unit, whom they stand in for, and ``covers_now``: who stands in for them on or after a day."""
    covers = grants_in_force(on).filter(stands_in_for__isnull=False).select_related("user")
    return grants.select_related("unit", "stands_in_for__user").prefetch_related(
        Prefetch("covers", covers.order_by("starts_on"), to_attr="covers_now")
    )


def unit_by_code(code: str) -> Unit | None:
    return Unit.objects.filter(code=code).first()


def number_of_unit(code: str) -> QuerySet[Unit, Any]:
    """The number of the unit with a code, for a condition that goes along an index of numbers."""
    return Unit.objects.filter(code=code).order_by().values("pk")


def units_by_code() -> dict[str, Unit]:
    """Every unit in use by its code, in the pack's order."""
    units = Unit.objects.filter(active=True).prefetch_related("members")
    return {unit.code: unit for unit in units}


def unit_names() -> dict[str, str]:
    """Every name under which a unit in use is printed (name, full name, aliases) with the unit's code."""
    names: dict[str, str] = {}
    for code, *printed in Unit.objects.filter(active=True).values_list("code", "name", "full_name"):
        names.update({name: code for name in printed if name})
    names.update(UnitAlias.objects.filter(unit__active=True).values_list("name", "unit__code"))
    return names


def counties() -> QuerySet[Unit]:
    """The divisions and zones that carry shares of targets, in the pack's order."""
    return Unit.objects.filter(kind__in=[Unit.Kind.COUNTY, Unit.Kind.ZONE], active=True)


def units_with_names() -> QuerySet[Unit]:
    """Units with aliases, members and parent at hand, for the page of units."""
    return Unit.objects.select_related("parent").prefetch_related("aliases", "members")


def users_page(
    *, search: str = "", after: str = "", before: str = "", limit: int = 50, on: date
) -> Sequence[User]:
    """Accounts by name, keyset-paged: up to ``limit`` + 1 rows after or before an account name.

    Each carries ``current_grants``: the grants in force on ``on``.
    """
    users = User.objects.select_related("unit").prefetch_related(
        Prefetch(
            "grants",
            grants_in_force(on, on).select_related("unit"),
            to_attr="current_grants",
        )
    )
    if search:
        users = users.filter(
            Q(username__icontains=search)
            | Q(display_name__icontains=search)
            | Q(unit__name__icontains=search)
        )
    if before:
        rows = users.filter(username__lt=before).order_by("-username")[: limit + 1]
        return list(rows)[::-1]
    return list(users.filter(username__gt=after).order_by("username")[: limit + 1])


def has_second_factor(user: User) -> bool:
    """Whether the account asks for a code of an authenticator besides the password."""
    found: bool = Authenticator.objects.filter(
        user_id=user.pk, type=Authenticator.Type.TOTP
    ).exists()
    return found


def owes_second_factor(roles: frozenset[str]) -> bool:
    """Whether this installation asks a second factor of somebody with these roles (GB/T 22239-2019 8.1.4.1 d)."""
    return settings.SECOND_FACTOR == "required" or (
        settings.SECOND_FACTOR == "staff" and bool(roles)
    )


def user_by_name(username: str) -> User | None:
    return User.objects.filter(username=username).select_related("unit").first()


def tokens_of(user: User) -> QuerySet[AccessToken]:
    """The tokens of an account, newest first."""
    return AccessToken.objects.filter(user=user).select_related("user", "made_by", "revoked_by")


def tokens_page(*, before: int | None = None, limit: int = 50) -> list[AccessToken]:
    """All tokens, newest first: up to ``limit`` + 1 older than ``before``."""
    rows = AccessToken.objects.select_related("user", "made_by", "revoked_by")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[: limit + 1])


def token_by_handle(handle: str) -> AccessToken | None:
    return AccessToken.objects.filter(handle=handle).select_related("user").first()


def token_is_open(token: AccessToken, *, at: datetime) -> bool:
    """Whether a token opens something at a moment of the machine's clock."""
    return token.revoked_at is None and at < token.expires_at and token.user.is_active
