"""Taking a file into quarantine, agreeing on its columns, and giving it up again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.engine.sealing import new_key
from yingcai.plan.queries import one_pack
from yingcai.registry.errors import InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.evidence_files import clean_name, take_away
from yingcai.registry.import_files import bound_to, seal_cells
from yingcai.registry.importing.columns import column_faults, propose, title_of
from yingcai.registry.importing.files import FileRefused, Limits, Table
from yingcai.registry.importing.words import file_words
from yingcai.registry.importing.workbook import open_table
from yingcai.registry.keys import key_ring
from yingcai.registry.models import (
    ImportBatch,
    ImportKey,
    ImportProblem,
    ImportRow,
    Subject,
)
from yingcai.registry.queries.imports import (
    STATED,
    batches,
    county_of,
    head_of,
    open_twin,
    organisations,
)
from yingcai.registry.queries.scope import EMPLOYER, Scope
from yingcai.registry.sealed_files import lay_down_sealed
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User

Status = ImportBatch.Status
LIMITS = Limits()
SOME = 20_000  # rows that one statement removes; a server may limit how long it takes


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: its name there, its size, and how to open it from its beginning."""

    name: str
    size: int
    opened: Callable[[], IO[bytes]]


@dataclass(frozen=True)
class Wanted:
    """Of what the file is, who says so, whose people (empty: each row names the employer), since when."""

    kind: str
    source: str
    organisation: Subject | None = None
    as_of: date | None = None


def receive_file(
    upload: Upload, wanted: Wanted, *, scope: Scope, actor: "User", now: datetime
) -> ImportBatch:
    """Keep a file sealed, with a proposal for its columns. Nothing of it is in the register yet.

    Raises: OutOfScope, InvalidSubject (what it is for), FileRefused as a refusal with one sentence,
    StaleRecord where the same file is being handled already.
    """
    with one_pack():
        _allow(wanted, scope)
        head = _table(upload).head
    handle = uuid4()
    key = new_key()
    with upload.opened() as file:
        stored = lay_down_sealed(iter(lambda: file.read(1 << 20), b""), key, bound_to(handle))
    batch = ImportBatch(
        handle=handle,
        kind=wanted.kind,
        source=wanted.source,
        organisation=wanted.organisation,
        county=_county(wanted, scope),
        as_of=wanted.as_of,
        file_name=clean_name(upload.name),
        sha256=stored.sha256,
        size=stored.size,
        stored_as=stored.stored_as,
        sealed_for=handle,
        head=seal_cells(key, handle, 0, head),
        uploaded_at=now,
        uploaded_by=actor,
    )
    try:
        with transaction.atomic():
            _refuse_twin(batch)
            batch.save(force_insert=True)
            keep_key(batch, key, now=now)
            details = {"kind": batch.kind, "source": batch.source, "sha256": batch.sha256[:12]}
            record("import.uploaded", batch, actor=actor, details=details, at=now)
    except BaseException:
        take_away(stored.stored_as)
        raise
    return batch


def _table(upload: Upload) -> Table:
    """Raises: InvalidSubject with the one sentence why the file is not read."""
    try:
        return open_table(upload.opened, upload.size, LIMITS)
    except FileRefused as refusal:
        raise InvalidSubject(file_words(refusal.code, refusal.places)) from None


def _allow(wanted: Wanted, scope: Scope) -> None:
    """Raises: OutOfScope, InvalidSubject."""
    mine = wanted.organisation is None or (
        organisations(scope).filter(pk=wanted.organisation.pk).exists()
    )
    if not mine:
        raise OutOfScope(_("该单位不在您的职责范围内"))
    if scope.capacity == EMPLOYER and (
        wanted.kind != ImportBatch.Kind.PERSON
        or wanted.source != STATED
        or wanted.organisation is None
    ):
        raise OutOfScope(_("单位经办人只能导入本单位的人员"))
    if wanted.kind not in ImportBatch.Kind.values or wanted.source not in vocabulary().sources:
        raise InvalidSubject(_("请选择导入的内容和来源"))


