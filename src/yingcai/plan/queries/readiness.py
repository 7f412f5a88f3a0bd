"""What still waits for a person before a plan can be signed."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.identity.queries import same_person
from yingcai.plan.models import Clause, Measure, MeasureUnit, Plan
from yingcai.plan.queries.plans import DECIDED, live_clauses

if TYPE_CHECKING:
    from yingcai.identity.models import User


def what_is_open(plan: Plan) -> list[str]:
    """One sentence for each thing to decide, in the order of the text; empty when all is decided."""
    return [
        *_undecided(plan),
        *_unknown_units(plan),
        *_without_lead(plan),
        *_without_dates(plan),
        *_nothing_to_count(plan),
    ]


def signed_by(plan: Plan, user: "User", *, on: date) -> bool:
    """Whether rules of two people take ``user`` for who signed the plan."""
    since = clock.day_of(plan.submitted_at) if plan.submitted_at else None
    return same_person(plan.submitted_by, user, since=since, on=on)


def unknown_units(plan: Plan) -> list[MeasureUnit]:
    """Printed names of responsible units that no unit of the system answers to yet."""
    rows = MeasureUnit.objects.filter(measure__plan=plan, unit=None, printed_only=False)
    return list(rows.select_related("measure").order_by("measure__order", "order"))


def label_of(measure: Measure | None) -> str:
    """A measure as sentences name it."""
    if measure is None:
        return _("正文以外")
    if measure.number == 0:
        return _("总体目标")
    return _("第 %(number)s 项措施") % {"number": measure.number}


def _undecided(plan: Plan) -> list[str]:
    waiting = (
        live_clauses(plan)
        .filter(status=Clause.Status.PROPOSED)
        .values("measure")
        .annotate(count=Count("id"))
        .order_by("measure__order")
    )
    measures = {measure.pk: measure for measure in plan.measures.all()}
    return [
        _("%(measure)s还有 %(count)s 条待确认。")
        % {"measure": label_of(measures.get(row["measure"])), "count": row["count"]}
        for row in waiting
    ]


def _unknown_units(plan: Plan) -> list[str]:
    return [
        _("%(measure)s的责任单位“%(name)s”没有对应到系统里的单位。")
        % {"measure": label_of(row.measure), "name": row.name}
        for row in unknown_units(plan)
    ]


def _without_lead(plan: Plan) -> list[str]:
    """Targets nobody leads are never reported; the overall goals (number 0) may stay without."""
    counted = plan.clauses.filter(
        status__in=DECIDED, absorbed_by=None, kind__in=["target", "coverage", "deliverable"]
    )
    led = MeasureUnit.objects.filter(role=MeasureUnit.Role.LEAD).exclude(unit=None)
    measures = (
        plan.measures.filter(pk__in=counted.values("measure"))
        .exclude(number=0)
        .exclude(pk__in=led.values("measure"))
    )
    return [
        _("%(measure)s没有牵头单位，请指定。") % {"measure": label_of(measure)}
        for measure in measures
    ]


def _without_dates(plan: Plan) -> list[str]:
    first = plan.issued_on.year if plan.issued_on else plan.period_start
    found = []
    if first is None:
        found.append(_("计划没有印发日期，也没有起止年份，请在基本信息里补上其中一项。"))
    counted = plan.clauses.filter(
        status__in=DECIDED, absorbed_by=None, kind__in=["target", "coverage", "deliverable"]
    )
    if plan.period_end is None and counted.filter(by_year=None).exists():
        found.append(_("有的目标没有完成年份，计划也没有结束年份，请在基本信息里补上结束年份。"))
    if plan.period_end is not None and first is not None and plan.period_end < first:
        found.append(_("计划的结束年份早于印发日期，请核对基本信息。"))
    for clause in counted.exclude(by_year=None).filter(by_year__lt=first or 0):
        found.append(
            _("“%(text)s”的完成年份 %(year)s 早于计划开始，请更正。")
            % {"text": clause.text[:30], "year": clause.by_year}
        )
    return found


def _nothing_to_count(plan: Plan) -> list[str]:
    if plan.clauses.filter(
        status__in=DECIDED, absorbed_by=None, kind__in=["target", "coverage", "deliverable"]
    ).exists():
        return []
    return [_("还没有任何一条可以跟踪的目标，请确认或添加至少一条。")]
