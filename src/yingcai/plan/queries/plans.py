"""Reads of plans, their editions and how far people have confirmed the reading."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from yingcai.plan.models import Clause, Plan

DECIDED = frozenset({Clause.Status.CONFIRMED, Clause.Status.CORRECTED, Clause.Status.ADDED})
# A clause that no longer stands for its number: somebody took it out or cut it into parts.
GONE = frozenset({Clause.Status.REJECTED, Clause.Status.SPLIT})
FINAL = frozenset({Plan.Status.PUBLISHED, Plan.Status.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Progress:
    """How many clauses a person has decided on, of how many."""

    decided: int
    total: int

    @property
    def percent(self) -> Decimal:
        """Rounded down, so that 100 means that nothing is left."""
        if not self.total:
            return Decimal(100)
        return Decimal(1000 * self.decided // self.total) / 10

    @property
    def open(self) -> int:
        return self.total - self.decided


def current_plan() -> Plan | None:
    """The published plan in force: the newest edition of the newest plan."""
    return (
        Plan.objects.filter(status=Plan.Status.PUBLISHED)
        .order_by("-issued_on", "-edition", "-id")
        .first()
    )


def plan_edition(slug: str, edition: int) -> Plan | None:
    return Plan.objects.filter(slug=slug, edition=edition).first()


def editions() -> QuerySet[Plan]:
    """Every plan and edition, newest first, with ``decided_count`` and ``clause_count``."""
    live = ~Q(clauses__status__in=GONE)
    return Plan.objects.defer("text").annotate(
        clause_count=Count("clauses", filter=live & Q(clauses__absorbed_by=None)),
        decided_count=Count(
            "clauses", filter=Q(clauses__status__in=DECIDED, clauses__absorbed_by=None)
        ),
    )


def live_clauses(plan: Plan) -> QuerySet[Clause]:
    """The clauses that stand for the numbers of the text now (none taken out, cut or covered)."""
    return plan.clauses.exclude(status__in=GONE).filter(absorbed_by=None)


def progress(plan: Plan) -> Progress:
    """How far the confirmation of ``plan`` has come."""
    counts = live_clauses(plan).aggregate(
        total=Count("id"), decided=Count("id", filter=Q(status__in=DECIDED))
    )
    return Progress(decided=counts["decided"], total=counts["total"])


def editions_before(plan: Plan) -> list[Plan]:
    """The earlier editions of the same plan, the nearest first."""
    return list(Plan.objects.filter(slug=plan.slug, edition__lt=plan.edition).order_by("-edition"))
