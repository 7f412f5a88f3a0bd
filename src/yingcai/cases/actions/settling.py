"""What a decided amount comes to: what was received before and what ceilings have used is taken off.

The decision of the rules stays as it is; the award is what is left, with the lines of the sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from yingcai.cases.actions.deciding import granted_before, values_of
from yingcai.cases.models import Case, Decision
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.rule_book import RuleBook, language
from yingcai.engine.rules.bundle import Claim, Relations, best_bundle, left_out_words, line_words
from yingcai.engine.rules.model import Words


@dataclass(frozen=True)
class Settled:
    """``amount`` in fen, None where there is no money; ``lines``: the sum, where anything was taken off;
    ``problem``: why it cannot be paid, empty where it can."""

    amount: int | None
    lines: tuple[Words, ...] = ()
    problem: str = ""


def settled(case: Case, row: Decision, *, on: date) -> Settled:
    """What is left of the amount that the rules gave, by what stands on a day. Raises: PackNotKept."""
    if row.outcome != "yes" or not row.amount:
        return Settled(row.amount)
    book = book_of_case(case)
    facts = values_of(book, dict(granted_before(case.subject, book, on, but=case))).values
    claim = {case.programme: Claim("yes", row.amount)}
    bundle = best_bundle(Relations(book.rules.programmes), claim, facts)
    titles = _titles(book)
    if not bundle.payments:
        if row.result:  # a level is given all the same: nothing is left to be paid for it
            return Settled(0)
        why = [left_out_words(one, titles)[language()] for one in bundle.left_out]
        return Settled(0, problem="；".join(why))
    payment = bundle.payments[0]
    if payment.payable.low != payment.payable.high:
        return Settled(None, problem=_("金额由几件事项按比例分配，还不能单独确定"))
    lines = tuple(line_words(one, titles) for one in payment.lines)
    return Settled(payment.payable.low, lines if len(lines) > 1 else ())


def _titles(book: RuleBook) -> Mapping[str, Words]:
    return {name: one.title for name, one in book.rules.programmes.items()}
