"""Sends what is to be told. Each call is outside any transaction; it is marked only after it ended.

A sender that dies between a call and its mark leaves the row waiting: it is told again under the same id,
so that who is told applies it once. Each endpoint is told in the order of the audit's chain, and what cannot
be delivered holds up what comes after it until it is given up.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from yingcai.audit import clock
from yingcai.audit.queries import newest_link
from yingcai.registry.actions.deliveries import (
    drop,
    give_back,
    keep_outcome,
    lay_out,
    renew_lease,
    take_lease,
)
from yingcai.registry.actions.endpoints import secret_of
from yingcai.registry.models import Delivery, Endpoint
from yingcai.registry.posting import Told, body_of, message_of, post, signed_headers
from yingcai.registry.queries.events import (
    About,
    active_endpoints,
    first_waiting,
    more_told,
    tellable,
)

MOST_A_ROUND = 500  # calls to one endpoint


@dataclass
class Sent:
    """What a round did."""

    sent: int = 0
    failed: int = 0


def send_round(*, on: date, limit: int = MOST_A_ROUND) -> Sent:
    """Tell every active endpoint what it is to be told on a day; safe to repeat, to stop and to run twice."""
    done = Sent()
    for endpoint in active_endpoints().select_related("owner"):
        at = clock.machine_now()
        if not _has_work(endpoint, at):
            continue
        lease = take_lease(endpoint, at=at)
        if not lease:
            continue
        try:
            _tell(endpoint, lease, done, on=on, limit=limit)
        finally:
            give_back(endpoint, lease)
    return done


def _has_work(endpoint: Endpoint, at: datetime) -> bool:
    """Whether a round would write anything; most rounds would not."""
    row, last = first_waiting(endpoint), newest_link()
    if row is not None:
        return row.next_at <= at
    return last is not None and last.position > endpoint.position


def _tell(endpoint: Endpoint, lease: str, done: Sent, *, on: date, limit: int) -> None:
    for _ in range(limit):
        row, at = first_waiting(endpoint), clock.machine_now()
        if row is None:
            if not lay_out(endpoint, lease, on=on, at=at):
                return
            continue
        if row.next_at > at or not renew_lease(endpoint, lease, at=at):
            return
        about = About(row.action, row.subject_id, row.event)
        if not tellable(endpoint.owner, {0: about}, on=on):
            drop(row, at=at)
            continue
        told = call(endpoint, row)
        keep_outcome(row, told, lease=lease, at=clock.machine_now(), now=clock.now())
        if told.reason:
            done.failed += 1
            return
        done.sent += 1


def call(endpoint: Endpoint, row: Delivery) -> Told:
    """One call, signed for this second."""
    more = more_told(row.action, row.event)
    body, second = body_of(row, more), int(clock.machine_now().timestamp())
    headers = signed_headers(secret_of(endpoint), message_of(row), body, second=second)
    return post(endpoint.address, body, headers, inside=settings.PUSH_HOSTS)
