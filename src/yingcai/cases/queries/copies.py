"""The cases of a person as plain data, for the copy that he takes of what is kept of him."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.cases.models import Case
from yingcai.cases.queries.paper import paper_told
from yingcai.cases.queries.publicity import given_words
from yingcai.cases.queries.scope import DRAFTS
from yingcai.cases.queries.story import title_of
from yingcai.registry.copying import Table


def cases_copied(subjects: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Every case that was handed in for him or decided on paper, the oldest first. Raises: Erased, NotSealed."""
    rows = Case.objects.filter(subject__in=subjects).exclude(status__in=DRAFTS)
    rows = rows.exclude(submitted_at=None).exclude(status=Case.Status.WITHDRAWN, stage="")
    found = rows.select_related("subject", "lead").prefetch_related("awards").order_by("id")
    return {"cases": [_case(row) for row in found]}


def _case(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "title": title_of(case),
        "unit": case.lead.label,
        "status": str(case.get_status_display()),
        "submitted_at": _written(case.submitted_at),
        "ended_at": _written(case.ended_at),
        "decided_on_paper": _paper(case),
        "awards": [
            {
                "granted_on": _written(award.granted_on),
                "amount_fen": award.amount,
                "result": award.result,
                "given": given_words(case, award.amount, award.result),
                "voided_at": _written(award.voided_at),
            }
            for award in case.awards.all()
        ],
    }


def _paper(case: Case) -> dict[str, Any] | None:
    """What the paper says; None for what was decided here."""
    paper = paper_told(case)
    if paper is None:
        return None
    row = paper.row
    return {
        "by_rule": False,
        "number": row.paper_number,
        "archive": row.archive,
        "applied_on": _written(row.applied_on),
        "decided_on": _written(row.decided_on),
        "agreed": row.agreed,
        "given": paper.given,
        "valid_until": _written(row.valid_until),
        "paid_on": _written(row.paid_on),
        "remark": paper.remark,
        "taken_back_at": _written(row.taken_back_at),
    }


def cases_table(copy: Mapping[str, Any]) -> Table:
    """The cases of a copy to be read and printed."""
    heads = [
        _("事项编号"),
        _("办理事项"),
        _("办理单位"),
        _("状态"),
        _("提交时间"),
        _("办结时间"),
        _("结果"),
    ]
    return Table(_("我的事项"), heads, [_line(one) for one in copy["cases"]])


def _line(one: Mapping[str, Any]) -> list[str]:
    days = [_day(one[name]) for name in ("submitted_at", "ended_at")]
    paper = one["decided_on_paper"]
    given = [_given(award) for award in one["awards"]]
    said = [_("纸质决定，文号%s") % paper["number"]] if paper else []
    told = _("；").join([*said, *filter(None, given)])
    return [one["number"], one["title"], one["unit"], one["status"], *days, told]


def _given(award: Mapping[str, Any]) -> str:
    given = str(award["given"])
    return _("%s（已撤销）") % given if award["voided_at"] else given


def _day(written: str | None) -> str:
    """The day of the city at a moment of the copy."""
    return clock.day_of(datetime.fromisoformat(written)).isoformat() if written else ""


def _written(at: date | datetime | None) -> str | None:
    return at.isoformat() if at else None