def _county(wanted: Wanted, scope: Scope) -> "Unit | None":
    own = county_of(scope)
    return own or (wanted.organisation.county if wanted.organisation else None)


def _refuse_twin(batch: ImportBatch) -> None:
    twin = open_twin(
        {
            "sha256": batch.sha256,
            "kind": batch.kind,
            "source": batch.source,
            "organisation": batch.organisation,
        }
    )
    if twin is not None:
        raise StaleRecord(_("同样的文件已经上传，正在处理中；请在列表里继续办理"))


def keep_key(batch: ImportBatch, key: bytes, *, now: datetime) -> None:
    """The key of a batch, wrapped for it."""
    ring = key_ring()
    wrapped, key_id = ring.wrap(key, f"import/{batch.handle}")
    ImportKey.objects.create(batch=batch, wrapped=wrapped, key_id=key_id, made_at=now)


def proposed_columns(batch: ImportBatch) -> list[str]:
    """The fields of a file's columns: as agreed, else as its titles suggest."""
    if batch.columns is not None:
        return list(batch.columns)
    with one_pack():
        return propose(head_of(batch), batch.kind, batch.source)


def agree_columns(
    batch: ImportBatch, columns: Sequence[str], *, scope: Scope, actor: "User", now: datetime
) -> None:
    """Which column is which field, as the sender agrees to it. Raises: InvalidSubject, StaleRecord."""
    in_reach(batch, scope)
    if len(columns) != len(head_of(batch)):
        raise StaleRecord(_("列数与文件不符，请刷新页面"))
    with one_pack():
        problems = _column_sentences(columns, batch)
    if problems:
        raise InvalidSubject(problems)
    with transaction.atomic():
        changed = ImportBatch.objects.filter(pk=batch.pk, status=Status.UPLOADED).update(
            columns=list(columns)
        )
        if changed != 1:
            raise StaleRecord(_("这个文件已经检查过，不能再改列的对应"))
        used = sorted({field for field in columns if field not in ("", "-")})
        record("import.matched", batch, actor=actor, details={"fields": used}, at=now)
    batch.refresh_from_db()


def _column_sentences(columns: Sequence[str], batch: ImportBatch) -> list[str]:
    faults = column_faults(columns, batch.kind, batch.source)
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


def in_reach(batch: ImportBatch, scope: Scope) -> None:
    """Raises: OutOfScope for somebody whom the file does not concern."""
    if not batches(scope).filter(pk=batch.pk).exists():
        raise OutOfScope(_("这个文件不在您的职责范围内"))


def withdraw_batch(batch: ImportBatch, *, scope: Scope, actor: "User", now: datetime) -> None:
    """The file is given up before anything of it was written. Raises: OutOfScope, StaleRecord."""
    in_reach(batch, scope)
    before = (Status.UPLOADED, Status.CHECKED, Status.WAITING, Status.REFUSED)
    with transaction.atomic():
        changed = ImportBatch.objects.filter(pk=batch.pk, status__in=before).update(
            status=Status.WITHDRAWN, ended_at=now
        )
        if changed != 1:
            raise StaleRecord(_("这个文件已经开始写入或已经结束，不能撤回"))
        record("import.withdrawn", batch, actor=actor, details={}, at=now)
        destroy_content(batch)
    take_away(batch.stored_as)


def destroy_content(batch: ImportBatch) -> None:
    """The key of a batch goes; what was sealed under it is nothing from now on."""
    ImportKey.objects.filter(batch=batch).delete()
    ImportBatch.objects.filter(pk=batch.pk).update(stored_as="", head=b"")


def drop_rows(batch: ImportBatch) -> None:
    """Remove the rows of a check that did not come to its end, some at a time."""
    for model in (ImportProblem, ImportRow):
        while numbers := _some_numbers(
            model.objects.filter(batch=batch).values_list("number", flat=True)
        ):
            model.objects.filter(batch=batch, number__lte=numbers[-1]).delete()


def _some_numbers(rows: Any) -> list[int]:
    return list(rows.order_by("number")[:SOME])
