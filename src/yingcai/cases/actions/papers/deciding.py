"""From a checked file of papers to cases: handed in by one person, decided by another over exactly what was checked."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.papers.checking import content_digest, read_again
from yingcai.cases.actions.papers.receiving import in_reach
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import PaperBatch, PaperRow
from yingcai.cases.queries.paper_batches import may_decide
from yingcai.cases.queries.paper_matches import own_subjects
from yingcai.plan.queries import active_digest

if TYPE_CHECKING:
    from yingcai.identity.models import User

Status = PaperBatch.Status
LONGEST = 300  # of a reason


def submit_papers(batch: PaperBatch, *, actor: "User", now: datetime) -> None:
    """Hand a file without faults in for approval. Raises: NotAllowed, StaleCase."""
    in_reach(batch, actor, now)
    with transaction.atomic():
        good = PaperBatch.objects.filter(pk=batch.pk, status=Status.CHECKED, faulty=0, rows__gt=0)
        if good.update(status=Status.WAITING, submitted_by=actor) != 1:
            raise StaleCase(_("文件还有错误的行，或者已经提交"))
        record("paper.submitted", batch, actor=actor, details={"rows": batch.rows}, at=now)
    batch.refresh_from_db()


def approve_papers(batch: PaperBatch, *, shown: str, actor: "User", now: datetime) -> None:
    """A second person lets cases come of a file. ``shown``: the digest of what he looked at.

    Every row is read once more: where rules, register or cases have changed since, nothing is taken in.
    Raises: NotAllowed, StaleCase.
    """
    _second_person(batch, actor, now)
    if batch.pack_digest != active_digest():
        raise StaleCase(_("检查以后规则包已更新，请撤回后重新上传检查"))
    rows = read_again(batch, list(PaperRow.objects.filter(batch=batch).order_by("number")), now)
    same = not any(one.found for one in rows) and batch.digest == shown
    if not same or content_digest(rows, batch.pack_digest) != batch.digest:
        raise StaleCase(_("检查以后登记或记录发生了变化，请撤回后重新上传检查"))
    own = own_subjects(actor, clock.day_of(now))
    if any(one.match.subject and one.match.subject.pk in own for one in rows):
        raise NotAllowed(_("文件中有您本人的决定，请由另一位工作人员审批"))
    with transaction.atomic():
        waiting = PaperBatch.objects.filter(
            pk=batch.pk, status=Status.WAITING, digest=shown, run=batch.run
        )
        if waiting.update(status=Status.APPLYING, decided_at=now, decided_by=actor) != 1:
            raise StaleCase(_("这个文件不在待审批状态"))
        details = {
            "rows": batch.rows,
            "uploaded_by": str(batch.uploaded_by_id),
            "digest": batch.digest[:12],
        }
        record("paper.approved", batch, actor=actor, details=details, at=now)
    batch.refresh_from_db()


def refuse_papers(batch: PaperBatch, *, answer: str, actor: "User", now: datetime) -> None:
    """A second person sends the file back with a reason. Raises: NotAllowed, InvalidCase, StaleCase."""
    _second_person(batch, actor, now)
    answer = answer.strip()[:LONGEST]
    if not answer:
        raise InvalidCase(_("请写明不予补录的理由"))
    with transaction.atomic():
        waiting = PaperBatch.objects.filter(pk=batch.pk, status=Status.WAITING)
        changed = waiting.update(
            status=Status.REFUSED, decided_at=now, decided_by=actor, answer=answer
        )
        if changed != 1:
            raise StaleCase(_("这个文件不在待审批状态"))
        record("paper.refused", batch, actor=actor, details={}, at=now)
    batch.refresh_from_db()


def _second_person(batch: PaperBatch, actor: "User", now: datetime) -> None:
    if not may_decide(actor, batch, clock.day_of(now)):
        raise NotAllowed(_("须由另一位人才办或牵头单位的工作人员审批"))
