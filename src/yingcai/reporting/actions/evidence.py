"""Attach files to a report, and take them back."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.registry.evidence_files import (
    clean_name,
    file_problem,
    file_type,
    lay_down,
    take_away,
)
from yingcai.reporting.actions.months import hold_open
from yingcai.reporting.actions.reports import EDITABLE
from yingcai.reporting.errors import Problem, Refused, Stale, WrongState
from yingcai.reporting.models import Evidence, Report

if TYPE_CHECKING:
    from yingcai.identity.models import User

FILES_A_REPORT = 20


def add_evidence(
    report: Report, *, name: str, data: bytes, actor: "User", now: datetime
) -> Evidence:
    """Keep a file that backs the report. It is on disk before its row is; without the row it goes.

    Raises: Refused (size, kind, name, too many), WrongState, MonthClosed.
    """
    name = clean_name(name)
    problem = file_problem(name, data)
    kind = file_type(data)
    if problem or kind is None:
        raise Refused([Problem(name, problem)])
    stored_as = lay_down(data, Path(name).suffix.lower())
    try:
        return _keep(
            report,
            Evidence(
                report=report,
                name=name,
                content_type=kind.content_type,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                stored_as=stored_as,
                uploaded_by=actor,
                uploaded_at=now,
            ),
            actor=actor,
            now=now,
        )
    except BaseException:
        take_away(stored_as)
        raise


@transaction.atomic
def _keep(report: Report, file: Evidence, *, actor: "User", now: datetime) -> Evidence:
    _hold_editable(report)
    standing = report.evidence.filter(withdrawn_at=None)
    if standing.filter(sha256=file.sha256).exists():
        raise Refused([Problem(file.name, _("同一份文件已经上传过"))])
    if standing.count() >= FILES_A_REPORT:
        limit = {"limit": FILES_A_REPORT}
        raise Refused([Problem(file.name, _("每项最多 %(limit)s 个附件，请先撤下不用的") % limit)])
    file.save(force_insert=True)
    details = {"report": report.pk, "sha256": file.sha256, "size": file.size}
    record("evidence.added", file, actor=actor, details=details, at=now)
    return file


@transaction.atomic
def withdraw_evidence(file: Evidence, *, actor: "User", now: datetime) -> None:
    """Take a file back: it is no longer shown with the report, but stays on record.

    Raises: Stale (withdrawn already), WrongState, MonthClosed.
    """
    _hold_editable(file.report)
    if Evidence.objects.filter(pk=file.pk, withdrawn_at=None).update(withdrawn_at=now) != 1:
        raise Stale(_("这个附件已经撤下"))
    details = {"report": file.report_id, "sha256": file.sha256}
    record("evidence.withdrawn", file, actor=actor, details=details, at=now)


def _hold_editable(report: Report) -> None:
    hold_open(report.month)
    # The update changes nothing; it keeps the row as it is until the transaction ends.
    held = Report.objects.filter(pk=report.pk, status__in=EDITABLE)
    if held.update(status=F("status")) != 1:
        raise WrongState(_("这一项已经提交，附件不能再改；需要修改请先请负责人或人才办退回"))
