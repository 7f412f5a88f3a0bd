"""Every way of every shipped workflow is walked, breadth first, and no other way is ever found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.engine.workflow.make import CITIZEN, CLOCK, GRANT, PARTIES, shipped
from yingcai.engine.workflow.act import Act, Judging
from yingcai.engine.workflow.model import OWN, Seat, Workflow
from yingcai.engine.workflow.moves import Actor, Look, Refused, allowed
from yingcai.engine.workflow.run import apply, opened
from yingcai.engine.workflow.state import State
from yingcai.engine.workflow.terms import seats_of

FLOWS, CITY, _ = shipped()
ALL = {**FLOWS, "grant": GRANT}
MOVES = ("agree", "refuse", "return", "object", "uphold", "withdraw", "stop", "lapse")
Edge = tuple[str, str]


def cast(workflow: Workflow, state: State) -> Iterator[Actor]:
    """For each voice of the stage a person of his own, so that nobody is in his own way."""
    yield from (Actor("lin", (Seat(role),)) for role in OWN)
    yield from (CLOCK, CITIZEN)
    for i, task in enumerate(state.here.tasks):
        yield Actor(task.person or f"{len(state.visits)}-{i}", (task.seat,))
    for seat in workflow.stopped_by:
        yield Actor("stopper", seats_of(state, seat))


def acts(workflow: Workflow, state: State) -> Iterator[Act]:
    """Everything that somebody may do, today or when the term has long passed."""
    for on in (state.last, state.last + timedelta(days=45)):
        for actor in cast(workflow, state):
            for choice in allowed(Look(workflow, CITY, state, actor, on)):
                if choice.refusal is None and choice.move in MOVES:
                    for to in choice.to or ("",):
                        act = Act(choice.move, actor, on, to=to, reason="理由", items=("form",))
                        yield from (act, replace(act, judging=drawn(workflow, state)))


def drawn(workflow: Workflow, state: State) -> tuple[Judging, ...]:
    """All that stages of the file say is to be judged, and for each stay other experts are drawn."""
    facts = sorted({stage.says for stage in workflow.stages} - {""})
    persons = tuple(f"expert {len(state.visits)} {i}" for i in range(9))
    return tuple(Judging(fact, persons) for fact in facts)


def kind_of(state: State) -> tuple[object, ...]:
    """What of a state decides where it can go; the rest is who and when."""
    here = state.here
    return (
        here.stage,
        here.came,
        tuple(sorted(task.verdict for task in here.tasks)),
        tuple(one.settled for one in here.objections)[:2],
        frozenset(visit.stage for visit in state.visits),
    )


def walked(workflow: Workflow) -> set[Edge]:
    first = opened(workflow, PARTIES, ("lin",), date(2018, 5, 7)).state
    found: set[Edge] = set()
    seen, queue = {kind_of(first)}, [first]
    while queue:
        state = queue.pop(0)
        for act in acts(workflow, state):
            after = tried(workflow, state, act)
            if after is None:
                continue
            still = [one for one in after.standstills if one.until is None]
            assert len(still) == int(workflow.by_name[after.here.stage].pauses)
            if len(after.visits) > len(state.visits):
                found.add((state.here.stage, after.here.stage))
            if len(after.visits) < 11 and kind_of(after) not in seen:
                seen.add(kind_of(after))
                queue.append(after)
    return found


def tried(workflow: Workflow, state: State, act: Act) -> State | None:
    """The state after the act; None where it would lead to experts of whom none was drawn."""
    try:
        return apply(workflow, CITY, state, act).state
    except Refused as error:
        if error.refusal.code != "no-experts":
            raise
        return None


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_way_of_the_file_is_walked_and_no_other(name: str) -> None:
    workflow = ALL[name]
    passed = {stage.name for stage in workflow.stages if stage.votes == "kept" or stage.says}

    found = walked(workflow)

    ways = {(stage.name, way) for stage in workflow.stages for way in workflow.ways(stage)}
    assert ways - found == set()
    beyond = found - ways
    assert all(_through(workflow, way, passed) for way in beyond)


def _through(workflow: Workflow, way: Edge, passed: set[str]) -> bool:
    """A way that passes a stage whose votes all stand."""
    stage = workflow.by_name[way[0]]
    return any(way[1] in workflow.by_name[one].next for one in passed & {*workflow.ways(stage)})
