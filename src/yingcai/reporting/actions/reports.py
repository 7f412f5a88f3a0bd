"""A report's life: filled in, submitted, approved by the head, accepted by the office, or returned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.queries import as_one, same_person
from yingcai.reporting.actions.indicators import compute_indicators
from yingcai.reporting.actions.months import hold_open
from yingcai.reporting.errors import Problem, Refused, SamePerson, Stale, WrongState
from yingcai.reporting.figures import REASON_LIMIT, reason_needed, shape_problems, text_problems
from yingcai.reporting.models import Report, ReportingMonth, ReportStep
from yingcai.reporting.queries.months import recent_figures, rule_for

if TYPE_CHECKING:
    from yingcai.identity.models import User

Status = Report.Status
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})

# act: (the states it may be done in, the state it leads to). The only transition table.
MOVES: Mapping[str, tuple[frozenset[str], str]] = {
    "submit": (frozenset({Status.DRAFT, Status.RETURNED}), Status.SUBMITTED),
    "approve": (frozenset({Status.SUBMITTED}), Status.APPROVED),
    "accept": (frozenset({Status.APPROVED}), Status.ACCEPTED),
    "return": (frozenset({Status.SUBMITTED, Status.APPROVED, Status.ACCEPTED}), Status.RETURNED),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a reporter fills in: the figure to date, words on it, and why it fell or jumped."""

    value: Decimal | None
    narrative: str = ""
    reason: str = ""


@transaction.atomic
def save_report(report: Report, entry: Entry, *, actor: "User", now: datetime) -> Report:
    """Keep a draft. The figure must be a possible one; a reason may still be missing.

    Saving what is there already writes nothing. Raises: Refused, WrongState, Stale, MonthClosed.
    """
    problems = shape_problems(entry.value, rule_for(report))
    problems += text_problems(entry.narrative, entry.reason)
    if problems:
        raise Refused(problems)
    if (report.value, report.narrative, report.reason) == (
        entry.value,
        entry.narrative,
        entry.reason,
    ) and report.status in EDITABLE:
        return report
    _change(
        report,
        EDITABLE,
        {"value": entry.value, "narrative": entry.narrative, "reason": entry.reason},
        now=now,
    )
    return _trace(report, "save", actor=actor, now=now)


def warning_of(report: Report) -> str:
    """Why the figure of ``report`` needs a reason that it does not have yet; empty when it is fine."""
    if report.reason:
        return ""
    known = recent_figures(report.month, targets=[report.target_id], units=[report.unit_id])
    return reason_needed(
        report.value,
        month=report.month.month,
        earlier=known.get((report.target_id, report.unit_id)),
        rule=rule_for(report),
    )


@transaction.atomic
def submit_report(report: Report, *, actor: "User", now: datetime) -> Report:
    """Hand the report to the head of the unit. Everything that is wrong is said at once.

    Raises: Refused (no figure, no reason for a fall or jump), WrongState, Stale, MonthClosed.
    """
    problems = shape_problems(report.value, rule_for(report))
    if report.value is None:
        problems.append(Problem(_("数值"), _("请填写截至本月末的数值；确无进展请填上月的数")))
    missing = warning_of(report)
    if missing:
        problems.append(Problem(_("原因说明"), missing))
    if problems:
        raise Refused(problems)
    late = report.sent_late or timezone.localdate(now) > report.month.due_on
    return _move(report, "submit", actor=actor, now=now, fields={"sent_late": late})


@transaction.atomic
def approve_report(report: Report, *, actor: "User", now: datetime) -> Report:
    """The head of the unit stands behind the report; another natural person than who submitted it.

    Raises: SamePerson, WrongState, Stale, MonthClosed.
    """
    _refuse_same_person(report, "submit", actor, clock.day_of(now))
    return _move(report, "approve", actor=actor, now=now)


@transaction.atomic
def return_report(report: Report, *, note: str, actor: "User", now: datetime) -> Report:
    """Send the report back to the unit with a note that says what to mend.

    The head may return what was submitted, the office what was approved or accepted.
    Raises: Refused (no note), WrongState, Stale, MonthClosed.
    """
    note = note.strip()
    if not note or len(note) > REASON_LIMIT:
        limit = {"limit": REASON_LIMIT}
        raise Refused(
            [Problem(_("退回意见"), _("请写明需要修改什么（不超过 %(limit)s 字）") % limit)]
        )
    counted = report.status == Status.ACCEPTED
    _move(report, "return", actor=actor, now=now, note=note)
    if counted:
        _recount(report.month, [report.target_id], actor=actor, now=now)
    return report


@transaction.atomic
def accept_report(report: Report, *, actor: "User", now: datetime) -> Report:
    """The talent office takes the figure as the month's figure; it counts from now on.

    Raises: SamePerson, WrongState, Stale, MonthClosed.
    """
    _refuse_same_person(report, "submit", actor, clock.day_of(now))
    _move(report, "accept", actor=actor, now=now)
    _recount(report.month, [report.target_id], actor=actor, now=now)
    return report


