"""Keeping away (回避): declared by the expert, reported by others, settled by the office. It counts at once.

A sheet of an expert in conflict is set aside, kept and marked, and the project gets another one.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.panels.assigning import next_round
from yingcai.cases.actions.panels.keeping import by_office, keep, no_part_of_his
from yingcai.cases.errors import CaseError, InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Conflict, ConflictReport, Panel, PanelCase, PanelExpert, ScoreSheet
from yingcai.cases.queries.seats import acts_as_applicant
from yingcai.cases.sealed import put
from yingcai.identity.queries import is_behind

if TYPE_CHECKING:
    from yingcai.identity.models import User

Kind, Report = Conflict.Kind, ConflictReport.State
OVER = Panel.State.CONCLUDED


def declare_conflict(
    seat: PanelExpert, case: PanelCase, words: str, *, actor: "User", now: datetime
) -> None:
    """An expert says that he must keep away from a project. Raises: NotAllowed, InvalidCase."""
    if not is_behind(seat.user, actor) or case.panel_id != seat.panel_id:
        raise NotAllowed(_("只有评审组的专家本人可以申明回避"))
    _reasoned(words)
    with transaction.atomic():
        _close(case, seat, Kind.DECLARED, words, actor, now)


def report_conflict(case: PanelCase, words: str, *, actor: "User", now: datetime) -> ConflictReport:
    """The applicant asks that somebody keep away; of a third person the office writes it down.

    Raises: NotAllowed, InvalidCase.
    """
    if not acts_as_applicant(case.case, actor, clock.day_of(now)):
        by_office(actor, now)
    if case.panel.state == OVER:
        raise NotAllowed(_("评审已经结束；对结果有异议的，请在公示期内提出"))
    _reasoned(words)
    with transaction.atomic():
        report = ConflictReport(case=case, made_at=now, made_by=actor)
        report.sealed = put(case.case, f"report/{report.handle}", words.strip())
        try:
            with transaction.atomic():
                report.save(force_insert=True)
        except IntegrityError:
            raise StaleCase(_("您对这个项目提出的回避正在处理，处理以后可以再提")) from None
        record("panel.reported", report, actor=actor, details={"panel": case.panel_id}, at=now)
    return report


def settle_report(
    report: ConflictReport,
    words: str,
    *,
    expert: PanelExpert | None,
    actor: "User",
    now: datetime,
) -> None:
    """Answer a report: it holds for an expert, or (None) it does not. Raises: NotAllowed, InvalidCase, StaleCase."""
    by_office(actor, now)
    no_part_of_his(report.case.panel, actor, now)
    _reasoned(words)
    if expert is not None and expert.panel_id != report.case.panel_id:
        raise InvalidCase(_("这位专家不在这个评审组"))
    state = Report.UPHELD if expert else Report.DISMISSED
    with transaction.atomic():
        rows = ConflictReport.objects.filter(pk=report.pk, state=Report.WAITING)
        sealed = put(report.case.case, f"report/{report.handle}/answer", words.strip())
        if not rows.update(
            state=state, expert=expert, settled_at=now, settled_by=actor, sealed_answer=sealed
        ):
            raise StaleCase(_("这条回避申请已经处理"))
        record("panel.report_settled", report, actor=actor, details={"answer": str(state)}, at=now)
        if expert is not None:
            _close(report.case, expert, Kind.REPORTED, words, actor, now)


def _reasoned(words: str) -> None:
    if not 2 <= len(words.strip()) <= 1000:
        raise InvalidCase(_("请写明理由，2到1000个字"))


def _close(
    case: PanelCase, seat: PanelExpert, kind: str, words: str, actor: "User", now: datetime
) -> None:
    """Keep the conflict; set the expert's sheet aside and give the project another one, as far as it can be."""
    panel = Panel.objects.select_related("call").get(pk=case.panel_id)
    if panel.state == OVER:
        raise NotAllowed(_("评审已经结束；对结果有异议的，请在公示期内提出"))
    row = Conflict(
        case=case,
        expert=seat,
        kind=kind,
        round=panel.round + 1,
        found_at=now,
        found_by=actor,
        sealed=put(case.case, f"conflict/{seat.handle}/{kind}", words.strip()),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise StaleCase(_("这项回避已经登记")) from None
    details = {"panel": panel.pk, "kind": str(kind), "round": row.round}
    record("panel.conflict", row, actor=actor, details=details, at=now)
    aside = ScoreSheet.objects.filter(case=case, expert=seat).exclude(
        state=ScoreSheet.State.SET_ASIDE
    )
    if aside.update(state=ScoreSheet.State.SET_ASIDE, set_aside_at=now):
        _again(panel, actor, now)


def _again(panel: Panel, actor: "User", now: datetime) -> None:
    """Another sheet for the project; what was opened is sealed again until it is in.

    Where nobody can take it the panel's page says why, and the office invites somebody.
    """
    if not panel.sealed:
        keep(panel, state=Panel.State.SCORING, opened_at=None, opened_by=None, asked_by=None)
    try:
        with transaction.atomic():
            next_round(panel, actor=actor, now=now)
    except StaleCase:
        raise
    except CaseError:
        return
