"""A decision that an appeal changes: what the rules give by the facts that it found out, and whether that may be.

The old decision stays in the record; the old award is void, and the new one names it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.cases.actions.after_notices import tell_after
from yingcai.cases.actions.award_effects import forget
from yingcai.cases.actions.awarding import grant_problems, void
from yingcai.cases.actions.deciding import Answers, answers_of, decision_by, sealed_answers
from yingcai.cases.actions.settling import settled
from yingcai.cases.errors import NotAllowed
from yingcai.cases.models import Award, Case, CaseNotice, Decision
from yingcai.cases.queries.appeals import found_of
from yingcai.cases.queries.awards import changed_words, changes_said, grade_on, rank_of
from yingcai.cases.queries.flows import flow_of, state_now
from yingcai.engine.workflow.model import JUDGING

if TYPE_CHECKING:
    from yingcai.identity.models import User


@dataclass(frozen=True)
class Change:
    """What a change would come to. ``before``, ``after``: fen, None where there is no money; ``lines`` in words;
    ``problems``: why it cannot be."""

    row: Decision
    before: int | None
    after: int | None
    lines: tuple[str, ...]
    problems: tuple[str, ...]


def change_of(appeal: Case, how: str, *, now: datetime) -> Change:
    """What the rules give in the first case by what the appeal found out (``how``: `better` or `any`).

    Raises: Erased, NotSealed.
    """
    first, on = _first(appeal), clock.day_of(now)
    row = decision_by(first, _answers(appeal, first), on=on, now=now)
    old, problems = _standing(first), grant_problems(first, row)
    left = settled(first, row, on=on)
    new = Award(case=first, decision=row, amount=left.amount, result=row.result, replaces=old)
    if not problems:
        problems = _not_changed(new, old, how)
    lines = () if problems else tuple(changed_words(new))
    return Change(row, old.amount if old else None, left.amount, lines, tuple(problems))


def _not_changed(new: Award, old: Award | None, how: str) -> list[str]:
    """That nothing is changed, or that it is changed for the worse where that may not be."""
    if old is None:
        return []
    before, after = old.amount or 0, new.amount or 0
    steps = (after - before, rank_of(new.case, new.result) - rank_of(new.case, old.result))
    if not any(steps):
        return [_("按查明的事实重新核验，结果与原决定相同，不能变更")]
    if how == "better" and min(steps) < 0:
        return [_("不得作出对申请人更为不利的变更：按查明的事实，结果低于原决定")]
    return []


def decider_of(appeal: Case) -> "User":
    """Who decided the appeal. Raises: NotAllowed where a program did."""
    judging = [one.name for one in flow_of(appeal).workflow.stages if one.kind in JUDGING]
    acts = appeal.acts.filter(move="agree", from_stage__in=judging).select_related("actor")
    last = acts.order_by("number").last()
    if last is None or last.actor is None:
        raise NotAllowed(_("变更决定须由有权的人作出"))
    return last.actor


def change(appeal: Case, first: Case, how: str, *, actor: "User", now: datetime) -> Award | None:
    """Keep what was found out as a fact of the first case, decide it anew, void its award; the award that was.

    Call it in the transaction of the appeal. Raises: NotAllowed with every reason.
    """
    found = change_of(appeal, how, now=now)
    if found.problems:
        raise NotAllowed(list(found.problems))
    sealed = sealed_answers(first, _answers(appeal, first))
    Case.objects.filter(pk=first.pk).update(sealed_answers=sealed)
    first.sealed_answers = sealed
    found.row.save(force_insert=True)
    old = _standing(first)
    if old is not None:
        grade = grade_on(old, clock.day_of(now))
        void(old, actor=actor, now=now)
        forget(old, grade, clock.day_of(now), actor=actor, now=now)
    return old


def appeal_words(appeal: Case) -> str:
    """What whoever decided an appeal wrote, for the record of the first case."""
    stages = flow_of(appeal).workflow.by_name
    judged = [one for one in state_now(appeal).visits if stages[one.stage].kind in JUDGING]
    said = [task.reason for task in (judged[-1].tasks if judged else ()) if task.reason]
    return "；".join([appeal.number, *said])  # the number says it in every language


def tell_change(appeal: Case, first: Case, number: int, reason: str, *, now: datetime) -> None:
    """What was changed, in fen or levels, in both languages, and why."""
    award = _standing(first)
    if award is None:
        return
    said = {
        "appeal": appeal.number,
        "items": changes_said(award),
        "reasons": [reason] if reason else [],
    }
    tell_after(first, CaseNotice.Kind.CHANGED, number, said, now=now)


def _first(appeal: Case) -> Case:
    related = ("subject", "lead", "county", "applicant")
    return Case.objects.select_related(*related).get(later_cases=appeal)


def _answers(appeal: Case, first: Case) -> Answers:
    """What was said in the first case, and before it what the appeal found out."""
    kept = answers_of(first)
    return replace(kept, judged={**kept.judged, **found_of(appeal)})


def _standing(case: Case) -> Award | None:
    award = case.awards.filter(voided_at=None).select_related("replaces").first()
    if award is not None:
        award.case = case
    return award
