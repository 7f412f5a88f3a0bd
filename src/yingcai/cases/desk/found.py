"""What an appeal found out, and what the first decision would be changed to by it."""

from dataclasses import dataclass
from datetime import datetime

from yingcai.cases.actions.changing import Change, change_of
from yingcai.cases.actions.deciding import JUDGED, Used
from yingcai.cases.models import Case
from yingcai.cases.queries.appeals import found_of, may_find
from yingcai.cases.queries.flows import flow_of
from yingcai.cases.reasons import Sayer, Value
from yingcai.cases.viewers import officer_of
from yingcai.registry.queries.scope import Scope


@dataclass(frozen=True)
class Found:
    """``change``: what it would come to; None where nothing was found out yet, or the appeal is over."""

    values: tuple[Value, ...]
    change: Change | None


def found_in(case: Case, scope: Scope, *, now: datetime) -> Found | None:
    """None where an appeal cannot change a decision. Raises: Erased, NotSealed."""
    if not may_find(case):
        return None
    classes = officer_of(case, scope).classes
    facts = {
        name: Used(written, by=JUDGED, sensitive=classes.get(name) == "sensitive")
        for name, written in found_of(case).items()
    }
    sayer = Sayer(case, facts, officer_of(case, scope))
    how = next(one.changes for one in flow_of(case).workflow.stages if one.changes)
    change = change_of(case, how, now=now) if facts and case.live else None
    return Found(tuple(sayer.value(name) for name in facts), change)
