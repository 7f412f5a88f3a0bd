"""What somebody may do with a case now, and for each move that is not allowed, why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from yingcai.engine.workflow.calendar import Calendar
from yingcai.engine.workflow.model import (
    APPEALED,
    BACK,
    JUDGING,
    OWN,
    SYSTEM,
    Seat,
    Stage,
    Workflow,
)
from yingcai.engine.workflow.state import State, Task
from yingcai.engine.workflow.terms import seats_of, stage_term

MOVES = (
    "agree", "refuse", "return", "add_sign", "transfer", "delegate", "recuse", "pause", "resume",
    "object", "uphold", "dismiss", "withdraw", "stop", "lapse",
)  # fmt: skip
REASONED = frozenset(MOVES) - {"agree", "resume", "lapse"}  # they need words
HANDED = ("add_sign", "transfer", "delegate")


class Refusal(NamedTuple):
    """Why a move is not allowed: a code that `words.py` says in both languages, and what fills it in."""

    code: str
    place: str = ""


class Refused(Exception):
    """A move that is not allowed; nothing happened."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code} {refusal.place}".strip())
        self.refusal = refusal


class Actor(NamedTuple):
    """A natural person, by key, with all seats that he or she holds; the program has only SYSTEM.

    ``also``: natural persons who count as one with this one, for one of them stood in for the other.
    """

    person: str
    seats: tuple[Seat, ...]
    also: tuple[str, ...] = ()


class Choice(NamedTuple):
    """A move, where it may lead, and why it is not allowed; None where it is."""

    move: str
    to: tuple[str, ...]
    refusal: Refusal | None


@dataclass(frozen=True)
class Look:
    """A case as one person sees it on a day."""

    workflow: Workflow
    calendar: Calendar
    state: State
    actor: Actor
    on: date

    @cached_property
    def stage(self) -> Stage:
        return self.workflow.by_name[self.state.here.stage]

    @cached_property
    def place(self) -> int:
        """Which of the tasks is the person's; -1 where none is. A task given to him goes first."""
        tasks = self.state.here.tasks
        mine = [i for i, task in enumerate(tasks) if not task.spoken and _may(task, self.actor)]
        return next((i for i in mine if tasks[i].person), mine[0] if mine else -1)

    @property
    def task(self) -> Task:
        return self.state.here.tasks[self.place]

    @property
    def behind(self) -> frozenset[str]:
        """The natural persons who would answer for the act: the person, and whom he acts for."""
        principal = self.task.person if self.place >= 0 else ""
        return frozenset({self.actor.person, principal} - {""})

    @property
    def counted(self) -> frozenset[str]:
        """Whom the separation of persons takes for one with who acts."""
        return self.behind | {*self.actor.also}

    @property
    def targets(self) -> tuple[str, ...]:
        """Where agreement may lead."""
        came = self.state.here.came
        return tuple(came if name == BACK else name for name in self.stage.next)


def allowed(look: Look) -> tuple[Choice, ...]:
    """Every move, with the reason where the person may not make it."""
    ways: Mapping[str, tuple[str, ...]] = {
        "agree": look.targets,
        "refuse": (look.stage.refused_to,) if look.stage.refused_to else (),
        "return": look.stage.return_to,
        "withdraw": (look.workflow.end("撤回"),),
        "stop": (look.workflow.end("终止"),),
    }
    return tuple(Choice(move, ways.get(move, ()), why_not(look, move)) for move in MOVES)


def why_not(look: Look, move: str) -> Refusal | None:
    """Why the person may not make the move; None where nothing speaks against it."""
    return next(filter(None, (check(look) for check in (*_ALWAYS, *_CHECKS[move]))), None)


def _may(task: Task, actor: Actor) -> bool:
    """Whether the task is the person's; the program has no name and does only what is its own."""
    if not actor.person:
        return task.seat == SYSTEM and SYSTEM in actor.seats
    if task.person or task.delegate:
        return actor.person in (task.person, task.delegate)
    return task.seat in actor.seats


# -- checks: each gives the reason for which a move is not allowed, or None ----------------------


def _version(look: Look) -> Refusal | None:
    same = look.state.digest == look.workflow.digest
    return None if same else Refusal("version", look.state.workflow)


def _open(look: Look) -> Refusal | None:
    return Refusal("ended", look.stage.name) if look.stage.ends else None


def _later(look: Look) -> Refusal | None:
    back = look.on < look.state.last
    return Refusal("earlier", look.state.last.isoformat()) if back else None


def _running(look: Look) -> Refusal | None:
    still = look.state.paused
    return Refusal("paused", still.reason) if still else None


def _theirs(look: Look) -> Refusal | None:
    if look.place >= 0:
        return None
    spoke = any(look.actor.person in task.behind for task in look.state.here.tasks)
    return Refusal("spoken" if spoke else "not-yours", look.stage.name)


def _apart(look: Look) -> Refusal | None:
    """Separation of natural persons, whatever seats they hold and whomever they act for."""
    behind = look.counted
    if look.task.seat.role not in OWN and behind & {*look.state.own}:
        return Refusal("own-case")
    if any(behind & {*task.behind} for task in look.state.here.tasks):
        return Refusal("voted", look.stage.name)
    if APPEALED in look.stage.apart_from and behind & {*look.state.apart}:
        return Refusal("appealed")
    if look.stage.kind in JUDGING and behind & _decided_first(look):
        return Refusal("decided-first")
    for visit in look.state.visits:
        met = any(behind & {*task.behind} for task in visit.tasks)
        if met and visit.stage in look.stage.apart_from:
            return Refusal("acted", visit.stage)
    return None


