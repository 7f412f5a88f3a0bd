"""One number, one item: which words are taken, and by whom."""

from django.db.models import Q
from django.utils.translation import gettext as _

from yingcai.plan.errors import Invalid
from yingcai.plan.fields import ClauseFields, problems_of
from yingcai.plan.models import Clause, Measure, Plan
from yingcai.plan.queries.plans import GONE, live_clauses

# Kinds that become targets: somebody must answer for them.
IN_MEASURES = (Clause.Kind.TARGET, Clause.Kind.COVERAGE, Clause.Kind.DELIVERABLE)


def span_of_home(plan: Plan, measure: Measure | None) -> tuple[int, int]:
    """The span within which clauses of ``measure`` may lie; the whole text without a measure."""
    return (measure.start, measure.end) if measure else (0, len(plan.text))


def refuse_problems(given: ClauseFields, clause: Clause) -> None:
    """Raises: Invalid with everything that is wrong with ``given`` for the measure of ``clause``."""
    problems = problems_of(given, within=span_of_home(clause.plan, clause.measure))
    if clause.measure_id is None and given.kind in IN_MEASURES:
        problems.append(_("目标和文件必须属于某一项措施（或总体目标），请在措施的原文里添加。"))
    if given.part_of is not None:
        problems.extend(_part_problems(given.part_of, clause))
    if problems:
        raise Invalid(*problems)


def _part_problems(whole_id: int, clause: Clause) -> list[str]:
    """A clause may be a part of another of its plan, but never, round some corners, of itself."""
    plan = clause.plan
    above = dict(plan.clauses.exclude(part_of=None).values_list("id", "part_of_id"))
    if not plan.clauses.filter(pk=whole_id).exists():
        return [_("“其中”所属的条目不在本计划里。")]
    step: int | None = whole_id
    while step is not None:
        if clause.pk is not None and step == clause.pk:
            return [_("一条不能是它自己的组成部分。")]
        step = above.get(step)
    return []


def refuse_overlap(plan: Plan, given: ClauseFields, *, besides: Clause | None) -> None:
    """Refuse words that another live item holds.

    Parts of one split share their number and are let be. An unclassified number that lies wholly
    within the words may be taken over (see ``absorb_unclassified``).

    Raises: Invalid naming each item in the way.
    """
    # What ``besides`` has taken over counts too: it would come free if the words moved off it.
    free = Q(absorbed_by=None)
    if besides is not None and besides.pk is not None:
        free |= Q(absorbed_by=besides)
    others = plan.clauses.exclude(status__in=GONE).filter(
        free, start__lt=given.end, end__gt=given.start
    )
    in_the_way = []
    for other in others:
        if besides is not None and (other.pk == besides.pk or _siblings(other, besides)):
            continue
        if not _takes_over(given, other):
            in_the_way.append(other)
    if in_the_way:
        raise Invalid(
            *(
                _("这段文字与“%(text)s”重叠；一个数字只能归入一条，请先拆分、更正或剔除那一条。")
                % {"text": other.text[:30]}
                for other in in_the_way
            )
        )


def _siblings(one: Clause, other: Clause) -> bool:
    if one.split_from_id is None:
        # A whole coming back from a split meets its own parts only after they have gone.
        return False
    return one.split_from_id == other.split_from_id


def _takes_over(given: ClauseFields, other: Clause) -> bool:
    unclassified = Clause.Kind.UNCLASSIFIED
    within = given.start <= other.start and other.end <= given.end
    return within and other.kind == unclassified and given.kind != unclassified


def absorb_unclassified(clause: Clause) -> None:
    """Mark the unclassified numbers within the words of ``clause`` as counted in it."""
    if clause.kind == Clause.Kind.UNCLASSIFIED:
        return
    live_clauses(clause.plan).filter(
        kind=Clause.Kind.UNCLASSIFIED, start__gte=clause.start, end__lte=clause.end
    ).exclude(pk=clause.pk).update(absorbed_by=clause)


def release_unclassified(clause: Clause) -> None:
    """Let unclassified numbers stand for themselves again after ``clause`` has gone or moved."""
    freed = list(Clause.objects.filter(absorbed_by=clause))
    Clause.objects.filter(absorbed_by=clause).update(absorbed_by=None)
    standing = live_clauses(clause.plan).exclude(kind=Clause.Kind.UNCLASSIFIED)
    for number in freed:
        # Another part of the same split may cover the number as well.
        other = standing.filter(start__lte=number.start, end__gte=number.end).first()
        if other is not None:
            Clause.objects.filter(pk=number.pk).update(absorbed_by=other)
