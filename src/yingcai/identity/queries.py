"""Who holds which role for which unit on a day."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from yingcai.identity.models import RoleGrant, Unit, User

Role = RoleGrant.Role


def grants_on(user: User | AnonymousUser, on: date) -> QuerySet[RoleGrant]:
    """The grants of ``user`` that are in force on ``on``; none for a visitor or a closed account."""
    if not isinstance(user, User) or not user.is_active:
        return RoleGrant.objects.none()
    in_force = Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))
    return user.grants.filter(in_force)


def roles_on(user: User | AnonymousUser, on: date) -> frozenset[str]:
    """The roles of ``user`` on ``on``, whatever the unit."""
    return frozenset(grants_on(user, on).values_list("role", flat=True))


def units_of(user: User | AnonymousUser, roles: set[str], on: date) -> QuerySet[Unit]:
    """The units for which ``user`` holds one of ``roles`` on ``on``."""
    held = grants_on(user, on).filter(role__in=roles).values("unit_id")
    return Unit.objects.filter(pk__in=held)


def unit_by_code(code: str) -> Unit | None:
    return Unit.objects.filter(code=code).first()


def units_by_code() -> dict[str, Unit]:
    """Every unit in use by its code, in the pack's order."""
    return {unit.code: unit for unit in Unit.objects.filter(active=True)}


def counties() -> QuerySet[Unit]:
    """The divisions and zones that carry shares of targets, in the pack's order."""
    return Unit.objects.filter(kind__in=[Unit.Kind.COUNTY, Unit.Kind.ZONE], active=True)