def _decided_first(look: Look) -> frozenset[str]:
    """The natural persons who decided a case before it ended and was taken up anew."""
    stages, visits = look.workflow.by_name, look.state.visits
    ended = [i for i, one in enumerate(visits) if one.stage in stages and stages[one.stage].ends]
    return frozenset(
        person
        for visit in visits[: ended[-1] if ended else 0]
        if visit.stage in stages and stages[visit.stage].kind in JUDGING
        for task in visit.tasks
        for person in task.behind
    )


def _votes(look: Look) -> Refusal | None:
    return Refusal("public", look.stage.name) if look.stage.public else None


def _can_refuse(look: Look) -> Refusal | None:
    own = look.task.seat.role in OWN
    ways = look.stage.refused_to or look.stage.refusal == "noted"
    return Refusal("no-refusal", look.stage.name) if own or not ways else None


def _can_return(look: Look) -> Refusal | None:
    return None if look.stage.return_to else Refusal("no-return", look.stage.name)


def _can_hand(look: Look) -> Refusal | None:
    if look.task.seat.role in OWN or look.task.seat == SYSTEM:
        return Refusal("not-handed", look.stage.name)
    if look.stage.drawn:
        return Refusal("drawn", look.stage.name)
    deputy = look.task.delegate and look.actor.person != look.task.person
    return Refusal("deputy", look.task.person) if deputy else None


def _can_recuse(look: Look) -> Refusal | None:
    return None if look.stage.drawn else Refusal("not-drawn", look.stage.name)


def _published(look: Look) -> Refusal | None:
    return None if look.stage.public else Refusal("not-public", look.stage.name)


def _somebody(look: Look) -> Refusal | None:
    return None if look.actor.person else Refusal("not-yours", look.stage.name)


def _in_time(look: Look) -> Refusal | None:
    term = stage_term(look.workflow, look.state, look.calendar, look.on)
    return Refusal("late", look.stage.name) if term and term.over else None


def _objected(look: Look) -> Refusal | None:
    waiting = [one for one in look.state.here.objections if not one.settled]
    if not waiting:
        return Refusal("no-objection", look.stage.name)
    return Refusal("own-objection") if waiting[0].person in look.counted else None


def _may_pause(look: Look) -> Refusal | None:
    if not look.workflow.pause_reasons:
        return Refusal("no-pause", look.workflow.name)
    if look.task.seat.role in OWN or look.task.seat == SYSTEM or look.stage.drawn:
        return Refusal("not-yours", look.stage.name)
    return Refusal("standing", look.stage.name) if look.stage.pauses else None


def _still(look: Look) -> Refusal | None:
    return None if look.state.paused else Refusal("not-paused", look.stage.name)


def _owner(look: Look) -> Refusal | None:
    if look.actor.person not in look.state.own:
        return Refusal("not-yours", look.stage.name)
    return None if look.stage.withdraw else Refusal("no-withdrawal", look.stage.name)


def _stopper(look: Look) -> Refusal | None:
    seats = {one for seat in look.workflow.stopped_by for one in seats_of(look.state, seat)}
    if not seats & {*look.actor.seats}:
        return Refusal("not-yours", look.stage.name)
    return Refusal("own-case") if look.counted & {*look.state.own} else None


def _time(look: Look) -> Refusal | None:
    """Whether the term has passed without an answer, and the file says what that means."""
    if SYSTEM not in look.actor.seats or look.actor.person:
        return Refusal("not-yours", look.stage.name)
    term = stage_term(look.workflow, look.state, look.calendar, look.on)
    if term is None or not (look.stage.public or look.stage.silence != "waits"):
        return Refusal("waits", look.stage.name)
    if term.over == 0:
        return Refusal("not-over", look.stage.name)
    if not look.calendar.knows(look.state.here.entered, look.on):
        return Refusal("no-calendar", str(look.on.year))
    waiting = any(not one.settled for one in look.state.here.objections)
    return Refusal("objections", look.stage.name) if waiting else None


Check = Callable[[Look], Refusal | None]
_ALWAYS: tuple[Check, ...] = (_version, _open, _later)
_TASK: tuple[Check, ...] = (_running, _theirs, _apart)
_CHECKS: Mapping[str, tuple[Check, ...]] = {
    "agree": (*_TASK, _votes),
    "refuse": (*_TASK, _votes, _can_refuse),
    "return": (*_TASK, _votes, _can_return),
    **dict.fromkeys(HANDED, (_running, _theirs, _can_hand)),
    "recuse": (_running, _theirs, _can_recuse),
    "pause": (_running, _theirs, _apart, _may_pause),
    "resume": (_still, _theirs, _apart),
    "object": (_published, _somebody, _in_time),
    **dict.fromkeys(("uphold", "dismiss"), (_published, _running, _theirs, _apart, _objected)),
    "withdraw": (_owner,),
    "stop": (_stopper,),
    "lapse": (_time, _running),
}
