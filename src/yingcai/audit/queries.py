"""Reads of the audit: by object, actor, action and day, newest first, keyset-paged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Count, Max, Min, QuerySet

from yingcai.audit.clock import SHANGHAI
from yingcai.audit.models import Event, Link, Root

PAGE = 50
LAG_SECONDS = 60  # within which a row is sealed while the site is running
# How far behind the newest sealed number a look for unsealed rows begins, for transactions that committed late.
# What is older is found when the sealer looks through the whole table.
NEAR = 20_000
# A look that begins with one of these is about the door, not about the plan.
SIGN_IN = "signin.succeeded"


@dataclass(frozen=True)
class EventFilter:
    """What to look for; empty fields match everything."""

    actor: str = ""  # account name, exactly
    action: str = ""  # beginning of the action's code: "role." finds role.granted and role.revoked
    object_type: str = ""  # app.model
    object_id: str = ""
    first: date | None = None
    last: date | None = None


def events(wanted: EventFilter) -> QuerySet[Event]:
    """The rows that match, newest first, actors at hand."""
    rows = Event.objects.select_related("actor")
    exact = {
        "actor__username": wanted.actor,
        "object_type": wanted.object_type,
        "object_id": wanted.object_id,
    }
    rows = rows.filter(**{field: value for field, value in exact.items() if value})
    if wanted.action:
        rows = rows.filter(action__startswith=wanted.action)
    if wanted.first:
        rows = rows.filter(at__gte=midnight(wanted.first))
    if wanted.last:
        rows = rows.filter(at__lt=midnight(wanted.last + timedelta(days=1)))
    return rows.order_by("-id")


def events_page(
    wanted: EventFilter, *, before: int | None = None, after: int | None = None
) -> list[Event]:
    """Up to ``PAGE`` + 1 rows (one more says that there are others), newest first.

    ``before`` continues to older rows, ``after`` back to newer ones.
    """
    rows = events(wanted)
    if after is not None:
        return list(rows.filter(id__gt=after).order_by("id")[: PAGE + 1])[::-1]
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows[: PAGE + 1])


def events_of(obj: models.Model) -> QuerySet[Event]:
    """The history of one row, newest first."""
    return events(EventFilter(object_type=obj._meta.label_lower, object_id=str(obj.pk)))


def sign_ins_of(user: models.Model, *, limit: int) -> list[Event]:
    """The last finished sign-ins of an account."""
    rows = Event.objects.filter(actor_id=user.pk, action=SIGN_IN)
    return list(rows.order_by("-id")[:limit])


def last_sign_ins(user_ids: Iterable[int]) -> dict[int, datetime]:
    """The moment of the last finished sign-in of each account that has one."""
    rows = Event.objects.filter(actor_id__in=list(user_ids), action=SIGN_IN)
    return dict(rows.order_by().values_list("actor_id").annotate(Max("at")))


def newest_link() -> Link | None:
    """The end of the chain."""
    # Not its moment: nonsense written there past the application must not stop the sealing.
    return Link.objects.only("position", "event_id", "chain", "key").order_by("-position").first()


def links_after(position: int, *, limit: int) -> list[Link]:
    """The links behind a position with their events: what was committed, in one order without gaps."""
    rows = Link.objects.filter(position__gt=position).select_related("event")
    return list(rows.order_by("position")[:limit])


def objects_of(events_of_them: Iterable[int]) -> dict[int, tuple[str, str]]:
    """By event its object: type and number."""
    rows = Event.objects.filter(pk__in=list(events_of_them)).order_by()
    return {
        pk: (kind, number)
        for pk, kind, number in rows.values_list("pk", "object_type", "object_id")
    }


def newest_root() -> Root | None:
    return Root.objects.order_by("-number").first()


@dataclass(frozen=True)
class Sealing:
    """How far the audit is sealed."""

    last: Link | None
    waiting: int
    lag_seconds: int  # age of the oldest row that is not sealed; 0 when all are
    root: Root | None

    @property
    def late(self) -> bool:
        return self.lag_seconds > LAG_SECONDS


def sealing_state(*, now: datetime) -> Sealing:
    """How far the chain reaches at ``now``, the machine's time; looks near its end only, so that pages stay quick."""
    last = newest_link()
    rows = Event.objects.filter(link=None, id__gt=max(last.event_id - NEAR, 0) if last else 0)
    found = rows.aggregate(waiting=Count("id"), oldest=Min("written_at"))
    lag = max(int((now - found["oldest"]).total_seconds()), 0) if found["oldest"] else 0
    return Sealing(last, found["waiting"], lag, newest_root())


def newest_roots(*, limit: int) -> list[Root]:
    return list(Root.objects.order_by("-number")[:limit])


def midnight(day: date) -> datetime:
    """The moment at which ``day`` begins in the city."""
    return datetime.combine(day, time(), SHANGHAI)
