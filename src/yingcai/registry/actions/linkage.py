"""Digests by which subjects are compared, and the pairs that the comparison finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from yingcai.audit.actions import record
from yingcai.engine.identifiers import birth_of
from yingcai.registry.linking import BIRTH, BORN, Pair, Weigher, linkage_digest
from yingcai.registry.models import Duplicate, Fact, Identifier, LinkageDigest
from yingcai.registry.queries.duplicates import KINDS, compared, compared_facts
from yingcai.registry.sealed import subject_keys, unsealed_under

BATCH = 2000


@dataclass(frozen=True)
class Found:
    """What one search found. ``again`` were open already."""

    digested: int
    subjects: int
    pairs: int
    new: int
    again: int


def digest_number(row: Identifier, number: str) -> None:
    """Keep the digests of a number that is being registered; the row of the number is its audit."""
    LinkageDigest.objects.bulk_create(_of_number(row, number))


def _of_number(row: Identifier, number: str) -> list[LinkageDigest]:
    told = {row.kind: number}
    birth = birth_of(number) if row.kind == "resident-id" else None
    if birth is not None:
        told[BIRTH] = birth.isoformat()
    return [
        LinkageDigest(
            subject_id=row.subject_id, identifier=row, name=name, digest=linkage_digest(name, value)
        )
        for name, value in told.items()
    ]


def _of_fact(row: Fact, value: str) -> list[LinkageDigest]:
    name = BIRTH if row.name == BORN else row.name
    digest = linkage_digest(name, value)
    return [LinkageDigest(subject_id=row.subject_id, fact=row, name=name, digest=digest)]


def digest_missing(*, now: datetime) -> int:
    """Digests of numbers and facts that have none yet, in batches; how many rows. Safe to repeat.

    Nobody is shown a value. Each batch leaves an audit row that says of what.
    """
    keyed = {"subject__key__isnull": False, "linkage": None}
    numbers = Identifier.objects.filter(**keyed)
    facts = Fact.objects.filter(
        **keyed, name__in=compared_facts(), replaced_by=None, retracts=False, swept_at=None
    )
    return _in_batches(numbers, now) + _in_batches(facts, now)


def _in_batches(rows: QuerySet[Identifier] | QuerySet[Fact], now: datetime) -> int:
    done, after = 0, 0
    ordered: QuerySet[Any] = rows.select_related("subject").order_by("pk")
    while batch := list(ordered.filter(pk__gt=after)[:BATCH]):
        with transaction.atomic():
            keys = subject_keys({row.subject for row in batch})
            digests = [digest for row in batch for digest in _digests(row, keys[row.subject_id])]
            LinkageDigest.objects.bulk_create(digests)
            details = {"rows": len(batch), "names": sorted({digest.name for digest in digests})}
            record("linkage.digested", LinkageDigest, actor=None, details=details, at=now)
        done, after = done + len(batch), batch[-1].pk
    return done


def _digests(row: Identifier | Fact, key: bytes) -> list[LinkageDigest]:
    sealed = bytes(row.sealed or b"")
    if isinstance(row, Identifier):
        field = f"identifier/{row.kind}"
        return _of_number(row, unsealed_under(key, row.subject, field, sealed).plain)
    if row.sealed is None:
        return _of_fact(row, row.value)
    return _of_fact(row, unsealed_under(key, row.subject, f"fact/{row.name}", sealed).plain)


def find_duplicates(weigh: Weigher, *, on: date, now: datetime) -> Found:
    """Compare the subjects of each kind and keep the pairs that may be one. Safe to repeat.

    An open pair takes its new weight and signs; one that people have decided on stays as they decided.
    """
    digested = digest_missing(now=now)
    subjects, pairs = 0, []
    for kind in KINDS:
        records = compared(kind, on=on)
        subjects += len(records)
        pairs += weigh(records)
    new, again = _keep(pairs, now=now)
    return Found(digested, subjects, len(pairs), new, again)


def _keep(pairs: list[Pair], *, now: datetime) -> tuple[int, int]:
    with transaction.atomic():
        known = {(row.first_id, row.second_id): row for row in Duplicate.objects.all()}
        rows = [_row(pair, now) for pair in pairs if (pair.first, pair.second) not in known]
        Duplicate.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        changed = list(_changed(pairs, known))
        Duplicate.objects.bulk_update(changed, ["weight", "signs"], batch_size=200)
        details = {"pairs": len(pairs), "new": len(rows), "changed": len(changed)}
        record("duplicate.found", Duplicate, actor=None, details=details, at=now)
    open_again = sum(
        known[pair.first, pair.second].status == Duplicate.Status.OPEN
        for pair in pairs
        if (pair.first, pair.second) in known
    )
    return len(rows), open_again


def _row(pair: Pair, now: datetime) -> Duplicate:
    return Duplicate(
        first_id=pair.first,
        second_id=pair.second,
        weight=pair.weight,
        signs=pair.signs,
        found_at=now,
    )


def _changed(pairs: Iterable[Pair], known: dict[tuple[int, int], Duplicate]) -> Iterable[Duplicate]:
    for pair in pairs:
        row = known.get((pair.first, pair.second))
        if row is None or row.status != Duplicate.Status.OPEN:
            continue
        if (row.weight, row.signs) != (pair.weight, pair.signs):
            row.weight, row.signs = pair.weight, pair.signs
            yield row
