"""Reads for the monthly bulletin: the month's facts in a handful of set-based queries."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yingcai.cases.queries.exceptional_register import made_public
from yingcai.identity import queries as identity
from yingcai.reporting.bulletin.facts import (
    Imprint,
    MeasureFacts,
    MonthFacts,
    OrderFacts,
    PlanFacts,
    SettledFacts,
    Standing,
    TargetFacts,
    UnitFacts,
    Words,
)
from yingcai.reporting.bulletin.numbers import month_before, month_end
from yingcai.reporting.models import (
    Bulletin,
    IndicatorValue,
    Report,
    ReportingMonth,
    SupervisionOrder,
)

if TYPE_CHECKING:
    from yingcai.plan.models import Plan


BLOCK_TITLES = {
    "title": _("标题"),
    "overall": _("总体进展"),
    "units": _("各单位进展"),
    "counties": _("各县（市、区）进展"),
    "highlights": _("亮点"),
    "laggards": _("滞后事项及原因"),
    "next": _("下步要求"),
}


def bulletins(plan: "Plan") -> QuerySet[Bulletin]:
    """The bulletins of a plan and its earlier editions, newest first, without heavy snapshots."""
    return (
        Bulletin.objects.filter(plan__slug=plan.slug)
        .defer("snapshot", "blocks")
        .select_related("drafted_by")
        .order_by("-month", "-plan__edition")
    )


def published(plan: "Plan") -> QuerySet[Bulletin]:
    """What the public may know of: published bulletins, newest first, without snapshots."""
    return bulletins(plan).filter(status=Bulletin.Status.PUBLISHED)


def bulletin_of(plan: "Plan", month: date) -> Bulletin | None:
    """The bulletin of a month with its snapshot, or None; of two editions the later one's."""
    return (
        Bulletin.objects.filter(plan__slug=plan.slug, month=month)
        .select_related("plan", "drafted_by", "published_by")
        .order_by("-plan__edition")
        .first()
    )


def months_without_bulletin(plan: "Plan") -> list[tuple[date, bool]]:
    """The months, newest first, that have no bulletin yet, and whether each is locked."""
    rows = ReportingMonth.objects.filter(plan=plan).exclude(
        month__in=Bulletin.objects.filter(plan=plan).values("month")
    )
    return [
        (month, status == ReportingMonth.Status.LOCKED)
        for month, status in rows.order_by("-month").values_list("month", "status")[:12]
    ]


def head_of(pack: dict[str, Any]) -> dict[str, str]:
    """What a bulletin of this city carries in its head and imprint."""
    facts = imprint(pack)
    return {
        "organ": facts.organ,
        "organ_en": facts.organ_en,
        "mark": facts.mark,
        "number_prefix": facts.number_prefix,
        "addressee": facts.addressee,
        "copy_to": facts.copy_to,
        "printed_by": facts.printed_by,
    }


def month_row(plan: "Plan", month: date) -> ReportingMonth | None:
    return ReportingMonth.objects.filter(plan=plan, month=month).first()


def uncounted_targets(plan: "Plan", month: date) -> list[str]:
    """Codes of targets that have begun by the month's end and have no indicator value of it."""
    counted = IndicatorValue.objects.filter(month=month, unit=None, target__plan=plan)
    begun = plan.targets.filter(starts_on__lte=month_end(month))
    return list(begun.exclude(pk__in=counted.values("target_id")).values_list("code", flat=True))


def month_facts(plan: "Plan", month: date, *, pack: dict[str, Any]) -> MonthFacts:
    """Everything the bulletin of ``month`` may say, in nine queries whatever the size."""
    targets = _targets(plan)
    return MonthFacts(
        plan=_plan(plan, targets),
        month=month,
        units=_units(),
        measures=_measures(plan),
        targets=tuple(facts for facts, _, _ in targets),
        now=standings(plan, month),
        last=standings(plan, month_before(month)),
        words=_words(plan, month),
        orders=_orders(plan),
        settled=_settled(month),
        imprint=imprint(pack),
    )


def standings(plan: "Plan", month: date) -> tuple[Standing, ...]:
    """Every indicator row of a month: of the city, and of each unit with a share."""
    rows = IndicatorValue.objects.filter(month=month, target__plan=plan).values_list(
        "id",
        "target__code",
        "unit__code",
        "value",
        "goal",
        "expected",
        "progress",
        "gap",
        "light",
        "rows",
        "missing",
    )
    return tuple(Standing._make(row) for row in rows.order_by("target_id", "unit_id"))


