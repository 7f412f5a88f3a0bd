"""What was granted to a subject in money, award by award, with the clause; what was taken back stays visible."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from yingcai.cases.models import Award, AwardChange
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import in_language, teller
from yingcai.registry.queries.merged import members_of_ids

MOST = 200
TAKEN = Q(
    changes__status=AwardChange.Status.DECIDED, changes__kind=AwardChange.Kind.RECOVER
)  # what decisions take back


@dataclass(frozen=True)
class Granted:
    """An award of an amount in fen. ``clause``: where the programme stands, in words; ``sample``: 示例.

    Of one that was decided on paper ``paper`` is its number.

    ``back``: fen that decisions have taken back.
    """

    award: Award
    title: str
    clause: str
    sample: bool
    back: int
    paper: str = ""


@dataclass(frozen=True)
class Money:
    """Awards, the newest first, up to ``MOST``; sums (fen) of those that stand, by year, the newest first.

    ``back``: what was to be taken back of them, in fen.
    """

    rows: list[Granted]
    years: list[tuple[int, int]]
    total: int
    back: int
    more: bool


def money_of(subjects: Collection[int]) -> Money:
    """What was granted in money to some subjects (numbers of rows) and to all that were merged into them."""
    awards = Award.objects.filter(subject__in=members_of_ids(subjects)).exclude(amount=None)
    awards = awards.annotate(back=Coalesce(Sum("changes__amount", filter=TAKEN), 0))
    years: dict[int, int] = defaultdict(int)
    taken = 0
    for day, amount, back in awards.filter(voided_at=None).values_list(
        "granted_on", "amount", "back"
    ):
        years[day.year] += amount or 0
        taken += back
    found = list(
        awards.select_related("case__subject", "exceptional", "paper").order_by(
            "-granted_on", "-pk"
        )[: MOST + 1]
    )
    return Money(
        rows=[_granted(award, award.back) for award in found[:MOST]],
        years=sorted(years.items(), reverse=True),
        total=sum(years.values()),
        back=taken,
        more=len(found) > MOST,
    )


def _granted(award: Award, back: int) -> Granted:
    book = book_of_case(award.case)
    programme = book.rules.programmes[award.programme]
    clause = teller(book).clause(programme.source) if programme.source else ""
    paper = award.paper.paper_number if award.paper else ""
    return Granted(award, in_language(programme.title), clause, programme.sample, back, paper)
