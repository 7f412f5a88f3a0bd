"""What is owed for an award begins with it and ends when it is taken back."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F

from yingcai.audit.actions import record
from yingcai.cases.models import Award, Obligation
from yingcai.cases.queries.flows import details_of
from yingcai.engine.rules.months import months_later

if TYPE_CHECKING:
    from yingcai.identity.models import User

State = Obligation.State


def begin_obligations(award: Award, *, actor: "User | None", now: datetime) -> None:
    """A row for each due day of each obligation of the programme; once an award."""
    forms: list[dict[str, Any]] = details_of(award.case).get("obligations", [])
    rows = [
        Obligation(award=award, name=form["id"], number=number, due_on=day)
        for form in forms
        for number, day in enumerate(due_days(form, award.granted_on), start=1)
    ]
    if not rows or award.obligations.exists():
        return
    Obligation.objects.bulk_create(rows)
    details = {"case": award.case_id, "due": [f"{one.name} {one.due_on}" for one in rows]}
    record("obligation.begun", award, actor=actor, details=details, at=now)


def due_days(form: dict[str, Any], since: date) -> Iterator[date]:
    """The days of the checks, the last one at the end of the whole."""
    whole: int = form["months"]
    every: int = form.get("every", whole)
    for months in range(every, whole, every):
        yield months_later(since, months)
    yield months_later(since, whole)


def end_obligations(award: Award, *, actor: "User | None", now: datetime) -> None:
    """Nothing is owed any more for an award that does not stand; what was found stays."""
    waiting = award.obligations.filter(state__in=[State.OPEN, State.REPORTED, State.LACKING])
    ended = waiting.update(state=State.ENDED, version=F("version") + 1)
    if ended:
        details = {"case": award.case_id, "ended": ended}
        record("obligation.ended", award, actor=actor, details=details, at=now)
