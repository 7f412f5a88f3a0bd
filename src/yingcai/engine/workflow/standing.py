"""Where a case stands, who is next, by when."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from yingcai.engine.workflow.calendar import Calendar
from yingcai.engine.workflow.model import Seat, Workflow
from yingcai.engine.workflow.state import AGREED, OPEN, REFUSED, State
from yingcai.engine.workflow.terms import Term, stage_term, whole_term


class Next(NamedTuple):
    """Somebody for whom the case waits: a seat, and the persons where it is given to some."""

    seat: Seat
    persons: tuple[str, ...]


class Standing(NamedTuple):
    """``paused``: why the clock of the whole stands still, a reason or a stage; empty while it runs."""

    stage: str
    since: date
    ended: bool
    waits_for: tuple[Next, ...]
    term: Term | None
    whole: Term | None
    paused: str
    agreed: int
    refused: int
    objections: int


def standing(workflow: Workflow, state: State, calendar: Calendar, on: date) -> Standing:
    """Where the case stands on a day."""
    here = state.here
    verdicts = [task.verdict for task in here.tasks]
    still = [one for one in state.standstills if one.until is None]
    return Standing(
        stage=here.stage,
        since=here.entered,
        ended=workflow.by_name[here.stage].ends,
        waits_for=tuple(
            Next(task.seat, tuple(filter(None, (task.person, task.delegate))))
            for task in here.tasks
            if task.verdict == OPEN
        ),
        term=stage_term(workflow, state, calendar, on),
        whole=whole_term(workflow, state, calendar, on),
        paused=still[0].reason if still else "",
        agreed=verdicts.count(AGREED),
        refused=verdicts.count(REFUSED),
        objections=sum(not one.settled for one in here.objections),
    )
