"""A person decides on what the reader proposed: confirm, correct, reject, undo."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.plan.actions.opening import change_clause, lock_draft, note_decision, state
from yingcai.plan.actions.standing import (
    absorb_unclassified,
    refuse_overlap,
    refuse_problems,
    release_unclassified,
    span_of_home,
)
from yingcai.plan.errors import Invalid
from yingcai.plan.fields import ClauseFields, columns, fields_of, from_plain, problems_of
from yingcai.plan.models import Clause, ClauseDecision, Measure, Plan
from yingcai.plan.phrases import phrase_at

if TYPE_CHECKING:
    from yingcai.identity.models import User

Status = Clause.Status
STANDING = (Status.PROPOSED, Status.CONFIRMED, Status.CORRECTED, Status.ADDED)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How many clauses of a measure were confirmed, and why others were left open."""

    count: int
    left: tuple[str, ...]


@transaction.atomic
def confirm_clause(clause: Clause, *, actor: "User", now: datetime) -> Clause:
    """Agree to a clause as the reader proposed it.

    Raises: NotOpen, Stale, Invalid (the reading lacks something; correct it instead).
    """
    lock_draft(clause.plan_id)
    if clause.status != Status.PROPOSED:
        raise Invalid(_("“%(text)s”已经处理过，无需再次确认。") % {"text": clause.text[:30]})
    refuse_problems(fields_of(clause), clause)
    before = state(clause)
    change_clause(clause, status=Status.CONFIRMED, actor=actor, now=now)
    note_decision(clause, "confirm", before=before, actor=actor, now=now)
    record("plan.clause_confirmed", clause, actor=actor, at=now)
    return clause


def confirm_measure(measure: Measure, *, actor: "User", now: datetime) -> Confirmed:
    """Confirm everything of ``measure`` that is still proposed and complete.

    A clause that lacks something stays open and is named. Raises: NotOpen.
    """
    return _confirm_all(measure.plan, measure, actor=actor, now=now)


def confirm_outside(plan: Plan, *, actor: "User", now: datetime) -> Confirmed:
    """Confirm what is still proposed outside every measure (dates and numbers of the head)."""
    return _confirm_all(plan, None, actor=actor, now=now)


@transaction.atomic
def _confirm_all(plan: Plan, measure: Measure | None, *, actor: "User", now: datetime) -> Confirmed:
    locked = lock_draft(plan.pk)
    within = span_of_home(locked, measure)
    waiting = Clause.objects.select_for_update().filter(
        plan=locked, measure=measure, status=Status.PROPOSED, absorbed_by=None
    )
    ready, left = _sorted_out(waiting, within)
    before = {clause.pk: state(clause) for clause in ready}
    Clause.objects.filter(pk__in=before, status=Status.PROPOSED).update(
        status=Status.CONFIRMED, version=F("version") + 1, decided_by=actor, decided_at=now
    )
    ClauseDecision.objects.bulk_create(
        ClauseDecision(
            clause=clause,
            action="confirm",
            before=before[clause.pk],
            after={**before[clause.pk], "status": Status.CONFIRMED},
            actor=actor,
            at=now,
        )
        for clause in ready
    )
    if ready:
        details = {"clauses": [clause.pk for clause in ready]}
        record("plan.clauses_confirmed", measure or locked, actor=actor, at=now, details=details)
    return Confirmed(count=len(ready), left=tuple(left))


def _sorted_out(
    waiting: Iterable[Clause], within: tuple[int, int]
) -> tuple[list[Clause], list[str]]:
    ready, left = [], []
    for clause in waiting:
        problems = problems_of(fields_of(clause), within=within)
        if problems:
            left.append(f"“{clause.text[:30]}”：{problems[0]}")
        else:
            ready.append(clause)
    return ready, left


