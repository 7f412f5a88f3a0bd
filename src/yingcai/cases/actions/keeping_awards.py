"""What time does to awards: facts settle what is owed, reminders are left, renewals made ready. Dated, repeatable."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from yingcai.cases.actions.obligations import remind, settle_by_facts
from yingcai.cases.actions.renewing import keep_term
from yingcai.cases.models import Award, Obligation
from yingcai.cases.queries.obligations import WAITING
from yingcai.registry.errors import Erased

BATCH = 200


def keep_awards(*, now: datetime) -> Counter[str]:
    """How many were settled by facts, and how many reminders were left of each kind.

    A row at a time, each in its own transaction: killed and run again it goes on.
    """
    found: Counter[str] = Counter()
    for row in _waiting():
        try:
            kind = "settled" if settle_by_facts(row, now=now) else remind(row, now=now)
            if kind:
                found[kind] += 1
        except Erased:
            found["erased"] += 1
    for award in _standing():
        try:
            kind = keep_term(award, now=now)
            if kind:
                found[kind] += 1
        except Erased:
            found["erased"] += 1
    return found


def _standing() -> Iterator[Award]:
    """Every award that stands and whose case is over, in order of its row; read in batches."""
    last = 0
    while True:
        rows = Award.objects.filter(voided_at=None, pk__gt=last, case__ended_at__isnull=False)
        rows = rows.select_related("case__subject", "case__lead", "subject")
        batch = list(rows.order_by("pk")[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].pk


def _waiting() -> Iterator[Obligation]:
    """Everything that is owed, in order of its row; read in batches."""
    last = 0
    related = ("award__case__subject", "award__case__lead", "award__case__county")
    while True:
        rows = Obligation.objects.filter(state__in=WAITING, pk__gt=last).select_related(*related)
        batch = list(rows.order_by("pk")[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].pk
