"""Keeping, changing and deleting lists of subjects; picking subjects and taking them off."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.registry.errors import InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.models import ListMember, SavedList, Subject
from yingcai.registry.queries.filters import Filters, check_filters
from yingcai.registry.queries.lists import note_field
from yingcai.registry.queries.scope import Scope
from yingcai.registry.sealed import seal

if TYPE_CHECKING:
    from yingcai.identity.models import Unit

MOST = 2000  # subjects of a picked list
NOTE = 200


def keep_list(
    scope: Scope, kind: str, name: str, *, filters: Filters, shared: bool, now: datetime
) -> SavedList:
    """A new list of who asks. Raises: InvalidSubject, InvalidFilter."""
    check_filters(scope, filters)
    search = kind == SavedList.Kind.SEARCH
    with transaction.atomic():
        saved = SavedList.objects.create(
            kind=SavedList.Kind(kind),
            name=_named(name),
            filters=filters.written() if search else {},
            owner=scope.user,
            unit=_unit(scope, shared=shared),
            created_at=now,
        )
        details = {"kind": kind, "shared": saved.unit_id is not None}
        record("list.kept", saved, actor=scope.user, details=details, at=now)
    return saved


def change_list(scope: Scope, saved: SavedList, name: str, *, shared: bool, now: datetime) -> None:
    """Its owner names it anew, shares it or no longer does. Raises: InvalidSubject, OutOfScope, StaleRecord."""
    _own(scope, saved)
    unit = _unit(scope, shared=shared)
    with transaction.atomic():
        rows = SavedList.objects.filter(pk=saved.pk, version=saved.version)
        if rows.update(name=_named(name), unit=unit, version=F("version") + 1) != 1:
            raise StaleRecord(_("这个名单有变动，请刷新页面查看"))
        details = {"shared": unit is not None}
        record("list.changed", saved, actor=scope.user, details=details, at=now)


def delete_list(scope: Scope, saved: SavedList, *, now: datetime) -> None:
    """The list goes with whom was picked; the subjects stay. Raises: OutOfScope."""
    _own(scope, saved)
    with transaction.atomic():
        details = {"kind": saved.kind, "list": str(saved.handle)}
        record("list.deleted", saved, actor=scope.user, details=details, at=now)
        saved.delete()


def pick_subjects(
    scope: Scope, saved: SavedList, subjects: Sequence[Subject], *, note: str, now: datetime
) -> int:
    """Put subjects of the scope on a picked list, each once; how many are new.

    A note stands beside each of them, in the place of an earlier one. Raises: OutOfScope, InvalidSubject.
    """
    _own(scope, saved)
    if saved.kind != SavedList.Kind.PICKED:
        raise InvalidSubject(_("按条件的名单不能手工添加"))
    note = note.strip()
    if len(note) > NOTE:
        raise InvalidSubject(_("备注超过200个字"))
    with transaction.atomic():
        # The row of the list is held, so that two who pick at once take turns.
        SavedList.objects.filter(pk=saved.pk).update(version=F("version") + 1)
        held = set(saved.members.values_list("subject_id", flat=True))
        new = [one for one in subjects if one.pk not in held]
        if len(held) + len(new) > MOST:
            raise InvalidSubject(_("一个名单最多 %(most)s 个") % {"most": MOST})
        ListMember.objects.bulk_create(
            ListMember(saved=saved, subject=one, added_at=now) for one in new
        )
        if note:
            _write_notes(saved, subjects, note)
        details = {"new": len(new), "picked": len(subjects)}
        record("list.picked", saved, actor=scope.user, details=details, at=now)
    return len(new)


def _write_notes(saved: SavedList, subjects: Sequence[Subject], note: str) -> None:
    for one in subjects:
        saved.members.filter(subject=one).update(note=seal(one, note_field(saved), note))


def drop_subject(scope: Scope, saved: SavedList, subject: Subject, *, now: datetime) -> None:
    """Take a subject, and what was merged into it, off a picked list. Raises: OutOfScope, StaleRecord."""
    _own(scope, saved)
    with transaction.atomic():
        mine = saved.members.filter(
            subject__in=[subject.pk, *subject.merged.values_list("pk", flat=True)]
        )
        if not mine.delete()[0]:
            raise StaleRecord(_("名单里已经没有这个主体"))
        details = {"subject": str(subject.handle)}
        record("list.dropped", saved, actor=scope.user, details=details, at=now)


def _own(scope: Scope, saved: SavedList) -> None:
    if saved.owner_id != scope.user.pk:
        raise OutOfScope(_("只有建立名单的人可以改动它"))


def _unit(scope: Scope, *, shared: bool) -> "Unit | None":
    if shared and scope.user.unit is None:
        raise InvalidSubject(_("您的账号不属于任何单位，不能共享"))
    return scope.user.unit if shared else None


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidSubject(_("请填写名单名称"))
    if len(name) > 60:
        raise InvalidSubject(_("名单名称超过60个字"))
    return name
