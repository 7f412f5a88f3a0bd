"""Checking a file in quarantine: all problems of all rows, in steps of some thousand rows.

A check that was interrupted begins again; its steps count for nothing until the last one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, F, Min, Q
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.engine.sealing import NotSealed
from yingcai.plan.queries import active_digest, one_pack
from yingcai.registry.actions.imports.receiving import LIMITS, destroy_content, drop_rows
from yingcai.registry.errors import Erased, StaleRecord
from yingcai.registry.evidence_files import take_away
from yingcai.registry.import_files import bound_to, seal_cells
from yingcai.registry.importing.files import FileRefused, Line
from yingcai.registry.importing.rows import Asked, RowReader, Said
from yingcai.registry.importing.words import Found
from yingcai.registry.importing.workbook import open_table
from yingcai.registry.models import ImportBatch, ImportProblem, ImportRow
from yingcai.registry.queries.import_matches import Matcher, strangers_named
from yingcai.registry.queries.imports import batch_key
from yingcai.registry.queries.scope import COUNTY, OFFICE, capacities
from yingcai.registry.sealed_files import opener

if TYPE_CHECKING:
    from yingcai.identity.models import User

STEP = 1000
DAY = timedelta(days=1)
DIRECT_BYTES = 1_000_000  # of a file that is checked while its sender waits
DIRECT_ROWS = 5_000
PROBLEMS_A_ROW = 20
# Registered people who are not the firm's, that its files may name within a day: what a check says about
# them could else be used to try numbers out.
STRANGERS_A_DAY = 500
Status = ImportBatch.Status


class TooLong(Exception):
    """The file has more rows than are checked while somebody waits; the command takes it up."""


def asked_of(batch: ImportBatch, now: datetime) -> Asked:
    """What the reader of a batch's rows has to know."""
    return Asked(
        kind=batch.kind,
        source=batch.source,
        organisation=batch.organisation_id is not None,
        as_of=batch.as_of,
        today=clock.day_of(now),
    )


def check_batch(
    batch: ImportBatch, *, actor: "User | None", now: datetime, most: int | None = None
) -> None:
    """Read the whole file into rows and say everything that is wrong with each.

    ``most``: rows after which it is left to the command. Raises: StaleRecord where somebody else is at it
    or it is checked already, TooLong, Erased.
    """
    key = batch_key(batch)
    if key is None:
        raise Erased(_("这个文件的内容已经销毁"))
    run = _claim(batch)
    drop_rows(batch)
    try:
        with one_pack():
            lines = open_table(
                opener(batch.stored_as, key, bound_to(batch.sealed_for)), batch.size, LIMITS
            ).lines
            check = _Check(batch, key, run, now)
            for chunk in _chunks(lines):
                check.write(chunk)
                _refuse_too_many_strangers(batch)
                if most is not None and check.rows > most:
                    raise TooLong
            check.finish(actor)
    except (FileRefused, NotSealed) as refusal:
        _refuse(batch, run, refusal, actor=actor, now=now)
    except TooLong:
        drop_rows(batch)
        raise
    batch.refresh_from_db()


def _refuse_too_many_strangers(batch: ImportBatch) -> None:
    """Only an officer of a firm is held to it: the talent office may look people up anyhow. Raises: FileRefused."""
    sender, firm = batch.uploaded_by, batch.organisation
    if sender is None or firm is None:
        return
    if capacities(sender, clock.day_of(batch.uploaded_at)) & {OFFICE, COUNTY}:
        return
    if strangers_named(firm, since=batch.uploaded_at - DAY) > STRANGERS_A_DAY:
        raise FileRefused("file-strangers", most=STRANGERS_A_DAY)


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    rest = iter(lines)
    while chunk := list(islice(rest, STEP)):
        yield chunk


def _claim(batch: ImportBatch) -> int:
    """Begin a run; one that was under way stops at its next step. Raises: StaleRecord."""
    waiting = ImportBatch.objects.filter(pk=batch.pk, status=Status.UPLOADED, run=batch.run)
    if waiting.exclude(columns=None).update(run=F("run") + 1, rows=0) != 1:
        raise StaleRecord(_("这个文件已经检查过，或者正在检查"))
    return batch.run + 1


