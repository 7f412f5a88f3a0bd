"""Finding subjects in scope by name, pinyin or initials; who looked at one; open requests. Keyset-paged."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from yingcai.registry.models import ChangeRequest, Identifier, Look, Subject
from yingcai.registry.queries.merged import kept_ids, members
from yingcai.registry.queries.scope import Scope

PAGE = 20


def find(
    scope: Scope, *, kind: str = "", text: str = "", after: tuple[str, int] | None = None
) -> list[Subject]:
    """Up to ``PAGE`` + 1 subjects by name, after a name and id (one more says that there are others).

    Latin letters look in pinyin and initials, other text in the beginning of the name.
    """
    rows = scope.subjects().select_related("county")
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(_beginning(text))
    if after is not None:
        name, pk = after
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    return list(rows.order_by("name", "id")[: PAGE + 1])


def _beginning(text: str) -> Q:
    wanted = " ".join(text.split())
    if wanted.isascii():
        lower = wanted.lower()
        return (
            Q(initials__startswith=lower) | Q(pinyin__startswith=lower) | Q(name__startswith=wanted)
        )
    return Q(name__startswith=wanted)


def subject_in(scope: Scope, handle: str) -> Subject | None:
    """A subject of the scope by its handle; None where it is not there or not in scope.

    The handle of a subject that was merged leads to the one that is kept.
    """
    named = kept_ids(Subject.objects.filter(handle=handle).values("pk"))
    return scope.subjects().select_related("county").filter(pk__in=named).first()


def in_scope(scope: Scope, subject: Subject) -> bool:
    """Whether a subject, or the one it was merged into, is in scope."""
    return scope.subjects().filter(pk__in=kept_ids([subject.pk])).exists()


def numbers_of(subject: Subject) -> list[Identifier]:
    """The numbers that name a subject, in use."""
    rows = Identifier.objects.filter(subject__in=members([subject]), retired_at=None)
    return list(rows.select_related("subject"))


def looks_at(subject: Subject, *, before: int | None = None) -> list[Look]:
    """Who looked at a subject, newest first, up to ``PAGE`` + 1."""
    rows = Look.objects.filter(subject__in=members([subject])).select_related(
        "viewer", "viewer__unit"
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[: PAGE + 1])


def requests_of(subject: Subject) -> Sequence[ChangeRequest]:
    rows = ChangeRequest.objects.filter(subject__in=members([subject]))
    return list(rows.select_related("decided_by")[:50])


def requests_in(scope: Scope) -> QuerySet[ChangeRequest]:
    """Every request about a subject in scope."""
    return ChangeRequest.objects.filter(subject__in=members(scope.subjects()))


def open_requests(scope: Scope) -> QuerySet[ChangeRequest]:
    """Requests in scope that wait for a decision, those due first on top."""
    return (
        requests_in(scope)
        .filter(status=ChangeRequest.Status.OPEN)
        .select_related("subject", "made_by", "wrong")
        .order_by("due_on", "id")
    )
