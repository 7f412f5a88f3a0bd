"""Reads of the ledger: the targets of a published plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch, Q, QuerySet

from yingcai.identity.queries import units_by_code
from yingcai.plan.models import Measure, Milestone, Plan, Target, TargetOwner, TargetShare

PAGE = 50


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What of the ledger to show; empty fields do not narrow."""

    words: str = ""
    measure: int | None = None
    unit: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of targets; ``newer`` and ``older`` are the places to go on from, or None."""

    targets: list[Target]
    newer: int | None
    older: int | None


def ledger(plan: Plan) -> QuerySet[Target]:
    """The targets of ``plan`` in the order of its text, with measure, owners (lead first) and shares."""
    owners = TargetOwner.objects.select_related("unit")
    shares = TargetShare.objects.select_related("unit")
    return (
        Target.objects.filter(plan=plan)
        .select_related("measure")
        .prefetch_related(Prefetch("owners", owners), Prefetch("shares", shares))
    )


def ledger_rows(plan: Plan, wanted: LedgerFilter) -> QuerySet[Target]:
    """The ledger narrowed by ``wanted``, with ``share_count`` and ``change_count`` instead of shares."""
    owners = TargetOwner.objects.select_related("unit")
    rows = (
        Target.objects.filter(plan=plan)
        .select_related("measure")
        .prefetch_related(Prefetch("owners", owners))
        .annotate(
            share_count=Count("shares", distinct=True), change_count=Count("changes", distinct=True)
        )
    )
    if wanted.measure is not None:
        rows = rows.filter(measure_id=wanted.measure)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.unit:
        rows = rows.filter(pk__in=_of_unit(plan, Q(unit__code=wanted.unit)))
    if wanted.words:
        rows = rows.filter(_holds(plan, wanted.words))
    return rows.order_by("order", "id")


def _of_unit(plan: Plan, unit: Q) -> QuerySet[TargetOwner, int]:
    return TargetOwner.objects.filter(unit, target__plan=plan).values_list("target_id", flat=True)


def _holds(plan: Plan, words: str) -> Q:
    """Targets whose code, name, measure or responsible unit holds ``words``."""
    named = _of_unit(plan, Q(unit__name__icontains=words) | Q(unit__name_en__icontains=words))
    return (
        Q(code=words)
        | Q(title__icontains=words)
        | Q(title_en__icontains=words)
        | Q(measure__title__icontains=words)
        | Q(pk__in=named)
    )


def ledger_page(
    rows: QuerySet[Target], *, after: int | None = None, before: int | None = None, size: int = PAGE
) -> LedgerPage:
    """One page of ``rows`` by keyset on the order of the text: nothing is counted or skipped over."""
    if before is not None:
        found = list(rows.filter(order__lt=before).order_by("-order", "-id")[: size + 1])
        more_before, targets = len(found) > size, found[:size][::-1]
        newer = targets[0].order if more_before and targets else None
        return LedgerPage(targets, newer, targets[-1].order if targets else None)
    found = list((rows.filter(order__gt=after) if after is not None else rows)[: size + 1])
    targets = found[:size]
    older = targets[-1].order if len(found) > size else None
    return LedgerPage(targets, targets[0].order if after is not None and targets else None, older)


def measures_of(plan: Plan) -> QuerySet[Measure]:
    """The measures that have targets, for the filter."""
    return plan.measures.filter(targets__isnull=False).distinct()


def owner_choices(plan: Plan) -> list[tuple[str, str]]:
    """Code and name of the units that answer for some target of ``plan``."""
    rows = TargetOwner.objects.filter(target__plan=plan).order_by().values_list("unit__code")
    owning = {code for (code,) in rows.distinct()}
    return [(code, unit.label) for code, unit in units_by_code().items() if code in owning]


def target_by_code(plan: Plan, code: str) -> Target | None:
    """The target of ``plan`` with ``code`` such as 8-3, or None."""
    return ledger(plan).select_related("clause", "plan", "part_of").filter(code=code).first()


def path_of(target: Target, *, unit_code: str = "") -> Sequence[tuple[date, Decimal]]:
    """The points through which the path of ``target`` runs (of one county's share with a code)."""
    share = target.shares.filter(unit__code=unit_code).first() if unit_code else None
    points = target.milestones.filter(unit=share.unit_id if share else None).order_by("due_on")
    return path_through(target, points, goal=share.value if share else target.value)


def path_through(
    target: Target, milestones: Iterable[Milestone], *, goal: Decimal
) -> Sequence[tuple[date, Decimal]]:
    """The path from the baseline through ``milestones`` to ``goal``.

    A yearly path goes from nothing to the goal in each calendar year, unless points are set.
    """
    inner = [(point.due_on, point.value) for point in milestones]
    if target.course == Target.Course.YEARLY and not inner:
        return _each_year(target.starts_on, target.due_on, goal)
    last = [] if inner and inner[-1][0] == target.due_on else [(target.due_on, goal)]
    return [(target.starts_on, target.baseline_value), *inner, *last]


def _each_year(first: date, last: date, goal: Decimal) -> list[tuple[date, Decimal]]:
    points = []
    for year in range(first.year, last.year + 1):
        points.append((max(first, date(year, 1, 1)), Decimal(0)))
        points.append((min(last, date(year, 12, 31)), goal))
    return points
