"""Counting so many subjects that a page would wait: beside the server, for who asked, kept for an hour."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from yingcai.registry.errors import OutOfScope, RegistryError
from yingcai.registry.models import CountRun, Subject
from yingcai.registry.queries.counting import grouped
from yingcai.registry.queries.filters import Filters, matching
from yingcai.registry.queries.scope import Scope, scope

MANY = 20_000  # subjects; fewer are counted while the page is made
KEPT, THROWN_AWAY = timedelta(hours=1), timedelta(days=1)
# Whoever counts has ended by then, or was killed.
LONGEST = timedelta(minutes=10)


def many(subjects: QuerySet[Subject]) -> bool:
    """Whether there are so many that their count is made beside the server; reads no more of them than that."""
    return subjects.order_by().values("pk")[: MANY + 1].count() > MANY


def count_run(asked: Scope, filters: Filters, names: Sequence[str], *, now: datetime) -> CountRun:
    """The count that somebody asks for: made within the last hour, or waiting to be made."""
    told = {
        "purpose": asked.purpose.name,
        "capacity": asked.capacity,
        "filters": filters.written(),
        "traits": list(names),
    }
    key = sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    fresh = {"told": told, "on": asked.on, "asked_at": now}
    run, made = CountRun.objects.get_or_create(asked_by=asked.user, key=key, defaults=fresh)
    if not made and (run.on != asked.on or run.asked_at + KEPT < now):
        nothing: dict[str, Any] = {"begun_at": None, "made_at": None, "found": None}
        for name, value in {**fresh, **nothing}.items():
            setattr(run, name, value)
        run.save(update_fields=[*fresh, *nothing])
    return run


def make_counts(*, now: datetime) -> int:
    """Make the counts that wait; how many. Safe to stop and to repeat, and to run several times at once."""
    CountRun.objects.filter(asked_at__lt=now - THROWN_AWAY).delete()
    free = Q(begun_at=None) | Q(begun_at__lt=now - LONGEST)
    waiting = CountRun.objects.filter(free, made_at=None)
    made = 0
    for run in waiting.select_related("asked_by"):
        if waiting.filter(pk=run.pk).update(begun_at=now):
            _make(run, now)
            made += 1
    return made


def _make(run: CountRun, now: datetime) -> None:
    try:
        found = _found(run)
    except RegistryError:  # who asked may no longer ask so: the page says why
        run.delete()
        return
    still = CountRun.objects.filter(pk=run.pk, asked_at=run.asked_at)
    still.update(found=found, made_at=now)


def _found(run: CountRun) -> list[list[Any]]:
    """Raises: OutOfScope, InvalidFilter."""
    told = run.told
    asked = scope(run.asked_by, told["purpose"], on=run.on)
    if asked.capacity != told["capacity"]:
        raise OutOfScope("身份已变更")
    return grouped(asked, matching(asked, Filters.read(told["filters"])), told["traits"])
