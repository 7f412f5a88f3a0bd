"""One act of a case as it is written down, what an act must say, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from yingcai.engine.workflow.model import CORRECTION, Seat, Workflow
from yingcai.engine.workflow.moves import HANDED, REASONED, Actor, Look, Refusal
from yingcai.engine.workflow.state import State


class Judging(NamedTuple):
    """A fact that people have to judge in a case, and whom the lot named where experts judge it."""

    fact: str
    persons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """One move as it is written down; the acts of a case, in order, give its state again.

    ``to``: the stage chosen. ``items``: what is missing. ``person``, ``seat``: to whom it is handed.
    ``judging``: what the rules wait for people to judge on that day.
    """

    move: str
    actor: Actor
    on: date
    to: str = ""
    reason: str = ""
    items: tuple[str, ...] = ()
    person: str = ""
    seat: Seat | None = None
    judging: tuple[Judging, ...] = ()


class Effect(NamedTuple):
    """What follows from an act, for whoever keeps files, sends notices and publishes.

    ``kind``: asked, entered, ended, published, unpublished, missing, clock-started, clock-stopped,
    clock-runs, votes-again, handed, objected, settled, reopened, changed, judged.
    """

    kind: str
    stage: str
    seats: tuple[Seat, ...] = ()
    persons: tuple[str, ...] = ()
    note: str = ""


class Applied(NamedTuple):
    """The state after an act and its effects, in order."""

    state: State
    effects: tuple[Effect, ...]


def wrong(look: Look, act: Act) -> Refusal | None:
    """What is wrong with the words of an act that is allowed as such."""
    judges = act.move == "agree" and bool(look.stage.says)
    if (judges or act.move in REASONED) and not act.reason.strip():
        return Refusal("no-reason")
    if act.move == "pause" and act.reason not in look.workflow.pause_reasons:
        return Refusal("unknown-reason", act.reason)
    if act.move == "return":
        return _wrong_return(look, act)
    if act.move == "agree" and act.to and act.to not in look.targets:
        return Refusal("no-way", act.to)
    if act.move == "agree" and len(look.targets) > 1 and not act.to:
        return Refusal("choose", look.stage.name)
    return _wrong_hand(look, act) if act.move in HANDED else None


def _wrong_return(look: Look, act: Act) -> Refusal | None:
    """Only to a stage of the file; one complete list of what is missing, to which nothing is added later."""
    if act.to not in look.stage.return_to:
        return Refusal("no-way", act.to)
    if not correcting(look.workflow, act.to):
        return None
    if not act.items:
        return Refusal("no-items", act.to)
    told = [notice for notice in look.state.notices if notice.stage == look.stage.name]
    late = [item for item in act.items if told and item not in told[0].items]
    return Refusal("told-late", late[0]) if late else None


def _wrong_hand(look: Look, act: Act) -> Refusal | None:
    if not act.person and not (act.seat and act.move == "add_sign"):
        return Refusal("no-person")
    taken = {look.actor.person, look.task.person} - {""}
    if act.person in taken:
        return Refusal("same-person", act.person)
    return Refusal("own-case") if act.person in look.state.own else None


def correcting(workflow: Workflow, name: str) -> bool:
    """Whether a stage asks the applicant for what is missing."""
    return workflow.by_name[name].kind == CORRECTION
