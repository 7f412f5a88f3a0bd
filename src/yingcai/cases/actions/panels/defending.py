"""The day of the defence (答辩): the order is drawn, the clerk calls one project after the other."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.cases.actions.panels.keeping import by_office, no_part_of_his
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import DefenceSlot, Panel
from yingcai.cases.queries.panels.rounds import rules_of
from yingcai.engine.matching.draws import drawn

if TYPE_CHECKING:
    from yingcai.identity.models import User

State = DefenceSlot.State
MINUTES = 15  # where the pack says nothing
DEEDS = ("next", "skip", "finish")


def draw_defence(
    panel: Panel, begins_at: datetime, *, actor: "User", now: datetime
) -> list[DefenceSlot]:
    """Draw the order by the panel's seed and set the times. Raises: NotAllowed, InvalidCase."""
    by_office(actor, now)
    no_part_of_his(panel, actor, now)
    if panel.state == Panel.State.CONCLUDED:
        raise NotAllowed(_("评审已经形成结果，不再安排答辩"))
    if begins_at <= now:
        raise InvalidCase(_("答辩时间应当晚于现在"))
    if panel.slots.exclude(state=State.WAITING).exists():
        raise NotAllowed(_("答辩已经开始，不能重新安排"))
    minutes = rules_of(panel).get("slot", MINUTES)
    cases = {str(one.number): one for one in panel.cases.filter(left=0)}
    slots = [
        DefenceSlot(
            panel=panel,
            case=cases[name],
            place=place,
            planned_at=begins_at + timedelta(minutes=minutes * (place - 1)),
            minutes=minutes,
        )
        for place, name in enumerate(drawn(panel.seed, "defence", cases), 1)
    ]
    there = list(panel.slots.order_by("place"))
    if [(one.case_id, one.planned_at) for one in there] == [
        (one.case.pk, one.planned_at) for one in slots
    ]:
        return there  # drawn again for the same moment: the same order
    with transaction.atomic():
        panel.slots.all().delete()
        DefenceSlot.objects.bulk_create(slots)
        record("panel.defence_drawn", panel, actor=actor, details={"slots": len(slots)}, at=now)
    return slots


def call_next(panel: Panel, deed: str, *, place: int, actor: "User", now: datetime) -> None:
    """Begin the next, note that it did not come, or end the one that is on; ``place``: that the clerk saw.

    ``place`` is that of the slot on which he acts. Raises: NotAllowed, StaleCase.
    """
    by_office(actor, now)
    no_part_of_his(panel, actor, now)
    if deed not in DEEDS:
        raise NotAllowed(_("没有这个办理动作"))
    with transaction.atomic():
        _done(panel, deed, place, now)
        details = {"deed": deed, "place": place}
        record("panel.defence_called", panel, actor=actor, details=details, at=now)


def _done(panel: Panel, deed: str, place: int, now: datetime) -> None:
    slots = DefenceSlot.objects.filter(panel=panel)
    on = slots.filter(state=State.NOW)
    if deed == "finish":
        changed = on.filter(place=place).update(state=State.DONE, ended_at=now)
    else:
        first = slots.filter(state=State.WAITING).order_by("place").first()
        chosen = slots.filter(place=place, state=State.WAITING)
        if first is None or first.place != place:
            changed = 0
        elif deed == "skip":
            changed = chosen.update(state=State.SKIPPED, ended_at=now)
        else:
            on.update(state=State.DONE, ended_at=now)
            changed = chosen.update(state=State.NOW, began_at=now)
    if not changed:
        raise StaleCase(_("答辩顺序已有变动，请刷新页面"))
