"""What time does to running cases: a term that has passed has its meaning, and who is late is told. Dated, repeatable."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.moving import run_by_time
from yingcai.cases.models import Case, CaseMark
from yingcai.cases.queries.flows import flow_of, state_now
from yingcai.engine.workflow.terms import Mark, marks
from yingcai.identity.queries import units_by_code
from yingcai.registry.errors import Erased

BATCH = 200


def keep_terms(*, now: datetime) -> Counter[str]:
    """Let terms lapse and leave reminders and escalations, each once; how many of each kind.

    A case at a time, each in its own transaction: killed and run again it goes on. A case whose subject was
    erased stands still.
    """
    found: Counter[str] = Counter()
    for case in _running():
        try:
            found["lapse"] += _lapsed(case, now)
            found.update(_marked(case, now))
        except Erased:
            found["erased"] += 1
    return found


def _running() -> Iterator[Case]:
    """Every running case with a term, in order of its row; read in batches."""
    last = 0
    while True:
        rows = Case.objects.filter(status=Case.Status.RUNNING, due_on__isnull=False, pk__gt=last)
        batch = list(
            rows.select_related("subject", "lead", "county", "applicant").order_by("pk")[:BATCH]
        )
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].pk


def _lapsed(case: Case, now: datetime) -> int:
    """How many terms in a row had passed: one stage may end only to find the next one's term over, too."""
    times = 0
    while case.live and case.due_on and case.due_on < clock.day_of(now):
        if not run_by_time(case, now=now):
            break
        times += 1
    return times


def _marked(case: Case, now: datetime) -> Counter[str]:
    on = clock.day_of(now)
    if not case.live:
        return Counter()
    flow = flow_of(case)
    due = marks(flow.workflow, state_now(case), flow.calendar, on)
    sent = set(case.marks.values_list("key", flat=True)) if due else set()
    found: Counter[str] = Counter()
    for one in due:
        if one.key not in sent:
            _leave(case, one, on, now)
            found[one.kind] += 1
    return found


def _leave(case: Case, mark: Mark, on: date, now: datetime) -> None:
    units = units_by_code()
    with transaction.atomic():
        CaseMark.objects.bulk_create(
            CaseMark(
                case=case,
                key=mark.key,
                kind=mark.kind,
                on=mark.on,
                stage=case.stage,
                role=seat.role,
                unit=units.get(seat.unit),
                at=now,
            )
            for seat in dict.fromkeys(mark.seats)  # of several voices of one seat: told once
        )
        details = {"kind": mark.kind, "stage": case.stage}
        record("case.marked", case, actor=None, details=details, at=now)
