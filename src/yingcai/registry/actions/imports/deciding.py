"""From a checked file to the register: handed in by one person, decided by another."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.plan.queries import active_digest
from yingcai.registry.actions.imports.receiving import in_reach, keep_key
from yingcai.registry.errors import Erased, OutOfScope, StaleRecord
from yingcai.registry.import_files import seal_cells
from yingcai.registry.models import ImportBatch, ImportProblem, ImportRow
from yingcai.registry.queries.imports import batch_key, changed_since, head_of, may_decide
from yingcai.registry.queries.scope import Scope

if TYPE_CHECKING:
    from yingcai.identity.models import User

Status = ImportBatch.Status


def submit_batch(batch: ImportBatch, *, scope: Scope, actor: "User", now: datetime) -> None:
    """Hand a file without faults in for approval. Raises: OutOfScope, StaleRecord."""
    in_reach(batch, scope)
    with transaction.atomic():
        changed = ImportBatch.objects.filter(
            pk=batch.pk, status=Status.CHECKED, faulty=0, rows__gt=0
        ).update(status=Status.WAITING, submitted_by=actor)
        if changed != 1:
            raise StaleRecord(_("文件还有错误的行，或者已经提交"))
        record("import.submitted", batch, actor=actor, details={"rows": batch.rows}, at=now)
    batch.refresh_from_db()


def keep_good_rows(
    batch: ImportBatch, *, scope: Scope, actor: "User", now: datetime
) -> ImportBatch:
    """The rows without faults as a file of their own, ready to be handed in; the faulty ones stay here.

    Raises: OutOfScope, StaleRecord (nothing faulty, nothing good, or somebody was first), Erased.
    """
    in_reach(batch, scope)
    key = batch_key(batch)
    if key is None:
        raise Erased(_("这个文件的内容已经销毁"))
    good = batch.rows - batch.faulty
    if not good or not batch.faulty:
        raise StaleRecord(_("没有可以分出的行"))
    with transaction.atomic():
        changed = ImportBatch.objects.filter(
            pk=batch.pk, status=Status.CHECKED, rows=batch.rows, faulty=batch.faulty
        ).update(rows=batch.faulty, known=0)
        if changed != 1:
            raise StaleRecord(_("这个文件的状态已经改变，请刷新页面"))
        split = _split(batch, good, key, actor=actor, now=now)
        keep_key(split, key, now=now)
        ready = ImportRow.objects.filter(batch=batch, status=ImportRow.Status.READY)
        ImportProblem.objects.filter(batch=batch, number__in=ready.values("number")).update(
            batch=split
        )
        ready.update(batch=split)
        details = {"rows": good, "from": str(batch.handle)}
        record("import.split", split, actor=actor, details=details, at=now)
    batch.refresh_from_db()
    return split


def _split(
    batch: ImportBatch, good: int, key: bytes, *, actor: "User", now: datetime
) -> ImportBatch:
    """The new file. Its rows move as they are, so they stay sealed for the first one's handle."""
    return ImportBatch.objects.create(
        kind=batch.kind,
        source=batch.source,
        organisation=batch.organisation,
        county=batch.county,
        as_of=batch.as_of,
        status=Status.CHECKED,
        file_name=batch.file_name,
        sha256=batch.sha256,
        size=batch.size,
        sealed_for=batch.sealed_for,
        head=seal_cells(key, batch.sealed_for, 0, head_of(batch)),
        columns=batch.columns,
        split_from=batch,
        rows=good,
        known=ImportRow.objects.filter(
            batch=batch, status=ImportRow.Status.READY, subject__isnull=False
        ).count(),
        pack_digest=batch.pack_digest,
        uploaded_at=now,
        uploaded_by=actor,
        checked_at=batch.checked_at,
    )


def approve_batch(batch: ImportBatch, *, actor: "User", now: datetime) -> None:
    """A second person lets the file be written. Raises: OutOfScope, StaleRecord."""
    _second_person(batch, actor, now)
    if batch.pack_digest != active_digest():
        raise StaleRecord(_("检查以后规则包已更新，请撤回后重新上传检查"))
    if changed_since(batch):
        raise StaleRecord(_("检查以后登记中有号码新增，请撤回后重新上传检查"))
    with transaction.atomic():
        changed = ImportBatch.objects.filter(pk=batch.pk, status=Status.WAITING).update(
            status=Status.APPLYING, decided_at=now, decided_by=actor
        )
        if changed != 1:
            raise StaleRecord(_("这个文件不在待审批状态"))
        details = {"rows": batch.rows, "uploaded_by": str(batch.uploaded_by_id)}
        record("import.approved", batch, actor=actor, details=details, at=now)
    batch.refresh_from_db()


def refuse_batch(batch: ImportBatch, *, answer: str, actor: "User", now: datetime) -> None:
    """A second person sends the file back with a reason. Raises: OutOfScope, StaleRecord."""
    _second_person(batch, actor, now)
    answer = answer.strip()[:300]
    if not answer:
        raise StaleRecord(_("请写明不予导入的理由"))
    with transaction.atomic():
        changed = ImportBatch.objects.filter(pk=batch.pk, status=Status.WAITING).update(
            status=Status.REFUSED, decided_at=now, decided_by=actor, answer=answer
        )
        if changed != 1:
            raise StaleRecord(_("这个文件不在待审批状态"))
        record("import.refused", batch, actor=actor, details={}, at=now)
    batch.refresh_from_db()


def _second_person(batch: ImportBatch, actor: "User", now: datetime) -> None:
    if not may_decide(actor, batch, clock.day_of(now)):
        raise OutOfScope(_("须由另一位人才办或所在县（市、区）的工作人员审批"))
