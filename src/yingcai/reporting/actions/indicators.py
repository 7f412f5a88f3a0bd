"""Turn a month's accepted reports into one row a target and unit. Set-based: few queries a month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from yingcai.audit.actions import record
from yingcai.engine.indicators import (
    FORMULA_VERSION,
    Thresholds,
    forecast,
    gather,
    gathering,
    stand,
)
from yingcai.plan.queries import ledger, lights_thresholds
from yingcai.reporting.figures import month_end
from yingcai.reporting.models import IndicatorValue, Report, ReportingMonth
from yingcai.reporting.queries.indicators import Course, course_of, line_baseline, line_path
from yingcai.reporting.queries.months import earlier_figures, reporters_of

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.plan.models import Plan, Target

HISTORY = 14  # months kept for the forecast: this year's trend and last year's season
FIELDS = [
    "value",
    "goal",
    "expected",
    "progress",
    "gap",
    "light",
    "forecast",
    "forecast_method",
    "formula",
    "rows",
    "missing",
]
Key = tuple[int, int | None]


@dataclass(slots=True)
class _Line:
    """What is known of one target in one unit (None: the city) while months go by."""

    target: "Target"
    unit_id: int | None
    goal: Decimal
    baseline: Decimal
    course: Course
    history: list[tuple[date, Decimal]] = field(default_factory=list)
    last: tuple[date, Decimal] | None = None
    started: bool = False

    def note(self, month: date, value: Decimal) -> None:
        """Remember an accepted figure."""
        self.last = (month, value)
        self.history.append((month_end(month), value))
        del self.history[:-HISTORY]
        self.started = self.started or value != self.baseline

    def carried(self, month: date) -> Decimal | None:
        """The last figure known, unless a new year has begun for a yearly target."""
        if self.last is None:
            return None
        if self.course == "yearly" and self.last[0].year != month.year:
            return None
        return self.last[1]


@dataclass(slots=True)
class _Month:
    """The reports of one month by target and unit: accepted figures, and those that are not in."""

    figures: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    open: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


@transaction.atomic
def compute_indicators(
    plan: "Plan",
    month: date,
    *,
    now: datetime,
    targets: Iterable[int] | None = None,
    actor: "User | None" = None,
) -> int:
    """Bring ``IndicatorValue`` up to date for ``month`` and every later month of ``plan``.

    Only accepted reports count. A unit without one has no value ("none"); the city's figure of a
    shared target adds up (levels and coverage: averages) the shares, taking the last known figure
    of a unit that is missing and saying how many are; with no share in, it has no value either.
    A target that is not asked for any more keeps its last figure. Later months are included because
    carried figures and forecasts rest on the months before.

    ``targets``: only these. Returns the number of rows written; unchanged rows stay as they are.
    """
    months = list(ReportingMonth.objects.filter(plan=plan, month__gte=month).order_by("month"))
    chosen = None if targets is None else set(targets)
    lines = _lines(plan, chosen)
    _recall(plan, month, lines)
    thresholds = Thresholds(**lights_thresholds())
    written = 0
    for row in months:
        rows = _month_rows(row, lines, thresholds, chosen)
        changed = _store(row.month, rows, plan=plan, chosen=chosen)
        if changed:
            details = {"rows": changed, "formula": FORMULA_VERSION}
            record("indicators.computed", row, actor=actor, details=details, at=now)
        written += changed
    return written


def _lines(plan: "Plan", chosen: set[int] | None) -> dict[int, list[_Line]]:
    """By target: the lines of its units and, last, that of the city."""
    found = ledger(plan).prefetch_related("milestones")
    if chosen is not None:
        found = found.filter(pk__in=chosen)
    lines: dict[int, list[_Line]] = {}
    for target in found:
        units: list[int | None] = [share.unit_id for share in target.shares.all()]
        goals: dict[int | None, Decimal] = {
            share.unit_id: share.value for share in target.shares.all()
        }
        lines[target.pk] = [
            _Line(
                target,
                unit_id,
                goals.get(unit_id, target.value),
                line_baseline(target, goals.get(unit_id) if unit_id else None),
                course_of(target),
            )
            for unit_id in [*units, None]
        ]
    return lines


def _recall(plan: "Plan", month: date, lines: Mapping[int, Sequence[_Line]]) -> None:
    """Give the lines what was known before ``month``: a year of values, else the last one of all."""
    by_key = {(pk, line.unit_id): line for pk, group in lines.items() for line in group}
    recent = (
        IndicatorValue.objects.filter(
            target__in=list(lines),
            month__gte=date(month.year - 1, month.month, 1),
            month__lt=month,
            rows__gt=0,
        )
        .exclude(value=None)
        .order_by("month")
        .values_list("target_id", "unit_id", "month", "value")
    )
    for target_id, unit_id, when, value in recent:
        line = by_key.get((target_id, unit_id))
        if line is not None and value is not None:
            line.note(when, value)
    silent = {pk for (pk, _), line in by_key.items() if line.last is None}
    for (target_id, unit), earlier in earlier_figures(plan, month, targets=silent).items():
        line = by_key.get((target_id, unit)) or by_key[target_id, None]
        if line.last is None:
            line.note(earlier.month, earlier.value)


def _reports_of(row: ReportingMonth, chosen: set[int] | None) -> _Month:
    reports = row.reports.all()
    if chosen is not None:
        reports = reports.filter(target_id__in=chosen)
    found = _Month()
    for target_id, unit_id, status, value in reports.values_list(
        "target_id", "unit_id", "status", "value"
    ):
        if status == Report.Status.ACCEPTED and value is not None:
            found.figures[target_id, unit_id] = value
        else:
            found.open[target_id].add(unit_id)
    return found


def _month_rows(
    row: ReportingMonth,
    lines: Mapping[int, Sequence[_Line]],
    thresholds: Thresholds,
    chosen: set[int] | None,
) -> list[IndicatorValue]:
    known = _reports_of(row, chosen)
    last_day = month_end(row.month)
    rows: list[IndicatorValue] = []
    for target_id, group in lines.items():
        if group[0].target.starts_on > last_day:
            continue
        *units, city = group
        for line in units:
            value = known.figures.get((target_id, line.unit_id or 0))
            asked = line.unit_id in known.open[target_id]
            rows.append(_row(line, row.month, value, thresholds, asked=asked))
        rows.append(_city_row(city, units, row.month, known, thresholds))
    return rows


def _row(
    line: _Line, month: date, value: Decimal | None, thresholds: Thresholds, *, asked: bool
) -> IndicatorValue:
    """One unit's row: its figure, or what it was when nobody asks any more, or nothing."""
    reported = value is not None
    if value is None and not asked:
        value = line.carried(month)
    elif value is not None:
        line.note(month, value)
    return _judged(line, month, value, thresholds, rows=int(reported), missing=int(asked))


