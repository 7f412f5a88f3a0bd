"""Evaluating what was granted by the score sheet of the pack: one person scores, another one decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.cases.actions.award_changes import LONGEST, Draft, keep, may_work, why_not
from yingcai.cases.errors import InvalidCase, NotAllowed
from yingcai.cases.models import Award, AwardChange
from yingcai.cases.queries.awards import grade_on
from yingcai.cases.queries.evaluation import VETO, Item, evaluation_of, items_of, outcome_of

if TYPE_CHECKING:
    from yingcai.identity.models import User


def evaluate(
    award: Award, written: Mapping[str, str], reason: str, *, actor: "User", now: datetime
) -> AwardChange:
    """Score an award; what the points mean is proposed, and a second person decides.

    ``written``: the points of each item as they were typed; of a veto anything where it holds.
    Raises: InvalidCase with every reason, NotAllowed, StaleCase, Erased.
    """
    on = clock.day_of(now)
    may_work(award, actor, on)
    why = why_not(award, AwardChange.Kind.KEEP, on)
    if why or evaluation_of(award.case) is None:
        raise NotAllowed(why or _("该事项没有绩效评估"))
    points = _points(award, written, reason)
    found = outcome_of(award.case, grade_on(award, on), points)
    draft = Draft({"result": found.grade})
    draft.said = {"reason": reason.strip()[:LONGEST], "total": found.total, "scores": points}
    return keep(award, found.kind, draft, actor=actor, now=now)


def _points(award: Award, written: Mapping[str, str], reason: str) -> dict[str, int]:
    """Raises: InvalidCase with every fault at once."""
    problems: dict[str, str] = {}
    points: dict[str, int] = {}
    for item in items_of(award.case):
        text = written.get(item.name, "").strip()
        if item.kind == VETO:
            points[item.name] = int(bool(text))
        elif not (text.isascii() and text.isdecimal()) or int(text[:6]) > item.most:
            problems[item.name] = _fault(item)
        else:
            points[item.name] = int(text)
    if not reason.strip():
        problems["reason"] = _("请写明评估意见")
    if problems:
        raise InvalidCase(problems.values(), fields=problems)
    return points


def _fault(item: Item) -> str:
    return _("“%(item)s”应为0到%(most)s的整数") % {"item": item.words, "most": item.most}
