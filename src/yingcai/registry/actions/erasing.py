"""Erasing a person, or keeping only what the law asks to be kept. Two people agree to an erasure."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.queries import same_person
from yingcai.registry.errors import OutOfScope, StaleRecord
from yingcai.registry.models import (
    Erasure,
    Identifier,
    LinkageDigest,
    Mandate,
    Subject,
    SubjectKey,
)
from yingcai.registry.queries.merged import merged_into

if TYPE_CHECKING:
    from yingcai.identity.models import User

NAMELESS = "—"


def erase_subject(
    subject: Subject, *, reason: str, actor: "User", second: "User", now: datetime
) -> Erasure:
    """Destroy the subject's key and whatever finds it; facts stay as rows that nobody can read.

    Subjects that were merged into it go with it, each with its own key and its own line in the journal.
    ``second`` is another natural person who agrees. Audit and ledger keep the handle only.
    Raises: OutOfScope (one person, no reason), StaleRecord where it is erased already.
    """
    today = clock.day_of(now)
    if same_person(actor, second, since=today, on=today):
        raise OutOfScope(_("删除须由两个人分别同意"))
    if not reason.strip():
        raise OutOfScope(_("请写明删除的理由和依据"))
    with transaction.atomic():
        changed = (
            Subject.objects.filter(pk=subject.pk)
            .exclude(standing__in=[Subject.Standing.ERASED, Subject.Standing.MERGED])
            .update(standing=Subject.Standing.ERASED)
        )
        if changed != 1:
            raise StaleRecord(_("该主体已经删除或合并"))
        rows = []
        for one in (subject, *merged_into(subject)):
            _destroy(one)
            Mandate.objects.filter(subject=one, ended_on=None).update(
                ended_on=today, ended_by=actor
            )
            rows.append(
                Erasure.objects.create(
                    handle=one.handle,
                    at=now,
                    reason=reason.strip(),
                    asked_by=actor,
                    agreed_by=second,
                )
            )
            record("subject.erased", one, actor=actor, details={"second": str(second.pk)}, at=now)
    return rows[0]


def _destroy(subject: Subject) -> None:
    """What names it, what opens it, what compares it; call it inside a transaction."""
    Identifier.objects.filter(subject=subject).delete()
    LinkageDigest.objects.filter(subject=subject).delete()
    SubjectKey.objects.filter(subject=subject).delete()
    Subject.objects.filter(pk=subject.pk).update(
        name=NAMELESS,
        pinyin="",
        initials="",
        county=None,
        standing=Subject.Standing.ERASED,
        merged_into=None,
        version=F("version") + 1,
    )


def replay_erasures(*, actor: "User | None", now: datetime) -> int:
    """After a restore: erase again whoever the journal names and the backup brought back."""
    back = Subject.objects.filter(handle__in=Erasure.objects.values("handle")).exclude(
        standing=Subject.Standing.ERASED
    )
    count = 0
    for subject in back:
        with transaction.atomic():
            _destroy(subject)
            record("subject.erased", subject, actor=actor, details={"replayed": True}, at=now)
        count += 1
    return count


def restrict_subject(subject: Subject, *, reason: str, actor: "User", now: datetime) -> None:
    """Keep the subject, and use it for nothing else. Raises: OutOfScope, StaleRecord."""
    if not reason.strip():
        raise OutOfScope(_("请写明限制处理的依据"))
    with transaction.atomic():
        changed = Subject.objects.filter(pk=subject.pk, standing=Subject.Standing.ACTIVE).update(
            standing=Subject.Standing.RESTRICTED, version=F("version") + 1
        )
        if changed != 1:
            raise StaleRecord(_("该主体的状态已经改变"))
        record("subject.restricted", subject, actor=actor, details={}, at=now)
