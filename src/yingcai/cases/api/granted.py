"""By whom what stands was decided, for the answers about a case: by the rules, by people (一事一议), or on paper."""

from datetime import date, datetime
from typing import Literal

from ninja import Schema

from yingcai.cases.models import Award, Case, ExceptionalDecision
from yingcai.cases.queries.exceptional import difference_words, rule_words
from yingcai.cases.queries.publicity import given_words


class RecordOut(Schema):
    """The record that people signed, as the register of such cases lists it beside the number of the case.

    ``number``: which record of the case; ``basis``: the document or clause that it stands on; ``given``: what was
    settled; ``by_rule`` and ``difference``: what the rules gave, and how far that is from it; ``digest``: of all
    that was signed.
    """

    number: int
    basis: str
    basis_on: date
    signed_at: datetime | None
    given: str
    by_rule: str
    difference: str
    digest: str


class GrantedOut(Schema):
    """``decided_by``: of the award that stands, `rules`, `people` or `paper`; empty while none does.

    ``record``: of people.
    """

    decided_by: Literal["", "rules", "people", "paper"]
    record: RecordOut | None


def granted_by(case: Case) -> GrantedOut:
    """Of the award of a case that stands. Raises: PackNotKept."""
    standing = Award.objects.filter(case=case, voided_at=None)
    award = standing.select_related("exceptional__decision").first()
    if award is None or award.exceptional is None:
        return GrantedOut(decided_by=_ruled(award), record=None)
    award.exceptional.case = case
    return GrantedOut(decided_by="people", record=_record(award.exceptional))


def _ruled(award: Award | None) -> Literal["", "rules", "paper"]:
    if award is None:
        return ""
    return "paper" if award.paper_id else "rules"


def _record(row: ExceptionalDecision) -> RecordOut:
    return RecordOut(
        number=row.number,
        basis=row.basis,
        basis_on=row.basis_on,
        signed_at=row.ended_at,
        given=given_words(row.case, row.amount, row.result),
        by_rule=rule_words(row.case, row.decision),
        difference=difference_words(row),
        digest=row.digest,
    )
