"""What time does to awards: facts settle what is owed, reminders are left. Dated, repeatable."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.after_notices import tell_after
from yingcai.cases.actions.obligations import remind, settle_by_facts
from yingcai.cases.models import Award, CaseNotice, Obligation
from yingcai.cases.queries.awards import valid_until
from yingcai.cases.queries.flows import book_of_case, details_of
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
            if _remind_of_end(award, now=now):
                found["term"] += 1
        except Erased:
            found["erased"] += 1
    return found


def _remind_of_end(award: Award, *, now: datetime) -> bool:
    """Once, before what an award gives ends; the person applies anew with what is known."""
    on, until = clock.day_of(now), valid_until(award)
    days = details_of(award.case).get("valid", {}).get("remind")
    if until is None or not days or not until - timedelta(days=days) <= on <= until:
        return False
    title = dict(book_of_case(award.case).rules.programmes[award.programme].title)
    said = {"items": [title], "by": until.isoformat()}
    with transaction.atomic():
        if not tell_after(award.case, CaseNotice.Kind.TERM, award.pk, said, now=now):
            return False
        record("award.reminded", award, actor=None, details={"case": award.case_id}, at=now)
    return True


def _standing() -> Iterator[Award]:
    """Every recognition that stands and whose case is over, in order of its row; read in batches."""
    last = 0
    while True:
        rows = Award.objects.filter(voided_at=None, pk__gt=last, case__ended_at__isnull=False)
        rows = rows.exclude(result="").select_related("case__subject", "case__lead")
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
