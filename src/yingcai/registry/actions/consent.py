"""Agreeing to a purpose, and withdrawing as easily. Each is a row of its own."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.registry.ages import is_child
from yingcai.registry.errors import OutOfScope, StaleRecord
from yingcai.registry.models import Consent, Mandate, Subject
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import last_word, mandates_on
from yingcai.registry.vocabulary import Purpose, vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User


def give_consent(
    subject: Subject, purpose: str, *, version: int, actor: "User", now: datetime
) -> Consent:
    """The person, or a guardian for a child, agrees to the notice of this version.

    Raises: OutOfScope (neither, too young, or no such purpose), StaleRecord where the notice has changed
    since it was shown.
    """
    found = _purpose(purpose)
    if version != found.version:
        raise StaleRecord(_("告知内容已经更新，请重新阅读后再决定"))
    with transaction.atomic():
        hold([subject])
        last = last_word(subject, found)
        if last is not None and _says(last, found, actor, now):
            return last
        row, details = _add(subject, found, granted=True, actor=actor, now=now)
        record("consent.given", row, actor=actor, details=details, at=now)
    return row


def _says(last: Consent, purpose: Purpose, actor: "User", now: datetime) -> bool:
    """Whether who agrees has said just that already. Raises: OutOfScope where it is not his to say."""
    _acting(last.subject, actor, clock.day_of(now))
    said = (last.granted, last.by_id, last.version, last.notice_digest)
    return said == (True, actor.pk, purpose.version, purpose.asked)


def withdraw_consent(subject: Subject, purpose: str, *, actor: "User", now: datetime) -> Consent:
    """The person, or a guardian for a child, no longer agrees, to whatever notice it was.

    Uses from this moment on are refused.

    Raises: OutOfScope, StaleRecord where there is no consent to withdraw.
    """
    found = _purpose(purpose)
    with transaction.atomic():
        hold([subject])
        last = last_word(subject, found)
        if last is None or not last.granted:
            raise StaleRecord(_("目前没有这项同意"))
        row, details = _add(subject, found, granted=False, actor=actor, now=now)
        record("consent.withdrawn", row, actor=actor, details=details, at=now)
    return row


def hold(subjects: Iterable[Subject]) -> None:
    """Until the transaction ends, no consent of these is given, withdrawn or used by anybody else.

    On SQLite the transaction itself does that: one writes at a time.
    """
    rows = Subject.objects.filter(pk__in=members(subjects)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _purpose(name: str) -> Purpose:
    found = vocabulary().purposes.get(name)
    if found is None or not found.needs_consent:
        raise OutOfScope(_("这个目的不需要征得同意"))
    return found


def _add(
    subject: Subject, purpose: Purpose, *, granted: bool, actor: "User", now: datetime
) -> tuple[Consent, dict[str, object]]:
    """The row, and what the audit says of it: of a child who agreed for whom, by which mandate."""
    hold([subject])
    mandate = _acting(subject, actor, clock.day_of(now))
    row = Consent.objects.create(
        subject=subject,
        purpose=purpose.name,
        version=purpose.version,
        notice_digest=purpose.asked,
        granted=granted,
        at=now,
        by=actor,
    )
    details: dict[str, object] = {"purpose": row.purpose, "version": row.version}
    if mandate.kind == Mandate.Kind.GUARDIAN:
        details |= {"guardian": mandate.pk, "for": str(subject.handle)}
    return row, details


def _acting(subject: Subject, actor: "User", on: date) -> Mandate:
    """By what ``actor`` decides: the person's own login, under fourteen a guardian's. Raises: OutOfScope."""
    held = mandates_on(actor, on).filter(subject__in=members([subject]))
    child = is_child(subject, on)
    kind = Mandate.Kind.GUARDIAN if child else Mandate.Kind.SELF
    found = held.filter(kind=kind).order_by("pk").first()
    if found is not None:
        return found
    if child:
        raise OutOfScope(_("未满十四周岁，须由父母或者其他监护人决定；监护人由人才办登记"))
    raise OutOfScope(_("只有本人可以决定"))
