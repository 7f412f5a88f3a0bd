"""Which months there are, who reports what, what is still missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language

from yingcai.plan.queries import active_pack, ledger
from yingcai.reporting.figures import DEFAULT_JUMP_PERCENT, Earlier, Rule, month_end, rule_of
from yingcai.reporting.models import IndicatorValue, Report, ReportingMonth

if TYPE_CHECKING:
    from yingcai.identity.models import Unit
    from yingcai.plan.models import Plan, Target

Status = Report.Status
LOOKED_BACK_YEARS = 2


def months_of(plan: "Plan") -> QuerySet[ReportingMonth]:
    """The reporting months of ``plan``, newest first."""
    return ReportingMonth.objects.filter(plan=plan)


def month_row(plan: "Plan", month: date) -> ReportingMonth | None:
    return months_of(plan).filter(month=month).first()


def latest_locked(plan: "Plan") -> ReportingMonth | None:
    return months_of(plan).filter(status=ReportingMonth.Status.LOCKED).first()


def due_day_of(month: date) -> date:
    """The day on which reports of ``month`` are due: the pack's day of the month after."""
    day = int(active_pack().get("reporting", {}).get("due_day", 5))
    following = month_end(month).toordinal() + 1
    return date.fromordinal(following + max(1, min(28, day)) - 1)


def jump_percent() -> Decimal:
    """Percent of change in one month beyond which a reason is asked for."""
    setting = active_pack().get("reporting", {}).get("jump_percent", DEFAULT_JUMP_PERCENT)
    return Decimal(str(setting))


# -- who reports what ----------------------------------------------------------------------------


def reporters_of(target: "Target") -> "list[Unit]":
    """The units that answer for the figures of ``target`` (owners and shares prefetched).

    Each unit with a share reports its own part. Without shares one unit reports for the city: the
    first lead unit, or the first joint unit when no lead is named; so no figure counts twice.
    """
    shares = [share.unit for share in target.shares.all()]
    if shares:
        return shares
    owners = list(target.owners.all())
    leads = [owner.unit for owner in owners if owner.role == "lead"]
    return (leads or [owner.unit for owner in owners])[:1]


def goal_for(target: "Target", unit_id: int | None) -> Decimal:
    """What ``unit_id`` has to reach: its share, or the whole target where it has none."""
    for share in target.shares.all():
        if share.unit_id == unit_id:
            return share.value
    return target.value


@dataclass(slots=True)
class Expected:
    """What a month asks for: pairs of target and unit; and the targets nobody answers for."""

    pairs: "list[tuple[Target, Unit]]" = field(default_factory=list)
    unowned: "list[Target]" = field(default_factory=list)


def expected_in(plan: "Plan", month: date) -> Expected:
    """The reports that ``month`` asks for.

    A target is reported from the month in which it starts to the month in which it is due, and on
    until it is reached; a document that has been issued is not asked for again.
    """
    last_day = month_end(month)
    reached = _reached_before(plan, month)
    found = Expected()
    for target in ledger(plan).filter(starts_on__lte=last_day):
        over = target.due_on < month or target.kind == "document"
        if over and target.pk in reached:
            continue
        units = reporters_of(target)
        found.pairs.extend((target, unit) for unit in units)
        if not units:
            found.unowned.append(target)
    return found


def _reached_before(plan: "Plan", month: date) -> set[int]:
    last = (
        IndicatorValue.objects.filter(target__plan=plan, month__lt=month, unit=None)
        .order_by("-month")
        .values_list("month", flat=True)
        .first()
    )
    if last is None:
        return set()
    done = IndicatorValue.objects.filter(
        target__plan=plan, month=last, unit=None, light=IndicatorValue.Light.DONE
    )
    return set(done.values_list("target_id", flat=True))


# -- figures before ------------------------------------------------------------------------------


def earlier_figures(
    plan: "Plan", month: date, *, targets: Iterable[int]
) -> dict[tuple[int, int], Earlier]:
    """The last accepted figure before ``month`` by target and unit, however old; one query."""
    return _newest(
        Report.objects.filter(month__plan=plan, month__month__lt=month, target_id__in=list(targets))
    )


def recent_figures(
    month: ReportingMonth, *, targets: Iterable[int] | None, units: Iterable[int] | None
) -> dict[tuple[int, int], Earlier]:
    """As ``earlier_figures``, but of the two years before ``month`` only, so that lists stay quick.

    ``targets``, ``units``: only these (None: all).
    """
    earlier = ReportingMonth.objects.filter(
        plan=month.plan_id,
        month__lt=month.month,
        month__gte=date(month.month.year - LOOKED_BACK_YEARS, month.month.month, 1),
    )
    reports = Report.objects.filter(month__in=earlier)
    if targets is not None:
        reports = reports.filter(target_id__in=list(targets))
    if units is not None:
        reports = reports.filter(unit_id__in=list(units))
    return _newest(reports)


