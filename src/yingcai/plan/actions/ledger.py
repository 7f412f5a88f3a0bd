"""Changes of a published target: who answers, how it is shared, its path, baseline and dates.

The clause behind a target never changes. Every change needs a reason, leaves a ``TargetChange``
and an audit row, and hits the version of the target that was seen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.identity.queries import units_by_code
from yingcai.plan.errors import Invalid, NotOpen, Stale
from yingcai.plan.fields import LIMIT, number_text
from yingcai.plan.models import (
    MeasureUnit,
    Milestone,
    Plan,
    Target,
    TargetChange,
    TargetOwner,
    TargetShare,
)
from yingcai.plan.paths import Point, path_problems

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User


@dataclass(frozen=True, slots=True)
class Why:
    """Who changes a target, when, and for which reason."""

    actor: "User"
    now: datetime
    reason: str


def set_owners(target: Target, owners: Mapping[str, str], why: Why) -> None:
    """Say which units (by code) answer for a target: ``lead`` or ``joint``.

    Raises: NotOpen, Stale, Invalid (all problems at once).
    """
    units = units_by_code()
    problems = _unknown(owners, units)
    if any(role not in MeasureUnit.Role.values for role in owners.values()):
        problems.append(_("请为每个单位选择牵头或配合。"))
    if MeasureUnit.Role.LEAD not in owners.values():
        problems.append(_("至少要有一个牵头单位，否则没有人填报。"))

    def write() -> None:
        target.owners.all().delete()
        TargetOwner.objects.bulk_create(
            TargetOwner(target=target, unit=units[code], role=role) for code, role in owners.items()
        )

    old = {owner.unit.code: owner.role for owner in target.owners.select_related("unit")}
    _change(target, "owners", old=old, new=dict(owners), problems=problems, write=write, why=why)


def set_shares(target: Target, shares: Mapping[str, Decimal], why: Why) -> None:
    """Share a target out to counties and zones (by code); an empty mapping takes the shares back.

    Shares of an amount add up to the goal at least; shares of a level are each their own level.

    Raises: NotOpen, Stale, Invalid (all problems at once).
    """
    units = units_by_code()
    problems = [*_unknown(shares, units), *_share_problems(target, shares)]

    def write() -> None:
        target.shares.all().delete()
        target.milestones.exclude(unit=None).exclude(unit__code__in=list(shares)).delete()
        TargetShare.objects.bulk_create(
            TargetShare(target=target, unit=units[code], value=value)
            for code, value in shares.items()
        )

    old = {
        share.unit.code: number_text(share.value)
        for share in target.shares.select_related("unit").order_by("unit__order")
    }
    new = {code: number_text(value) for code, value in shares.items()}
    _change(target, "shares", old=old, new=new, problems=problems, write=write, why=why)


def set_milestones(
    target: Target,
    points: Sequence[Point],
    why: Why,
    *,
    unit_code: str = "",
    falling_is_meant: bool = False,
) -> None:
    """Set the points of a target's path (or of one county's); none means a straight line.

    A path runs towards the goal without turning back, unless ``falling_is_meant``.

    Raises: NotOpen, Stale, Invalid (all problems at once).
    """
    share = target.shares.select_related("unit").filter(unit__code=unit_code).first()
    problems = []
    if unit_code and share is None:
        problems.append(_("这个单位没有分解任务，不能单独设置路径。"))
    problems += path_problems(
        target,
        points,
        goal=share.value if share else target.value,
        falling_is_meant=falling_is_meant,
    )
    unit = share.unit if share else None
    kept = target.milestones.filter(unit=unit)

    def write() -> None:
        kept.delete()
        Milestone.objects.bulk_create(
            Milestone(target=target, unit=unit, due_on=day, value=value) for day, value in points
        )

    field = f"milestones:{unit_code}" if unit_code else "milestones"
    old = _plain_points((point.due_on, point.value) for point in kept)
    new = _plain_points(points)
    _change(target, field, old=old, new=new, problems=problems, write=write, why=why)


def set_baseline(target: Target, value: Decimal, why: Why) -> None:
    """Set the figure from which a target starts (its measure word's unit).

    Raises: NotOpen, Stale, Invalid.
    """
    _change(
        target,
        "baseline_value",
        old=number_text(target.baseline_value),
        new=number_text(value) if value.is_finite() else None,
        problems=_amount_problems([value]),
        columns={"baseline_value": value},
        why=why,
    )


def set_due(target: Target, *, starts_on: date, due_on: date, why: Why) -> None:
    """Set the first and the last day of a target's time.

    Raises: NotOpen, Stale, Invalid (also when points of the path would fall outside).
    """
    problems = []
    if due_on < starts_on:
        problems.append(_("截止日期不能早于开始日期。"))
    outside = target.milestones.exclude(due_on__range=(starts_on, due_on))
    for day in sorted(set(outside.values_list("due_on", flat=True))):
        problems.append(
            _("路径上的节点 %(day)s 会落到起止日期之外，请先调整路径。") % {"day": day.isoformat()}
        )
    _change(
        target,
        "dates",
        old=[target.starts_on.isoformat(), target.due_on.isoformat()],
        new=[starts_on.isoformat(), due_on.isoformat()],
        problems=problems,
        columns={"starts_on": starts_on, "due_on": due_on},
        why=why,
    )


def set_course(target: Target, course: str, why: Why) -> None:
    """Say how the figure of a target runs: cumulative, yearly or a level.

    Raises: NotOpen, Stale, Invalid.
    """
    known = course in Target.Course.values
    problems = [] if known else [_("请选择累计、逐年或水平。")]
    _change(
        target,
        "course",
        old=target.course,
        new=course,
        problems=problems,
        columns={"course": course},
        why=why,
    )


@transaction.atomic
def _change(
    target: Target,
    field: str,
    *,
    old: Any,
    new: Any,
    problems: list[str],
    why: Why,
    columns: Mapping[str, Any] | None = None,
    write: Callable[[], None] | None = None,
) -> None:
    """One change of one target, or the list of what is wrong with it."""
    _refuse_closed(target)
    found = list(problems)
    if not why.reason.strip():
        found.append(_("请写明调整的理由，历史记录里会保留。"))
    if not found and old == new:
        found.append(_("没有改动，与现在的内容相同。"))
    if found:
        raise Invalid(*found)
    hit = Target.objects.filter(pk=target.pk, version=target.version).update(
        version=F("version") + 1, **(columns or {})
    )
    if hit != 1:
        raise Stale(_("目标 %(code)s 刚刚被别人调整过，请刷新页面后再看。") % {"code": target.code})
    if write is not None:
        write()
    reason = why.reason.strip()[:300]
    TargetChange.objects.create(
        target=target, field=field, old=old, new=new, reason=reason, actor=why.actor, at=why.now
    )
    details = {"field": field}
    record("plan.target_changed", target, actor=why.actor, at=why.now, details=details)
    target.refresh_from_db()


def _refuse_closed(target: Target) -> None:
    plan = Plan.objects.select_for_update().get(pk=target.plan_id)
    if plan.status != Plan.Status.PUBLISHED:
        raise NotOpen(_("只有现行计划的目标可以调整；这一版已不是现行计划。"))


def _unknown(codes: Iterable[str], units: Mapping[str, "Unit"]) -> list[str]:
    return [
        _("没有编号为“%(code)s”的单位，请从列表中选择。") % {"code": code}
        for code in codes
        if code not in units
    ]


def _share_problems(target: Target, shares: Mapping[str, Decimal]) -> list[str]:
    found = _amount_problems(shares.values())
    if found or not shares or target.course == Target.Course.LEVEL:
        return found
    total = sum(shares.values(), Decimal(0))
    amounts = {"total": number_text(total), "goal": number_text(target.value)}
    if target.comparator == "<=" and total > target.value:
        found.append(_("各地分解合计 %(total)s，超过了全市上限 %(goal)s。") % amounts)
    if target.comparator != "<=" and total < target.value:
        found.append(_("各地分解合计 %(total)s，达不到全市目标 %(goal)s。") % amounts)
    return found


def _amount_problems(values: Iterable[Decimal]) -> list[str]:
    if all(value.is_finite() and 0 <= value < LIMIT for value in values):
        return []
    return [_("数值请填不小于 0 的数，整数部分不超过 20 位。")]


def _plain_points(points: Iterable[Point]) -> list[list[str | None]]:
    return [[day.isoformat(), number_text(value)] for day, value in points]
