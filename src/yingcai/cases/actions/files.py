"""What is brought with a case: sealed under the subject's key, opened only to be handed out."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.moving import locked
from yingcai.cases.errors import InvalidCase, NotAllowed
from yingcai.cases.models import Case, CaseFile, Obligation
from yingcai.cases.queries.materials import OTHER, materials_of, not_handed_in
from yingcai.cases.queries.seats import may_change
from yingcai.cases.sealed import FILE, put, taken
from yingcai.engine.sealing import NotSealed
from yingcai.registry.errors import Damaged
from yingcai.registry.evidence_files import clean_name, file_problem, take_away
from yingcai.registry.sealed import subject_key
from yingcai.registry.sealed_files import lay_down_sealed, opener

if TYPE_CHECKING:
    from yingcai.identity.models import User

MOST_FILES = 40  # of one case


def attach(
    case: Case, material: str, name: str, data: bytes, *, actor: "User", now: datetime
) -> CaseFile:
    """Lay down one file for a material of the programme, while something may be handed in.

    Raises: InvalidCase with every reason, NotAllowed, Erased.
    """
    _may_bring(case, actor, now)
    if material not in {*materials_of(case), OTHER}:
        raise InvalidCase(_("该事项没有这项材料"))
    problem = file_problem(clean_name(name), data)
    if problem:
        raise InvalidCase(problem, fields={material: problem})
    made = hashlib.sha256(data).hexdigest()
    for there in case.files.filter(material=material, sha256=made, removed_at=None):
        if file_name(there) == clean_name(name):
            return there  # the same paper again
    if case.files.filter(removed_at=None).count() >= MOST_FILES:
        raise InvalidCase(_("一件事项最多%(most)s个文件，请合并后再上传") % {"most": MOST_FILES})
    return lay_down(case, material, name, data, actor=actor, now=now)


def attach_later(
    obligation: Obligation, name: str, data: bytes, *, actor: "User", now: datetime
) -> CaseFile:
    """Lay down one file with a report on what is owed; the caller has looked at who reports.

    Raises: InvalidCase with the reason, Erased.
    """
    problem = file_problem(clean_name(name), data)
    if not problem and obligation.files.filter(removed_at=None).count() >= MOST_FILES:
        problem = _("一次最多%(most)s个文件，请合并后再上传") % {"most": MOST_FILES}
    if problem:
        raise InvalidCase(problem, fields={"files": problem})
    case = obligation.award.case
    return lay_down(case, OTHER, name, data, obligation=obligation, actor=actor, now=now)


def file_faults(files: Iterable[tuple[str, bytes]]) -> str:
    """What is wrong with files that come together, in one text; empty where nothing is."""
    files = list(files)
    faults = [file_problem(clean_name(name), data) for name, data in files]
    if len(files) > MOST_FILES:
        faults.append(_("一次最多%(most)s个文件，请合并后再上传") % {"most": MOST_FILES})
    return "；".join(filter(None, faults))


def lay_down(
    case: Case,
    material: str,
    name: str,
    data: bytes,
    *,
    obligation: Obligation | None = None,
    actor: "User",
    now: datetime,
) -> CaseFile:
    """Keep a file that was looked at, with the row that names it. Raises: Erased."""
    stored = lay_down_sealed([data], subject_key(case.subject), _bound(case))
    row = CaseFile(
        case=case,
        obligation=obligation,
        material=material,
        sealed_name=put(case, f"{FILE}/{stored.stored_as}", clean_name(name)),
        sha256=stored.sha256,
        size=stored.size,
        stored_as=stored.stored_as,
        act=case.acts.aggregate(last=Max("number"))["last"] or 0,
        made_at=now,
        made_by=actor,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            details = {"case": case.pk, "material": material, "sha256": row.sha256}
            record("case.file_added", row, actor=actor, details=details, at=now)
    except BaseException:
        take_away(stored.stored_as)
        raise
    return row


def detach(row: CaseFile, *, version: int, actor: "User", now: datetime) -> None:
    """Take a file back that was not handed in yet. Raises: NotAllowed, StaleCase."""
    case = locked(row.case, version)
    _may_bring(case, actor, now)
    if row.pk not in not_handed_in(case):
        raise NotAllowed(_("已经提交的材料不能撤下，可以另外补交"))
    with transaction.atomic():
        CaseFile.objects.filter(pk=row.pk, removed_at=None).update(removed_at=now)
        details = {"case": case.pk, "material": row.material}
        record("case.file_removed", row, actor=actor, details=details, at=now)
        transaction.on_commit(partial(take_away, row.stored_as))


def file_name(row: CaseFile) -> str:
    """Raises: Erased, NotSealed."""
    return str(taken(row.case, f"{FILE}/{row.stored_as}", row.sealed_name) or "")


def read_file(row: CaseFile) -> bytes:
    """What was brought, for who may see the case; the caller writes the look first.

    Raises: Damaged where a bit of the file, or the file, is another; FileNotFoundError; Erased.
    """
    try:
        with opener(row.stored_as, subject_key(row.case.subject), _bound(row.case))() as file:
            data = file.read()
    except NotSealed:
        data = b""
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise Damaged(_("证明材料的文件被改动过，不能打开；请联系管理员从备份恢复"))
    return data


def _may_bring(case: Case, actor: "User", now: datetime) -> None:
    """Files come with a draft, and with the answer to a notice of what is missing."""
    if not may_change(case, actor, clock.day_of(now)):
        raise NotAllowed(_("现在不能补交材料：请等待补正通知"))


def _bound(case: Case) -> str:
    return f"{case.subject.handle}/case/{case.handle}"
