"""Do a move: the state after it, and what follows as plain data. Nothing is called from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from yingcai.engine.workflow.act import Act, Applied, Effect, correcting, wrong
from yingcai.engine.workflow.calendar import Calendar
from yingcai.engine.workflow.model import (
    ACCEPTANCE,
    BACK,
    UNITS,
    Seat,
    Stage,
    Workflow,
)
from yingcai.engine.workflow.moves import Look, Refusal, Refused, why_not
from yingcai.engine.workflow.passage import (
    enter,
    go,
    named,
    redrawn,
    run_again,
    with_here,
    with_task,
)
from yingcai.engine.workflow.reopening import CHANGE, REOPEN, changed, reopened
from yingcai.engine.workflow.state import (
    AGREED,
    OPEN,
    REFUSED,
    SILENT,
    Notice,
    Objection,
    Standstill,
    State,
    Task,
)


def opened(
    workflow: Workflow,
    parties: Mapping[str, tuple[str, ...]],
    own: Iterable[str],
    on: date,
    apart: Iterable[str] = (),
) -> Applied:
    """A new case in the first stage.

    ``parties``: the units that `lead`, `joint`, `county` stand for; ``own``: natural persons whose
    case it is; ``apart``: those who acted in the case that it is about. Raises: Refused (`nobody`) where a seat of the workflow would be nobody's.
    """
    for stage in workflow.stages:
        for who in stage.who:
            if who.seat.unit in UNITS and not parties.get(who.seat.unit):
                raise Refused(Refusal("nobody", stage.name))
    received = not any(stage.kind == ACCEPTANCE for stage in workflow.stages)
    state = State(
        workflow=workflow.name,
        digest=workflow.digest,
        parties=dict(parties),
        own=tuple(own),
        opened=on,
        last=on,
        visits=(),
        counted_from=on if received else None,
        apart=tuple(apart),
    )
    effects: list[Effect] = []
    if received and workflow.days:
        effects.append(Effect("clock-started", workflow.stages[0].name))
    return Applied(enter(workflow, state, workflow.stages[0], on, effects), tuple(effects))


def apply(workflow: Workflow, calendar: Calendar, state: State, act: Act) -> Applied:
    """The case after the act. Raises: Refused with the reason; nothing has changed then."""
    look = Look(workflow, calendar, state, act.actor, act.on)
    refusal = why_not(look, act.move) or wrong(look, act)
    if refusal:
        raise Refused(refusal)
    effects: list[Effect] = []
    after = _ACTS[act.move](look, act, effects)
    return Applied(replace(after, last=act.on, version=state.version + 1), tuple(effects))


def replayed(workflow: Workflow, calendar: Calendar, state: State, acts: Iterable[Act]) -> State:
    """The state to which acts lead from the first one. Raises: Refused at the first impossible one."""
    for act in acts:
        if act.move in (REOPEN, CHANGE):
            state = (reopened if act.move == REOPEN else changed)(workflow, state, act).state
        else:
            state = apply(workflow, calendar, state, act).state
    return state


# -- moves ---------------------------------------------------------------------------------------


def _speak(look: Look, act: Act, effects: list[Effect]) -> State:
    """Agree or refuse, and go on once that settles the stage."""
    verdict = AGREED if act.move == "agree" else REFUSED
    said = replace(
        look.task,
        verdict=verdict,
        by=act.actor.person,
        behind=_names(look.behind, look.task.seat),
        on=act.on,
        reason=act.reason,
    )
    state = with_task(look.state, look.place, said)
    return _settle(look.workflow, state, act, effects)


def _names(behind: frozenset[str], seat: Seat) -> tuple[str, ...]:
    """Who answers; the program answers under the name of its seat."""
    return tuple(sorted(behind)) or (seat.role,)


def _settle(workflow: Workflow, state: State, act: Act, effects: list[Effect]) -> State:
    stage = workflow.by_name[state.here.stage]
    result = outcome(stage, state.here.tasks)
    if result == OPEN:
        return state
    to = stage.refused_to
    if result == AGREED:
        to = act.to or state.here.came if stage.next[0] == BACK else act.to or stage.next[0]
        state = _accepted(workflow, state, stage, act, effects)
    if stage.says:
        effects.append(Effect("judged", stage.name, note="yes" if result == AGREED else "no"))
    back, target = result == REFUSED, workflow.by_name[to]
    return go(workflow, state, target, act.on, effects, back=back, judging=act.judging)


def outcome(stage: Stage, tasks: tuple[Task, ...]) -> str:
    """`agreed`, `refused` or `open` by the votes so far and the meaning of a refusal in the file."""
    count = [task.verdict for task in tasks].count
    agreed = count(AGREED) + (count(SILENT) if stage.silence == "agreed" else 0)
    refused = count(REFUSED) + (count(SILENT) if stage.silence == "refused" else 0)
    if stage.refusal == "noted":
        agreed, refused = agreed + refused, 0
    if refused and stage.refusal == "at-once":
        return REFUSED
    if agreed >= stage.needed(len(tasks)):
        return AGREED
    return OPEN if count(OPEN) else REFUSED


def _accepted(
    workflow: Workflow, state: State, stage: Stage, act: Act, effects: list[Effect]
) -> State:
    """Acceptance begins the clock of the whole; by silence it counts from the day of receipt."""
    if stage.kind != ACCEPTANCE or state.counted_from is not None:
        return state
    since = state.here.entered if act.move == "lapse" else act.on
    if workflow.days:
        effects.append(Effect("clock-started", stage.name, note=since.isoformat()))
    return replace(state, counted_from=since)


def _return(look: Look, act: Act, effects: list[Effect]) -> State:
    """Back to a stage that the file names."""
    state = look.state
    if correcting(look.workflow, act.to):
        notice = Notice(look.stage.name, act.items, act.on)
        state = replace(state, notices=(*state.notices, notice))
        effects.append(Effect("missing", act.to, note="\n".join(act.items)))
    to = look.workflow.by_name[act.to]
    return go(look.workflow, state, to, act.on, effects, back=True, judging=act.judging)


def _add(look: Look, act: Act, effects: list[Effect]) -> State:
    """One voice more, equal to the others (加签)."""
    seat = act.seat or look.task.seat
    task = Task(seat, person=act.person, given_by=(act.actor.person,), added=True)
    effects.append(_handed(look, act, seat))
    here = look.state.here
    return with_here(look.state, replace(here, tasks=(*here.tasks, task)))


def _transfer(look: Look, act: Act, effects: list[Effect]) -> State:
    """The task becomes another person's, wholly (转办); it stays the same seat's."""
    given = (*look.task.given_by, act.actor.person)
    task = replace(look.task, person=act.person, delegate="", given_by=given, reason=act.reason)
    effects.append(_handed(look, act, task.seat))
    return with_task(look.state, look.place, task)


def _delegate(look: Look, act: Act, effects: list[Effect]) -> State:
    """Another person may act too, for the one who stays responsible (委托)."""
    task = replace(look.task, person=act.actor.person, delegate=act.person, reason=act.reason)
    effects.append(_handed(look, act, task.seat))
    return with_task(look.state, look.place, task)


def _recuse(look: Look, act: Act, effects: list[Effect]) -> State:
    """An expert keeps away; the lot names another one for him (回避)."""
    fresh = replace(Task(look.task.seat), given_by=(*look.task.given_by, act.actor.person))
    (task,) = named(look.stage, (fresh,), act.judging)
    effects.append(Effect("asked", look.stage.name, (task.seat,)))
    return with_task(look.state, look.place, replace(task, reason=act.reason))


def _handed(look: Look, act: Act, seat: Seat) -> Effect:
    persons = (act.person,) if act.person else ()
    return Effect("handed", look.stage.name, (seat,), persons, act.reason)


def _pause(look: Look, act: Act, effects: list[Effect]) -> State:
    still = Standstill(act.reason, act.on, by=act.actor.person)
    effects.append(
        Effect("clock-stopped", look.stage.name, persons=look.state.own, note=act.reason)
    )
    return replace(look.state, standstills=(*look.state.standstills, still))


def _resume(look: Look, act: Act, effects: list[Effect]) -> State:
    return run_again(look.state, act.on, effects)


def _object(look: Look, act: Act, effects: list[Effect]) -> State:
    objection = Objection(act.actor.person, act.reason, act.on)
    here = look.state.here
    seats = tuple(task.seat for task in here.tasks)
    effects.append(Effect("objected", here.stage, seats, note=act.reason))
    return with_here(look.state, replace(here, objections=(*here.objections, objection)))


def _answer(look: Look, act: Act, effects: list[Effect]) -> State:
    """Settle the oldest open objection; one that is upheld ends the publicity."""
    here = look.state.here
    place = next(i for i, one in enumerate(here.objections) if not one.settled)
    settled = "upheld" if act.move == "uphold" else "dismissed"
    found = replace(here.objections[place], settled=settled, by=act.actor.person, answer=act.reason)
    objections = (*here.objections[:place], found, *here.objections[place + 1 :])
    state = with_here(look.state, replace(here, objections=objections))
    effects.append(Effect("settled", here.stage, persons=(found.person,), note=settled))
    if act.move == "dismiss":
        return state
    to = look.workflow.by_name[look.stage.refused_to]
    return go(look.workflow, state, to, act.on, effects, back=True, judging=act.judging)


def _leave(kind: str) -> Callable[[Look, Act, list[Effect]], State]:
    def leave(look: Look, act: Act, effects: list[Effect]) -> State:
        to = look.workflow.by_name[look.workflow.end(kind)]
        return go(look.workflow, look.state, to, act.on, effects)

    return leave


def _lapse(look: Look, act: Act, effects: list[Effect]) -> State:
    """The term has passed: publicity is over; elsewhere silence means what the file says."""
    state = look.state
    if look.stage.public:
        to = look.workflow.by_name[look.stage.next[0]]
        return go(look.workflow, state, to, act.on, effects, judging=act.judging)
    if look.stage.silence == "redrawn":
        return redrawn(look.workflow, state, act.on, effects, act.judging)
    tasks = tuple(
        task if task.spoken else replace(task, verdict=SILENT, on=act.on)
        for task in state.here.tasks
    )
    state = with_here(state, replace(state.here, tasks=tasks))
    return _settle(look.workflow, state, act, effects)


_ACTS: Mapping[str, Callable[[Look, Act, list[Effect]], State]] = {
    "agree": _speak,
    "refuse": _speak,
    "return": _return,
    "add_sign": _add,
    "transfer": _transfer,
    "delegate": _delegate,
    "recuse": _recuse,
    "pause": _pause,
    "resume": _resume,
    "object": _object,
    "uphold": _answer,
    "dismiss": _answer,
    "withdraw": _leave("撤回"),
    "stop": _leave("终止"),
    "lapse": _lapse,
}
