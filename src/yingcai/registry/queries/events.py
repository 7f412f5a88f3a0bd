"""Which audit events are about which subject, and which of them an account may be told. Deny by default."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from yingcai.registry.errors import OutOfScope
from yingcai.registry.models import (
    ChangeRequest,
    Consent,
    Delivery,
    Endpoint,
    Fact,
    Identifier,
    Merge,
    Relation,
    Subject,
)
from yingcai.registry.offered import MORE_AREAS, Area
from yingcai.registry.queries.scope import usual_scope

if TYPE_CHECKING:
    from yingcai.audit.models import Event
    from yingcai.identity.models import User

# What an event is about; those about anything else are told to nobody.
ABOUT: dict[str, tuple[Any, str]] = {
    "registry.subject": (Subject, "pk"),
    "registry.identifier": (Identifier, "subject"),
    "registry.fact": (Fact, "subject"),
    "registry.relation": (Relation, "subject"),
    "registry.changerequest": (ChangeRequest, "subject"),
    "registry.consent": (Consent, "subject"),
    "registry.merge": (Merge, "kept"),
}
AREAS = ("subject", "identifier", "fact", "relation", "request", "consent")
# Told although the subject can no longer be looked at: who keeps a copy has to act.
GONE = frozenset({"subject.erased", "subject.restricted"})


class About(NamedTuple):
    """An event that may be told: its action, the number of the subject, its own number."""

    action: str
    subject: int
    event: int


def is_wanted(wants: Sequence[str], action: str) -> bool:
    """Whether an action (or an area as a whole) is among those asked for, by its name or its area."""
    area = action.split(".", 1)[0]
    more = MORE_AREAS.get(area)
    told = action in more.actions or action == area if more else area in AREAS
    return told and (action in wants or area in wants)


def subjects_of(happened: Iterable["Event"]) -> dict[int, int]:
    """By event the number of the subject that it is about; others are left out."""
    by_type: dict[str, dict[str, list[int]]] = {}
    for one in happened:
        if one.object_id and _about(one.object_type):
            by_type.setdefault(one.object_type, {}).setdefault(one.object_id, []).append(one.pk)
    found: dict[int, int] = {}
    for kind, events in by_type.items():
        model, column = _about(kind)
        for pk, subject in model.objects.filter(pk__in=events).values_list("pk", column):
            found |= dict.fromkeys(events[str(pk)], subject)
    return found


def _about(kind: str) -> Any:
    """The model of a type of object and its column of the subject; None for one that is told to nobody."""
    if kind in ABOUT:
        return ABOUT[kind]
    columns = (area.about[kind] for area in MORE_AREAS.values() if kind in area.about)
    column = next(columns, None)
    return (apps.get_model(kind), column) if column else None


def tellable(user: "User", about: Mapping[int, About], *, on: date) -> set[int]:
    """Of some events by key, the keys that the user may be told on a day."""
    own = {key: one for key, one in about.items() if _area(one.action) is None}
    found = _of_subjects(user, own, on) if own else set()
    for area in MORE_AREAS.values():
        events = {key: one.event for key, one in about.items() if _area(one.action) is area}
        if events:
            reach: Callable[[User, Mapping[int, int], date], set[int]] = import_string(area.reach)
            found |= reach(user, events, on)
    return found


def more_told(action: str, event: int) -> Mapping[str, str]:
    """What a message says of an event of another app beside its subject."""
    area = _area(action)
    if area is None:
        return {}
    told: Callable[[int], Mapping[str, str]] = import_string(area.told)
    return told(event)


def _area(action: str) -> Area | None:
    return MORE_AREAS.get(action.split(".", 1)[0])


def _of_subjects(user: "User", about: Mapping[int, About], on: date) -> set[int]:
    try:
        scope = usual_scope(user, on=on)
    except OutOfScope:
        return set()
    wanted = {one.subject for one in about.values()}
    ever = {one.subject for one in about.values() if one.action in GONE}
    reach = set(_kept_in(scope.subjects(), wanted))
    gone = set(scope.ever().filter(pk__in=ever).values_list("pk", flat=True)) if ever else set()
    return {
        key for key, one in about.items() if one.subject in (gone if one.action in GONE else reach)
    }


def _kept_in(reach: QuerySet[Subject], wanted: set[int]) -> Iterable[int]:
    """Those of some subjects that are in reach, or were merged into one that is."""
    now_is = reach.filter(Q(pk=OuterRef("pk")) | Q(pk=OuterRef("merged_into")))
    return Subject.objects.filter(Exists(now_is), pk__in=wanted).values_list("pk", flat=True)


# -- deliveries ----------------------------------------------------------------------------------


def endpoints() -> list[Endpoint]:
    """Every endpoint, newest first, those that ended last."""
    ended = Q(status=Endpoint.Status.ENDED)
    rows = Endpoint.objects.select_related("owner", "made_by").annotate(over=Q(ended))
    return list(rows.order_by("over", "-id")[:200])


def active_endpoints() -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(status=Endpoint.Status.ACTIVE).order_by("id")


def endpoint_by_handle(handle: str) -> Endpoint | None:
    rows = Endpoint.objects.select_related("owner", "made_by", "confirmed_by")
    return rows.filter(handle=handle).first()


def first_waiting(endpoint: Endpoint) -> Delivery | None:
    """What is to be told next; nothing is told before it."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
    return waiting.select_related("subject__merged_into").order_by("position").first()


def failed_deliveries(endpoint: Endpoint, *, limit: int) -> list[Delivery]:
    """What did not arrive, the last failure on top."""
    rows = Delivery.objects.filter(endpoint=endpoint, tries__gt=0)
    failed = rows.exclude(state=Delivery.State.SENT).select_related("subject")
    return list(failed.order_by(F("last_at").desc(), "-id")[:limit])


def sent_deliveries(endpoint: Endpoint, *, limit: int) -> list[Delivery]:
    """What arrived, the last on top."""
    rows = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.SENT)
    return list(rows.select_related("subject").order_by("-last_at", "-id")[:limit])
