"""Erasing a person, or keeping only what the law asks to be kept, or using it again. Two people agree.

What goes, what stays and why is said in `queries.effects`, which pages show before anybody decides.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.actions.leaving import remove_name
from yingcai.identity.queries import same_person
from yingcai.registry.erasure_journal import journal, keep_journal
from yingcai.registry.errors import InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.evidence_files import take_away
from yingcai.registry.models import (
    ChangeRequest,
    CountRun,
    Duplicate,
    Erasure,
    FacetEntry,
    Identifier,
    ImportBatch,
    ImportRow,
    LinkageDigest,
    ListMember,
    Mandate,
    PayeeAccount,
    RightsRequest,
    SavedList,
    Subject,
    SubjectKey,
)
from yingcai.registry.queries.effects import erasure_obstacles
from yingcai.registry.queries.merged import merged_into

if TYPE_CHECKING:
    from yingcai.identity.models import User

NAMELESS = "—"
LIVE = (RightsRequest.Status.OPEN, RightsRequest.Status.PROPOSED)


def erase_subject(
    subject: Subject, *, reason: str, actor: "User", second: "User", now: datetime
) -> Erasure:
    """Destroy the subject's key and whatever finds it; facts stay as rows that nobody can read.

    Subjects that were merged into it go with it, each with its own key and its own line in the journal.
    ``second`` is another natural person who agrees; ``reason`` is a ground of the pack, no free words, for
    it stays. Audit and ledger keep the handle only. Files are removed once the transaction stands.
    Raises: OutOfScope (one person, no reason), InvalidSubject with every obstacle, StaleRecord where it is
    erased already.
    """
    today = clock.day_of(now)
    if same_person(actor, second, since=today, on=today):
        raise OutOfScope(_("删除须由两个人分别同意"))
    if not reason.strip():
        raise OutOfScope(_("请写明删除的理由和依据"))
    with transaction.atomic():
        problems = erasure_obstacles(subject)
        if problems:
            raise InvalidSubject(problems)
        changed = (
            Subject.objects.filter(pk=subject.pk)
            .exclude(standing__in=[Subject.Standing.ERASED, Subject.Standing.MERGED])
            .update(standing=Subject.Standing.ERASED)
        )
        if changed != 1:
            raise StaleRecord(_("该主体已经删除或合并"))
        rows = []
        for one in (subject, *merged_into(subject)):
            _destroy(one, actor=second, now=now)
            rows.append(
                Erasure.objects.create(
                    handle=one.handle,
                    at=now,
                    reason=reason.strip(),
                    asked_by=actor,
                    agreed_by=second,
                )
            )
            details = {"second": str(second.pk), "ground": reason.strip()}
            record("subject.erased", one, actor=actor, details=details, at=now)
        handles = [row.handle for row in rows]
        transaction.on_commit(lambda: _afterwards(handles))
    return rows[0]


def _afterwards(handles: Iterable[object]) -> None:
    """What no transaction can do: the line outside the database first, then the files."""
    keep_journal()
    remove_files(handles)


def remove_files(handles: Iterable[object]) -> int:
    """Remove the evidence files of subjects that are erased; how many were still there. Safe to repeat.

    The generated name stays in the row, so that a file that a backup brings back is removed, too.
    """
    of = {"subject__handle__in": list(handles), "subject__standing": Subject.Standing.ERASED}
    names: list[str] = []
    for rows in (ChangeRequest.objects.filter(**of), Mandate.objects.filter(**of)):
        found = rows.exclude(evidence_stored_as="")
        names += found.values_list("evidence_stored_as", flat=True)
    return sum(take_away(name) for name in names)


def _destroy(subject: Subject, *, actor: "User | None", now: datetime) -> None:
    """What names it, what opens it, what compares it, what was written; call it inside a transaction."""
    _destroy_imported(subject)
    Identifier.objects.filter(subject=subject).delete()
    LinkageDigest.objects.filter(subject=subject).delete()
    FacetEntry.objects.filter(subject=subject).delete()
    _destroy_accounts(subject, now)
    _destroy_listed(subject)
    SubjectKey.objects.filter(subject=subject).delete()
    _destroy_words(subject, actor, now)
    _end_mandates(subject, actor, now)
    Subject.objects.filter(pk=subject.pk).update(
        name=NAMELESS,
        pinyin="",
        initials="",
        county=None,
        standing=Subject.Standing.ERASED,
        merged_into=None,
        version=F("version") + 1,
    )


def _destroy_imported(subject: Subject) -> None:
    """Rows of files that were written or given up long ago, and names of files that name the person."""
    indexes = Identifier.objects.filter(subject=subject).values("blind_index")
    rows = ImportRow.objects.filter(Q(blind_index__in=indexes) | Q(subject=subject))
    rows.update(sealed=b"", blind_index="", subject=None)
    if subject.name != NAMELESS:
        batches = ImportBatch.objects
        batches.filter(file_name__contains=subject.name).update(file_name=NAMELESS)
        batches.filter(answer__contains=subject.name).update(answer="")


def _destroy_accounts(subject: Subject, now: datetime) -> None:
    """The rows stay for what was paid to them, without a name, a number or a bank."""
    PayeeAccount.objects.filter(subject=subject).update(
        holder=NAMELESS, bank="", sealed=b"", blind_index="", ending="",
        ended_at=Coalesce("ended_at", now),
    )  # fmt: skip


def _destroy_listed(subject: Subject) -> None:
    """His place on lists with what was noted there, and searches that were kept by his name."""
    ListMember.objects.filter(subject=subject).delete()
    if subject.name != NAMELESS:
        SavedList.objects.filter(filters__q=subject.name).delete()
        CountRun.objects.filter(told__filters__q=subject.name).delete()


def _destroy_words(subject: Subject, actor: "User | None", now: datetime) -> None:
    requests = ChangeRequest.objects.filter(subject=subject)
    ended = {"status": ChangeRequest.Status.WITHDRAWN, "decided_at": now, "decided_by": actor}
    requests.filter(status=ChangeRequest.Status.OPEN).update(**ended)
    requests.update(reason="", answer="", evidence_name="", evidence_sha256="", sealed=b"")
    Mandate.objects.filter(subject=subject).update(evidence_name="", evidence_sha256="")
    pairs = Duplicate.objects.filter(Q(first=subject) | Q(second=subject))
    pairs.update(reason="", proposed_reason="", signs={})
    rights = RightsRequest.objects.filter(subject=subject)
    rights.filter(status__in=LIVE).update(status=RightsRequest.Status.ENDED)
    rights.update(sealed_reason=None, sealed_remark=None)


def _end_mandates(subject: Subject, actor: "User | None", now: datetime) -> None:
    """Nobody acts as the subject any more; an account that was there for nothing else loses its name."""
    rows = Mandate.objects.filter(subject=subject, ended_on=None)
    own = rows.exclude(kind=Mandate.Kind.GUARDIAN)  # a guardian's account is somebody else's
    users = [row.user for row in own.select_related("user")]
    rows.update(ended_on=clock.day_of(now), ended_by=actor)
    for user in users:
        if not Mandate.objects.filter(user=user, ended_on=None).exists():
            remove_name(user, actor=actor, now=now)


def replay_erasures(*, actor: "User | None", now: datetime) -> int:
    """After a restore: erase again whoever the journal names and the backup brought back.

    The journal is the table and the file beside the database, which no restore of the database turns back.
    Files of everybody who is erased are removed again, too.
    """
    handles = {line.handle for line in journal()}
    back = Subject.objects.filter(handle__in=handles).exclude(standing=Subject.Standing.ERASED)
    count = 0
    for subject in back:
        with transaction.atomic():
            _destroy(subject, actor=actor, now=now)
            record("subject.erased", subject, actor=actor, details={"replayed": True}, at=now)
        count += 1
    keep_journal()
    remove_files(handles)
    return count


def restrict_subject(subject: Subject, *, reason: str, actor: "User", now: datetime) -> None:
    """Keep the subject, and use it for nothing else. Raises: OutOfScope, StaleRecord."""
    if not reason.strip():
        raise OutOfScope(_("请写明限制处理的依据"))
    with transaction.atomic():
        _change_standing(subject, Subject.Standing.ACTIVE, Subject.Standing.RESTRICTED)
        details = {"ground": reason.strip()}
        record("subject.restricted", subject, actor=actor, details=details, at=now)


def lift_restriction(
    subject: Subject, *, reason: str, actor: "User", second: "User", now: datetime
) -> None:
    """The subject may be used again, as two people agree. Raises: OutOfScope, StaleRecord."""
    if same_person(actor, second):
        raise OutOfScope(_("解除限制须由两个人分别同意"))
    if not reason.strip():
        raise OutOfScope(_("请写明解除限制的依据"))
    with transaction.atomic():
        _change_standing(subject, Subject.Standing.RESTRICTED, Subject.Standing.ACTIVE)
        details = {"ground": reason.strip(), "second": str(second.pk)}
        record("subject.released", subject, actor=actor, details=details, at=now)


def _change_standing(subject: Subject, before: str, after: str) -> None:
    changed = Subject.objects.filter(pk=subject.pk, standing=before).update(
        standing=after, version=F("version") + 1
    )
    if changed != 1:
        raise StaleRecord(_("该主体的状态已经改变"))
