"""Merging two subjects that are one, taking a merge back, and saying that two are not one.

A merge moves no row: it says that one subject is read as the other. So taking it back restores what was
there before, and what was recorded since stays with the subject it was recorded for. Both take two
natural persons: one proposes, another confirms.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.queries import same_person
from yingcai.registry.actions.facets import index_subjects
from yingcai.registry.errors import InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.models import Duplicate, Merge, Subject
from yingcai.registry.queries.duplicates import duplicate_in, merge_in_force, obstacles
from yingcai.registry.queries.merged import kept as kept_of
from yingcai.registry.queries.merged import merged_into
from yingcai.registry.queries.scope import scope
from yingcai.registry.written import MERGE, seal_text

if TYPE_CHECKING:
    from yingcai.identity.models import User

PURPOSE = "casework"
Proposal = Duplicate.Proposal
Status = Duplicate.Status
NOTHING = {"proposal": "", "proposed_by": None, "proposed_at": None, "proposed_reason": ""}


def dismiss_duplicate(duplicate: Duplicate, *, reason: str, actor: "User", now: datetime) -> None:
    """The two are not one, for a reason. Raises: OutOfScope, InvalidSubject, StaleRecord."""
    _in_reach(duplicate, actor, now)
    reason = _reason(reason)
    with transaction.atomic():
        decided = {"decided_by": actor, "decided_at": now, "reason": reason}
        _change(duplicate, {Status.OPEN}, status=Status.DISMISSED, **NOTHING, **decided)
        record("duplicate.dismissed", duplicate, actor=actor, details=_names(duplicate), at=now)


def propose_merge(
    duplicate: Duplicate, kept: Subject, *, reason: str, actor: "User", now: datetime
) -> None:
    """Say that the two are one and which of them stays; a second person has to confirm.

    A pair that was dismissed, or whose merge was undone, may be proposed again.
    Raises: OutOfScope, InvalidSubject with every obstacle, StaleRecord.
    """
    _in_reach(duplicate, actor, now)
    reason = _reason(reason)
    side = _side(duplicate, kept)
    problems = obstacles(duplicate.first, duplicate.second, on=clock.day_of(now))
    if problems:
        raise InvalidSubject(problems)
    standing = {Status.OPEN, Status.DISMISSED, Status.UNDONE}
    _propose(duplicate, standing, side, reason, actor=actor, now=now)


def propose_undo(duplicate: Duplicate, *, reason: str, actor: "User", now: datetime) -> None:
    """Say that a merge was wrong; a second person has to confirm. Raises: as `propose_merge`."""
    _in_reach(duplicate, actor, now)
    _propose(duplicate, {Status.MERGED}, Proposal.UNDO, _reason(reason), actor=actor, now=now)


def withdraw_proposal(duplicate: Duplicate, *, actor: "User", now: datetime) -> None:
    """The proposal is off; the pair stays as it was. Raises: OutOfScope, StaleRecord."""
    _in_reach(duplicate, actor, now)
    if not duplicate.proposal:
        raise StaleRecord(_("没有待确认的提议，请刷新页面查看"))
    with transaction.atomic():
        details = {**_names(duplicate), "proposal": duplicate.proposal}
        _change(duplicate, {Status(duplicate.status)}, **NOTHING)
        record("merge.withdrawn", duplicate, actor=actor, details=details, at=now)


def merge_subjects(
    duplicate: Duplicate, kept: Subject, *, actor: "User", second: "User", now: datetime
) -> Merge:
    """Merge the other subject of the pair into ``kept``, as ``actor`` proposed and ``second`` confirms.

    Raises: OutOfScope (one natural person, or out of reach of either), InvalidSubject with every obstacle,
    StaleRecord where the pair or a subject is no longer as it was when the merge was proposed.
    """
    side = _side(duplicate, kept)
    _agreed(duplicate, side, actor=actor, second=second, now=now)
    pair = {one.pk: one for one in (duplicate.first, duplicate.second)}
    gone = pair[({*pair} - {kept.pk}).pop()]
    with transaction.atomic():
        # Inside: on SQLite nobody can give one of them another number in between.
        problems = obstacles(*pair.values(), on=clock.day_of(now))
        if problems:
            raise InvalidSubject(problems)
        reason = duplicate.proposed_reason
        _change(
            duplicate, {Status.OPEN, Status.DISMISSED, Status.UNDONE}, status=Status.MERGED,
            decided_by=second, decided_at=now, reason=reason, **NOTHING,
        )  # fmt: skip
        along = [one.pk for one in merged_into(gone)]
        _join(duplicate, pair[kept.pk], gone, along)
        index_subjects([pair[kept.pk]])
        row = Merge.objects.create(
            duplicate=duplicate, kept=kept, gone=gone, along=along, by=actor, second=second,
            sealed_reason=seal_text([kept, gone], MERGE, reason), at=now,
        )  # fmt: skip
        details = {"kept": str(kept.handle), "gone": str(gone.handle), "by": str(actor.pk)}
        record("subject.merged", row, actor=second, details=details, at=now)
    return row


def undo_merge(duplicate: Duplicate, *, actor: "User", second: "User", now: datetime) -> Merge:
    """Take a merge back, as ``actor`` proposed and ``second`` confirms.

    Raises: OutOfScope, StaleRecord (also where the subject was erased since).
    """
    _agreed(duplicate, Proposal.UNDO, actor=actor, second=second, now=now)
    merge = merge_in_force(duplicate)
    if merge is None:
        raise StaleRecord(_("这次合并已经撤销"))
    with transaction.atomic():
        reason = duplicate.proposed_reason
        _change(
            duplicate, {Status.MERGED}, status=Status.UNDONE,
            decided_by=second, decided_at=now, reason=reason, **NOTHING,
        )  # fmt: skip
        _part(merge)
        row = Merge.objects.create(
            duplicate=duplicate, kept=merge.kept, gone=merge.gone, along=merge.along, undoes=merge,
            by=actor, second=second, at=now,
            sealed_reason=seal_text([merge.kept, merge.gone], MERGE, reason),
        )  # fmt: skip
        details = {"kept": str(merge.kept.handle), "gone": str(merge.gone.handle)}
        details["by"] = str(actor.pk)
        record("subject.unmerged", row, actor=second, details=details, at=now)
    return row


def _side(duplicate: Duplicate, kept: Subject) -> Proposal:
    if kept.pk == duplicate.first_id:
        return Proposal.KEEP_FIRST
    if kept.pk == duplicate.second_id:
        return Proposal.KEEP_SECOND
    raise InvalidSubject(_("要保留的主体不在这一对里"))


def _join(duplicate: Duplicate, kept: Subject, gone: Subject, along: list[int]) -> None:
    """Both subjects change only from the versions that were shown, in one order for all who merge."""
    shown = {
        duplicate.first_id: duplicate.first_version,
        duplicate.second_id: duplicate.second_version,
    }
    wanted = {kept.pk: {}, gone.pk: {"standing": Subject.Standing.MERGED, "merged_into": kept}}
    for pk in sorted(wanted):
        rows = Subject.objects.filter(
            pk=pk, version=shown[pk], standing=Subject.Standing.ACTIVE, merged_into=None
        )
        if rows.update(version=F("version") + 1, **wanted[pk]) != 1:
            raise StaleRecord(_("其中一个主体在提议之后有变动，请重新核对后再提议"))
    Subject.objects.filter(pk__in=along, merged_into=gone).update(
        merged_into=kept, version=F("version") + 1
    )


def _part(merge: Merge) -> None:
    """What was merged stands by itself again, with all that had been merged into it before."""
    gone = Subject.objects.select_related("merged_into").get(pk=merge.gone_id)
    now_in = kept_of(gone)
    changed = Subject.objects.filter(
        pk=gone.pk, version=gone.version, standing=Subject.Standing.MERGED
    ).update(standing=Subject.Standing.ACTIVE, merged_into=None, version=F("version") + 1)
    if changed != 1:
        raise StaleRecord(_("该主体已经删除，合并不能撤销"))
    Subject.objects.filter(pk=now_in.pk).update(version=F("version") + 1)
    # Who was taken out in between, and merged anew by a pair of its own, stays where it is.
    anew = Merge.objects.filter(pk__gt=merge.pk, undoes=None, undone_by=None).values("gone_id")
    back = Subject.objects.filter(pk__in=merge.along, merged_into=now_in).exclude(pk__in=anew)
    back.update(merged_into=gone, version=F("version") + 1)
    index_subjects([now_in, Subject.objects.get(pk=gone.pk)])


def _propose(
    duplicate: Duplicate,
    standing: set[Status],
    proposal: Proposal,
    reason: str,
    *,
    actor: "User",
    now: datetime,
) -> None:
    if duplicate.proposal:
        raise StaleRecord(_("已有提议等待第二人确认，请先确认或撤回"))
    with transaction.atomic():
        _change(
            duplicate, standing, proposal=proposal, proposed_by=actor, proposed_at=now,
            proposed_reason=reason, first_version=duplicate.first.version,
            second_version=duplicate.second.version,
        )  # fmt: skip
        details = {**_names(duplicate), "proposal": str(proposal)}
        record("merge.proposed", duplicate, actor=actor, details=details, at=now)


def _agreed(
    duplicate: Duplicate, proposal: Proposal, *, actor: "User", second: "User", now: datetime
) -> None:
    """Whether ``actor`` proposed exactly this and ``second`` is somebody else who may confirm it."""
    if duplicate.proposal != proposal or duplicate.proposed_by_id != actor.pk:
        raise StaleRecord(_("提议已经改变，请刷新页面查看"))
    made = duplicate.proposed_at or now
    if same_person(actor, second, since=clock.day_of(made), on=clock.day_of(now)):
        raise OutOfScope(_("须由另一个人确认：提议和确认不能是同一个人"))
    _in_reach(duplicate, actor, now)
    _in_reach(duplicate, second, now)


def _in_reach(duplicate: Duplicate, user: "User", now: datetime) -> None:
    found = scope(user, PURPOSE, on=clock.day_of(now))
    if duplicate_in(found, duplicate.pk) is None:
        raise OutOfScope(_("该主体不在您的职责范围内"))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidSubject(_("请写明理由"))
    if len(reason.strip()) > 300:
        raise InvalidSubject(_("理由超过300个字"))
    return reason.strip()


def _change(duplicate: Duplicate, standing: set[Status], **values: object) -> None:
    """The pair changes only from the version at hand; of two at once one is refused."""
    changed = Duplicate.objects.filter(
        pk=duplicate.pk, status__in=standing, version=duplicate.version
    ).update(version=F("version") + 1, **values)
    if changed != 1:
        raise StaleRecord(_("这一对已经处理或有变动，请刷新页面查看"))
    duplicate.refresh_from_db()


def _names(duplicate: Duplicate) -> dict[str, object]:
    return {"first": str(duplicate.first.handle), "second": str(duplicate.second.handle)}
