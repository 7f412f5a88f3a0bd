"""Checking a file of decisions on paper: all problems of all rows, kept in one step.

A check that was interrupted has kept nothing and begins again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.papers.receiving import LIMITS, destroy_content, drop_rows
from yingcai.cases.errors import InvalidCase, StaleCase
from yingcai.cases.models import PaperBatch, PaperProblem, PaperRow
from yingcai.cases.paper.rows import RowReader, Said
from yingcai.cases.queries.paper_batches import key_of, offers_of
from yingcai.cases.queries.paper_matches import Match, digest_of, matches_of, twice
from yingcai.cases.queries.rule_book import RuleBook, book_of, rule_book
from yingcai.engine.sealing import NotSealed
from yingcai.registry.import_files import bound_to, open_cells, seal_cells
from yingcai.registry.importing.files import FileRefused, Line
from yingcai.registry.importing.words import Found
from yingcai.registry.importing.workbook import open_table
from yingcai.registry.sealed_files import opener

if TYPE_CHECKING:
    from yingcai.identity.models import User

DIRECT_BYTES = 500_000  # of a file that is checked while its sender waits
AT_ONCE = 500  # rows that one statement keeps
PROBLEMS_A_ROW = 20
Status, Row = PaperBatch.Status, PaperRow.Status


@dataclass
class Looked:
    """A row as it reads today. ``found``: everything that is wrong with it."""

    line: Line
    said: Said
    match: Match
    found: list[Found]

    @property
    def status(self) -> str:
        if self.found:
            return Row.FAULTY
        return Row.KNOWN if self.match.known else Row.READY


def look_through(
    batch: PaperBatch, lines: Sequence[Line], book: RuleBook, now: datetime
) -> list[Looked]:
    """What rows say by the rules and the register of now, with all that is wrong with each."""
    on = clock.day_of(now)
    reader = RowReader(batch.columns or [], offers_of(book, batch), on)
    read = [reader.read(line.cells) for line in lines]
    matches = matches_of(read, batch.uploaded_by, on)
    found = [
        Looked(line, said, match, [*said.found, *match.found])
        for line, said, match in zip(lines, read, matches, strict=True)
    ]
    by_number = {one.line.number: one for one in found}
    for number, problem in twice([(one.line.number, one.said, one.match) for one in found]):
        by_number[number].found.append(problem)
    return found


def content_digest(rows: Sequence[Looked], pack: str) -> str:
    """A text for exactly what rows without faults say."""
    return digest_of(((one.line.number, one.said, one.match) for one in rows), pack)


def check_papers(batch: PaperBatch, *, actor: "User | None", now: datetime) -> None:
    """Read the whole file into rows and say everything that is wrong with each.

    Raises: StaleCase where somebody else is at it or it is checked already, or its content is gone; InvalidCase
    where no rules are published.
    """
    key, book, run = key_of(batch), rule_book(), _claim(batch)
    if key is None:
        raise StaleCase(_("这个文件的内容已经销毁"))
    if book is None:
        raise InvalidCase(_("还没有发布规则包，不能补录"))
    try:
        opened = opener(batch.stored_as, key, bound_to(batch.handle))
        lines = list(open_table(opened, batch.size, LIMITS).lines)
    except (FileRefused, NotSealed) as refusal:
        _refuse(batch, run, refusal, actor=actor, now=now)
    else:
        rows = look_through(batch, lines, book, now)
        _keep(batch, run, key, rows, book.digest, actor=actor, now=now)
    batch.refresh_from_db()


def _claim(batch: PaperBatch) -> int:
    """Begin a run; one that was under way keeps nothing. Raises: StaleCase."""
    waiting = PaperBatch.objects.filter(pk=batch.pk, status=Status.UPLOADED, run=batch.run)
    if waiting.exclude(columns=None).update(run=F("run") + 1) != 1:
        raise StaleCase(_("这个文件已经检查过，或者正在检查"))
    return batch.run + 1


def _keep(
    batch: PaperBatch,
    run: int,
    key: bytes,
    rows: Sequence[Looked],
    pack: str,
    *,
    actor: "User | None",
    now: datetime,
) -> None:
    """All rows and problems with the state, or nothing. Raises: StaleCase."""
    faulty = sum(bool(one.found) for one in rows)
    counts = {
        "rows": len(rows),
        "faulty": faulty,
        "known": sum(one.status == Row.KNOWN for one in rows),
    }
    with transaction.atomic():
        mine = PaperBatch.objects.filter(pk=batch.pk, status=Status.UPLOADED, run=run)
        changed = mine.update(
            status=Status.CHECKED,
            checked_at=now,
            pack_digest=pack,
            digest="" if faulty else content_digest(rows, pack),
            summary=_summary(rows),
            **counts,
        )
        if changed != 1:
            raise StaleCase(_("这个文件已撤回，或者另一次检查已经开始"))
        drop_rows(batch)
        PaperRow.objects.bulk_create(
            (
                PaperRow(
                    batch=batch,
                    number=one.line.number,
                    sealed=seal_cells(key, batch.handle, one.line.number, one.line.cells),
                    status=one.status,
                    subject=one.match.named,
                )
                for one in rows
            ),
            batch_size=AT_ONCE,
        )
        PaperProblem.objects.bulk_create(
            (
                PaperProblem(
                    batch=batch, number=one.line.number, code=each.code, field=each.field,
                    other=each.other,
                )
                for one in rows
                for each in one.found[:PROBLEMS_A_ROW]
            ),
            batch_size=AT_ONCE,
        )  # fmt: skip
        record("paper.checked", batch, actor=actor, details=counts, at=now)


def _summary(rows: Sequence[Looked]) -> list[list[str | int]]:
    """Of rows that bring something new: by programme how many grant, how many refuse, fen in all."""
    found: dict[str, list[int]] = {}
    for one in rows:
        if one.status == Row.READY and one.said.offer is not None:
            counted = found.setdefault(one.said.offer.name, [0, 0, 0])
            counted[0 if one.said.agreed else 1] += 1
            counted[2] += one.said.amount or 0
    return [[name, *counted] for name, counted in sorted(found.items())]


def _refuse(
    batch: PaperBatch,
    run: int,
    refusal: FileRefused | NotSealed,
    *,
    actor: "User | None",
    now: datetime,
) -> None:
    """A file that cannot be read to its end: nothing of it stays but the reason."""
    code = refusal.code if isinstance(refusal, FileRefused) else "file-damaged"
    places = refusal.places if isinstance(refusal, FileRefused) else {}
    with transaction.atomic():
        mine = PaperBatch.objects.filter(pk=batch.pk, status=Status.UPLOADED, run=run)
        said = {"code": code, "places": places}
        if mine.update(status=Status.REFUSED, rows=0, unreadable=said, ended_at=now) == 1:
            drop_rows(batch)
            record("paper.unreadable", batch, actor=actor, details={"code": code}, at=now)
            destroy_content(batch)


def read_again(batch: PaperBatch, rows: Sequence[PaperRow], now: datetime) -> list[Looked]:
    """Kept rows as they read now, by the rules that they were checked by. Raises: StaleCase, PackNotKept."""
    key = key_of(batch)
    if key is None:
        raise StaleCase(_("这个文件的内容已经销毁"))
    lines = [
        Line(row.number, open_cells(key, batch.handle, row.number, bytes(row.sealed)))
        for row in rows
    ]
    return look_through(batch, lines, book_of(batch.pack_digest), now)
