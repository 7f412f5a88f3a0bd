"""Taking back a whole file of papers that was taken in wrongly: one person asks with a reason, another confirms.

Nothing is deleted: awards are void, cases say that they were taken back, papers give their numbers free.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.award_effects import forget
from yingcai.cases.actions.awarding import void
from yingcai.cases.actions.opening import throw_away
from yingcai.cases.actions.papers.receiving import in_reach
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Case, PaperBatch, PaperDecision
from yingcai.cases.queries.paper_batches import may_confirm_undo, why_not_undo

if TYPE_CHECKING:
    from yingcai.identity.models import User

STEP, LONGEST = 100, 300
Status = PaperBatch.Status


def ask_undo(batch: PaperBatch, *, reason: str, actor: "User", now: datetime) -> None:
    """Ask that a whole file is taken back. Raises: NotAllowed, InvalidCase, StaleCase."""
    in_reach(batch, actor, now)
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise InvalidCase(_("请写明撤销补录的理由"))
    _refuse_where_something_stands(batch)
    with transaction.atomic():
        there = PaperBatch.objects.filter(pk=batch.pk, status=Status.APPLIED)
        changed = there.update(
            status=Status.UNDO_ASKED, undo_reason=reason, undo_asked_at=now, undo_asked_by=actor
        )
        if changed != 1:
            raise StaleCase(_("这一批不在已补录状态，请刷新页面"))
        record("paper.undo_asked", batch, actor=actor, details={"rows": batch.done}, at=now)
    batch.refresh_from_db()


def drop_undo(batch: PaperBatch, *, actor: "User", now: datetime) -> None:
    """The file stays: whoever asked takes it back, or somebody else in reach says no. Raises: NotAllowed, StaleCase."""
    in_reach(batch, actor, now)
    with transaction.atomic():
        asked = PaperBatch.objects.filter(pk=batch.pk, status=Status.UNDO_ASKED)
        changed = asked.update(
            status=Status.APPLIED, undo_reason="", undo_asked_at=None, undo_asked_by=None
        )
        if changed != 1:
            raise StaleCase(_("没有待批准的撤销，请刷新页面"))
        record("paper.undo_dropped", batch, actor=actor, details={}, at=now)
    batch.refresh_from_db()


def confirm_undo(batch: PaperBatch, *, actor: "User", now: datetime) -> None:
    """A second person lets it be taken back. Raises: NotAllowed, StaleCase where something stands on it by now."""
    if not may_confirm_undo(actor, batch, clock.day_of(now)):
        raise NotAllowed(_("须由另一位人才办或牵头单位的工作人员批准撤销"))
    _refuse_where_something_stands(batch)
    with transaction.atomic():
        asked = PaperBatch.objects.filter(
            pk=batch.pk, status=Status.UNDO_ASKED, undo_asked_by=batch.undo_asked_by
        )
        if asked.update(status=Status.UNDOING, undone_by=actor, undone_at=now) != 1:
            raise StaleCase(_("没有待批准的撤销，请刷新页面"))
        details = {"asked_by": str(batch.undo_asked_by_id)}
        record("paper.undo_confirmed", batch, actor=actor, details=details, at=now)
    batch.refresh_from_db()


def _refuse_where_something_stands(batch: PaperBatch) -> None:
    numbers = why_not_undo(batch)
    if numbers:
        words = _("后来的决定、续期或抵扣依据了这些事项，不能整批撤销，请逐件处理：%(cases)s")
        raise StaleCase(words % {"cases": _("、").join(numbers)})


def undo_papers(batch: PaperBatch, *, now: datetime, steps: int | None = None) -> bool:
    """Take back the rest of a file, or so many steps of it; whether it is all done. Safe to stop and to repeat."""
    while steps is None or steps > 0:
        if not undo_step(batch, now=now):
            break
        steps = None if steps is None else steps - 1
    batch.refresh_from_db()
    return bool(batch.status == Status.UNDONE)


def undo_step(batch: PaperBatch, *, now: datetime) -> bool:
    """Take back the next cases, in one transaction; whether there may be more."""
    with transaction.atomic():
        held = PaperBatch.objects.filter(pk=batch.pk, status=Status.UNDOING)
        if held.update(run=F("run") + 1) != 1:
            return False
        rows = batch.decisions.filter(taken_back_at=None).order_by("row")
        papers = list(rows.select_related("case__subject__merged_into", "case__lead")[:STEP])
        for paper in papers:
            _take_back(paper, batch, now)
        if not papers:
            held.update(status=Status.UNDONE)
            details = {"rows": batch.decisions.count()}
            record("paper.undone", batch, actor=batch.undone_by, details=details, at=now)
    return bool(papers)


def _take_back(paper: PaperDecision, batch: PaperBatch, now: datetime) -> None:
    case, actor = paper.case, batch.undone_by
    award = case.awards.filter(voided_at=None).first()
    if award is not None and actor is not None:
        award.case = case
        void(award, actor=actor, now=now)
        forget(award, award.result, award.granted_on, actor=actor, now=now)
        for draft in Case.objects.filter(renews=award, status=Case.Status.DRAFT):
            throw_away(draft, "lapsed", actor=None, now=now)
    PaperDecision.objects.filter(pk=paper.pk).update(taken_back_at=now, held_as="")
    same = Case.objects.filter(pk=case.pk, version=case.version)
    if same.update(status=Case.Status.TAKEN_BACK, version=case.version + 1, changed_at=now) != 1:
        raise StaleCase(_("事项已经变化，请刷新页面"))
    details = {"programme": case.programme, "batch": str(batch.handle), "row": paper.row}
    record("case.taken_back", case, actor=actor, details=details, at=now)
