"""Removing what has been kept for its term (PIPL art. 19 and 47). Safe to repeat, and to kill at any moment.

Each batch is one transaction with one audit row, which says how many of what, and nothing of what they said.
Rows of facts and requests stay, so that history and audit keep their shape. A file is taken away when its
row has let go of it; one that a kill leaves over is named by no row, and goes with the next run.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction

from yingcai.audit.actions import record
from yingcai.registry.actions.evidence import seal_open_evidence
from yingcai.registry.actions.facets import index_subjects
from yingcai.registry.actions.imports.receiving import SOME, destroy_content
from yingcai.registry.evidence_files import take_away
from yingcai.registry.held_files import held_elsewhere
from yingcai.registry.models import (
    ChangeRequest,
    Fact,
    Identifier,
    ImportBatch,
    ImportProblem,
    ImportRow,
    LinkageDigest,
    Mandate,
    Subject,
    Sweep,
)
from yingcai.registry.queries.terms import (
    LEFT_LYING,
    WARNING,
    due_import_rows,
    due_imports,
    due_numbers,
    due_papers,
    due_requests,
    due_values,
)
from yingcai.registry.sealed_files import SUFFIX

SUBJECTS, ROWS = 500, 2000
REQUESTS, PAPERS, IMPORTS, NUMBERS, FILES = "requests", "papers", "imports", "numbers", "files"


@dataclass(frozen=True)
class Run:
    """A sweep of a day. Files that were written after ``aged`` (seconds of the machine) may still get a row."""

    on: date
    now: datetime
    aged: float


def sweep(run: Run) -> Counter[str]:
    """Remove what is due on a day; how many of what, by fact or by kind. The day's row counts all its runs."""
    day, _made = Sweep.objects.get_or_create(on=run.on)
    before = Counter(day.swept)
    seal_open_evidence(now=run.now)
    coming = sweep_values(run)
    for act in (
        sweep_requests, sweep_papers, sweep_imports, sweep_import_rows, sweep_numbers, sweep_files,
    ):  # fmt: skip
        act(run)
    Sweep.objects.filter(pk=day.pk).update(coming=dict(coming), ended_at=run.now)
    day.refresh_from_db()
    return Counter(day.swept) - before


def would_sweep(run: Run) -> Counter[str]:
    """How many of what are due on a day. Changes nothing."""
    found: Counter[str] = Counter()
    for roots in _batches_of_subjects():
        found.update(one.name for one in due_values(roots, by=run.on))
    found[REQUESTS] = due_requests(run.on).count()
    found[PAPERS] = due_papers(run.on).count()
    found[IMPORTS] = due_imports(run.on).count()
    found[NUMBERS] = due_numbers(run.on).count()
    found[FILES] = sum(map(len, _batches_of_orphans(run.aged)))
    return +found


@contextmanager
def _counted(run: Run) -> Iterator[Counter[str]]:
    """One transaction; what is counted in it is added to the row of the day, which two runs cannot share."""
    with transaction.atomic():
        day = Sweep.objects.select_for_update().get(on=run.on)
        counts: Counter[str] = Counter()
        yield counts
        day.swept = dict(Counter(day.swept) + counts)
        day.save(update_fields=["swept"])


def _batches_of_subjects() -> Iterator[list[int]]:
    """Kept subjects, erased ones too: what was not sealed of them is still there."""
    after = 0
    rows = Subject.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)
    while batch := list(rows.filter(pk__gt=after)[:SUBJECTS]):
        yield batch
        after = batch[-1]


def sweep_values(run: Run) -> Counter[str]:
    """Empty the values whose term is over; how many of each fact are due within the next 90 days."""
    coming: Counter[str] = Counter()
    for roots in _batches_of_subjects():
        found = due_values(roots, by=run.on + WARNING)
        coming.update(one.name for one in found if one.on > run.on)
        if any(one.on <= run.on for one in found):
            _sweep_values(roots, run)
    return coming


def _sweep_values(roots: list[int], run: Run) -> None:
    with _counted(run) as counts:
        found = due_values(roots, by=run.on)  # again, for somebody may have been active meanwhile
        for place in range(0, len(found), ROWS):
            part = [one.pk for one in found[place : place + ROWS]]
            LinkageDigest.objects.filter(fact__in=part).delete()
            Fact.objects.filter(pk__in=part, swept_at=None).update(
                value="",
                sealed=None,
                fingerprint="",
                sealed_reference=None,
                swept_at=run.now,
            )
        counts.update(one.name for one in found)
        if found:
            index_subjects(Subject.objects.filter(pk__in=roots), counts)
            details = {"facts": dict(counts)}
            record("fact.swept", Fact, actor=None, details=details, at=run.now)