def imprint(pack: dict[str, Any]) -> Imprint:
    """How bulletins are headed, from pack.yaml."""
    part = pack.get("bulletin") or {}
    texts = {
        name: str(part.get(name) or "")
        for name in (
            "organ",
            "organ_en",
            "mark",
            "number_prefix",
            "addressee",
            "copy_to",
            "printed_by",
            "title_template",
        )
    }
    return Imprint(**texts)


def _plan(plan: "Plan", targets: Sequence[tuple[TargetFacts, date, date]]) -> PlanFacts:
    starts = min((start for _, start, _ in targets), default=plan.issued_on or date(2000, 1, 1))
    ends = max((end for _, _, end in targets), default=starts)
    return PlanFacts(
        slug=plan.slug,
        edition=plan.edition,
        title=plan.title,
        number=plan.number,
        digest=plan.digest,
        starts_on=date(plan.period_start, 1, 1) if plan.period_start else starts,
        ends_on=date(plan.period_end, 12, 31) if plan.period_end else ends,
    )


def _units() -> tuple[UnitFacts, ...]:
    rows = identity.units_by_code().values()
    return tuple(UnitFacts(unit.code, unit.name, unit.name_en, unit.kind) for unit in rows)


def _measures(plan: "Plan") -> tuple[MeasureFacts, ...]:
    rows = plan.measures.order_by("order", "number").values_list("number", "title", "section")
    return tuple(MeasureFacts(*row) for row in rows)


def _targets(plan: "Plan") -> list[tuple[TargetFacts, date, date]]:
    rows: Iterable[Any] = (
        plan.targets.select_related("measure")
        .prefetch_related("owners__unit")
        .order_by("order", "id")
    )
    return [
        (
            TargetFacts(
                code=row.code,
                title=row.title,
                title_en=row.title_en,
                measure=row.measure.number,
                kind=row.kind,
                word=row.measure_word,
                leads=tuple(owner.unit.code for owner in row.owners.all() if owner.role == "lead"),
            ),
            row.starts_on,
            row.due_on,
        )
        for row in rows
    ]


def _words(plan: "Plan", month: date) -> tuple[Words, ...]:
    rows = Report.objects.filter(
        month__plan=plan, month__month=month, status=Report.Status.ACCEPTED
    ).order_by("target_id", "unit__order", "unit_id")
    return tuple(
        Words._make(row)
        for row in rows.values_list("id", "target__code", "unit__code", "narrative", "reason")
    )


def _orders(plan: "Plan") -> tuple[OrderFacts, ...]:
    rows = SupervisionOrder.objects.filter(plan=plan).exclude(status=SupervisionOrder.Status.CLOSED)
    return tuple(
        OrderFacts(*row)
        for row in rows.order_by("due_on", "id").values_list(
            "number", "unit__code", "target__code", "title", "colour", "due_on"
        )
    )


def _settled(month: date) -> tuple[SettledFacts, ...]:
    return tuple(
        SettledFacts(one.number, one.title["zh"], one.name, one.amount, one.basis, one.on)
        for one in made_public(month, month_end(month))
    )


VALUE_FIELDS = (
    "id",
    "month",
    "target__code",
    "unit__code",
    "unit__name",
    "target__measure_word",
    "goal",
    "value",
    "expected",
    "progress",
    "gap",
    "light",
)


def counted_values(
    plan: "Plan", month: date, *, unit: str, after: int, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Counted rows of a month after the row ``after``, and where the next stretch begins.

    ``unit`` is a unit code, ``city`` for the whole city, or empty for all.
    """
    rows = IndicatorValue.objects.filter(target__plan=plan, month=month, id__gt=after)
    if unit == "city":
        rows = rows.filter(unit=None)
    elif unit:
        rows = rows.filter(unit__code=unit)
    found = list(rows.order_by("id").values_list(*VALUE_FIELDS)[: limit + 1])
    following = found[limit - 1][0] if len(found) > limit else None
    return [_counted(row) for row in found[:limit]], following


def standings_of(plan: "Plan", code: str) -> list[dict[str, Any]]:
    """One target of the city over every counted month, oldest first."""
    rows = IndicatorValue.objects.filter(target__plan=plan, target__code=code, unit=None)
    return [_counted(row) for row in rows.order_by("month").values_list(*VALUE_FIELDS)]


def _counted(row: Sequence[Any]) -> dict[str, Any]:
    names = ("code", "unit", "unit_name", "word", "goal", "value", "expected", "progress", "gap")
    values = dict(zip((*names, "light"), row[2:], strict=True))
    return {
        **values,
        "month": f"{row[1]:%Y-%m}",
        "unit": values["unit"] or "",
        "unit_name": values["unit_name"] or "",
    }
