"""A running case and a new version of its workflow: a dry run that says what would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from yingcai.engine.workflow.model import Workflow
from yingcai.engine.workflow.moves import Refusal
from yingcai.engine.workflow.passage import tasks_of
from yingcai.engine.workflow.state import State


class Move(NamedTuple):
    """What a new version would do to a running case. ``state`` is empty where it cannot move."""

    state: State | None
    refusal: Refusal | None
    changes: tuple[str, ...]


def moved(
    old: Workflow, new: Workflow, state: State, places: Mapping[str, str] | None = None
) -> Move:
    """A dry run: the case on a new version of its workflow, and what of it would change.

    ``places``: for a stage that the new version lacks, the one that takes its place. Days, votes and
    everything that was done stay; tasks that are open are asked of whom the new version names.
    Changes: `stage`, `who`, `term`, `whole`, `ways`. Only whoever keeps the state makes it so.
    """
    places = places or {}
    if old.name != new.name or state.digest != old.digest:
        return Move(None, Refusal("other-workflow", state.workflow), ())
    visits = []
    for visit in state.visits:
        name = places.get(visit.stage, visit.stage)
        if name not in new.by_name:
            return Move(None, Refusal("unmapped", visit.stage), ())
        came = places.get(visit.came, visit.came)
        visits.append(replace(visit, stage=name, came=came))
    was, now = old.by_name[state.here.stage], new.by_name[visits[-1].stage]
    changes = _changes(old, new, was.name, now.name)
    after = replace(
        state,
        digest=new.digest,
        visits=tuple(visits),
        standstills=tuple(
            replace(one, reason=places.get(one.reason, one.reason)) for one in state.standstills
        ),
        notices=tuple(
            replace(one, stage=places.get(one.stage, one.stage)) for one in state.notices
        ),
    )
    if "who" in changes and now.drawn:
        return Move(None, Refusal("no-experts", now.name), changes)
    if "who" in changes:
        after = _asked_anew(new, after)
        if all(task.spoken for task in after.here.tasks):
            return Move(None, Refusal("nobody", now.name), changes)
    return Move(after, None, changes)


def _changes(old: Workflow, new: Workflow, before: str, name: str) -> tuple[str, ...]:
    was, now = old.by_name[before], new.by_name[name]
    differ = {
        "stage": before != name,
        "who": was.who != now.who,
        "term": was.clock != now.clock,
        "whole": old.days != new.days,
        "ways": (was.next, was.return_to, was.refused_to)
        != (now.next, now.return_to, now.refused_to),
    }
    return tuple(change for change, found in differ.items() if found)


def _asked_anew(new: Workflow, state: State) -> State:
    """Who has spoken stays; seats that have not are those of the new version."""
    spoken = [task for task in state.here.tasks if task.spoken]
    done = [task.seat for task in spoken]
    waiting = []
    for task in tasks_of(state, new.by_name[state.here.stage]):
        if task.seat in done:
            done.remove(task.seat)
        else:
            waiting.append(task)
    here = replace(state.here, tasks=(*spoken, *waiting))
    return replace(state, visits=(*state.visits[:-1], here))