def _newest(reports: QuerySet[Report]) -> dict[tuple[int, int], Earlier]:
    accepted = reports.filter(status=Status.ACCEPTED, value__isnull=False)
    newest = accepted.annotate(
        place=Window(
            RowNumber(),
            partition_by=[F("target_id"), F("unit_id")],
            order_by=F("month__month").desc(),
        )
    ).filter(place=1)
    rows = newest.values_list("target_id", "unit_id", "month__month", "value")
    return {
        (target, unit): Earlier(when, value)
        for target, unit, when, value in rows
        if value is not None
    }


def rule_for(report: Report) -> Rule:
    """What the figures of ``report`` must look like."""
    return rule_of(report.target, goal_for(report.target, report.unit_id), jump_percent())


# -- how far a month has come --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as tables show it."""

    pk: int
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One unit's month: number of reports by status, and whether it is late."""

    unit: UnitName
    counts: dict[str, int]
    late: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def accepted(self) -> int:
        return self.counts.get(Status.ACCEPTED, 0)

    @property
    def percent(self) -> int:
        return 100 * self.accepted // self.total if self.total else 100


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """Reports of a month by status."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def accepted(self) -> int:
        return self.counts.get(Status.ACCEPTED, 0)

    @property
    def approved(self) -> int:
        return self.counts.get(Status.APPROVED, 0)

    @property
    def percent(self) -> int:
        return 100 * self.accepted // self.total if self.total else 0


def totals_of(month: ReportingMonth) -> MonthTotals:
    rows: Any = month.reports.values_list("status").annotate(number=Count("pk")).order_by()
    return MonthTotals(dict(rows))


def missing_in(month: ReportingMonth) -> QuerySet[Report]:
    """The reports of the month that are not accepted, by unit."""
    return (
        month.reports.exclude(status=Status.ACCEPTED)
        .select_related("target", "unit")
        .order_by("unit__order", "unit__code", "target__order")
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """Units by months: the newest month in detail, the months before it as cells."""

    units: list[UnitProgress]
    matrix: "list[MatrixRow]"
    totals: MonthTotals


def desk_of(months: Sequence[ReportingMonth], *, on: date) -> Desk:
    """What units sent, in time or late, in ``months`` (oldest first); two queries for any number."""
    ids = [month.pk for month in months]
    units, counts = _counts(ids)
    sent_late = _sent_late(ids)
    newest = months[-1]
    rows = [
        MatrixRow(
            unit,
            [
                _cell(
                    counts.get((unit.pk, month.pk), {}),
                    month,
                    on,
                    sent_late=sent_late.get((unit.pk, month.pk), 0),
                )
                for month in months
            ],
        )
        for unit in units
    ]
    details = [
        UnitProgress(unit, found, late=on > newest.due_on and _unsent(found) > 0)
        for unit in units
        if (found := counts.get((unit.pk, newest.pk)))
    ]
    totals: dict[str, int] = {}
    for row in details:
        for status, number in row.counts.items():
            totals[status] = totals.get(status, 0) + number
    return Desk(details, rows, MonthTotals(totals))


def _counts(
    ids: Sequence[int],
) -> tuple[list[UnitName], dict[tuple[int, int], dict[str, int]]]:
    names = ["unit_id", "unit__code", "unit__name", "unit__name_en"]
    rows: Any = (
        Report.objects.filter(month__in=ids)
        .values_list(*names, "month_id", "status")
        .annotate(number=Count("pk"))
        .order_by("unit__order", "unit__code")
    )
    english = get_language() == "en"
    units: dict[int, UnitName] = {}
    counts: dict[tuple[int, int], dict[str, int]] = {}
    for pk, code, name, name_en, month, status, number in rows:
        units.setdefault(pk, UnitName(pk, code, (english and name_en) or name))
        counts.setdefault((pk, month), {})[status] = number
    return list(units.values()), counts


def _unsent(counts: dict[str, int]) -> int:
    return counts.get(Status.DRAFT, 0) + counts.get(Status.RETURNED, 0)


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's month in the matrix. ``state``: none, done, working, late, missing, done_late."""

    month: date
    state: str
    accepted: int
    total: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    unit: UnitName
    cells: list[Cell]


def _cell(counts: dict[str, int], month: ReportingMonth, on: date, *, sent_late: int) -> Cell:
    total = sum(counts.values())
    accepted = counts.get(Status.ACCEPTED, 0)
    unsent = _unsent(counts)
    if not total:
        state = "none"
    elif accepted == total:
        state = "done_late" if sent_late else "done"
    elif month.status == ReportingMonth.Status.LOCKED:
        state = "missing"
    elif unsent and on > month.due_on:
        state = "late"
    else:
        state = "working"
    return Cell(month.month, state, accepted, total)


def _sent_late(ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """How many reports were first submitted after their month was due, by unit and month."""
    rows: Any = (
        Report.objects.filter(month__in=ids, sent_late=True)
        .values_list("unit_id", "month_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return {(unit, month): number for unit, month, number in rows}
