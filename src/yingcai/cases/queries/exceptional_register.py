"""The register of what was settled case by case (一事一议台账): for staff in their scope, and masked for everybody."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from yingcai.cases.models import ExceptionalDecision
from yingcai.cases.queries.exceptional import difference_words, rule_words, signers_of
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.publicity import given_words, masked_name
from yingcai.cases.queries.scope import desk_cases
from yingcai.cases.queries.seats import Held
from yingcai.cases.queries.story import title_of

if TYPE_CHECKING:
    from yingcai.identity.models import User

PAGE = 40
Status = ExceptionalDecision.Status
SHOWN = {
    "settled": (Status.SETTLED,),
    "proposed": (Status.PROPOSED,),
    "others": (Status.REFUSED, Status.WITHDRAWN, Status.ENDED, Status.REPLACED),
}


@dataclass(frozen=True)
class Entry:
    """A record as the register lists it. ``granted``: the case has an award that stands on it."""

    row: ExceptionalDecision
    title: str
    given: str
    by_rule: str
    difference: str
    signers: tuple[str, ...]
    granted: bool


@dataclass(frozen=True)
class Public:
    """A line of the bulletin: the name of a person is masked, nothing else of him is said."""

    number: str
    title: dict[str, str]
    name: str
    amount: int | None
    basis: str
    on: date


def records(user: "User", on: date, held: Held | None = None) -> QuerySet[ExceptionalDecision]:
    """The records of the cases that somebody may see for his office."""
    rows = ExceptionalDecision.objects.filter(case__in=desk_cases(user, on, held))
    return rows.select_related("case__subject", "case__lead", "decision", "proposed_by")


def counted(rows: QuerySet[ExceptionalDecision]) -> dict[str, int]:
    """How many there are under each heading."""
    counts = {name: Count("pk", filter=Q(status__in=states)) for name, states in SHOWN.items()}
    return {name: int(number) for name, number in rows.aggregate(**counts).items()}


def total(rows: QuerySet[ExceptionalDecision]) -> int:
    """Fen that awards which stand on these records grant."""
    standing = rows.filter(awards__voided_at=None, awards__isnull=False)
    return standing.aggregate(sum=Sum("awards__amount"))["sum"] or 0


def page_of(
    rows: QuerySet[ExceptionalDecision], which: str, before: int | None
) -> tuple[list[ExceptionalDecision], int | None]:
    """One page of a heading, the newest first, and the row before which the next one begins."""
    rows = rows.filter(status__in=SHOWN[which])
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def entry(row: ExceptionalDecision) -> Entry:
    """Nothing is unsealed for a line. Raises: PackNotKept."""
    case = row.case
    return Entry(
        row=row,
        title=title_of(case),
        given=given_words(case, row.amount, row.result),
        by_rule=rule_words(case, row.decision),
        difference=difference_words(row),
        signers=tuple(
            f"{one.words} {one.signature.signed_by}"
            for one in signers_of(case, row)
            if one.signature
        ),
        granted=row.awards.filter(voided_at=None).exists(),
    )


def made_public(first: date, last: date) -> list[Public]:
    """What was granted case by case from a day through another, as everybody may read it."""
    rows = ExceptionalDecision.objects.filter(
        awards__voided_at=None, awards__granted_on__range=(first, last)
    ).exclude(case__subject__standing="erased")
    found = rows.select_related("case__subject", "case__lead").order_by("awards__granted_on", "pk")
    return [_public(row) for row in found]


def _public(row: ExceptionalDecision) -> Public:
    case, award = row.case, row.awards.get(voided_at=None)
    person = case.subject.kind == "person"
    return Public(
        number=case.number,
        title=dict(book_of_case(case).rules.programmes[case.programme].title),
        name=masked_name(case.subject.name) if person else case.subject.name,
        amount=award.amount,
        basis=row.basis,
        on=award.granted_on,
    )
