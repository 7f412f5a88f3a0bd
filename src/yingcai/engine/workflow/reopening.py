"""A case that has ended goes on again, or is decided otherwise, because of an appeal. No seat can do it."""

from __future__ import annotations

from dataclasses import replace

from yingcai.engine.workflow.act import Act, Applied, Effect
from yingcai.engine.workflow.model import DECIDING, JUDGING, Workflow
from yingcai.engine.workflow.moves import Refusal, Refused
from yingcai.engine.workflow.passage import go, with_here
from yingcai.engine.workflow.state import AGREED, Standstill, State

REOPEN, CHANGE = "reopen", "change"


def redone(workflow: Workflow, state: State) -> str:
    """The stage at which a case is dealt with anew: where it was decided last, else the last one before its end."""
    before = [workflow.by_name[visit.stage] for visit in state.visits]
    before = [stage for stage in before if not stage.ends]
    judged = [stage for stage in before if stage.kind in JUDGING]
    decided = [stage for stage in before if stage.kind in DECIDING]
    return (judged or decided or before)[-1].name


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
    to = workflow.by_name[act.to]
    after = go(workflow, state, to, act.on, effects, back=True, judging=act.judging)
    return Applied(replace(after, last=act.on, version=state.version + 1), tuple(effects))


def changed(workflow: Workflow, state: State, act: Act) -> Applied:
    """The case decided in the stage ``act.to`` by whoever decided the appeal, for every voice there; it goes on.

    Raises: Refused as ``reopened`` does, and where nothing was decided that could be changed.
    """
    stage = workflow.by_name[act.to]
    if stage.kind not in DECIDING:
        raise Refused(Refusal("not-decided", act.to))
    state, _effects = reopened(workflow, state, act)
    by = act.actor.person
    said = tuple(
        replace(task, verdict=AGREED, by=by, behind=(by,), on=act.on, reason=act.reason)
        for task in state.here.tasks
    )
    state = with_here(state, replace(state.here, tasks=said))
    effects = [Effect("changed", act.to, note=act.reason)]
    onward = workflow.by_name[stage.next[0]]
    after = go(workflow, state, onward, act.on, effects, judging=act.judging)
    return Applied(after, tuple(effects))
