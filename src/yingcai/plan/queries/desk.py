"""What the reading desk shows: measures with their counts, the text cut at the edges of its clauses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count, Prefetch, Q, QuerySet

from yingcai.plan.models import Clause, Measure, MeasureUnit, Plan
from yingcai.plan.queries.plans import GONE, live_clauses

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text and the clauses that hold it; parts of one split may share it."""

    start: int
    text: str
    clauses: tuple[Clause, ...]


def measures_with_counts(plan: Plan) -> QuerySet[Measure]:
    """The measures of ``plan`` with ``item_count`` and ``open_count`` of their live clauses."""
    live = ~Q(clauses__status__in=GONE) & Q(clauses__absorbed_by=None)
    waiting = Q(clauses__status=Clause.Status.PROPOSED, clauses__absorbed_by=None)
    return plan.measures.annotate(
        item_count=Count("clauses", filter=live), open_count=Count("clauses", filter=waiting)
    )


def measure_of(plan: Plan, pk: int) -> Measure | None:
    units = MeasureUnit.objects.select_related("unit")
    return plan.measures.filter(pk=pk).prefetch_related(Prefetch("units", units)).first()


def kind_counts(plan: Plan) -> dict[str, int]:
    """How many live clauses there are of each kind."""
    rows = live_clauses(plan).order_by().values_list("kind").annotate(count=Count("id"))
    return dict(rows)


def clauses_of(plan: Plan, measure: Measure | None) -> QuerySet[Clause]:
    """Every clause of ``measure`` (None: outside all), gone ones too, for the desk."""
    return (
        plan.clauses.filter(measure=measure)
        .select_related("decided_by", "part_of", "absorbed_by")
        .defer("original")
    )


def clause_of(plan: Plan, pk: int) -> Clause | None:
    return (
        plan.clauses.filter(pk=pk)
        .select_related("measure", "decided_by", "part_of", "split_from", "absorbed_by", "target")
        .first()
    )


def own_spans(measure: Measure | None, measures: Iterable[Measure], length: int) -> list[Span]:
    """The parts of the text that belong to ``measure`` alone.

    The overall goals (number 0) reach round the numbered measures; None is what no measure holds.
    """
    whole = (measure.start, measure.end) if measure else (0, length)
    if measure is not None and measure.number != 0:
        return [whole]
    others = sorted(
        (other.start, other.end)
        for other in measures
        if (measure is None or other.pk != measure.pk) and (measure is None or other.number != 0)
    )
    return subtract(whole, others)


def subtract(whole: Span, holes: Sequence[Span]) -> list[Span]:
    """``whole`` without ``holes`` (sorted by start)."""
    left, spans = whole[0], []
    for start, end in holes:
        if start > left:
            spans.append((left, min(start, whole[1])))
        left = max(left, end)
    spans.append((left, whole[1]))
    return [(start, end) for start, end in spans if start < end]


def pieces(text: str, span: Span, clauses: Iterable[Clause]) -> list[Piece]:
    """``text`` of ``span`` cut where clauses begin and end. Joined again it is exactly that text."""
    inside = [one for one in clauses if one.start < span[1] and one.end > span[0]]
    edges = {span[0], span[1]}
    for clause in inside:
        edges |= {max(clause.start, span[0]), min(clause.end, span[1])}
    return [
        Piece(
            start,
            text[start:end],
            tuple(one for one in inside if one.start <= start and end <= one.end),
        )
        for start, end in pairwise(sorted(edges))
    ]


def around(plan: Plan, clause: Clause, *, reach: int = 160) -> Span:
    """The sentence of ``clause`` with what stands near it, within its own paragraph."""
    text = plan.text
    paragraph = text.rfind("\n\n", 0, clause.start)
    start = max(paragraph + 2 if paragraph >= 0 else 0, clause.start - reach)
    stop = text.find("\n\n", clause.end)
    end = min(stop if stop >= 0 else len(text), clause.end + reach)
    # Begin and end with a whole sentence where one ends within reach.
    earlier, later = text.find("。", start, clause.start), text.rfind("。", clause.end, end)
    if start > paragraph + 2 and earlier >= 0:
        start = earlier + 1
    return start, later + 1 if later >= 0 and end < stop else end
