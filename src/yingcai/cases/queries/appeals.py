"""Appeals and complaints: until when a decision may be appealed, what was said, what there is about a case."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.cases.models import Case
from yingcai.cases.queries.flows import book_of_case, flow_of
from yingcai.cases.queries.seats import acts_as_applicant
from yingcai.cases.sealed import ANSWERS, taken
from yingcai.engine.workflow.model import SYSTEM
from yingcai.engine.workflow.state import State

if TYPE_CHECKING:
    from yingcai.identity.models import User

# Among the sealed answers: what whoever appeals has written, in order; what whoever examines it has found out.
SAID, FOUND = "said", "found"
Kind, Status = Case.Kind, Case.Status
DECIDED = (Status.GRANTED, Status.DECLINED, Status.NOT_ACCEPTED, Status.STOPPED)


@dataclass(frozen=True)
class Door:
    """Whether one may appeal or complain now. ``why``: why not; ``until``: the last day, where there is one."""

    kind: str
    why: str
    until: date | None


def workflow_for(case: Case, kind: str) -> str:
    """By which workflow of the pack; empty where it has none. Raises: PackNotKept."""
    workflow = flow_of(case).workflow
    return workflow.appeal if kind == Kind.APPEAL else workflow.complaint


def appeal_until(case: Case) -> date | None:
    """The last day on which a decision may be appealed; None where there is no limit, or no decision."""
    days = flow_of(case).workflow.appeal_within
    if not days or case.ended_at is None:
        return None
    return clock.day_of(case.ended_at) + timedelta(days=days)


def doors(case: Case, user: "User", on: date) -> list[Door]:
    """What may be done against a case by whoever applied; nothing for others, and where the pack has no way."""
    if not case.asks_rules:
        return []
    kinds = [
        kind
        for kind in (Kind.APPEAL, Kind.COMPLAINT)
        if workflow_for(case, kind) and (kind == Kind.COMPLAINT or case.status in DECIDED)
    ]
    if not kinds or not acts_as_applicant(case, user, on):
        return []
    return [
        Door(kind, why_no(case, kind, on), appeal_until(case) if kind == Kind.APPEAL else None)
        for kind in kinds
    ]


def why_no(case: Case, kind: str, on: date) -> str:
    """Why there is no appeal or complaint about a case on a day; empty where there may be one."""
    if case.on_paper:
        return paper_appeal(case)
    if not case.asks_rules or case.submitted_at is None or not workflow_for(case, kind):
        return _("这件事项不能申诉或投诉")
    if kind == Kind.APPEAL and case.status not in DECIDED:
        return _("还没有作出决定，不能申诉")
    until = appeal_until(case) if kind == Kind.APPEAL else None
    if until is not None and until < on:
        return _("申诉期限已过：%(day)s") % {"day": until.isoformat()}
    if case.later_cases.filter(kind=kind, status=Status.RUNNING).exists():
        return _("已有一件正在办理，请等待结果")
    return ""


def paper_appeal(case: Case) -> str:
    """To whom somebody turns about a decision on paper: nothing is opened here."""
    words = _("这是纸质决定，这里不受理申诉或投诉；请按决定书写明的途径，向%(unit)s提出")
    return words % {"unit": case.lead.label}


def about(case: Case) -> list[Case]:
    """The appeals and complaints about a case, the newest first; none where the pack has no way."""
    if not any(workflow_for(case, kind) for kind in (Kind.APPEAL, Kind.COMPLAINT)):
        return []
    return list(case.later_cases.order_by("-id"))


def said_of(case: Case) -> list[str]:
    """What whoever appeals has written, in order. Raises: Erased, NotSealed."""
    found = taken(case, ANSWERS, case.sealed_answers) or {}
    return [str(one) for one in found.get(SAID, [])]


def found_of(case: Case) -> dict[str, str]:
    """The facts that were found out in an appeal, as written, by name. Raises: Erased, NotSealed."""
    found = taken(case, ANSWERS, case.sealed_answers) or {}
    return dict(found.get(FOUND, {}))


def may_find(case: Case) -> list[str]:
    """The facts that an appeal may find out: those that the programme can ask for, where it may change a decision."""
    stages = flow_of(case).workflow.stages
    if case.kind != Kind.APPEAL or not any(stage.changes for stage in stages):
        return []
    book = book_of_case(case)
    rules = [book.rules.rules[number] for number in book.rules.programmes[case.programme].rules]
    named = {name for rule in rules for name in rule.facts}
    named |= {name for rule in rules for step in rule.steps for name in step.facts}
    asked = (one["id"] for one in book.pack.facts["facts"])
    return [name for name in asked if name in named and not book.rules.facts[name].always]


def who_acted(state: State) -> list[str]:
    """The natural persons who spoke in a case for the offices, by key."""
    behind = {one for visit in state.visits for task in visit.tasks for one in task.behind}
    return sorted(behind - {SYSTEM.role, *state.own})
