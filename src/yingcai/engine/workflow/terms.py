"""How much of a term is used, when it ends, and what falls due because of it.

The day of an event is not counted: a term begins on the working day after it. On the day on which a
clock is stopped it still ran; on the day on which it goes on it still stood.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from yingcai.engine.workflow.calendar import Calendar, Due, Pause
from yingcai.engine.workflow.model import Seat, Workflow
from yingcai.engine.workflow.state import State, Visit


class Term(NamedTuple):
    """Working days granted and used. ``due`` is empty while the clock stands still."""

    days: int
    spent: int
    due: Due | None

    @property
    def left(self) -> int:
        return max(self.days - self.spent, 0)

    @property
    def over(self) -> int:
        """Working days past the term; 0 on its last day."""
        return max(self.spent - self.days, 0)


class Mark(NamedTuple):
    """A reminder or an escalation that is due. ``key`` is another one after each return."""

    key: str
    kind: str
    on: date
    seats: tuple[Seat, ...]


def stage_term(workflow: Workflow, state: State, calendar: Calendar, on: date) -> Term | None:
    """The term of the stage in which the case is; None where it has none."""
    stage = workflow.by_name[state.here.stage]
    if not stage.clock:
        return None
    stays = [state.here]
    if stage.rearm == "rest":
        stays = [visit for visit in state.visits if visit.stage == stage.name]
    pauses = _between(stays)
    pauses += [_pause(one.since, one.until, on) for one in state.standstills if one.by]
    still = state.paused is not None
    return _term(calendar, stays[0].entered, stage.clock, pauses, on, still=still)


def whole_term(workflow: Workflow, state: State, calendar: Calendar, on: date) -> Term | None:
    """The term of the whole; None before acceptance, and where the workflow has none.

    When the case has ended it stays as it was then.
    """
    if not workflow.days or state.counted_from is None:
        return None
    if workflow.by_name[state.here.stage].ends:
        on = state.here.entered
    pauses = [_pause(one.since, one.until, on) for one in state.standstills]
    still = any(one.until is None for one in state.standstills)
    return _term(calendar, state.counted_from, workflow.days, pauses, on, still=still)


def marks(workflow: Workflow, state: State, calendar: Calendar, on: date) -> tuple[Mark, ...]:
    """The reminders and escalations of this stay that are due by ``on``, the earliest first.

    Whoever sends them remembers the keys. A stage that is entered anew has new ones.
    """
    term = stage_term(workflow, state, calendar, on)
    stage = workflow.by_name[state.here.stage]
    if term is None or term.due is None:
        return ()
    due = term.due.on
    asked = tuple(task.seat for task in state.here.tasks if not task.spoken)
    found = [("remind", days, calendar.back(due, days), asked) for days in stage.remind]
    for alarm in stage.escalate:
        day = calendar.add_working_days(due, alarm.after).on
        found.append(("escalate", alarm.after, day, seats_of(state, alarm.seat)))
    stay = f"{len(state.visits)}:{stage.name}"
    return tuple(
        Mark(f"{stay}:{kind}:{days}:{due}", kind, day, seats)
        for kind, days, day, seats in sorted(found, key=lambda one: one[2])
        if day <= on
    )


def seats_of(state: State, seat: Seat) -> tuple[Seat, ...]:
    """The seats that a seat with a word for its unit stands for in this case."""
    units = state.parties.get(seat.unit, (seat.unit,))
    return tuple(Seat(seat.role, unit) for unit in units)


def _term(
    calendar: Calendar, since: date, days: int, pauses: list[Pause], on: date, *, still: bool
) -> Term:
    due = None if still else calendar.add_working_days(since, days, pauses)
    return Term(days, calendar.working_days_between(since, on, pauses), due)


def _between(stays: list[Visit]) -> list[Pause]:
    """The days between one stay in a stage and the next."""
    left = [stay.left for stay in stays if stay.left]
    return [Pause(gone, stay.entered) for gone, stay in zip(left, stays[1:], strict=False)]


def _pause(since: date, until: date | None, on: date) -> Pause:
    return Pause(since, until or max(on, since))
