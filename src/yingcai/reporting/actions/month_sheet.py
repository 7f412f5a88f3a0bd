"""Bring a filled-in spreadsheet of a month back: checked as a whole, written as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.reporting.actions.months import hold_open
from yingcai.reporting.actions.reports import EDITABLE, Entry, save_report
from yingcai.reporting.errors import Problem, Refused, Stale
from yingcai.reporting.figures import (
    Earlier,
    reason_needed,
    rule_of,
    shape_problems,
    text_problems,
)
from yingcai.reporting.models import Report, ReportingMonth
from yingcai.reporting.queries.months import goal_for, jump_percent, recent_figures
from yingcai.reporting.sheets import Filled, figure_of

if TYPE_CHECKING:
    from yingcai.identity.models import User


@dataclass(frozen=True, slots=True)
class Change:
    """What one row would write: the report as it stands, and its new content."""

    number: int
    report: Report
    entry: Entry


@dataclass(frozen=True, slots=True)
class Checked:
    """A spreadsheet against its month: what would change, what stays, and every problem."""

    changes: list[Change]
    same: int
    blank: int
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class _Context:
    """What every row is checked against."""

    month: ReportingMonth
    reports: Mapping[tuple[str, str], Report]
    earlier: Mapping[tuple[int, int], Earlier]
    percent: Decimal


def check_sheet(month: ReportingMonth, rows: Sequence[Filled], writable: frozenset[int]) -> Checked:
    """Check every row of a spreadsheet against ``month``; nothing is written.

    ``writable``: ids of the units whose reports the sender may fill in. Rows without a figure and
    words are left alone.
    """
    context = _Context(
        month,
        _reports_by_name(month, writable),
        recent_figures(month, targets=None, units=writable),
        jump_percent(),
    )
    seen: set[tuple[str, str]] = set()
    checked = Checked([], 0, 0, [])
    same = blank = 0
    for row in rows:
        entry, report, found = _check_row(row, context)
        if (row.code, row.unit) in seen:
            found.append(Problem("", _("同一目标和单位在表中出现两次，请只留一行")))
        seen.add((row.code, row.unit))
        where = _("第 %(n)s 行") % {"n": row.number}
        checked.problems.extend(
            Problem(f"{where} {one.where}".strip(), one.message) for one in found
        )
        if not (row.value or row.narrative or row.reason):
            blank += 1
        elif report is not None and _content(report) == entry:
            same += 1
        elif report is not None and entry is not None:
            checked.changes.append(Change(row.number, report, entry))
    return Checked(checked.changes, same, blank, checked.problems)


def _reports_by_name(
    month: ReportingMonth, writable: frozenset[int]
) -> dict[tuple[str, str], Report]:
    reports = (
        month.reports.filter(unit__in=writable)
        .select_related("target", "unit", "month", "month__plan")
        .prefetch_related("target__shares")
    )
    found: dict[tuple[str, str], Report] = {}
    for report in reports:
        for name in (report.unit.name, report.unit.full_name, report.unit.code):
            found[report.target.code, name] = report
    return found


def _content(report: Report) -> Entry:
    return Entry(report.value, report.narrative, report.reason)


def _check_row(row: Filled, context: _Context) -> tuple[Entry | None, Report | None, list[Problem]]:
    if not (row.value or row.narrative or row.reason):
        return None, None, []
    report = context.reports.get((row.code, row.unit))
    value, found = figure_of(row)
    if report is None:
        text = _("本月没有由您填报的“%(unit)s”目标 %(code)s，请核对编号和单位名称")
        names = {"unit": row.unit[:40], "code": row.code[:20]}
        return None, None, [Problem("", text % names), *found]
    entry = Entry(value, row.narrative, row.reason)
    if entry == _content(report) and not found:
        return entry, report, []
    if report.status not in EDITABLE:
        text = _("这一项现在是“%(status)s”，不能再改；需要更正请先请其退回")
        found.append(Problem("", text % {"status": report.get_status_display()}))
    rule = rule_of(report.target, goal_for(report.target, report.unit_id), context.percent)
    shape = shape_problems(value, rule)
    found += [*shape, *text_problems(row.narrative, row.reason)]
    if not row.reason and not shape:
        earlier = context.earlier.get((report.target_id, report.unit_id))
        missing = reason_needed(value, month=context.month.month, earlier=earlier, rule=rule)
        found += [Problem(_("原因说明"), missing)] if missing else []
    return entry, report, found


@transaction.atomic
def import_sheet(
    month: ReportingMonth,
    rows: Sequence[Filled],
    versions: Mapping[int, int],
    *,
    writable: frozenset[int],
    actor: "User",
    now: datetime,
) -> int:
    """Write a spreadsheet's rows as drafts: all of them or none. Returns the number of changes.

    ``versions``: id and version of every report that the preview said would change.
    Raises: Refused with every problem, Stale when the preview no longer holds, MonthClosed.
    """
    hold_open(month)
    checked = check_sheet(month, rows, writable)
    if checked.problems:
        raise Refused(checked.problems)
    if {change.report.pk: change.report.version for change in checked.changes} != dict(versions):
        raise Stale(_("预览之后有报送发生了变化，没有写入任何一行；请重新导入"))
    for change in checked.changes:
        save_report(change.report, change.entry, actor=actor, now=now)
    if checked.changes:
        details = {"month": f"{month.month:%Y-%m}", "rows": len(checked.changes)}
        record("month.sheet_imported", month, actor=actor, details=details, at=now)
    return len(checked.changes)
