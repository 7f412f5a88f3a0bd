"""What a sender keeps: who sends now, what is to be told, how it ended.

One sender at a time works on an endpoint: it holds a lease, a compare-and-set on a row, which works on both
databases and runs out by itself. Every write here asks for the lease, so that a sender that was thought dead
changes nothing.
"""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from yingcai.audit.queries import links_after
from yingcai.registry.actions.endpoints import pause_endpoint
from yingcai.registry.models import Delivery, Endpoint
from yingcai.registry.posting import Told
from yingcai.registry.queries.events import About, is_wanted, subjects_of, tellable

State = Delivery.State
LEASE = timedelta(seconds=60)  # longer than one call can last
AT_ONCE = 200  # links looked at, and so deliveries that wait, for one endpoint
PAUSES = (10, 60, 300, 1800, 7200, 21600, 43200)  # seconds after each failure; then it is given up
MOST_DEATHS = 2  # given up in a row, before the endpoint pauses
GONE = 410
SENT_KEPT, FAILED_KEPT = timedelta(days=30), timedelta(days=180)


def take_lease(endpoint: Endpoint, *, at: datetime) -> str:
    """A lease on an endpoint; empty where somebody else has it, or it is not active."""
    lease = secrets.token_hex(16)
    free = Q(lease="") | Q(leased_until__lt=at)
    taken = Endpoint.objects.filter(free, pk=endpoint.pk, status=Endpoint.Status.ACTIVE)
    return lease if taken.update(lease=lease, leased_until=at + LEASE) == 1 else ""


def renew_lease(endpoint: Endpoint, lease: str, *, at: datetime) -> bool:
    """Whether the lease still holds and the endpoint is still to be told; it is longer then."""
    return _held(endpoint, lease).update(leased_until=at + LEASE) == 1


def give_back(endpoint: Endpoint, lease: str) -> None:
    Endpoint.objects.filter(pk=endpoint.pk, lease=lease).update(lease="", leased_until=None)


def lay_out(endpoint: Endpoint, lease: str, *, on: date, at: datetime) -> int:
    """Make deliveries of the next links of the chain, as far as the owner may be told; how many were looked at."""
    links = links_after(endpoint.position, limit=AT_ONCE)
    wanted = {one.position: one for one in links if is_wanted(endpoint.wants, one.event.action)}
    subjects = subjects_of(one.event for one in wanted.values())
    about = {
        place: About(one.event.action, subjects[one.event_id], one.event_id)
        for place, one in wanted.items()
        if one.event_id in subjects
    }
    rows = [
        Delivery(
            endpoint=endpoint,
            position=place,
            event=wanted[place].event_id,
            action=wanted[place].event.action,
            object_type=wanted[place].event.object_type,
            subject_id=about[place].subject,
            happened_at=wanted[place].event.at,
            next_at=at,
        )
        for place in sorted(tellable(endpoint.owner, about, on=on))
    ]
    if not links:
        return 0
    with transaction.atomic():
        still = _held(endpoint, lease).filter(position=endpoint.position)
        if still.update(position=links[-1].position) != 1:
            return 0
        Delivery.objects.bulk_create(rows)
    endpoint.position = links[-1].position
    return len(links)


def keep_outcome(row: Delivery, told: Told, *, lease: str, at: datetime, now: datetime) -> None:
    """How a call ended: it arrived, it is tried again later, or it is given up with a reason."""
    values: dict[str, Any] = {"tries": F("tries") + 1, "last_at": at, "answer": told.status}
    values["reason"] = told.reason
    given_up = bool(told.reason) and (row.tries >= len(PAUSES) or told.status == GONE)
    if not told.reason:
        values["state"] = State.SENT
    elif given_up:
        values["state"] = State.DEAD
    else:
        values["next_at"] = at + timedelta(seconds=PAUSES[row.tries])
    with transaction.atomic():
        if not _held(row.endpoint, lease).exists():
            return  # paused, ended, or somebody else sends: it is told again, under the same id
        Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(**values)
        if given_up:
            _count_death(row.endpoint, told, now=now)
        elif not told.reason:
            Endpoint.objects.filter(pk=row.endpoint_id, deaths__gt=0).update(deaths=0)


def drop(row: Delivery, *, at: datetime) -> None:
    """It is no longer within the owner's duty to know."""
    waiting = Delivery.objects.filter(pk=row.pk, state=State.WAITING)
    waiting.update(state=State.DROPPED, last_at=at)


def forget_deliveries(*, at: datetime) -> int:
    """Drop rows that are too old to be looked for; how many. Safe to repeat."""
    sent = Q(state=State.SENT, last_at__lt=at - SENT_KEPT)
    failed = Q(state__in=[State.DEAD, State.DROPPED], last_at__lt=at - FAILED_KEPT)
    return Delivery.objects.filter(sent | failed).delete()[0]


def _held(endpoint: Endpoint, lease: str) -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(pk=endpoint.pk, lease=lease, status=Endpoint.Status.ACTIVE)


def _count_death(endpoint: Endpoint, told: Told, *, now: datetime) -> None:
    Endpoint.objects.filter(pk=endpoint.pk).update(deaths=F("deaths") + 1)
    endpoint.refresh_from_db()
    if told.status == GONE:
        pause_endpoint(endpoint, reason=Endpoint.Pause.GONE, actor=None, now=now)
    elif endpoint.deaths >= MOST_DEATHS:
        pause_endpoint(endpoint, reason=Endpoint.Pause.FAILING, actor=None, now=now)