@transaction.atomic
def correct_clause(
    clause: Clause, given: ClauseFields, *, actor: "User", now: datetime, reason: str = ""
) -> Clause:
    """Replace the fields of a clause; its text is cut anew from the plan by the given span.

    What the reader proposed stays in ``original``.

    Raises: NotOpen, Stale, Invalid (all problems at once; also when another item holds the words).
    """
    plan = lock_draft(clause.plan_id)
    if clause.status not in STANDING or clause.absorbed_by_id is not None:
        raise Invalid(_("这一条已被剔除、拆分或归入别的条目，请先撤销再更正。"))
    refuse_problems(given, clause)
    refuse_overlap(plan, given, besides=clause)
    before = state(clause)
    text = phrase_at(plan.text, given.start, given.end)
    kept = Status.ADDED if clause.status == Status.ADDED else Status.CORRECTED
    change_clause(clause, status=kept, actor=actor, now=now, text=text, **columns(given))
    release_unclassified(clause)
    absorb_unclassified(clause)
    note_decision(clause, "correct", before=before, actor=actor, now=now, reason=reason)
    changed = sorted(name for name, value in state(clause).items() if before.get(name) != value)
    record("plan.clause_corrected", clause, actor=actor, at=now, details={"fields": changed})
    return clause


@transaction.atomic
def reject_clause(clause: Clause, *, reason: str, actor: "User", now: datetime) -> Clause:
    """Take a clause out of the reading; it stays in the record with the reason.

    Raises: NotOpen, Stale, Invalid (no reason given).
    """
    lock_draft(clause.plan_id)
    if clause.status not in STANDING:
        raise Invalid(_("“%(text)s”已被剔除或拆分。") % {"text": clause.text[:30]})
    if not reason.strip():
        raise Invalid(_("请写明剔除的理由，发布后仍可查到。"))
    before = state(clause)
    change_clause(clause, status=Status.REJECTED, actor=actor, now=now)
    release_unclassified(clause)
    note_decision(clause, "reject", before=before, actor=actor, now=now, reason=reason.strip())
    record("plan.clause_rejected", clause, actor=actor, at=now)
    return clause


@transaction.atomic
def undo_decision(clause: Clause, *, actor: "User", now: datetime) -> Clause:
    """Take the decisions on a clause back.

    A clause of the reader returns to what was proposed; one that a person added is taken out (or,
    taken out before, comes back); the parts of a split clause go and the whole returns.

    Raises: NotOpen, Stale, Invalid (nothing to undo, a part of a split, or the words are taken).
    """
    plan = lock_draft(clause.plan_id)
    if clause.split_from_id is not None:
        raise Invalid(_("这是拆分出来的一条，请在被拆分的原条目上撤销拆分。"))
    if clause.status == Status.PROPOSED:
        raise Invalid(_("这一条还没有处理过，没有可撤销的决定。"))
    before = state(clause)
    _take_parts_out(clause, actor=actor, now=now)
    if clause.original:
        _restore(plan, clause, from_plain(clause.original), Status.PROPOSED, actor=actor, now=now)
    elif clause.status == Status.ADDED:
        change_clause(clause, status=Status.REJECTED, actor=actor, now=now)
        release_unclassified(clause)
    else:
        _restore(plan, clause, fields_of(clause), Status.ADDED, actor=actor, now=now)
    note_decision(clause, "undo", before=before, actor=actor, now=now)
    record("plan.decision_undone", clause, actor=actor, at=now)
    return clause


def _restore(
    plan: Plan, clause: Clause, given: ClauseFields, status: str, *, actor: "User", now: datetime
) -> None:
    """Bring ``clause`` back to ``given``, unless another item has its words by now."""
    refuse_overlap(plan, given, besides=clause)
    text = phrase_at(plan.text, given.start, given.end)
    change_clause(clause, status=status, actor=actor, now=now, text=text, **columns(given))
    release_unclassified(clause)
    absorb_unclassified(clause)


def _take_parts_out(clause: Clause, *, actor: "User", now: datetime) -> None:
    for part in clause.split_into.filter(status=Status.ADDED):
        before = state(part)
        change_clause(part, status=Status.REJECTED, actor=actor, now=now)
        release_unclassified(part)
        note_decision(part, "undo", before=before, actor=actor, now=now)
