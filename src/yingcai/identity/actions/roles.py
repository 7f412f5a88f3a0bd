"""Giving and taking roles. Nobody gives a role to himself; who audits does nothing else."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.errors import RoleRefused, StaleAccount
from yingcai.identity.models import RoleGrant, Unit, User
from yingcai.identity.queries import Role, grants_in_force, is_behind, same_person

# Roles that are held for one unit; the others are for the whole city.
OF_A_UNIT = frozenset(
    {Role.REPORTER, Role.HEAD, Role.COUNTY, Role.WINDOW, Role.OFFICER, Role.FINANCE}
)
# GB/T 22239-2019 8.1.4: who audits is not who operates.
OPERATING = frozenset({Role.OFFICE, Role.EXPERT, *OF_A_UNIT})


def grant_role(
    user: User,
    role: str,
    *,
    unit: Unit | None = None,
    actor: User | None,
    now: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """Give ``user`` a role from ``starts_on`` (the day of ``now`` if empty) through ``ends_on`` (open if empty).

    ``actor`` is empty only for the operator's command line.

    Raises: RoleRefused with every reason.
    """
    starts_on = starts_on or clock.day_of(now)
    with transaction.atomic():
        problems = [
            *_actor_problems(user, actor, clock.day_of(now)),
            *_shape_problems(user, role, unit),
            *period_problems(user, role, unit, (starts_on, ends_on)),
        ]
        if problems:
            raise RoleRefused(problems)
        grant = RoleGrant.objects.create(
            user=user,
            role=role,
            unit=unit,
            starts_on=starts_on,
            ends_on=ends_on,
            granted_by=actor,
        )
        record("role.granted", grant, actor=actor, details=details_of(grant), at=now)
    return grant


def revoke_role(grant: RoleGrant, *, actor: User | None, now: datetime) -> None:
    """Take a role away; it no longer counts from the day of ``now``, at once. Covers of it end with it.

    Raises: RoleRefused for one's own role (a colleague takes it), StaleAccount if it is already taken.
    """
    if actor is not None and _own(grant, actor, clock.day_of(now)):
        raise RoleRefused(_("不能收回自己的角色：请另一位人才办工作人员办理。"))
    with transaction.atomic():
        changed = RoleGrant.objects.filter(pk=grant.pk, revoked_on=None).update(
            revoked_on=clock.day_of(now), revoked_by=actor
        )
        if changed != 1:
            raise StaleAccount(_("这个角色已经被收回，请刷新页面查看。"))
        record("role.revoked", grant, actor=actor, details=details_of(grant), at=now)


def _own(grant: RoleGrant, actor: User, on: date) -> bool:
    """Whose right it is may take back the cover of it, though the cover stands in for him."""
    if grant.stands_in_for is not None:
        return is_behind(actor, grant.user)
    return same_person(actor, grant.user, since=on, on=on)


def details_of(grant: RoleGrant) -> dict[str, str]:
    return {
        "user": str(grant.user_id),
        "role": grant.role,
        "unit": grant.unit.code if grant.unit else "",
        "from": grant.starts_on.isoformat(),
        "to": grant.ends_on.isoformat() if grant.ends_on else "",
        **({"covers": str(grant.stands_in_for_id)} if grant.stands_in_for_id else {}),
    }


def _actor_problems(user: User, actor: User | None, on: date) -> Iterator[str]:
    if same_person(actor, user, since=on, on=on):
        yield _("不能给自己授予角色：请另一位人才办工作人员办理。")
    if not user.is_active:
        yield _("账号 %(name)s 已经停用，不能再授予角色。") % {"name": user.username}


def _shape_problems(user: User, role: str, unit: Unit | None) -> Iterator[str]:
    if role not in Role.values:
        yield _("没有“%(role)s”这个角色：可用 %(roles)s。") % {
            "role": role,
            "roles": "、".join(Role.values),
        }
        return
    label = Role(role).label
    if role in OF_A_UNIT and unit is None:
        yield _("角色“%(role)s”须指明单位。") % {"role": label}
    if role not in OF_A_UNIT and unit is not None:
        yield _("角色“%(role)s”面向全市，不指明单位。") % {"role": label}
    if unit is not None and not unit.active:
        yield _("单位“%(unit)s”已经停用。") % {"unit": unit.label}
    if role == Role.COUNTY and unit and unit.kind not in {Unit.Kind.COUNTY, Unit.Kind.ZONE}:
        yield _("“%(unit)s”不是县（市、区）或功能区，不能授予“%(role)s”。") % {
            "unit": unit.label,
            "role": label,
        }


def period_problems(
    user: User, role: str, unit: Unit | None, period: tuple[date, date | None]
) -> Iterator[str]:
    """Why somebody cannot hold a role during some days, by what else he holds then."""
    starts_on, ends_on = period
    if ends_on and ends_on < starts_on:
        yield _("结束日期 %(end)s 早于开始日期 %(start)s。") % {"end": ends_on, "start": starts_on}
        return
    held = grants_in_force(starts_on, ends_on)
    if held.filter(user=user, role=role, unit=unit).exists():
        yield _("该用户在这段时间已经有同样的角色。")
    others = set(held.filter(user__person_key=user.person_key).values_list("role", flat=True))
    if (role == Role.AUDITOR and others & OPERATING) or (
        role in OPERATING and Role.AUDITOR in others
    ):
        yield _("审计人员不得同时承担业务工作：同一个人不能既有“审计”又有其他工作角色。")
