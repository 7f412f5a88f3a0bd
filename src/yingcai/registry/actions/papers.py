"""The paper by which somebody is a child's guardian: sealed under the key of the child, opened by who decides."""

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.engine.sealing import NotSealed
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.actions.requests import Upload
from yingcai.registry.errors import Damaged, OutOfScope
from yingcai.registry.evidence_files import clean_name, file_problem
from yingcai.registry.models import Look, Mandate
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import in_scope
from yingcai.registry.sealed import subject_key
from yingcai.registry.sealed_files import lay_down_sealed, opener

if TYPE_CHECKING:
    from yingcai.identity.models import User

PAPER = "guardian-paper"  # the field of a look


def paper_problem(paper: Upload | None) -> str:
    """What speaks against a file, as with any that is brought; empty without one."""
    return file_problem(clean_name(paper.name), paper.data) if paper else ""


def lay_down_paper(row: Mandate, paper: Upload) -> None:
    """Seal what proves a mandate that is about to be saved. Raises: Erased."""
    stored = lay_down_sealed([paper.data], subject_key(row.subject), _bound(row))
    row.evidence_name = clean_name(paper.name)
    row.evidence_sha256, row.evidence_stored_as = stored.sha256, stored.stored_as


def open_paper(scope: Scope, row: Mandate, *, now: datetime) -> bytes:
    """The paper, for who decides; the look is written first.

    Raises: OutOfScope; Erased; Damaged where a bit of the file, or the file, is another; FileNotFoundError.
    """
    if not in_scope(scope, row.subject):
        raise OutOfScope(_("该主体不在您的职责范围内"))
    note_looks(scope, [row.subject], [PAPER], now=now)
    try:
        with opener(row.evidence_stored_as, subject_key(row.subject), _bound(row))() as file:
            data = file.read()
    except NotSealed:
        data = b""
    if hashlib.sha256(data).hexdigest() != row.evidence_sha256:
        raise Damaged(_("证明材料的文件被改动过，不能打开；请联系管理员从备份恢复"))
    return data


def unread(row: Mandate, user: "User") -> bool:
    """Whether there is a paper with a mandate that a login has not opened since."""
    if not row.evidence_stored_as or row.given_at is None:
        return False
    looks = Look.objects.filter(subject__in=members([row.subject]), viewer=user)
    fields = looks.filter(at__gte=row.given_at).values_list("fields", flat=True)
    return not any(PAPER in names for names in fields)


def _bound(row: Mandate) -> str:
    """A file opens only for the mandate that it came with: of this login, of this moment."""
    moment = (row.given_at or datetime.max.replace(tzinfo=UTC)).astimezone(UTC)
    stamp = moment.isoformat(timespec="microseconds")
    return f"{row.subject.handle}/mandate/{PAPER}/{row.user_id}/{stamp}"