def sweep_requests(run: Run) -> None:
    """Empty what decided requests say, and take away what was brought with them."""
    while rows := list(due_requests(run.on)[:ROWS]):
        with _counted(run) as counts:
            ids = [row.pk for row in rows]
            counts[REQUESTS] = ChangeRequest.objects.filter(pk__in=ids, swept_at=None).update(
                sealed=b"",
                reason="",
                answer="",
                evidence_name="",
                evidence_stored_as="",
                swept_at=run.now,
            )
            details = {"facts": dict(Counter(row.name for row in rows))}
            record("request.swept", ChangeRequest, actor=None, details=details, at=run.now)
        for row in rows:
            take_away(row.evidence_stored_as)


def sweep_papers(run: Run) -> None:
    """Take away the papers of guardians who have long not been it; that there was one stays known."""
    while rows := list(due_papers(run.on)[:ROWS]):
        with _counted(run) as counts:
            some = Mandate.objects.filter(pk__in=[row.pk for row in rows])
            counts[PAPERS] = some.update(evidence_name="", evidence_stored_as="")
            details = {"papers": counts[PAPERS]}
            record("mandate.swept", Mandate, actor=None, details=details, at=run.now)
        for row in rows:
            take_away(row.evidence_stored_as)


def sweep_imports(run: Run) -> None:
    """Give up files that nobody goes on with: their keys and what was sealed under them are gone."""
    for batch in list(due_imports(run.on)):
        with _counted(run) as counts:
            counts[IMPORTS] = ImportBatch.objects.filter(pk=batch.pk, status__in=LEFT_LYING).update(
                status=ImportBatch.Status.WITHDRAWN, ended_at=run.now
            )
            if counts[IMPORTS]:
                destroy_content(batch)
                details = {"rows": batch.rows, "was": batch.status}
                record("import.swept", batch, actor=None, details=details, at=run.now)
        if counts[IMPORTS]:
            take_away(batch.stored_as)


def sweep_import_rows(run: Run) -> None:
    """Remove rows of files that are over; their keys are destroyed, but the digests of their numbers are not."""
    for batch in list(due_import_rows(run.on)):
        lines = ImportRow.objects.filter(batch=batch).order_by("number")
        while numbers := list(lines.values_list("number", flat=True)[:SOME]):
            with _counted(run):
                part = {"batch": batch, "number__lte": numbers[-1]}
                ImportProblem.objects.filter(**part).delete()
                ImportRow.objects.filter(**part).delete()
                details = {"rows": len(numbers)}
                record("import.rows_swept", batch, actor=None, details=details, at=run.now)


def sweep_numbers(run: Run) -> None:
    """Remove numbers that have long been out of use, with the digests they were compared by."""
    while ids := list(due_numbers(run.on).values_list("pk", flat=True)[:ROWS]):
        with _counted(run) as counts:
            LinkageDigest.objects.filter(identifier__in=ids).delete()
            counts[NUMBERS], _by_model = Identifier.objects.filter(pk__in=ids).delete()
            details = {"numbers": counts[NUMBERS]}
            record("identifier.swept", Identifier, actor=None, details=details, at=run.now)


def sweep_files(run: Run) -> None:
    """Take away files that no row names: of requests that did not come to be, of a run that was killed."""
    for names in _batches_of_orphans(run.aged):
        with _counted(run) as counts:
            counts[FILES] = len(names)
            details = {"files": len(names)}
            record("file.swept", Sweep, actor=None, details=details, at=run.now)
        for name in names:
            take_away(name)


def _batches_of_orphans(aged: float) -> Iterator[list[str]]:
    """Names of sealed files that no row names, and of open ones whose sealed form lies beside them."""
    folder = Path(settings.MEDIA_ROOT)
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        old = (entry.name for entry in entries if entry.stat().st_mtime < aged)
        while names := list(islice(old, ROWS)):
            if orphans := _orphans(names):
                yield orphans


def _orphans(names: list[str]) -> list[str]:
    sealed = {name: f"{Path(name).stem}{SUFFIX}" for name in names}
    named: set[str] = set()
    for rows in (ChangeRequest.objects.all(), Mandate.objects.all()):
        found = rows.filter(evidence_stored_as__in=set(sealed.values()))
        named |= set(found.values_list("evidence_stored_as", flat=True))
    open_left = [name for name in names if not name.endswith(SUFFIX) and sealed[name] in named]
    named |= set(
        ImportBatch.objects.filter(stored_as__in=names).values_list("stored_as", flat=True)
    )
    named |= held_elsewhere(names)
    return open_left + [name for name in names if name.endswith(SUFFIX) and name not in named]
