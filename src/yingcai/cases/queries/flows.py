"""The workflow a case runs by, its calendar, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from yingcai.cases.models import Case
from yingcai.cases.queries.rule_book import RuleBook, book_for, book_of
from yingcai.cases.sealed import STATE, taken
from yingcai.engine.packs.panels import panel_stage
from yingcai.engine.workflow.calendar import Calendar, calendar_of
from yingcai.engine.workflow.model import CORRECTION, DECIDING, Stage, Workflow, workflow_of
from yingcai.engine.workflow.state import State, state_of


@dataclass(frozen=True)
class Flow:
    """A workflow of one published pack, with the working days of the city. ``scored``: the stage of a panel."""

    workflow: Workflow
    calendar: Calendar
    scored: str = ""


def flow_of(case: Case) -> Flow:
    """By the text that the case began with, or that it was moved to. Raises: PackNotKept."""
    return flow(case.flow_pack or case.pack, case.workflow)


def stages_of(case: Case) -> Mapping[str, Stage]:
    """The stages by name, also those of the text that the case began with. Raises: PackNotKept."""
    return {**flow(case.pack, case.workflow).workflow.by_name, **flow_of(case).workflow.by_name}


@lru_cache(maxsize=64)
def flow(digest: str, name: str) -> Flow:
    """Raises: PackNotKept; KeyError for a workflow that the pack has not."""
    pack = book_of(digest).pack
    stage = panel_stage(pack, name)
    scored = stage["id"] if stage else ""
    return Flow(workflow_of(pack.workflows[name]), calendar_of(pack.calendar), scored)


def state_now(case: Case) -> State:
    """Where a submitted case stands. Raises: Erased, NotSealed."""
    return state_of(taken(case, STATE, case.sealed_state))


def in_correction(case: Case) -> bool:
    """Whether a case waits for what was missing. Raises: PackNotKept."""
    return case.live and flow_of(case).workflow.by_name[case.stage].kind == CORRECTION


def book_of_case(case: Case) -> RuleBook:
    """The rules of the pack that the case began with: those of its kind of subject."""
    subject = book_of(case.pack).rules.programmes[case.programme].subject
    return book_for(case.pack, subject)


def details_of(case: Case) -> dict[str, Any]:
    """The file of the case's programme."""
    return book_of(case.pack).pack.programmes[case.programme]


def is_granted(workflow: Workflow, state: State) -> bool:
    """Whether somebody who decides has agreed, and nobody took the case back since."""
    granted = False
    for visit, then in zip(state.visits, state.visits[1:], strict=False):
        if then.back:
            granted = False
        elif workflow.by_name[visit.stage].kind in DECIDING and then.came == visit.stage:
            granted = True
    return granted and workflow.by_name[state.here.stage].kind not in ("撤回", "终止", "不予受理")
