"""Bring in months that were reported elsewhere: old spreadsheets, or the invented city."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.plan.queries import ledger
from yingcai.reporting.actions.indicators import compute_indicators
from yingcai.reporting.errors import Problem, Refused
from yingcai.reporting.figures import rule_of, shape_problems, text_problems
from yingcai.reporting.models import MonthStep, Report, ReportingMonth, ReportStep
from yingcai.reporting.queries.months import (
    due_day_of,
    goal_for,
    jump_percent,
    months_of,
    reporters_of,
)

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User
    from yingcai.plan.models import Plan, Target

ACCEPTED = Report.Status.ACCEPTED


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One figure of the past. ``month`` is its first day; codes as in the ledger and the pack.

    Without a value the unit did not report: the month shows it as missing.
    """

    month: date
    target: str
    unit: str
    value: Decimal | None
    narrative: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Resolved:
    row: HistoryRow
    target: "Target"
    unit: "Unit"


@transaction.atomic
def import_history(
    plan: "Plan", rows: Iterable[HistoryRow], *, actor: "User | None", now: datetime
) -> int:
    """Record accepted figures of past months, lock those months and compute what they amount to.

    All or nothing. Only months that do not exist yet are taken: what was reported here is not
    overwritten. Falls and jumps are taken as they are, history has its reasons. One audit row a
    month and unit. Returns the number of reports.
    Raises: Refused with every problem (row numbers from 1).
    """
    given = list(rows)
    resolved, problems = _resolve(plan, given)
    if problems:
        raise Refused(problems)
    by_month: dict[date, list[_Resolved]] = defaultdict(list)
    for entry in resolved:
        by_month[entry.row.month].append(entry)
    for month in sorted(by_month):
        _import_month(plan, month, by_month[month], actor=actor, now=now)
    if by_month:
        compute_indicators(plan, min(by_month), now=now, actor=actor)
    return len(resolved)


def _import_month(
    plan: "Plan",
    month: date,
    entries: Sequence[_Resolved],
    *,
    actor: "User | None",
    now: datetime,
) -> None:
    row = ReportingMonth.objects.create(
        plan=plan,
        month=month,
        due_on=due_day_of(month),
        status=ReportingMonth.Status.LOCKED,
        opened_at=now,
        locked_at=now,
        locked_by=actor,
    )
    MonthStep.objects.create(month=row, action="import", actor=actor, at=now)
    reports = Report.objects.bulk_create(
        [
            Report(
                month=row,
                target=entry.target,
                unit=entry.unit,
                value=entry.row.value,
                narrative=entry.row.narrative,
                reason=entry.row.reason,
                status=ACCEPTED if entry.row.value is not None else Report.Status.DRAFT,
                updated_at=now,
            )
            for entry in entries
        ],
        batch_size=1000,
    )
    ReportStep.objects.bulk_create(
        [
            ReportStep(
                report=report,
                action="import" if report.status == ACCEPTED else "missing",
                status=report.status,
                value=report.value,
                actor=actor,
                at=now,
            )
            for report in reports
        ],
        batch_size=1000,
    )
    by_unit: dict[str, int] = defaultdict(int)
    for entry in entries:
        by_unit[entry.unit.code] += 1
    for code, count in by_unit.items():
        details = {"month": f"{month:%Y-%m}", "unit": code, "reports": count}
        record("month.imported", row, actor=actor, details=details, at=now)


def _resolve(plan: "Plan", rows: Sequence[HistoryRow]) -> tuple[list[_Resolved], list[Problem]]:
    targets = {target.code: target for target in ledger(plan)}
    present = set(months_of(plan).values_list("month", flat=True))
    percent = jump_percent()
    seen: set[tuple[date, str, str]] = set()
    resolved: list[_Resolved] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        target = targets.get(row.target)
        unit = _unit_of(target, row.unit)
        found = _row_problems(row, target, unit, present)
        if (row.month, row.target, row.unit) in seen:
            found.append(Problem("", _("同一月份、目标和单位出现两次")))
        seen.add((row.month, row.target, row.unit))
        if target is not None and unit is not None:
            resolved.append(_Resolved(row, target, unit))
            found += shape_problems(row.value, rule_of(target, goal_for(target, unit.pk), percent))
        where = _("第 %(number)s 行") % {"number": number}
        problems.extend(Problem(f"{where} {one.where}".strip(), one.message) for one in found)
    return resolved, problems


def _unit_of(target: "Target | None", code: str) -> "Unit | None":
    if target is None:
        return None
    answerable = reporters_of(target) + [owner.unit for owner in target.owners.all()]
    return next((unit for unit in answerable if unit.code == code), None)


def _row_problems(
    row: HistoryRow, target: "Target | None", unit: "Unit | None", present: set[date]
) -> list[Problem]:
    found = text_problems(row.narrative, row.reason)
    if target is None:
        found.append(Problem("", _("台账里没有编号为 %(code)s 的目标") % {"code": row.target[:20]}))
    elif unit is None:
        found.append(
            Problem(
                "",
                _("单位 %(unit)s 不负责目标 %(code)s，请先在台账中设置责任单位或分解任务")
                % {"unit": row.unit[:40], "code": row.target},
            )
        )
    if row.month.day != 1:
        found.append(Problem("", _("月份应以当月第一天表示，例如 2018-05-01")))
    if row.month in present:
        text = _("%(month)s 已有报送，不能再导入历史数据") % {"month": f"{row.month:%Y-%m}"}
        found.append(Problem("", text))
    return found
