"""Kept lists: whose they are, and whom they show to who opens them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from yingcai.registry.models import SavedList, Subject
from yingcai.registry.queries.filters import Filters, matching
from yingcai.registry.queries.merged import kept_ids
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import PAGE, Found, Place, rows_after
from yingcai.registry.sealed import subject_keys, unsealed_under

if TYPE_CHECKING:
    from yingcai.identity.models import User

SHOWN = 200


@dataclass(frozen=True)
class Opened:
    """How many of a picked list are in scope, and how many no longer are, whoever they may be."""

    inside: int
    outside: int


def lists_for(user: "User") -> QuerySet[SavedList]:
    """One's own lists and those that are shared with one's unit."""
    shared = Q(unit_id=user.unit_id) if user.unit_id else Q(pk=None)
    return SavedList.objects.filter(Q(owner=user) | shared).select_related("owner", "unit")


def list_for(user: "User", handle: UUID) -> SavedList | None:
    """A list that is open to somebody; None where it is not there or somebody else's."""
    return lists_for(user).filter(handle=handle).first()


def subjects_of(scope: Scope, saved: SavedList) -> QuerySet[Subject]:
    """Whom a list shows in a scope, today. Raises: InvalidFilter."""
    if saved.kind == SavedList.Kind.SEARCH:
        return matching(scope, Filters.read(saved.filters))
    return scope.subjects().filter(pk__in=_kept(saved))


def picked_page(scope: Scope, saved: SavedList, *, after: Place | None) -> Found:
    """A page of a picked list by pinyin."""
    rows = rows_after(subjects_of(scope, saved).select_related("county"), "pinyin", after)
    found = list(rows[: PAGE + 1])
    if len(found) <= PAGE:
        return Found(found, None)
    last = found[PAGE - 1]
    return Found(found[:PAGE], Place("pinyin", last.pinyin, last.pk))


def opened(scope: Scope, saved: SavedList) -> Opened:
    """The counts of a picked list, subjects that were merged counted once."""
    inside = subjects_of(scope, saved).count()
    return Opened(inside, _kept(saved).distinct().count() - inside)


def notes_of(saved: SavedList, subjects: list[Subject]) -> dict[int, str]:
    """The notes beside some subjects of a list, by the row of the subject that is kept."""
    members = saved.members.filter(note__isnull=False).select_related("subject")
    shown = {subject.pk for subject in subjects}
    mine = list(members.filter(Q(subject__in=shown) | Q(subject__merged_into__in=shown)))
    keys = subject_keys(one.subject for one in mine) if mine else {}
    return {
        one.subject.merged_into_id or one.subject_id: unsealed_under(
            keys[one.subject_id], one.subject, note_field(saved), bytes(one.note or b"")
        ).plain
        for one in mine
        if one.subject_id in keys
    }


def note_field(saved: SavedList) -> str:
    """What a note is bound to, beside its subject."""
    return f"list/{saved.handle}"


def _kept(saved: SavedList) -> "QuerySet[Subject, dict[str, int]]":
    return kept_ids(saved.members.values("subject_id"))
