"""Cases and awards of an approved file of papers, some rows a step.

A step is one transaction: cases, what their papers say, awards, levels that become known, the count on the file and
its audit rows. Killed between two steps it goes on where it stopped; killed within one, nothing of that step is there.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.award_effects import grade_fact
from yingcai.cases.actions.opening import county_of
from yingcai.cases.actions.papers.checking import Looked, read_again
from yingcai.cases.actions.papers.receiving import destroy_content
from yingcai.cases.models import (
    Award,
    Case,
    CaseParty,
    PaperBatch,
    PaperDecision,
    PaperProblem,
    PaperRow,
)
from yingcai.cases.sealed import REMARK, put
from yingcai.identity.queries import units_by_code
from yingcai.registry.actions.facts import Said, record_facts
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import Unit
    from yingcai.registry.models import Subject

STEP = 100
DIRECT_ROWS = 500  # that are taken in while who approved waits
Status, Row = PaperBatch.Status, PaperRow.Status


def apply_papers(batch: PaperBatch, *, now: datetime, steps: int | None = None) -> bool:
    """Take in the rest of an approved file, or so many steps of it; whether it is all there now.

    Safe to stop and to repeat. Raises: StaleCase, PackNotKept, Erased.
    """
    while steps is None or steps > 0:
        if not apply_step(batch, now=now):
            break
        steps = None if steps is None else steps - 1
    batch.refresh_from_db()
    return bool(batch.status == Status.APPLIED)


def apply_step(batch: PaperBatch, *, now: datetime) -> bool:
    """Take in the next rows; whether there may be more. Raises: StaleCase, PackNotKept, Erased."""
    with transaction.atomic():
        # The row of the file is held first, so that two who are at it take turns.
        held = PaperBatch.objects.filter(pk=batch.pk, status=Status.APPLYING)
        if held.update(run=F("run") + 1) != 1:
            return False
        ready = PaperRow.objects.filter(batch=batch, status=Row.READY)
        rows = list(ready.order_by("number")[:STEP])
        if not rows:
            _finish(batch, now)
            return False
        _step(batch, rows, now)
    return True


def _finish(batch: PaperBatch, now: datetime) -> None:
    PaperBatch.objects.filter(pk=batch.pk).update(status=Status.APPLIED, ended_at=now)
    destroy_content(batch)
    fresh = PaperBatch.objects.get(pk=batch.pk)
    details = {"rows": fresh.done, "left": fresh.left, "known": fresh.known}
    record("paper.applied", batch, actor=batch.decided_by, details=details, at=now)


def _step(batch: PaperBatch, rows: Sequence[PaperRow], now: datetime) -> None:
    """What no longer fits the register or the cases is set aside and said."""
    places: dict[str, list[int]] = {Row.APPLIED: [], Row.KNOWN: [], Row.LEFT: []}
    for one in read_again(batch, rows, now):
        ready = one.status == Row.READY
        if ready:
            take_in(batch, one, now=now)
        there = Row.KNOWN if one.status == Row.KNOWN else Row.LEFT
        places[Row.APPLIED if ready else there].append(one.line.number)
    for status, those in places.items():
        PaperRow.objects.filter(batch=batch, number__in=those).update(status=status)
    numbers, left = [row.number for row in rows], places[Row.LEFT]
    PaperProblem.objects.bulk_create(
        PaperProblem(batch=batch, number=number, code="changed-since") for number in left
    )
    PaperBatch.objects.filter(pk=batch.pk).update(
        done=F("done") + len(rows), left=F("left") + len(left)
    )
    details = {"rows": [numbers[0], numbers[-1]], "left": len(left)}
    record("paper.step", batch, actor=batch.decided_by, details=details, at=now)


def take_in(batch: PaperBatch, one: Looked, *, now: datetime) -> Case:
    """The case of one row, over from the start, with what its paper says and what it granted. Raises: Erased."""
    said, subject = one.said, one.match.subject
    applied, decided, agreed = said.applied_on, said.decided_on, said.agreed
    assert subject and said.offer and applied and decided and agreed is not None  # noqa: S101, PT018 - no faults
    case = _case(batch, one, subject, units_by_code()[said.offer.lead], now)
    paper = PaperDecision.objects.create(
        case=case,
        batch=batch,
        row=one.line.number,
        programme=case.programme,
        subject=subject,
        paper_number=said.paper_number,
        held_as=said.held_as,
        archive=said.archive,
        applied_on=applied,
        decided_on=decided,
        agreed=agreed,
        amount=said.amount,
        result=said.result,
        valid_until=said.valid_until,
        paid_on=said.paid_on,
        sealed_remark=put(case, REMARK, said.remark) if said.remark else None,
    )
    details = {
        "programme": case.programme,
        "batch": str(batch.handle),
        "row": one.line.number,
        "brought_by": str(batch.uploaded_by_id),
        "granted": paper.agreed,
        "amount": paper.amount,
        "by_rule": False,
    }
    record("case.taken_in", case, actor=batch.decided_by, details=details, at=now)
    if paper.agreed:
        _award(case, paper, now)
    return case


def _case(batch: PaperBatch, one: Looked, subject: "Subject", lead: "Unit", now: datetime) -> Case:
    said = one.said
    assert said.offer and said.applied_on and said.decided_on  # noqa: S101, PT018 - no faults
    county = county_of(subject, now)
    case = Case.objects.create(
        kind=Case.Kind.PAPER,
        programme=said.offer.name,
        pack=batch.pack_digest,
        workflow="",
        subject=subject,
        side=Case.Side.PAPER,
        applicant=batch.uploaded_by,
        lead=lead,
        county=county,
        status=Case.Status.GRANTED if said.agreed else Case.Status.DECLINED,
        created_at=now,
        changed_at=now,
        submitted_at=start_of(said.applied_on),
        ended_at=start_of(said.decided_on),
    )
    units = {unit.pk: unit for unit in (lead, county) if unit is not None}
    CaseParty.objects.bulk_create(CaseParty(case=case, unit=unit) for unit in units.values())
    return case


def start_of(day: date) -> datetime:
    """The first moment of a day of the city."""
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)


def _award(case: Case, paper: PaperDecision, now: datetime) -> None:
    """What the paper granted, from the day of its decision; its level is known for as long as it says."""
    award = Award.objects.create(
        case=case,
        paper=paper,
        programme=case.programme,
        subject=case.subject,
        amount=paper.amount,
        result=paper.result,
        granted_on=paper.decided_on,
    )
    word = vocabulary().facts.get(grade_fact(award)) if award.result else None
    if word is None:
        return
    said = Said(
        word.name,
        award.result,
        word.source,
        since=paper.decided_on,
        until=paper.valid_until,
        reference=case.number,
    )
    batch = paper.batch
    record_facts(
        case.subject, [said], verified_by=batch.decided_by, actor=batch.uploaded_by, now=now
    )
