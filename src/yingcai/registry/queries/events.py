"""Which audit events are about which subject, and which of them an account may be told. Deny by default."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

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


def is_wanted(wants: Sequence[str], action: str) -> bool:
    """Whether an action is among those asked for, by its name or its area."""
    area = action.split(".", 1)[0]
    return area in AREAS and (action in wants or area in wants)


def subjects_of(happened: Iterable["Event"]) -> dict[int, int]:
    """By event the number of the subject that it is about; others are left out."""
    by_type: dict[str, dict[str, list[int]]] = {}
    for one in happened:
        if one.object_type in ABOUT and one.object_id:
            by_type.setdefault(one.object_type, {}).setdefault(one.object_id, []).append(one.pk)
    found: dict[int, int] = {}
    for kind, events in by_type.items():
        model, column = ABOUT[kind]
        for pk, subject in model.objects.filter(pk__in=events).values_list("pk", column):
            found |= dict.fromkeys(events[str(pk)], subject)
    return found


def tellable(user: "User", about: Mapping[int, tuple[str, int]], *, on: date) -> set[int]:
    """Of some (action, number of a subject) by key, the keys that the user may be told on a day."""
    try:
        scope = usual_scope(user, on=on)
    except OutOfScope:
        return set()
    wanted = {pk for _, pk in about.values()}
    ever = {pk for action, pk in about.values() if action in GONE}
    reach = set(_kept_in(scope.subjects(), wanted))
    gone = set(scope.ever().filter(pk__in=ever).values_list("pk", flat=True)) if ever else set()
    return {key for key, (action, pk) in about.items() if pk in (gone if action in GONE else reach)}


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
