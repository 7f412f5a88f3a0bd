"""The day of the defence: whose turn it is, who is next, and about when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from yingcai.cases.models import DefenceSlot, Panel, PanelCase

State = DefenceSlot.State


@dataclass(frozen=True)
class Turn:
    """A slot as the page of the day tells it. ``about``: when it begins; ``ahead``: how many come before."""

    slot: DefenceSlot
    number: int
    about: datetime
    ahead: int
    minutes: int  # since it began, while it lasts
    over: bool  # longer than its minutes


def turns(panel: Panel, *, now: datetime) -> list[Turn]:
    """Every slot in order. Those that wait are counted on from the one that is on, or from now."""
    slots = list(panel.slots.select_related("case").order_by("place"))
    free = _free_at(slots, now)
    ahead, found = 0, []
    for slot in slots:
        about = slot.began_at or slot.planned_at
        if slot.state == State.WAITING:
            about = max(slot.planned_at, free)
            free = about + timedelta(minutes=slot.minutes)
            found.append(Turn(slot, slot.case.number, about, ahead, 0, over=False))
            ahead += 1
            continue
        minutes = _minutes(slot, now)
        over = slot.state == State.NOW and minutes > slot.minutes
        found.append(Turn(slot, slot.case.number, about, 0, minutes, over=over))
        ahead += slot.state == State.NOW
    return found


def _free_at(slots: list[DefenceSlot], now: datetime) -> datetime:
    """When the room is free next: when the one that is on should end, and not before now."""
    for slot in slots:
        if slot.state == State.NOW and slot.began_at:
            return max(now, slot.began_at + timedelta(minutes=slot.minutes))
    begun = any(slot.state != State.WAITING for slot in slots)
    return now if begun else slots[0].planned_at if slots else now


def _minutes(slot: DefenceSlot, now: datetime) -> int:
    if slot.began_at is None:
        return 0
    return max(0, int(((slot.ended_at or now) - slot.began_at).total_seconds() // 60))


def turn_of(case: PanelCase, *, now: datetime) -> Turn | None:
    """The turn of one project; None where no day is set."""
    return next((one for one in turns(case.panel, now=now) if one.slot.case_id == case.pk), None)
