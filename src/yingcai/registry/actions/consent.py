"""Agreeing to a purpose, and withdrawing as easily. Each is a row of its own."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.engine.values import digest
from yingcai.registry.errors import OutOfScope, StaleRecord
from yingcai.registry.models import Consent, Mandate, Subject
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import has_agreed, mandates_on
from yingcai.registry.vocabulary import Purpose, vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User


def give_consent(
    subject: Subject, purpose: str, *, version: int, actor: "User", now: datetime
) -> Consent:
    """The person agrees to the notice of this version.

    Raises: OutOfScope (not the person himself, or no such purpose), StaleRecord where the notice has
    changed since it was shown.
    """
    found = _purpose(purpose)
    if version != found.version:
        raise StaleRecord(_("告知内容已经更新，请重新阅读后再决定"))
    with transaction.atomic():
        row = _add(subject, found, granted=True, actor=actor, now=now)
        record("consent.given", row, actor=actor, details=_details(row), at=now)
    return row


def withdraw_consent(subject: Subject, purpose: str, *, actor: "User", now: datetime) -> Consent:
    """The person no longer agrees; uses from this moment on are refused.

    Raises: OutOfScope, StaleRecord where there is no consent to withdraw.
    """
    found = _purpose(purpose)
    if not has_agreed(subject, found):
        raise StaleRecord(_("目前没有这项同意"))
    with transaction.atomic():
        row = _add(subject, found, granted=False, actor=actor, now=now)
        record("consent.withdrawn", row, actor=actor, details=_details(row), at=now)
    return row


def _purpose(name: str) -> Purpose:
    found = vocabulary().purposes.get(name)
    if found is None or not found.needs_consent:
        raise OutOfScope(_("这个目的不需要征得同意"))
    return found


def _add(
    subject: Subject, purpose: Purpose, *, granted: bool, actor: "User", now: datetime
) -> Consent:
    held = mandates_on(actor, clock.day_of(now)).filter(kind=Mandate.Kind.SELF)
    own = held.filter(subject__in=members([subject]))
    if not own.exists():
        raise OutOfScope(_("只有本人可以决定"))
    return Consent.objects.create(
        subject=subject,
        purpose=purpose.name,
        version=purpose.version,
        notice_digest=digest(purpose.notice["zh"].encode()),
        granted=granted,
        at=now,
        by=actor,
    )


def _details(row: Consent) -> dict[str, object]:
    return {"purpose": row.purpose, "version": row.version}
