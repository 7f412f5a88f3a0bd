"""A person adds what the reader did not see, or cuts what it took for one."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.plan.actions.opening import change_clause, lock_draft, note_decision, state
from yingcai.plan.actions.standing import (
    absorb_unclassified,
    refuse_overlap,
    refuse_problems,
    release_unclassified,
)
from yingcai.plan.errors import Invalid, PlanError
from yingcai.plan.fields import ClauseFields, columns
from yingcai.plan.models import Clause, Measure, Plan
from yingcai.plan.phrases import phrase_at

if TYPE_CHECKING:
    from yingcai.identity.models import User

Status = Clause.Status
SPLITTABLE = (Status.PROPOSED, Status.CONFIRMED, Status.CORRECTED, Status.ADDED)


@transaction.atomic
def add_clause(
    plan: Plan, measure: Measure | None, given: ClauseFields, *, actor: "User", now: datetime
) -> Clause:
    """Add a clause that the reader did not see; it stands at once (a person has read it).

    Raises: NotOpen, Invalid (all problems at once; also when another item holds the words).
    """
    locked = lock_draft(plan.pk)
    clause = _new(locked, measure, given, now=now)
    refuse_problems(given, clause)
    refuse_overlap(locked, given, besides=None)
    clause.decided_by = actor
    clause.save()
    absorb_unclassified(clause)
    note_decision(clause, "add", before={}, actor=actor, now=now)
    record("plan.clause_added", clause, actor=actor, at=now)
    return clause


@transaction.atomic
def split_clause(
    clause: Clause, parts: Sequence[ClauseFields], *, actor: "User", now: datetime
) -> list[Clause]:
    """Cut a clause whose one number stands for several things (各 10 家) into its parts.

    Each part lies within the words of the whole; parts may share their words. The whole stays in
    the record as split.

    Raises: NotOpen, Stale, Invalid (all problems of all parts at once).
    """
    plan = lock_draft(clause.plan_id)
    _refuse_split(clause, parts)
    before = state(clause)
    change_clause(clause, status=Status.SPLIT, actor=actor, now=now)
    release_unclassified(clause)
    note_decision(clause, "split", before=before, actor=actor, now=now)
    made = []
    for given in parts:
        part = _new(plan, clause.measure, given, now=now)
        part.split_from = clause
        part.decided_by = actor
        refuse_overlap(plan, given, besides=part)
        part.save()
        note_decision(part, "add", before={}, actor=actor, now=now)
        made.append(part)
    for part in made:
        absorb_unclassified(part)
    details = {"parts": [part.pk for part in made]}
    record("plan.clause_split", clause, actor=actor, at=now, details=details)
    return made


def _refuse_split(clause: Clause, parts: Sequence[ClauseFields]) -> None:
    if clause.status not in SPLITTABLE or clause.absorbed_by_id is not None:
        raise Invalid(_("这一条已被剔除、拆分或归入别的条目，不能再拆分。"))
    if clause.split_from_id is not None:
        raise Invalid(_("这一条本身就是拆分出来的；请撤销原来的拆分，再一次拆成更多条。"))
    if len(parts) < 2:
        raise Invalid(_("拆分至少要得到两条。"))
    problems: list[str] = []
    for place, given in enumerate(parts, start=1):
        if given.start < clause.start or given.end > clause.end:
            problems.append(_("第 %(place)s 条：文字超出了被拆分的条目。") % {"place": place})
        try:
            refuse_problems(given, clause)
        except PlanError as error:
            problems.extend(
                _("第 %(place)s 条：%(problem)s") % {"place": place, "problem": text}
                for text in error.problems
            )
    if problems:
        raise Invalid(*problems)


def _new(plan: Plan, measure: Measure | None, given: ClauseFields, *, now: datetime) -> Clause:
    return Clause(
        plan=plan,
        measure=measure,
        text=phrase_at(plan.text, max(given.start, 0), max(given.end, 0)),
        status=Status.ADDED,
        decided_at=now,
        **columns(given),
    )
