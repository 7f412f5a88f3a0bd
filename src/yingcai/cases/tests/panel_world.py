"""A call, and a panel that is over, for the world in which every address leads somewhere."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from yingcai.cases.models import (
    Call,
    Case,
    DefenceSlot,
    Panel,
    PanelCase,
    PanelExpert,
    ScoreSheet,
)
from yingcai.cases.queries.panels.published import archive
from yingcai.cases.sealed import put
from yingcai.identity.models import User


def a_panel(office: User, expert: User, handle: UUID, now: datetime) -> dict[str, Any]:
    """One expert has scored one project, which had its turn on the day of the defence."""
    case = Case.objects.get(handle=handle)
    call = Call.objects.create(
        programme="elite", title="2018年创业英才申报", opens_on=date(2018, 5, 1),
        closes_on=date(2018, 5, 31), made_at=now, made_by=office,
    )  # fmt: skip
    panel = Panel.objects.create(
        call=call, pack=case.pack, score="review", stage="panel", sheets=1, seed="seed", round=1,
        state=Panel.State.CONCLUDED, opens_on=date(2018, 6, 30), made_at=now, made_by=office,
        opened_at=now, concluded_at=now,
    )  # fmt: skip
    project = PanelCase.objects.create(
        panel=panel, case=case, number=1, rank=1, score=70, admitted=True
    )
    seat = PanelExpert.objects.create(
        panel=panel, user=expert, state="accepted", limit=5, number=1, since=1, invited_at=now
    )
    sheet = ScoreSheet(case=project, expert=seat, round=1, state="submitted", submitted_at=now)
    given = {"novelty": 40, "team": 30, "chain": 0, "false-claim": 0}
    sheet.sealed = put(case, f"sheet/{sheet.handle}", {"points": given, "reasons": {}})
    sheet.save()
    DefenceSlot.objects.create(
        case=project,
        panel=panel,
        place=1,
        planned_at=now,
        minutes=15,
        state="done",
        began_at=now,
        ended_at=now,
    )
    Panel.objects.filter(pk=panel.pk).update(published=archive(panel, now.date()))
    return {
        "calls/handle": call.handle,
        "panels/handle": panel.handle,
        "defence/handle": panel.handle,
        "reviews/handle": seat.handle,
        "sheets/handle": sheet.handle,
    }