def _city_row(
    city: _Line, units: Sequence[_Line], month: date, known: _Month, thresholds: Thresholds
) -> IndicatorValue:
    target = city.target
    missing = len(known.open[target.pk])
    if units:
        present = [line for line in units if (target.pk, line.unit_id or 0) in known.figures]
        value = _gathered(city, units, month) if present or not missing else None
        rows = len(present)
    else:
        value, rows = _sole_figure(target, known)
        if value is None and not missing:
            value = city.carried(month)
    if rows and value is not None:
        city.note(month, value)
    return _judged(city, month, value, thresholds, rows=rows, missing=missing)


def _gathered(city: _Line, units: Sequence[_Line], month: date) -> Decimal | None:
    values = [value for line in units if (value := line.carried(month)) is not None]
    how = gathering(city.course, coverage=city.target.kind == "coverage")
    return gather(values, how)


def _sole_figure(target: "Target", known: _Month) -> tuple[Decimal | None, int]:
    """The figure of a target without shares: that of the unit that answers for it."""
    found = {unit: value for (pk, unit), value in known.figures.items() if pk == target.pk}
    if not found:
        return None, 0
    answerable = [unit.pk for unit in reporters_of(target) if unit.pk in found]
    return found[answerable[0] if answerable else max(found)], 1


def _judged(
    line: _Line,
    month: date,
    value: Decimal | None,
    thresholds: Thresholds,
    *,
    rows: int,
    missing: int,
) -> IndicatorValue:
    last_day = month_end(month)
    standing = stand(
        value,
        path=line_path(line.target, line.unit_id, line.goal, line.baseline, on=last_day),
        goal=line.goal,
        baseline=line.baseline,
        comparator=line.target.comparator,
        on=last_day,
        thresholds=thresholds,
        started=line.started,
    )
    foreseen = None
    if value is not None and standing.light != "done" and line.target.kind != "document":
        foreseen = forecast(line.history, due_on=line.target.due_on, course=line.course)
    return IndicatorValue(
        target_id=line.target.pk,
        unit_id=line.unit_id,
        month=month,
        value=value,
        goal=line.goal,
        expected=standing.expected,
        progress=standing.progress,
        gap=standing.gap,
        light=standing.light,
        forecast=foreseen.value if foreseen else None,
        forecast_method=foreseen.method if foreseen else "",
        formula=FORMULA_VERSION,
        rows=rows,
        missing=missing,
    )


def _store(
    month: date, rows: Sequence[IndicatorValue], *, plan: "Plan", chosen: set[int] | None
) -> int:
    """Write new and changed rows; rows keep their ids, because bulletins point at them."""
    stored = IndicatorValue.objects.filter(month=month, target__plan=plan)
    if chosen is not None:
        stored = stored.filter(target_id__in=chosen)
    before: dict[Key, IndicatorValue] = {(row.target_id, row.unit_id): row for row in stored}
    fresh: list[IndicatorValue] = []
    changed: list[IndicatorValue] = []
    for row in rows:
        old = before.pop((row.target_id, row.unit_id), None)
        if old is None:
            fresh.append(row)
        elif any(getattr(old, name) != getattr(row, name) for name in FIELDS):
            row.pk = old.pk
            changed.append(row)
    IndicatorValue.objects.filter(pk__in=[row.pk for row in before.values()]).delete()
    IndicatorValue.objects.bulk_create(fresh, batch_size=1000)
    IndicatorValue.objects.bulk_create(
        changed, batch_size=1000, update_conflicts=True, unique_fields=["id"], update_fields=FIELDS
    )
    return len(fresh) + len(changed) + len(before)
