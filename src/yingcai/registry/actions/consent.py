"""Agreeing to a purpose, and withdrawing as easily. Each is a row of its own."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.engine.identifiers import birth_of
from yingcai.registry.errors import OutOfScope, StaleRecord
from yingcai.registry.models import Consent, Identifier, Mandate, Subject
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import last_word, mandates_on
from yingcai.registry.sealed import unsealed
from yingcai.registry.vocabulary import Purpose, vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User

ALONE_FROM = 14  # years of age from which one agrees oneself; PIPL art. 31


def give_consent(
    subject: Subject, purpose: str, *, version: int, actor: "User", now: datetime
) -> Consent:
    """The person agrees to the notice of this version.

    Raises: OutOfScope (not the person himself, too young, or no such purpose), StaleRecord where the
    notice has changed since it was shown.
    """
    found = _purpose(purpose)
    if version != found.version:
        raise StaleRecord(_("告知内容已经更新，请重新阅读后再决定"))
    if is_child(subject, clock.day_of(now)):
        raise OutOfScope(_("未满十四周岁，须由父母或者其他监护人同意；请到人才办窗口办理"))
    with transaction.atomic():
        row = _add(subject, found, granted=True, actor=actor, now=now)
        record("consent.given", row, actor=actor, details=_details(row), at=now)
    return row


def withdraw_consent(subject: Subject, purpose: str, *, actor: "User", now: datetime) -> Consent:
    """The person no longer agrees, to whatever notice it was; uses from this moment on are refused.

    Raises: OutOfScope, StaleRecord where there is no consent to withdraw.
    """
    found = _purpose(purpose)
    with transaction.atomic():
        hold([subject])
        last = last_word(subject, found)
        if last is None or not last.granted:
            raise StaleRecord(_("目前没有这项同意"))
        row = _add(subject, found, granted=False, actor=actor, now=now)
        record("consent.withdrawn", row, actor=actor, details=_details(row), at=now)
    return row


def hold(subjects: Iterable[Subject]) -> None:
    """Until the transaction ends, no consent of these is given, withdrawn or used by anybody else.

    On SQLite the transaction itself does that: one writes at a time.
    """
    rows = Subject.objects.filter(pk__in=members(subjects)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def is_child(subject: Subject, on: date) -> bool:
    """Whether the resident identity number says that the person is under fourteen (PIPL art. 31)."""
    rows = Identifier.objects.filter(
        subject__in=members([subject]), kind="resident-id", retired_at=None
    ).select_related("subject")
    for row in rows:
        number = unsealed(row.subject, f"identifier/{row.kind}", bytes(row.sealed)).plain
        born = birth_of(number)
        if born is not None and (on.year - ALONE_FROM, on.month, on.day) < (
            born.year, born.month, born.day,
        ):  # fmt: skip
            return True
    return False


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
    hold([subject])
    return Consent.objects.create(
        subject=subject,
        purpose=purpose.name,
        version=purpose.version,
        notice_digest=purpose.asked,
        granted=granted,
        at=now,
        by=actor,
    )


def _details(row: Consent) -> dict[str, object]:
    return {"purpose": row.purpose, "version": row.version}
