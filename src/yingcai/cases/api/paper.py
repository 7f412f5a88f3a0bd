"""What a paper says of a case that was decided before, over HTTP: never what the rules say."""

from datetime import date, datetime

from ninja import Schema

from yingcai.cases.models import Case
from yingcai.cases.queries.paper import paper_told


class PaperDecisionOut(Schema):
    """A decision on paper that was taken in: ``by_rule`` is always false. ``amount`` in fen; ``given``: in words."""

    by_rule: bool
    paper_number: str
    archive: str
    applied_on: date
    decided_on: date
    agreed: bool
    amount: int | None
    result: str
    given: str
    valid_until: date | None
    paid_on: date | None
    taken_in_at: datetime
    taken_back_at: datetime | None


def paper_out(case: Case) -> PaperDecisionOut | None:
    """None for a case that was decided here; the remark stays on the page. Raises: Erased, NotSealed."""
    found = paper_told(case)
    if found is None:
        return None
    row = found.row
    return PaperDecisionOut(
        by_rule=False,
        paper_number=row.paper_number,
        archive=row.archive,
        applied_on=row.applied_on,
        decided_on=row.decided_on,
        agreed=row.agreed,
        amount=row.amount,
        result=row.result,
        given=found.given,
        valid_until=row.valid_until,
        paid_on=row.paid_on,
        taken_in_at=case.created_at,
        taken_back_at=row.taken_back_at,
    )
