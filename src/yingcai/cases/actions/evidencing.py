"""That the evidence pack of an award, or a register, goes out, and why, before it does."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.cases.errors import InvalidCase
from yingcai.cases.models import Award, ExceptionalDecision
from yingcai.registry.actions.looking import note_export
from yingcai.registry.queries.scope import Scope

FIELDS = ["name", "case"]


def check_reason(reason: str) -> None:
    """Raises: InvalidCase where nobody would learn why it went out."""
    if not reason.strip():
        raise InvalidCase(_("请写明导出的理由"))


def note_register(
    rows: Sequence[ExceptionalDecision], scope: Scope, *, reason: str, now: datetime
) -> None:
    """That the register of what was settled case by case goes out: a look with the reason for each person.

    Raises: InvalidCase without a reason, NotConsented.
    """
    check_reason(reason)
    subjects = {row.case.subject_id: row.case.subject for row in rows}
    told = [one for one in subjects.values() if one.standing != "erased"]
    with transaction.atomic():
        note_export(scope, told, FIELDS, reason=reason.strip(), now=now)
        details = {"rows": len(rows)}
        record("exceptional.exported", scope.user, actor=scope.user, details=details, at=now)


def note_evidence(award: Award, digest: str, scope: Scope, *, reason: str, now: datetime) -> None:
    """The look with its reason, and the row. Raises: InvalidCase without a reason, NotConsented."""
    check_reason(reason)
    note_export(scope, [award.case.subject], FIELDS, reason=reason.strip(), now=now)
    details = {"case": award.case_id, "manifest": digest[:12]}
    record("award.evidence", award, actor=scope.user, details=details, at=now)
