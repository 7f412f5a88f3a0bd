"""From one stage to the next: tasks made and dropped, votes that stand, clocks stopped and started."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from yingcai.engine.workflow.act import Effect, Judging
from yingcai.engine.workflow.model import BACK, OWN, Stage, Workflow
from yingcai.engine.workflow.moves import Refusal, Refused
from yingcai.engine.workflow.state import AGREED, DROPPED, OPEN, Standstill, State, Task, Visit
from yingcai.engine.workflow.terms import seats_of


def go(
    workflow: Workflow,
    state: State,
    to: Stage,
    on: date,
    effects: list[Effect],
    *,
    back: bool = False,
    judging: tuple[Judging, ...] = (),
) -> State:
    """Leave a stage and enter the next; stages whose votes all stand are passed through.

    ``back``: by a return, a refusal, an objection that was upheld. Then the next stage speaks anew,
    and whoever has to agree again is told. Raises: Refused where too few experts were drawn for it.
    """
    to = to if back else _asked(workflow, to, judging)
    again = votes_again(workflow, state, to) if back and not to.ends else ()
    if again:
        effects.append(Effect("votes-again", to.name, persons=again))
    passed = {to.name}
    state = enter(workflow, _left(workflow, state, on, effects), to, on, effects, judging, back)
    while state.here.tasks and all(task.kept for task in state.here.tasks):
        to = _asked(workflow, workflow.by_name[to.next[0]], judging)
        if to.name in passed:
            break
        passed.add(to.name)
        state = enter(workflow, _left(workflow, state, on, effects), to, on, effects, judging)
    return state


def _asked(workflow: Workflow, stage: Stage, judging: tuple[Judging, ...]) -> Stage:
    """The stage, or the first one after it in which there is something to judge."""
    open_facts = {one.fact for one in judging}
    while stage.says and stage.says not in open_facts:
        stage = workflow.by_name[stage.next[0]]
    return stage


def redrawn(
    workflow: Workflow,
    state: State,
    on: date,
    effects: list[Effect],
    judging: tuple[Judging, ...],
) -> State:
    """The same stage with its term anew: who has spoken stays, others are drawn for those who have not."""
    stage = workflow.by_name[state.here.stage]
    spoken = tuple(replace(task, kept=True) for task in state.here.tasks if task.spoken)
    waiting = tuple(Task(task.seat) for task in state.here.tasks if not task.spoken)
    tasks = (*spoken, *named(stage, waiting, judging))
    again = Visit(stage.name, on, tasks, state.here.came)
    gone = replace(state.here, tasks=_dropped(state.here.tasks), left=on)
    effects.append(Effect("asked", stage.name, tuple(task.seat for task in waiting)))
    # A clock that the stage stopped stands still all the while.
    return replace(state, visits=(*state.visits[:-1], gone, again))


def named(stage: Stage, tasks: tuple[Task, ...], judging: tuple[Judging, ...]) -> tuple[Task, ...]:
    """Tasks of experts with those whom the lot named. Raises: Refused where there are too few of them."""
    if not stage.drawn:
        return tasks
    persons = next((one.persons for one in judging if one.fact == stage.says), ())
    if len(persons) < len(tasks):
        raise Refused(Refusal("no-experts", stage.name))
    return tuple(replace(task, person=person) for task, person in zip(tasks, persons, strict=False))


def votes_again(workflow: Workflow, state: State, to: Stage) -> tuple[str, ...]:
    """Who has agreed since the case was last in a stage and will have to do so again.

    A stage that sends it straight back costs the votes of this stage alone.
    """
    since = [i for i, visit in enumerate(state.visits) if visit.stage == to.name]
    if not since or BACK in to.next:
        since = [len(state.visits) - 1]
    return tuple(
        sorted(
            {
                task.by
                for visit in state.visits[since[-1] :]
                for task in visit.tasks
                if task.verdict == AGREED
                and task.seat.role not in OWN
                and not workflow.by_name[visit.stage].says
                and (workflow.by_name[visit.stage].votes == "again" or visit.stage == to.name)
            }
        )
    )


def _left(workflow: Workflow, state: State, on: date, effects: list[Effect]) -> State:
    stage = workflow.by_name[state.here.stage]
    left = replace(state.here, tasks=_dropped(state.here.tasks), left=on)
    state = with_here(state, left)
    if stage.public:
        effects.append(Effect("unpublished", stage.name))
    return run_again(state, on, effects)


def _dropped(tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Voices that are not needed any more; they stay in the record."""
    return tuple(replace(task, verdict=DROPPED) if task.verdict == OPEN else task for task in tasks)


def run_again(state: State, on: date, effects: list[Effect]) -> State:
    if not state.standstills or state.standstills[-1].until is not None:
        return state
    still = replace(state.standstills[-1], until=on)
    effects.append(Effect("clock-runs", state.here.stage, note=still.reason))
    return replace(state, standstills=(*state.standstills[:-1], still))


def enter(
    workflow: Workflow,
    state: State,
    stage: Stage,
    on: date,
    effects: list[Effect],
    judging: tuple[Judging, ...] = (),
    back: bool = False,  # noqa: FBT001, FBT002 - one of the two ways in
) -> State:
    came = state.here.stage if state.visits else ""
    tasks = named(stage, tasks_of(state, stage), judging)
    if stage.votes == "kept" and not back:
        tasks = _kept(state, tasks, stage)
    visit = Visit(stage.name, on, tasks, came, back)
    state = replace(state, visits=(*state.visits, visit))
    effects.append(Effect("ended" if stage.ends else "entered", stage.name))
    if stage.public:
        effects.append(Effect("published", stage.name))
    if stage.pauses:
        still = Standstill(stage.name, on)
        state = replace(state, standstills=(*state.standstills, still))
        effects.append(Effect("clock-stopped", stage.name, persons=state.own, note=stage.name))
    asked = tuple(task.seat for task in tasks if not task.spoken)
    if asked:
        effects.append(Effect("asked", stage.name, asked))
    return state


def tasks_of(state: State, stage: Stage) -> tuple[Task, ...]:
    """A task for every voice of the stage."""
    return tuple(
        Task(seat)
        for who in stage.who
        for seat in seats_of(state, who.seat)
        for _ in range(who.many)
    )


def _kept(state: State, tasks: tuple[Task, ...], stage: Stage) -> tuple[Task, ...]:
    """The tasks with what was agreed on the last visit; voices that were added then come along."""
    last = next((one for one in reversed(state.visits) if one.stage == stage.name), None)
    agreed = [task for task in (last.tasks if last else ()) if task.verdict == AGREED]
    found = []
    for task in tasks:
        old = next((one for one in agreed if one.seat == task.seat and not one.added), None)
        if old:
            agreed.remove(old)
        found.append(replace(old, kept=True) if old else task)
    return (*found, *(replace(task, kept=True) for task in agreed if task.added))


def with_task(state: State, place: int, task: Task) -> State:
    tasks = state.here.tasks
    return with_here(state, replace(state.here, tasks=(*tasks[:place], task, *tasks[place + 1 :])))


def with_here(state: State, here: Visit) -> State:
    return replace(state, visits=(*state.visits[:-1], here))
