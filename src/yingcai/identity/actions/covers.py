"""Leave cover: a colleague holds the role of somebody from a day to a day, and no longer than he does."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.actions.roles import details_of, period_problems
from yingcai.identity.errors import RoleRefused
from yingcai.identity.models import RoleGrant, User
from yingcai.identity.queries import (
    LONGEST_COVER,
    Role,
    grants_in_force,
    is_behind,
    roles_on,
)


def cover_role(
    grant: RoleGrant,
    user: User,
    *,
    starts_on: date,
    ends_on: date,
    actor: User | None,
    now: datetime,
) -> RoleGrant:
    """``user`` stands in for the holder of ``grant`` from ``starts_on`` through ``ends_on``.

    Arranged by the holder himself or by the talent office. The cover has the holder's right with his conflicts:
    rules of two people take both for one (`queries.same_person`).

    Raises: RoleRefused with every reason.
    """
    with transaction.atomic():
        held = RoleGrant.objects.select_for_update().get(pk=grant.pk)
        period = (starts_on, ends_on)
        problems = [
            *_arranger_problems(held, user, actor, clock.day_of(now)),
            *_grant_problems(held, period, clock.day_of(now)),
            *period_problems(user, held.role, held.unit, period),
        ]
        if problems:
            raise RoleRefused(problems)
        cover = RoleGrant.objects.create(
            user=user,
            role=held.role,
            unit=held.unit,
            stands_in_for=held,
            starts_on=starts_on,
            ends_on=ends_on,
            granted_by=actor,
        )
        record("role.covered", cover, actor=actor, details=details_of(cover), at=now)
    return cover


def _arranger_problems(held: RoleGrant, user: User, actor: User | None, on: date) -> Iterator[str]:
    if actor is not None and not (
        is_behind(actor, held.user) or Role.OFFICE in roles_on(actor, on)
    ):
        yield _("只有本人或人才办可以安排代理。")
    if actor is not None and is_behind(actor, user) and not is_behind(actor, held.user):
        yield _("不能安排自己代理别人：请本人或另一位人才办工作人员办理。")
    if is_behind(user, held.user):
        yield _("不能代理自己。")
    if not user.is_active:
        yield _("账号 %(name)s 已经停用，不能代理。") % {"name": user.username}


def _grant_problems(held: RoleGrant, period: tuple[date, date], today: date) -> Iterator[str]:
    starts_on, ends_on = period
    if held.stands_in_for_id is not None:
        yield _("代理来的角色不能再请人代理。")
    if held.revoked_on is not None:
        yield _("这个角色已经被收回。")
    if starts_on < today:
        yield _("代理不能从过去的日期开始。")
    if starts_on < held.starts_on or (held.ends_on and ends_on > held.ends_on):
        yield _("代理不能超出被代理人的任期。")
    if ends_on - starts_on > LONGEST_COVER:
        yield _("代理最长 %(days)s 天；更久请改为授予角色。") % {"days": LONGEST_COVER.days}
    if grants_in_force(starts_on, ends_on).filter(stands_in_for=held).exists():
        yield _("这段时间已经有人代理这个角色。")
