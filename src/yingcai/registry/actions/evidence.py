"""What people bring with a request: sealed under the key of the subject, opened only to be handed out."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.engine.sealing import NotSealed
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import Damaged, Erased, OutOfScope
from yingcai.registry.evidence_files import place_of, take_away
from yingcai.registry.models import ChangeRequest
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import in_scope
from yingcai.registry.sealed import subject_key
from yingcai.registry.sealed_files import SUFFIX, lay_down_sealed, opener


def lay_down_evidence(row: ChangeRequest, data: bytes) -> None:
    """Seal what was brought with a request that is about to be saved. Raises: Erased."""
    stored = lay_down_sealed([data], subject_key(row.subject), _bound(row))
    row.evidence_sha256, row.evidence_stored_as = stored.sha256, stored.stored_as


def open_evidence(scope: Scope, row: ChangeRequest, *, now: datetime) -> bytes:
    """What was brought, for who decides; the look is written first.

    Raises: OutOfScope; Erased; Damaged where a bit of the file, or the file, is another; FileNotFoundError.
    """
    if not in_scope(scope, row.subject):
        raise OutOfScope(_("该主体不在您的职责范围内"))
    note_looks(scope, [row.subject], [row.name], now=now)
    data = _read(row)
    if hashlib.sha256(data).hexdigest() != row.evidence_sha256:
        raise Damaged(_("证明材料的文件被改动过，不能打开；请联系管理员从备份恢复"))
    return data


def _read(row: ChangeRequest) -> bytes:
    if not row.evidence_stored_as.endswith(SUFFIX):  # of an earlier release, not sealed yet
        return place_of(row.evidence_stored_as).read_bytes()
    try:
        with opener(row.evidence_stored_as, subject_key(row.subject), _bound(row))() as file:
            return file.read()
    except NotSealed:
        return b""


def seal_open_evidence(*, now: datetime) -> int:
    """Seal the files that an earlier release laid down open; how many. Safe to repeat and to kill.

    One whose subject has no key any more is taken away: nobody may read it. There is no way back to open
    files, and none is needed: what is sealed opens on the page as before.
    """
    rows = ChangeRequest.objects.exclude(evidence_stored_as="").exclude(
        evidence_stored_as__endswith=SUFFIX
    )
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    found = ChangeRequest.objects.select_related("subject")
    return sum(_seal(found.get(pk=pk), now) for pk in numbers)


def _seal(row: ChangeRequest, now: datetime) -> int:
    old = row.evidence_stored_as
    if not place_of(old).is_file():
        return 0
    try:
        # The same stem: what a kill leaves over is known by the sealed file beside it.
        data, stem = place_of(old).read_bytes(), Path(old).stem
        stored = lay_down_sealed([data], subject_key(row.subject), _bound(row), stem=stem)
        stored_as = stored.stored_as
    except Erased:
        stored_as = ""
    with transaction.atomic():
        changed = ChangeRequest.objects.filter(pk=row.pk, evidence_stored_as=old).update(
            evidence_stored_as=stored_as
        )
        if changed:
            record("request.sealed", row, actor=None, details={"fact": row.name}, at=now)
    take_away(old)
    return changed


def _bound(row: ChangeRequest) -> str:
    """A file opens only for the request that it came with: one about this fact, of this moment."""
    moment = row.made_at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"{row.subject.handle}/request/{row.name}/{moment}"
