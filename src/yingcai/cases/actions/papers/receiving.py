"""Taking a file of decisions on paper into quarantine, agreeing on its columns, and giving it up again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import PaperBatch, PaperProblem, PaperRow
from yingcai.cases.paper.columns import column_faults, propose
from yingcai.cases.paper.words import title_of
from yingcai.cases.queries.paper_batches import (
    OPEN,
    bound_for,
    head_of,
    reach_of,
    sending_units,
)
from yingcai.engine.sealing import new_key
from yingcai.registry.actions.imports.receiving import Upload
from yingcai.registry.actions.keys import destroy_file_key, keep_file_key
from yingcai.registry.evidence_files import clean_name, take_away
from yingcai.registry.import_files import bound_to, seal_cells
from yingcai.registry.importing.files import FileRefused, Limits
from yingcai.registry.importing.words import file_words
from yingcai.registry.importing.workbook import open_table
from yingcai.registry.sealed_files import lay_down_sealed

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User

Status = PaperBatch.Status
# A row becomes a case: what a city has on paper comes in files that two people can look through.
LIMITS = Limits(csv_bytes=20_000_000, xlsx_bytes=10_000_000, rows=10_001, columns=40, cell=1_000)


def receive_papers(
    upload: Upload, unit: "Unit | None", *, actor: "User", now: datetime
) -> PaperBatch:
    """Keep a file sealed, with a proposal for its columns. No case comes of it yet.

    Raises: NotAllowed, InvalidCase with one sentence why the file is not read, StaleCase where the same file is
    being handled already.
    """
    if unit not in sending_units(actor, clock.day_of(now)):
        raise NotAllowed(_("只能补录本单位牵头的事项"))
    try:
        head = open_table(upload.opened, upload.size, LIMITS).head
    except FileRefused as refusal:
        raise InvalidCase(file_words(refusal.code, refusal.places)) from None
    handle, key = uuid4(), new_key()
    stored = lay_down_sealed(_pieces(upload), key, bound_to(handle))
    batch = PaperBatch(
        handle=handle,
        unit=unit,
        file_name=clean_name(upload.name),
        sha256=stored.sha256,
        size=stored.size,
        stored_as=stored.stored_as,
        head=seal_cells(key, handle, 0, head),
        uploaded_at=now,
        uploaded_by=actor,
    )
    try:
        with transaction.atomic():
            twins = PaperBatch.objects.filter(sha256=batch.sha256, unit=unit, status__in=OPEN)
            if twins.exists():
                raise StaleCase(_("同样的文件已经上传，正在处理中；请在列表里继续办理"))
            batch.save(force_insert=True)
            keep_file_key(bound_for(batch), key, now=now)
            details = {"unit": unit.code if unit else "", "sha256": batch.sha256[:12]}
            record("paper.uploaded", batch, actor=actor, details=details, at=now)
    except BaseException:
        take_away(stored.stored_as)
        raise
    return batch


def _pieces(upload: Upload) -> Iterator[bytes]:
    with upload.opened() as file:
        yield from iter(lambda: file.read(1 << 20), b"")


def proposed_columns(batch: PaperBatch) -> list[str]:
    """The fields of a file's columns: as agreed, else as its titles suggest."""
    return list(batch.columns) if batch.columns is not None else propose(head_of(batch))


def agree_columns(
    batch: PaperBatch, columns: Sequence[str], *, actor: "User", now: datetime
) -> None:
    """Which column is which field, as the sender agrees to it. Raises: NotAllowed, InvalidCase, StaleCase."""
    in_reach(batch, actor, now)
    if len(columns) != len(head_of(batch)):
        raise StaleCase(_("列数与文件不符，请刷新页面"))
    problems = _column_sentences(columns)
    if problems:
        raise InvalidCase(problems)
    with transaction.atomic():
        waiting = PaperBatch.objects.filter(pk=batch.pk, status=Status.UPLOADED)
        if waiting.update(columns=list(columns)) != 1:
            raise StaleCase(_("这个文件已经检查过，不能再改列的对应"))
        used = sorted({field for field in columns if field not in ("", "-")})
        record("paper.matched", batch, actor=actor, details={"fields": used}, at=now)
    batch.refresh_from_db()


def _column_sentences(columns: Sequence[str]) -> list[str]:
    faults = column_faults(columns)
    found = [
        _("缺少“%(title)s”列，请为它选定一列") % {"title": title_of(field)}
        for field in faults["missing"]
    ]
    found += [
        _("“%(title)s”选了两列，请只留一列") % {"title": title_of(field)}
        for field in faults["twice"]
    ]
    found += [_("没有“%(name)s”这项内容") % {"name": field[:50]} for field in faults["unknown"]]
    found += [
        _("第 %(n)s 列还没有决定：请选定内容，或选“不导入”") % {"n": int(place) + 1}
        for place in faults["undecided"]
    ]
    return found


def in_reach(batch: PaperBatch, actor: "User", now: datetime) -> None:
    """Raises: NotAllowed for somebody whom the file does not concern."""
    if not reach_of(actor, clock.day_of(now)).holds(batch):
        raise NotAllowed(_("这个文件不在您的职责范围内"))


def withdraw_papers(batch: PaperBatch, *, actor: "User", now: datetime) -> None:
    """The file is given up before any case came of it. Raises: NotAllowed, StaleCase."""
    in_reach(batch, actor, now)
    before = (Status.UPLOADED, Status.CHECKED, Status.WAITING, Status.REFUSED)
    with transaction.atomic():
        rows = PaperBatch.objects.filter(pk=batch.pk, status__in=before)
        if rows.update(status=Status.WITHDRAWN, ended_at=now) != 1:
            raise StaleCase(_("这个文件已经开始补录或已经结束，不能撤回"))
        record("paper.withdrawn", batch, actor=actor, details={}, at=now)
        destroy_content(batch)
    batch.refresh_from_db()


def destroy_content(batch: PaperBatch) -> None:
    """The key of a batch goes; what was sealed under it is nothing from now on. Call it in a transaction."""
    destroy_file_key(bound_for(batch))
    PaperBatch.objects.filter(pk=batch.pk).update(stored_as="", head=b"")
    transaction.on_commit(lambda: take_away(batch.stored_as))


def drop_rows(batch: PaperBatch) -> None:
    """Remove the rows of a check that counts no more."""
    PaperProblem.objects.filter(batch=batch).delete()
    PaperRow.objects.filter(batch=batch).delete()
