"""Experts who judge a fact of a case: what is asked of a login, what he reads, and who may be drawn."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from yingcai.cases.models import Case, CaseTask
from yingcai.cases.queries.flows import flow_of, state_now
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.panels.sides import conflicts_found
from yingcai.cases.queries.rule_book import book_of
from yingcai.cases.queries.scope import Asker
from yingcai.engine.packs.saying import saying_stage
from yingcai.engine.workflow.model import EXPERT
from yingcai.engine.workflow.state import State
from yingcai.identity.queries import Role, colleagues, roles_on

if TYPE_CHECKING:
    from yingcai.identity.models import User


def asked_of(user: Asker, on: date) -> QuerySet[CaseTask]:
    """The cases in which a login was drawn and has not spoken yet, what is due first; none without the role."""
    if not user.is_authenticated or str(Role.EXPERT) not in roles_on(user, on):
        return CaseTask.objects.none()
    rows = CaseTask.objects.filter(role=EXPERT, person=user.person_key)
    related = ("case__subject", "case__lead", "case__county", "case__applicant")
    return rows.select_related(*related).order_by("sort_on", "pk")


def asked_case(user: Asker, handle: UUID, on: date) -> Case | None:
    """A case in which a login was drawn; None for everybody else, and once he has spoken."""
    row = asked_of(user, on).filter(case__handle=handle).first()
    return row.case if row else None


def stage_that_says(case: Case, fact: str) -> str:
    """In words the stage whose votes say a fact in a case; empty where none does. Raises: PackNotKept."""
    found = _stage(case, fact)
    return in_language(found["words"]) if found else ""


def _stage(case: Case, fact: str) -> Mapping[str, Any] | None:
    return saying_stage(book_of(case.flow_pack or case.pack).pack, case.workflow, fact)


def free_to_judge(case: Case, fact: str, on: date) -> list["User"]:
    """One login of every natural person who may be drawn to judge a fact of a case on a day.

    Left out are whose case it is, whom the relations of the stage keep away, who stands in the stage already,
    and who has kept away from the case before. Raises: PackNotKept, Erased, NotSealed.
    """
    rules = (_stage(case, fact) or {}).get("conflicts", [])
    out = _known(state_now(case), fact, flow_of(case).workflow.by_name)
    persons = {str(one.person_key): one for one in colleagues("", {Role.EXPERT}, on)}
    return [
        one
        for key, one in persons.items()
        if key not in out and not any(conflicts_found(case, one, rules, on))
    ]


def _known(state: State, fact: str, stages: Mapping[str, Any]) -> Collection[str]:
    """Whose case it is, who is asked now, and who ever handed such a task back."""
    visits = [one for one in state.visits if one.stage in stages and stages[one.stage].says == fact]
    left = {person for visit in visits for task in visit.tasks for person in task.given_by}
    here = state.here.tasks if visits and visits[-1] is state.here else ()
    return {*state.own, *left, *(task.person for task in here)}
