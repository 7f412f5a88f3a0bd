"""What a paper says of a case that was decided before, in words; no rule was asked."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.cases.models import Case, PaperDecision
from yingcai.cases.queries.publicity import given_words
from yingcai.cases.sealed import REMARK, taken


@dataclass(frozen=True)
class Paper:
    """A paper in words. ``given``: amount and level; ``remark``: what was noted beside it."""

    row: PaperDecision
    given: str
    remark: str


def paper_of(case: Case) -> PaperDecision | None:
    """What the paper of a case says; None for a case that was decided here."""
    if not case.on_paper:
        return None
    row = PaperDecision.objects.select_related("batch__uploaded_by", "batch__decided_by")
    return row.filter(case=case).first()


def paper_told(case: Case) -> Paper | None:
    """The same in words, with the remark. Raises: Erased, NotSealed."""
    row = paper_of(case)
    if row is None:
        return None
    remark = taken(case, REMARK, row.sealed_remark)
    return Paper(row, paper_given(case, row.amount, row.result), str(remark or ""))


def paper_given(case: Case, amount: int | None, result: str) -> str:
    """What a paper grants, in the language of the page: level and amount (fen), as far as it names them."""
    level = given_words(case, None, result) if result else ""
    money = given_words(case, amount, "") if amount is not None else ""
    return _("，").join(one for one in (level, money) if one)


def paper_said(row: PaperDecision) -> dict[str, Any]:
    """The paper as plain data, for an evidence pack: that no rule decided stands in it."""
    return {
        "by_rule": False,
        "words": "纸质决定，不是由规则作出，没有可重算的规则决定",
        "paper_number": row.paper_number,
        "archive": row.archive,
        "applied_on": row.applied_on,
        "decided_on": row.decided_on,
        "agreed": row.agreed,
        "amount_fen": row.amount,
        "result": row.result,
        "valid_until": row.valid_until,
        "paid_on": row.paid_on,
        "file": row.batch.file_name,
        "file_sha256": row.batch.sha256,
        "row": row.row,
        "brought_by": row.batch.uploaded_by,
        "brought_at": row.batch.uploaded_at,
        "approved_by": row.batch.decided_by,
        "approved_at": row.batch.decided_at,
        "taken_back_at": row.taken_back_at,
    }


def was_over(row: PaperDecision, until: date) -> bool:
    """Whether what a paper gave had ended before it was taken in: nobody is reminded of that."""
    return until < clock.day_of(row.case.created_at)
