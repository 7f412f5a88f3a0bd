"""A case that has ended goes on again, because an appeal against it was upheld. No seat can do it."""

from __future__ import annotations

from dataclasses import replace

from yingcai.engine.workflow.act import Act, Applied, Effect
from yingcai.engine.workflow.model import DECIDING, Workflow
from yingcai.engine.workflow.moves import Refusal, Refused
from yingcai.engine.workflow.passage import go
from yingcai.engine.workflow.state import Standstill, State

REOPEN = "reopen"


def redone(workflow: Workflow, state: State) -> str:
    """The stage at which a case is dealt with anew: where it was decided last, else the last one before its end."""
    before = [visit for visit in state.visits if not workflow.by_name[visit.stage].ends]
    decided = [one for one in before if workflow.by_name[one.stage].kind in DECIDING]
    return (decided or before)[-1].stage


def reopened(workflow: Workflow, state: State, act: Act) -> Applied:
    """The case in the stage ``act.to`` again, where all speak anew; the days between did not count.

    Raises: Refused where it runs, or by another text of the workflow, or the day is earlier.
    """
    here = workflow.by_name.get(state.here.stage)
    if state.digest != workflow.digest or here is None:
        raise Refused(Refusal("version", state.workflow))
    if not here.ends:
        raise Refused(Refusal("not-ended", here.name))
    if act.on < state.last:
        raise Refused(Refusal("earlier", state.last.isoformat()))
    effects = [Effect("reopened", act.to, note=act.reason)]
    between = Standstill(here.name, state.last, act.on)
    state = replace(state, standstills=(*state.standstills, between))
    after = go(workflow, state, workflow.by_name[act.to], act.on, effects, back=True)
    return Applied(replace(after, last=act.on, version=state.version + 1), tuple(effects))
