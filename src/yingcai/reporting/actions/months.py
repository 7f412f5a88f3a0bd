"""Open, lock and reopen a reporting month."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.reporting.actions.indicators import compute_indicators
from yingcai.reporting.errors import MonthClosed, MonthIncomplete, Problem, Refused, Stale
from yingcai.reporting.figures import REASON_LIMIT, month_end
from yingcai.reporting.models import MonthStep, Report, ReportingMonth, ReportStep
from yingcai.reporting.queries.months import due_day_of, expected_in, missing_in, month_row

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.plan.models import Plan

Status = ReportingMonth.Status


@transaction.atomic
def open_month(
    plan: "Plan", month: date, *, actor: "User | None", now: datetime
) -> tuple[ReportingMonth, int]:
    """Open ``month`` (its first day) for reporting: one empty report a target and reporting unit.

    Safe to repeat: an open month gets the reports that are missing, for targets and owners that
    the ledger has won since. Returns the month and the number of reports added.
    Raises: Refused (not a first day, outside the plan), MonthClosed (locked already).
    """
    _check_month(plan, month)
    row = month_row(plan, month)
    if row is None:
        row = ReportingMonth.objects.create(
            plan=plan, month=month, due_on=due_day_of(month), opened_at=now
        )
        MonthStep.objects.create(month=row, action="open", actor=actor, at=now)
        record("month.opened", row, actor=actor, details={"month": f"{month:%Y-%m}"}, at=now)
    hold_open(row)
    present = set(row.reports.values_list("target_id", "unit_id"))
    added = Report.objects.bulk_create(
        Report(month=row, target=target, unit=unit, updated_at=now)
        for target, unit in expected_in(plan, month).pairs
        if (target.pk, unit.pk) not in present
    )
    if added:
        record("month.reports_added", row, actor=actor, details={"reports": len(added)}, at=now)
    return row, len(added)


def _check_month(plan: "Plan", month: date) -> None:
    if month.day != 1:
        raise Refused([Problem(_("月份"), _("月份应以当月第一天表示，例如 2018-05-01"))])
    first = plan.issued_on.replace(day=1) if plan.issued_on else None
    if first is None and plan.period_start:
        first = date(plan.period_start, 1, 1)
    if first and month < first:
        raise Refused(
            [
                Problem(
                    _("月份"),
                    _("早于计划印发的月份 %(first)s，请选择该月或之后的月份")
                    % {"first": f"{first:%Y-%m}"},
                )
            ]
        )


def hold_open(month: ReportingMonth) -> None:
    """Make sure that ``month`` is open and stays so until the transaction ends.

    The update locks the row on databases with row locks; SQLite has one writer anyway.
    Raises: MonthClosed.
    """
    held = ReportingMonth.objects.filter(pk=month.pk, status=Status.OPEN)
    if held.update(status=Status.OPEN) != 1:
        raise MonthClosed(
            _("%(month)s 已锁定，不能再改；如需更正，请人才办说明原因后重新开放")
            % {"month": f"{month.month:%Y-%m}"}
        )


@transaction.atomic
def lock_month(
    month: ReportingMonth, *, actor: "User", now: datetime, without_missing: bool = False
) -> int:
    """Close ``month``: nothing in it changes any more, and its figures become the month's figures.

    Reports that are not accepted are marked as missing; with any of them ``without_missing`` must
    say that this was seen. Returns how many are missing.
    Raises: MonthIncomplete with the list, Stale.
    """
    missing = list(missing_in(month))
    if missing and not without_missing:
        raise MonthIncomplete(
            _("还有 %(count)s 项没有核定，锁定后将标记为缺报；请先核定或退回，或确认照此锁定")
            % {"count": len(missing)},
            [
                Problem(f"{row.unit.label} {row.target.code}", row.get_status_display())
                for row in missing
            ],
        )
    _turn(month, Status.OPEN, Status.LOCKED, locked_at=now, locked_by=actor)
    ReportStep.objects.bulk_create(
        ReportStep(
            report=row, action="missing", status=row.status, value=row.value, actor=actor, at=now
        )
        for row in missing
    )
    MonthStep.objects.create(month=month, action="lock", actor=actor, at=now)
    details = {"month": f"{month.month:%Y-%m}", "missing": len(missing)}
    record("month.locked", month, actor=actor, details=details, at=now)
    compute_indicators(month.plan, month.month, now=now, actor=actor)
    return len(missing)


@transaction.atomic
def reopen_month(month: ReportingMonth, *, reason: str, actor: "User", now: datetime) -> None:
    """Open a locked month again, with a reason that stays on record.

    Accepted reports stay accepted until somebody returns them. Bulletins already published do not
    change. Raises: Refused (no reason), Stale.
    """
    reason = reason.strip()
    if not reason or len(reason) > REASON_LIMIT:
        raise Refused(
            [
                Problem(
                    _("原因"),
                    _("请写明重新开放的原因（不超过 %(limit)s 字）") % {"limit": REASON_LIMIT},
                )
            ]
        )
    _turn(month, Status.LOCKED, Status.OPEN, locked_at=None, locked_by=None)
    MonthStep.objects.create(month=month, action="reopen", note=reason, actor=actor, at=now)
    details = {"month": f"{month.month:%Y-%m}"}
    record("month.reopened", month, actor=actor, details=details, at=now)


def _turn(
    month: ReportingMonth,
    before: str,
    after: str,
    *,
    locked_at: datetime | None,
    locked_by: "User | None",
) -> None:
    row = ReportingMonth.objects.filter(pk=month.pk, status=before, version=month.version)
    changed = row.update(
        status=after, locked_at=locked_at, locked_by=locked_by, version=F("version") + 1
    )
    if changed != 1:
        raise Stale(
            _("%(month)s 的状态刚被别人改过，请刷新页面后再试") % {"month": f"{month.month:%Y-%m}"}
        )
    month.refresh_from_db()


def open_due_months(plan: "Plan", *, on: date, now: datetime) -> list[ReportingMonth]:
    """Open the month that ``on`` lies in and refresh it; what the daily command calls."""
    first = on.replace(day=1)
    existing = month_row(plan, first)
    if existing is not None and existing.status == Status.LOCKED:
        return []
    if plan.issued_on and month_end(first) < plan.issued_on:
        return []
    row, added = open_month(plan, first, actor=None, now=now)
    return [row] if added else []
