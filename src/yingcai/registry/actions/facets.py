"""Keeping the index of facets: in the transaction of the fact it comes from, or anew for everybody.

Values are opened to be digested, shown to nobody, and so leave no look.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from yingcai.audit.actions import record
from yingcai.registry.facets import believed_spans, facet_digest, index_words
from yingcai.registry.models import FacetEntry, FacetIndex, Fact, Subject
from yingcai.registry.queries.merged import members_of_ids
from yingcai.registry.sealed import subject_keys, unsealed_under
from yingcai.registry.vocabulary import vocabulary

BATCH = 2000
Key = tuple[int, str]  # a kept subject and a fact


@dataclass(frozen=True)
class Rebuilt:
    """What one building of the index did."""

    subjects: int
    entries: int


def index_subjects(subjects: Iterable[Subject], names: Iterable[str] | None = None) -> int:
    """Make the entries of some kept subjects anew, of some facts or all; how many. Inside a transaction."""
    ids = {subject.merged_into_id or subject.pk for subject in subjects}
    wanted = _facets(names)
    if not ids or not wanted:
        return 0
    FacetEntry.objects.filter(subject__in=members_of_ids(ids), name__in=wanted).delete()
    rows = list(_standing(ids, wanted))
    return _add(rows, {})


def index_told(fresh: Sequence[tuple[Fact, str]]) -> None:
    """Enter rows that were just saved, with their values as they are kept. Inside a transaction."""
    wanted = _facets(None)
    found = [(row, value) for row, value in fresh if row.name in wanted]
    if not found:
        return
    ids = {row.subject.merged_into_id or row.subject_id for row, _ in found}
    names = {row.name for row, _ in found}
    keys = {_key(row) for row, _ in found}
    first = min(row.pk for row, _ in found)
    before = [row for row in _standing(ids, names).filter(pk__lt=first) if _key(row) in keys]
    if before:
        touched = {_key(row) for row in before}
        stale = FacetEntry.objects.filter(subject__in={pk for pk, _ in touched}, name__in=names)
        again = [one.pk for one in stale if (one.subject_id, one.name) in touched]
        FacetEntry.objects.filter(pk__in=again).delete()
    _add([*before, *(row for row, _ in found)], {row.pk: value for row, value in found})


def build_index(*, now: datetime) -> Rebuilt:
    """Make every entry anew, in batches. Safe to stop and to repeat; the index counts when it is whole."""
    words = index_words(vocabulary())
    FacetIndex.objects.exclude(words=words).delete()
    subjects = entries = after = 0
    kept = Subject.objects.filter(merged_into=None).exclude(standing=Subject.Standing.ERASED)
    while batch := list(kept.filter(pk__gt=after).order_by("pk")[:BATCH]):
        with transaction.atomic():
            made = index_subjects(batch)
            details = {"subjects": len(batch), "entries": made}
            record("facet.indexed", FacetEntry, actor=None, details=details, at=now)
        subjects, entries, after = subjects + len(batch), entries + made, batch[-1].pk
    with transaction.atomic():
        FacetEntry.objects.exclude(name__in=_facets(None)).delete()
        FacetEntry.objects.exclude(subject__in=kept.values("pk")).delete()
        FacetIndex.objects.update_or_create(words=words, defaults={"built_at": now})
    return Rebuilt(subjects, entries)


def _facets(names: Iterable[str] | None) -> set[str]:
    known = set(vocabulary().facets)
    return known if names is None else known & set(names)


def _standing(ids: Iterable[int], names: Iterable[str]) -> QuerySet[Fact]:
    """The rows that are held to be so now and still say what, of subjects and all merged into them."""
    rows = Fact.objects.filter(subject__in=members_of_ids(ids), name__in=names, swept_at=None)
    return rows.filter(retracts=False, replaced_by=None).select_related("subject")


def _key(row: Fact) -> Key:
    return row.subject.merged_into_id or row.subject_id, row.name


def _add(rows: Sequence[Fact], at_hand: Mapping[int, str]) -> int:
    """Entries of all rows of some subjects and facts."""
    words, values = vocabulary(), _opened(rows, at_hand)
    groups: dict[Key, list[Fact]] = defaultdict(list)
    for row in rows:
        if row.pk in values:
            groups[_key(row)].append(row)
    entries = [
        FacetEntry(
            subject_id=subject,
            name=name,
            digest=facet_digest(name, values[row.pk]),
            since=since,
            until=until,
        )
        for (subject, name), found in groups.items()
        for row, since, until in believed_spans(found, words)
    ]
    FacetEntry.objects.bulk_create(entries)
    return len(entries)


def _opened(rows: Sequence[Fact], at_hand: Mapping[int, str]) -> dict[int, str]:
    """The values as they are kept, by row; none of subjects whose key is destroyed."""
    closed = [row for row in rows if row.sealed is not None and row.pk not in at_hand]
    keys = subject_keys({row.subject for row in closed}) if closed else {}
    opened = {
        row.pk: unsealed_under(
            keys[row.subject_id], row.subject, f"fact/{row.name}", bytes(row.sealed or b"")
        ).plain
        for row in closed
        if row.subject_id in keys
    }
    plain = {row.pk: row.value for row in rows if row.sealed is None}
    return {**plain, **opened, **at_hand}
