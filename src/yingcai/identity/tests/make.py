"""Saved, valid, boring units and users; override only what the test is about."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from yingcai.identity.actions.roles import OF_A_UNIT
from yingcai.identity.models import RoleGrant, Unit, User

PASSWORD = "Cloudy-harbour-27"
SINCE = date(2018, 1, 1)
_serial = count(1)


def make_unit(
    code: str = "",
    *,
    name: str = "",
    kind: str = Unit.Kind.BUREAU,
    members: Sequence[Unit] = (),
    **fields: Any,
) -> Unit:
    number = next(_serial)
    unit = Unit.objects.create(
        code=code or f"unit-{number}",
        name=name or f"第{number}局",
        kind=kind,
        order=number,
        **fields,
    )
    unit.members.set(members)
    return unit


def make_user(
    username: str = "",
    *,
    role: str = "",
    unit: Unit | None = None,
    password: str = "",
    person_key: UUID | None = None,
    **fields: Any,
) -> User:
    """A login with ``role`` (for ``unit``) since the start of 2018; its own natural person.

    Without ``password`` nobody can sign in with it by name; tests use ``client.force_login``.
    """
    number = next(_serial)
    name = username or f"user{number}"
    if person_key is not None:
        fields["person_key"] = person_key
    user = User.objects.create(
        username=name,
        display_name=fields.pop("display_name", name),
        unit=unit,
        password=make_password(password or None),
        password_changed_at=fields.pop("password_changed_at", timezone.now()),
        **fields,
    )
    if role:
        make_grant(user, role, unit=unit)
    return user


def make_grant(user: User, role: str, *, unit: Unit | None = None, **fields: Any) -> RoleGrant:
    """A role of ``user`` since the start of 2018; roles for the whole city drop the unit."""
    whole_city = role not in OF_A_UNIT
    return RoleGrant.objects.create(
        user=user,
        role=role,
        unit=None if whole_city else unit,
        starts_on=fields.pop("starts_on", SINCE),
        **fields,
    )


def make_cover(of: User, by: User | None = None) -> User:
    """Somebody who stands in for ``of`` in his first role (any, where he has none) throughout 2018."""
    grant = of.grants.filter(stands_in_for=None).first() or make_grant(of, RoleGrant.Role.LEADER)
    cover = by or make_user()
    RoleGrant.objects.create(
        user=cover,
        role=grant.role,
        unit=grant.unit,
        stands_in_for=grant,
        starts_on=SINCE,
        ends_on=date(2018, 12, 31),
    )
    return cover
