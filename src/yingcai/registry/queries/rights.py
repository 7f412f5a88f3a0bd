"""Requests on rights: one's own, those that the offices decide, and who is restricted now."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from yingcai.registry.models import RightsRequest, Subject
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import OFFICE, Asker, Scope
from yingcai.registry.vocabulary import Ground, vocabulary

PURPOSE = (
    "rights"  # of the pack: for it officers reach restricted subjects, and see no personal values
)
PAGE = 20
Kind, Status = RightsRequest.Kind, RightsRequest.Status
LIVE = (Status.OPEN, Status.PROPOSED)
ANSWERED = (Status.GRANTED, Status.REFUSED)
POSSIBLE = {
    Subject.Standing.ACTIVE: (Kind.RESTRICT, Kind.ERASE),
    Subject.Standing.RESTRICTED: (Kind.LIFT, Kind.ERASE),
}
_WITH = ("subject__county", "subject__merged_into", "made_by", "proposed_by", "decided_by")


def possible_kinds(subject: Subject) -> tuple[RightsRequest.Kind, ...]:
    """What may be asked for a person as he stands now."""
    if subject.kind != Subject.Kind.PERSON:
        return ()
    return POSSIBLE.get(Subject.Standing(subject.standing), ())


def rights_of(subject: Subject) -> Sequence[RightsRequest]:
    """Requests about a subject and those that were merged into it, the newest first."""
    return list(_rows().filter(subject__in=members([subject])))


def live_request(subject: Subject) -> RightsRequest | None:
    """The request about a subject that still waits; the oldest, should a merge have brought two together."""
    rows = _rows().filter(subject__in=members([subject]), status__in=LIVE)
    return rows.order_by("id").first()


def rights_by(user: Asker) -> QuerySet[RightsRequest]:
    """What a person asked for himself. He follows it by his account, after an erasure, too."""
    if not user.is_authenticated:
        return RightsRequest.objects.none()
    return _rows().filter(made_by=user, asker=RightsRequest.Asker.SELF)


def rights_in(scope: Scope) -> QuerySet[RightsRequest]:
    """The requests that an officer sees: about subjects in scope, and about those that are erased now."""
    if scope.capacity != OFFICE or not scope.purpose.restricted:
        return RightsRequest.objects.none()
    now_is = Coalesce("subject__merged_into_id", "subject_id")
    reach = scope.subjects().filter(pk=OuterRef("now_is"))
    erased = Q(subject__standing=Subject.Standing.ERASED)
    return _rows().annotate(now_is=now_is).filter(Exists(reach) | erased)


def right_in(scope: Scope, pk: int) -> RightsRequest | None:
    return rights_in(scope).filter(pk=pk).first()


def live_page(scope: Scope, after: tuple[date, int] | None = None) -> list[RightsRequest]:
    """Up to ``PAGE`` + 1 requests that wait, due first on top."""
    rows = rights_in(scope).filter(status__in=LIVE)
    if after is not None:
        day, pk = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk))
    return list(rows.order_by("due_on", "id")[: PAGE + 1])


def closed_page(scope: Scope, before: int | None = None) -> list[RightsRequest]:
    """Up to ``PAGE`` + 1 requests that are over, the newest first."""
    rows = rights_in(scope).exclude(status__in=LIVE)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[: PAGE + 1])


def restricted_page(scope: Scope, after: int | None = None) -> list[Subject]:
    """Up to ``PAGE`` + 1 subjects whose processing is restricted now."""
    rows = scope.subjects().filter(standing=Subject.Standing.RESTRICTED).select_related("county")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("id")[: PAGE + 1])


def grounds_for(kind: str, answer: str = "") -> list[Ground]:
    """The lawful reasons for answers to a kind of request."""
    return [
        ground
        for ground in vocabulary().grounds.values()
        if kind in ground.of and answer in ("", ground.answer)
    ]


def _rows() -> QuerySet[RightsRequest]:
    return RightsRequest.objects.select_related(*_WITH)