class _Check:
    """One run over a file: rows are read, matched with the register, sealed and written."""

    def __init__(self, batch: ImportBatch, key: bytes, run: int, now: datetime) -> None:
        self._batch, self._key, self._run, self._now = batch, key, run, now
        self._reader = RowReader(batch.columns or [], asked_of(batch, now))
        self._matcher = Matcher(batch)
        self.rows = 0

    def write(self, chunk: Sequence[Line]) -> None:
        """A step: its rows, or none of them."""
        read = [(line, self._reader.read(line.cells)) for line in chunk]
        matches = self._matcher.match([said for _line, said in read])
        rows, problems = [], []
        for (line, said), match in zip(read, matches, strict=True):
            said.found += match.found
            rows.append(self._row(line, said, match.index, match.subject_id))
            problems += [self._problem(line.number, one) for one in said.found[:PROBLEMS_A_ROW]]
        self.rows += len(rows)
        with transaction.atomic():
            self._hold(rows=self.rows)
            ImportRow.objects.bulk_create(rows)
            ImportProblem.objects.bulk_create(problems)

    def _row(self, line: Line, said: Said, index: str, subject_id: int | None) -> ImportRow:
        return ImportRow(
            batch=self._batch,
            number=line.number,
            sealed=seal_cells(self._key, self._batch.sealed_for, line.number, line.cells),
            blind_index=index,
            status=ImportRow.Status.FAULTY if said.faulty else ImportRow.Status.READY,
            subject_id=subject_id,
        )

    def _problem(self, number: int, one: Found) -> ImportProblem:
        return ImportProblem(
            batch=self._batch,
            number=number,
            code=one.code,
            field=one.field,
            other=one.other,
            fault=one.fault,
        )

    def _hold(self, **values: object) -> None:
        """Go on only while this run counts. Raises: StaleRecord."""
        mine = ImportBatch.objects.filter(pk=self._batch.pk, status=Status.UPLOADED, run=self._run)
        if mine.update(**values) != 1:
            raise StaleRecord(_("这个文件已撤回，或者另一次检查已经开始"))

    def finish(self, actor: "User | None") -> None:
        """The last step: numbers that stand in the file twice, counts, and the state."""
        batch, rows = self._batch, ImportRow.objects.filter(batch=self._batch)
        with transaction.atomic():
            self._hold(rows=self.rows)
            for problems in _twice(batch):
                ImportProblem.objects.bulk_create(self._problem(*one) for one in problems)
                numbers = [number for number, _found in problems]
                rows.filter(number__in=numbers).update(status=ImportRow.Status.FAULTY)
            counts = rows.aggregate(
                faulty=Count("id", filter=Q(status=ImportRow.Status.FAULTY)),
                known=Count("id", filter=Q(subject__isnull=False)),
            )
            self._hold(
                status=Status.CHECKED,
                checked_at=self._now,
                pack_digest=active_digest(),
                **counts,
            )
            record(
                "import.checked",
                batch,
                actor=actor,
                details={"rows": self.rows, **counts},
                at=self._now,
            )


def _twice(batch: ImportBatch) -> Iterator[list[tuple[int, Found]]]:
    """Rows whose number stands in another row too, with the first of the others, some at a time."""
    field = "number" if batch.kind == ImportBatch.Kind.PERSON else "credit_code"
    rows = ImportRow.objects.filter(batch=batch).exclude(blind_index="").order_by()
    groups = rows.values("blind_index").annotate(n=Count("id"), first=Min("number"))
    firsts = dict(groups.filter(n__gt=1).values_list("blind_index", "first"))
    indexes = sorted(firsts)
    for start in range(0, len(indexes), STEP):
        some = rows.filter(blind_index__in=indexes[start : start + STEP]).order_by("number")
        pairs = list(some.values_list("number", "blind_index"))
        seconds: dict[str, int] = {}
        for number, index in pairs:
            if number != firsts[index]:
                seconds.setdefault(index, number)
        others = {
            number: seconds[index] if number == firsts[index] else firsts[index]
            for number, index in pairs
        }
        yield from _in_steps(
            [(number, Found("number-twice", field, other)) for number, other in others.items()]
        )


def _in_steps(problems: list[tuple[int, Found]]) -> Iterator[list[tuple[int, Found]]]:
    for start in range(0, len(problems), STEP):
        yield problems[start : start + STEP]


def _refuse(
    batch: ImportBatch,
    run: int,
    refusal: FileRefused | NotSealed,
    *,
    actor: "User | None",
    now: datetime,
) -> None:
    """A file that cannot be read to its end: nothing of it stays but the reason."""
    code = refusal.code if isinstance(refusal, FileRefused) else "file-damaged"
    places = refusal.places if isinstance(refusal, FileRefused) else {}
    drop_rows(batch)
    with transaction.atomic():
        mine = ImportBatch.objects.filter(pk=batch.pk, status=Status.UPLOADED, run=run)
        changed = mine.update(
            status=Status.REFUSED,
            rows=0,
            unreadable={"code": code, "places": places},
            ended_at=now,
        )
        if changed == 1:
            record("import.unreadable", batch, actor=actor, details={"code": code}, at=now)
            destroy_content(batch)
    take_away(batch.stored_as)