@transaction.atomic
def submit_all(reports: Sequence[Report], *, actor: "User", now: datetime) -> int:
    """Submit several reports of one unit together: all of them or none.

    Raises: Refused with every problem of every report; WrongState, Stale, MonthClosed.
    """
    problems: list[Problem] = []
    for report in reports:
        try:
            submit_report(report, actor=actor, now=now)
        except Refused as refused:
            code = report.target.code
            problems += [Problem(f"{code} {one.where}", one.message) for one in refused.problems]
    if problems:
        raise Refused(problems)
    return len(reports)


def approve_all(
    month: ReportingMonth, shown: Mapping[int, int], *, actor: "User", now: datetime
) -> int:
    """Approve exactly the submitted reports that the page showed: id and version of each.

    All or nothing. Raises: Stale, SamePerson, MonthClosed.
    """
    return len(_move_all(month, shown, "approve", actor=actor, now=now))


@transaction.atomic
def accept_all(
    month: ReportingMonth, shown: Mapping[int, int], *, actor: "User", now: datetime
) -> int:
    """Accept exactly the approved reports that the preview showed: id and version of each.

    All or nothing; the accepted figures count from now on. Raises: Stale, SamePerson, MonthClosed.
    """
    rows = _move_all(month, shown, "accept", actor=actor, now=now)
    if rows:
        _recount(month, [row.target_id for row in rows], actor=actor, now=now)
    return len(rows)


@transaction.atomic
def _move_all(
    month: ReportingMonth, shown: Mapping[int, int], act: str, *, actor: "User", now: datetime
) -> list[Report]:
    allowed, after = MOVES[act]
    hold_open(month)
    standing = month.reports.filter(pk__in=list(shown), status__in=allowed)
    rows = list(standing.select_related("unit", "target"))
    if {row.pk: row.version for row in rows} != dict(shown):
        raise Stale(_("页面打开之后有报送发生了变化，没有办理任何一项；请刷新后重新核对"))
    _refuse_own(rows, actor, clock.day_of(now))
    changed = standing.update(
        status=after, returned_note="", version=F("version") + 1, updated_at=now
    )
    if changed != len(rows):
        raise Stale(_("页面打开之后有报送发生了变化，没有办理任何一项；请刷新后重新核对"))
    ReportStep.objects.bulk_create(
        ReportStep(report=row, action=act, status=after, value=row.value, actor=actor, at=now)
        for row in rows
    )
    if rows:
        details = {"month": f"{month.month:%Y-%m}", "reports": sorted(shown)}
        record(f"month.reports_{after}", month, actor=actor, details=details, at=now)
    return rows


def _refuse_own(rows: Sequence[Report], actor: "User", today: date) -> None:
    submits = ReportStep.objects.filter(report__in=rows, action="submit").order_by("pk")
    said = list(submits.values_list("report_id", "actor__person_key", "at"))
    last = {report: key for report, key, _ in said}
    since = min((clock.day_of(at) for *_, at in said), default=today)
    own = as_one(actor, since=since, on=today)
    problems = [
        Problem(f"{row.unit.label} {row.target.code}", _("由本人提交，须由另一人办理"))
        for row in rows
        if last.get(row.pk) in own
    ]
    if problems:
        raise SamePerson(_("提交人与审核人须为不同的人，没有办理任何一项"), problems)


def _refuse_same_person(report: Report, earlier: str, actor: "User", today: date) -> None:
    """Compare natural persons, not accounts: one person may hold two, or stand in for another."""
    last = report.steps.filter(action=earlier).select_related("actor").order_by("-pk").first()
    if last is not None and same_person(last.actor, actor, since=clock.day_of(last.at), on=today):
        raise SamePerson(_("提交人与审核人须为不同的人，请由另一位有权限的同志办理"))


def _move(
    report: Report,
    act: str,
    *,
    actor: "User",
    now: datetime,
    note: str = "",
    fields: Mapping[str, Any] | None = None,
) -> Report:
    allowed, after = MOVES[act]
    _change(report, allowed, {"status": after, "returned_note": note, **(fields or {})}, now=now)
    return _trace(report, act, actor=actor, now=now, note=note)


def _change(
    report: Report, allowed: frozenset[str], fields: Mapping[str, Any], *, now: datetime
) -> None:
    """Compare and set: the row must still be what was shown, in a state that allows the act."""
    hold_open(report.month)
    row = Report.objects.filter(pk=report.pk, status__in=allowed, version=report.version)
    if row.update(version=F("version") + 1, updated_at=now, **fields) == 1:
        report.refresh_from_db(fields=["version", "updated_at", *fields])
        return
    current = Report.objects.get(pk=report.pk)
    if current.version != report.version:
        raise Stale(_("这一项刚被别人改过，请刷新页面，核对后再试"))
    raise WrongState(
        _("这一项现在是“%(status)s”，不能这样办理；请刷新页面")
        % {"status": current.get_status_display()}
    )


def _trace(report: Report, act: str, *, actor: "User", now: datetime, note: str = "") -> Report:
    ReportStep.objects.create(
        report=report,
        action=act,
        status=report.status,
        value=report.value,
        note=note,
        actor=actor,
        at=now,
    )
    details = {"status": report.status, "version": report.version}
    record(f"report.{act}", report, actor=actor, details=details, at=now)
    return report


def _recount(
    month: ReportingMonth, targets: Sequence[int], *, actor: "User", now: datetime
) -> None:
    compute_indicators(month.plan, month.month, now=now, targets=targets, actor=actor)
