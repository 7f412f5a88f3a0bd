"""One target over the months: values, path, forecast, and the reports behind each value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from yingcai.engine.indicators import (
    Forecast,
    Standing,
    Thresholds,
    forecast,
    gathering,
    stand,
)
from yingcai.plan.queries import lights_thresholds
from yingcai.reporting.figures import month_end
from yingcai.reporting.models import Evidence, IndicatorValue, Report, ReportStep
from yingcai.reporting.queries.indicators import course_of, line_baseline, line_path
from yingcai.reporting.queries.months import goal_for
from yingcai.reporting.queries.scope import Scope

if TYPE_CHECKING:
    from yingcai.plan.models import Target

Dated = tuple[date, Decimal]


@dataclass(frozen=True, slots=True)
class Course:
    """What the chart of one target (or share) draws."""

    rows: list[IndicatorValue]
    points: list[tuple[date, Decimal | None]]
    path: list[Dated]
    foreseen: Forecast | None
    due_on: date

    @property
    def guess(self) -> Dated | None:
        return (self.due_on, self.foreseen.value) if self.foreseen else None


def values_of(target: "Target", unit_id: int | None) -> QuerySet[IndicatorValue]:
    """The values of ``target`` (of one unit; None: the city), oldest first."""
    return IndicatorValue.objects.filter(target=target, unit=unit_id).order_by("month")


def course_over_months(target: "Target", unit_id: int | None) -> Course:
    """Values, path and forecast of ``target`` for its chart; milestones and shares prefetched."""
    rows = list(values_of(target, unit_id))
    points = [(month_end(row.month), row.value) for row in rows]
    # As when it was computed: only months with reports behind them tell a trend.
    known = [
        (month_end(row.month), row.value) for row in rows if row.value is not None and row.rows
    ]
    foreseen = None
    if rows and rows[-1].light != IndicatorValue.Light.DONE and target.kind != "document":
        foreseen = forecast(known, due_on=target.due_on, course=course_of(target))
    return Course(
        rows, points, _path_points(target, unit_id), foreseen, _foreseen_on(target, known)
    )


def _foreseen_on(target: "Target", known: Sequence[Dated]) -> date:
    """The day that a forecast speaks of: for yearly targets the end of the year."""
    if target.course == "yearly" and known:
        return min(target.due_on, date(known[-1][0].year, 12, 31))
    return target.due_on


def _path_points(target: "Target", unit_id: int | None) -> list[Dated]:
    goal = goal_for(target, unit_id)
    share = goal if unit_id else None
    baseline = line_baseline(target, share)
    if target.course != "yearly":
        return list(line_path(target, unit_id, goal, baseline, on=target.starts_on).points)
    points: list[Dated] = []
    for year in range(target.starts_on.year, target.due_on.year + 1):
        path = line_path(target, unit_id, goal, baseline, on=date(year, 12, 31))
        points.extend(path.points)
    return points


def judged(row: IndicatorValue, target: "Target") -> Standing:
    """The standing that led to the light of ``row``, for its formula; milestones prefetched."""
    unit_id = row.unit_id
    baseline = line_baseline(target, row.goal if unit_id else None)
    on = month_end(row.month)
    started = (
        IndicatorValue.objects.filter(target=target, unit=unit_id, month__lte=row.month)
        .exclude(value=None)
        .exclude(value=baseline)
        .exists()
    )
    return stand(
        row.value,
        path=line_path(target, unit_id, row.goal, baseline, on=on),
        goal=row.goal,
        baseline=baseline,
        comparator=target.comparator,
        on=on,
        thresholds=Thresholds(**lights_thresholds()),
        started=started,
    )


def phrases() -> dict[str, str]:
    """The sentences of the formula in the language of the page."""
    return {
        "behind": _("{expression}，时间进度 {expected}%，落后 {gap} 个百分点"),
        "ahead": _("{expression}，时间进度 {expected}%，超前 {gap} 个百分点"),
        "level": _("{expression}，时间进度 {expected}%，与进度持平"),
        "done": _("{expression}，时间进度 {expected}%，目标已达到"),
        "over": _("{expression}，超出上限 {gap} 个百分点"),
        "within": _("{expression}，在上限之内"),
        "none": _("本月没有核定数据，不能计算"),
        "overdue": _("；期限已到而目标未达到"),
        "idle": _("；应已启动而数值尚无变化"),
    }


def gathered_how(target: "Target") -> str:
    """How the city's figure comes from its shares, in words; empty without shares."""
    if not target.shares.all():
        return ""
    if gathering(course_of(target), coverage=target.kind == "coverage") == "sum":
        return _("全市数为各单位之和；当月缺报的单位按其最近一次核定数计入，并标明缺报数")
    return _("全市数为各单位平均数；当月缺报的单位按其最近一次核定数计入，并标明缺报数")


@dataclass(frozen=True, slots=True)
class Behind:
    """A report behind a value. ``open``: whether the visitor may read its words and files."""

    report: Report
    steps: list[ReportStep]
    files: list[Evidence]
    open: bool


def reports_behind(
    target: "Target", month: date, scope: Scope, *, unit_id: int | None
) -> list[Behind]:
    """The reports of ``month`` on ``target``: who reported, when, with what; three queries."""
    reports = (
        Report.objects.filter(target=target, month__month=month)
        .select_related("unit", "month")
        .prefetch_related(
            Prefetch("steps", ReportStep.objects.select_related("actor")),
            Prefetch("evidence", Evidence.objects.filter(withdrawn_at=None)),
        )
        .order_by("unit__order", "unit_id")
    )
    if unit_id is not None:
        reports = reports.filter(unit=unit_id)
    return [
        Behind(
            report,
            list(report.steps.all()),
            list(report.evidence.all()),
            scope.reads_all or report.unit_id in scope.own,
        )
        for report in reports
    ]


def share_values(target: "Target", month: date) -> list[IndicatorValue]:
    """The rows of the units that share ``target``, in the pack's order."""
    rows = IndicatorValue.objects.filter(target=target, month=month, unit__isnull=False)
    return list(rows.select_related("unit").order_by("unit__order", "unit_id"))
