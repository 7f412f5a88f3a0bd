"""What stands over the clauses: the plan's own head and the units that answer for a measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.identity.queries import units_by_code
from yingcai.plan.actions.opening import lock_draft
from yingcai.plan.errors import Invalid, Stale
from yingcai.plan.fields import YEARS
from yingcai.plan.models import Measure, MeasureUnit, Plan

if TYPE_CHECKING:
    from yingcai.identity.models import User


@dataclass(frozen=True, slots=True)
class ResponsibleUnit:
    """A responsible unit as printed; ``code`` names the unit, unless the name stands for none."""

    name: str
    role: str
    code: str = ""
    printed_only: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a plan: what it is called, who issued it when, for which years."""

    title: str
    number: str
    issuers: tuple[str, ...]
    issued_on: date | None
    period_start: int | None
    period_end: int | None


@transaction.atomic
def set_measure_units(
    measure: Measure, units: Sequence[ResponsibleUnit], *, actor: "User", now: datetime
) -> None:
    """Say which units answer for ``measure``, lead units and joint ones, in printed order.

    Raises: NotOpen, Invalid (all problems at once).
    """
    lock_draft(measure.plan_id)
    known = units_by_code()
    problems = _unit_problems(units, known=set(known))
    if problems:
        raise Invalid(*problems)
    there = {row.name: row for row in measure.units.all()}
    rows = [
        MeasureUnit(
            measure=measure,
            name=given.name.strip(),
            unit=known[given.code] if given.code else None,
            role=given.role,
            order=order,
            printed_only=given.printed_only and not given.code,
            start=there[given.name].start if given.name in there else None,
            end=there[given.name].end if given.name in there else None,
        )
        for order, given in enumerate(units)
    ]
    if [_said(row) for row in rows] == [_said(row) for row in measure.units.order_by("order")]:
        return
    measure.units.all().delete()
    MeasureUnit.objects.bulk_create(rows)
    details = {"units": [[given.code or given.name, given.role] for given in units]}
    record("plan.measure_units_set", measure, actor=actor, at=now, details=details)


def _said(row: MeasureUnit) -> tuple[object, ...]:
    return (row.name, row.unit_id, row.role, row.printed_only)


def _unit_problems(units: Sequence[ResponsibleUnit], *, known: set[str]) -> list[str]:
    found = []
    seen: set[str] = set()
    for place, given in enumerate(units, start=1):
        line = {"place": place, "name": given.name}
        if not given.name.strip() or len(given.name) > 120:
            found.append(_("第 %(place)s 行：请填写单位名称（不超过 120 字）。") % line)
        if given.role not in MeasureUnit.Role.values:
            found.append(_("第 %(place)s 行“%(name)s”：请选择牵头或配合。") % line)
        if given.code and given.code not in known:
            found.append(_("第 %(place)s 行“%(name)s”：没有这个单位，请从列表中选择。") % line)
        if given.code and given.code in seen:
            found.append(_("第 %(place)s 行“%(name)s”：同一单位出现了两次，请保留一行。") % line)
        seen.add(given.code)
    return found


@transaction.atomic
def correct_head(plan: Plan, head: Head, *, actor: "User", now: datetime) -> Plan:
    """Put the head of a draft right.

    Raises: NotOpen, Stale, Invalid (all problems at once).
    """
    lock_draft(plan.pk)
    problems = _head_problems(head)
    if problems:
        raise Invalid(*problems)
    hit = Plan.objects.filter(pk=plan.pk, status=plan.status, version=plan.version).update(
        title=head.title.strip(),
        number=head.number.strip(),
        issuers=list(head.issuers),
        issued_on=head.issued_on,
        period_start=head.period_start,
        period_end=head.period_end,
        version=F("version") + 1,
    )
    if hit != 1:
        raise Stale(_("计划的基本信息刚刚被别人改过，请刷新页面后再看。"))
    record("plan.head_corrected", plan, actor=actor, at=now)
    plan.refresh_from_db()
    return plan


def _head_problems(head: Head) -> list[str]:
    found = []
    if not head.title.strip() or len(head.title) > 200:
        found.append(_("请填写计划名称（不超过 200 字）。"))
    if len(head.number) > 60:
        found.append(_("文号最长 60 个字。"))
    years = [year for year in (head.period_start, head.period_end) if year is not None]
    if any(year not in YEARS for year in years):
        found.append(_("起止年份请填四位数字，例如 2018。"))
    elif len(years) == 2 and years[1] < years[0]:
        found.append(_("结束年份不能早于开始年份。"))
    return found
