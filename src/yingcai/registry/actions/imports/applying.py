"""Writing an approved file into the register, a thousand rows a step.

A step is one transaction: rows, subjects, facts, relations, the count on the file and one audit row. Killed
between two steps, the file goes on where it stopped; killed within one, nothing of that step is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.plan.queries import one_pack
from yingcai.registry.actions.bulk import (
    Bond,
    NewSubject,
    Told,
    fact_row,
    record_told,
    register_subjects,
    relate_many,
)
from yingcai.registry.actions.facts import Said as Stated
from yingcai.registry.actions.imports.checking import asked_of
from yingcai.registry.actions.imports.receiving import destroy_content
from yingcai.registry.actions.relations import Tie
from yingcai.registry.errors import Erased
from yingcai.registry.evidence_files import take_away
from yingcai.registry.import_files import open_cells
from yingcai.registry.importing.columns import column_faults
from yingcai.registry.importing.rows import RowReader, Said
from yingcai.registry.models import (
    FacetEntry,
    Fact,
    Identifier,
    ImportBatch,
    ImportProblem,
    ImportRow,
    Relation,
    Subject,
    SubjectKey,
)
from yingcai.registry.queries.import_matches import Match, Matcher, employments
from yingcai.registry.queries.imports import batch_key
from yingcai.registry.queries.scope import EMPLOYED
from yingcai.registry.sealed import subject_keys

STEP = 1000
GROWING = (Subject, SubjectKey, Identifier, Fact, FacetEntry, Relation, ImportRow)
Status = ImportBatch.Status


@dataclass
class _Entry:
    """A row on its way into the register."""

    row: ImportRow
    said: Said
    match: Match
    key: bytes = b""
    subject: Subject | None = None


@dataclass
class _Step:
    """What one step did, for its audit row."""

    registered: int = 0
    found: int = 0
    facts: int = 0
    relations: int = 0
    left: list[int] = field(default_factory=list)


def apply_batch(batch: ImportBatch, *, now: datetime, steps: int | None = None) -> bool:
    """Write the rest of an approved file, or so many steps of it; whether it is all there now.

    Safe to stop and to repeat. Raises: Erased where the key is gone.
    """
    with one_pack():
        while steps is None or steps > 0:
            if not apply_step(batch, now=now):
                break
            steps = None if steps is None else steps - 1
    batch.refresh_from_db()
    return batch.status == Status.APPLIED


def apply_step(batch: ImportBatch, *, now: datetime) -> bool:
    """Write the next rows; whether there may be more. Raises: Erased."""
    key = batch_key(batch)
    with transaction.atomic():
        # The row of the file is held first, so that two who are at it take turns.
        held = ImportBatch.objects.filter(pk=batch.pk, status=Status.APPLYING)
        if held.update(run=F("run") + 1) != 1:
            return False
        if key is None:
            raise Erased(_("这个文件的内容已经销毁"))
        ready = ImportRow.objects.filter(batch=batch, status=ImportRow.Status.READY)
        rows = list(ready.order_by("number")[:STEP])
        if not rows:
            _finish(batch, now)
            return False
        done = _write(batch, key, rows, now)
        _count(batch, rows, done, now)
    _keep_plans(rows[-1].number // STEP)
    return True


def _keep_plans(step: int) -> None:
    """After steps 1, 2, 4, 8 … PostgreSQL looks at its tables anew.

    It plans by what it last saw there; a file makes tables a thousand times larger before it looks by itself.
    """
    if connection.vendor != "postgresql" or step < 1 or step & (step - 1):
        return
    with connection.cursor() as cursor:
        for model in GROWING:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _finish(batch: ImportBatch, now: datetime) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(status=Status.APPLIED, ended_at=now)
    destroy_content(batch)
    fresh = ImportBatch.objects.get(pk=batch.pk)
    details = {"rows": fresh.done, "left": fresh.left}
    record("import.applied", batch, actor=batch.decided_by, details=details, at=now)
    transaction.on_commit(lambda: take_away(batch.stored_as))


def _count(batch: ImportBatch, rows: Sequence[ImportRow], done: _Step, now: datetime) -> None:
    first, last = rows[0].number, rows[-1].number
    span = ImportRow.objects.filter(batch=batch, number__range=(first, last))
    if done.left:
        span.filter(number__in=done.left).update(status=ImportRow.Status.LEFT)
        ImportProblem.objects.bulk_create(
            ImportProblem(batch=batch, number=number, code="changed-since", fault=True)
            for number in done.left
        )
    named = Identifier.objects.filter(
        kind__in=("resident-id", "passport", "credit-code"),
        blind_index=OuterRef("blind_index"),
        retired_at=None,
    )
    span.filter(status=ImportRow.Status.READY).update(
        status=ImportRow.Status.APPLIED, subject=Subquery(named.values("subject_id")[:1])
    )
    ImportBatch.objects.filter(pk=batch.pk).update(
        done=F("done") + len(rows), left=F("left") + len(done.left)
    )
    details = {
        "rows": [first, last],
        "registered": done.registered,
        "found": done.found,
        "facts": done.facts,
        "relations": done.relations,
        "left": len(done.left),
    }
    record("import.step", batch, actor=batch.decided_by, details=details, at=now)


def _write(batch: ImportBatch, key: bytes, rows: Sequence[ImportRow], now: datetime) -> _Step:
    step = _Step()
    entries = _entries(batch, key, rows, step, now)
    new = [entry for entry in entries if entry.match.subject is None]
    known = [entry for entry in entries if entry.match.subject is not None]
    _register(batch, new, now)
    keys = subject_keys(entry.match.subject for entry in known if entry.match.subject)
    for entry in known:
        entry.subject = entry.match.subject
        entry.key = keys[entry.match.subject_id or 0]
    told = [_told(batch, entry) for entry in entries]
    told = [*told[: len(new)], *_news(batch, told[len(new) :], now)]
    step.registered, step.found = len(new), len(known)
    step.facts = record_told(told, actor=batch.uploaded_by, now=now)
    bonds = _bonds(batch, entries, {entry.match.subject_id for entry in known})
    step.relations = relate_many(bonds, actor=batch.uploaded_by, now=now)
    return step


def _entries(
    batch: ImportBatch, key: bytes, rows: Sequence[ImportRow], step: _Step, now: datetime
) -> list[_Entry]:
    """The rows as they read today, new subjects first; one that no longer fits the register is set aside."""
    columns = batch.columns or []
    reader = RowReader(columns, asked_of(batch, now))
    read = [
        reader.read(open_cells(key, batch.sealed_for, row.number, bytes(row.sealed)))
        for row in rows
    ]
    matches = Matcher(batch).match(read)
    foreign = bool(column_faults(columns, batch.kind, batch.source)["unknown"])
    entries = []
    for row, said, match in zip(rows, read, matches, strict=True):
        if foreign or said.faulty or any(one.fault for one in match.found):
            step.left.append(row.number)
        else:
            entries.append(_Entry(row, said, match))
    return sorted(entries, key=lambda entry: entry.match.subject is not None)


def _register(batch: ImportBatch, entries: Sequence[_Entry], now: datetime) -> None:
    wanted = [
        NewSubject(
            kind=batch.kind,
            name=entry.said.name,
            number_kind=entry.said.number_kind,
            number=entry.said.number,
            sort=entry.said.sort,
            county=batch.county,
        )
        for entry in entries
    ]
    made = register_subjects(wanted, source=batch.source, actor=batch.uploaded_by, now=now)
    for entry, (subject, key) in zip(entries, made, strict=True):
        entry.subject, entry.key = subject, key


def _told(batch: ImportBatch, entry: _Entry) -> Told:
    assert entry.subject is not None  # noqa: S101 - each entry was registered or found
    reference = f"{batch.handle}/{entry.row.number}"
    facts = [
        Stated(name, value, batch.source, since=batch.as_of, reference=reference)
        for name, value in entry.said.facts.items()
    ]
    return Told(entry.subject, entry.key, facts)


def _news(batch: ImportBatch, told: Sequence[Told], now: datetime) -> list[Told]:
    """Without the facts that the same source has said already with the same value."""
    ids = [one.subject.pk for one in told if one.facts]
    held = Fact.objects.filter(
        subject_id__in=ids, source=batch.source, retracts=False, replaced_by=None
    ).values_list("subject_id", "name", "value", "fingerprint")
    said = set(held)
    news = []
    for one in told:
        rows = [(fact, fact_row(one, fact, actor=None, now=now)) for fact in one.facts]
        fresh = [
            fact
            for fact, row in rows
            if (one.subject.pk, row.name, row.value, row.fingerprint) not in said
        ]
        news.append(Told(one.subject, one.key, fresh))
    return news


def _bonds(batch: ImportBatch, entries: Sequence[_Entry], known: set[int | None]) -> list[Bond]:
    """Employments that the register does not have yet, and ends of those that it has."""
    held = employments(pk for pk in known if pk is not None)
    bonds = []
    for entry in entries:
        subject, employer = entry.subject, entry.match.employer
        if subject is None or employer is None:
            continue
        mine = [row for row in held.get(subject.pk, []) if row.other_id == employer.pk]
        bond = _bond(batch, entry.said, subject, employer, mine)
        if bond is not None:
            bonds.append(bond)
    return bonds


def _bond(
    batch: ImportBatch, said: Said, subject: Subject, employer: Subject, held: Sequence[Relation]
) -> Bond | None:
    """What a row adds to the employments with one employer; None where it is all known."""
    since = said.since or batch.as_of
    same = next(
        (
            row
            for row in held
            if row.starts_on == said.since or (said.since is None and row.ends_on is None)
        ),
        None,
    )
    if same is None:
        return (
            Bond(subject, Tie(EMPLOYED, since, batch.source, until=said.until), employer)
            if since
            else None
        )
    if same.ends_on == said.until or said.until is None or said.until < same.starts_on:
        return None
    tie = Tie(EMPLOYED, same.starts_on, batch.source, until=said.until)
    return Bond(subject, tie, employer, replaces=same)
