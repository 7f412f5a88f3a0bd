"""Make the targets of a plan out of its decided clauses. Called by ``publish_plan`` alone."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from yingcai.identity.queries import counties, unit_names, units_by_code
from yingcai.plan.models import (
    Clause,
    MeasureUnit,
    Plan,
    Target,
    TargetOwner,
    TargetShare,
)
from yingcai.plan.queries.plans import DECIDED

if TYPE_CHECKING:
    from yingcai.identity.models import Unit

KINDS = {
    Clause.Kind.TARGET: Target.Kind.QUANTITY,
    Clause.Kind.COVERAGE: Target.Kind.COVERAGE,
    Clause.Kind.DELIVERABLE: Target.Kind.DOCUMENT,
}
FULL = Decimal(100)  # percent: a coverage is reached when all of it is
SENTENCE_ENDS = "。；;！？"
DECORATION = re.compile(r"[\s（）()<>〈〉《》、，,]")
COVERED = re.compile(r"全覆盖$")


@dataclass(frozen=True, slots=True)
class Groups:
    """The collectives of the city (“每个县”): names without decoration, and who belongs to each."""

    members: dict[str, list["Unit"]]
    everywhere: list["Unit"] = field(default_factory=list)


def target_clauses(plan: Plan) -> list[Clause]:
    """The decided clauses that become targets, in the order of the text."""
    return list(
        Clause.objects.filter(plan=plan, status__in=DECIDED, absorbed_by=None, kind__in=KINDS)
        .exclude(measure=None)
        .select_related("measure")
        .order_by("measure__order", "start", "id")
    )


def due_on(plan: Plan, clause: Clause) -> date | None:
    """The last day of the clause's own year, else of the plan's period."""
    year = clause.by_year or plan.period_end
    return date(year, 12, 31) if year else None


def starts_on(plan: Plan) -> date | None:
    """The first day of the month of issue, else of the plan's period."""
    if plan.issued_on is not None:
        return plan.issued_on.replace(day=1)
    return date(plan.period_start, 1, 1) if plan.period_start else None


def make_targets(plan: Plan) -> list[Target]:
    """Targets with owners and shares for every decided clause that promises something countable."""
    clauses = target_clauses(plan)
    codes = _codes(clauses)
    groups = _groups()
    shares = {clause.pk: _shares(plan, clause, groups) for clause in clauses}
    targets = Target.objects.bulk_create(
        _target(plan, clause, code, order, shares[clause.pk])
        for order, (clause, code) in enumerate(zip(clauses, codes, strict=True), start=1)
    )
    by_clause = {target.clause_id: target for target in targets}
    for target in targets:
        whole = by_clause.get(target.clause.part_of_id) if target.clause.part_of_id else None
        target.part_of = whole
    Target.objects.bulk_update([target for target in targets if target.part_of], ["part_of"])
    TargetShare.objects.bulk_create(
        TargetShare(target=target, unit=unit, value=_goal(target.clause, target.kind))
        for target in targets
        for unit in shares[target.clause_id]
    )
    _make_owners(plan, targets)
    return targets


def _target(plan: Plan, clause: Clause, code: str, order: int, shared: Sequence["Unit"]) -> Target:
    starts, due = starts_on(plan), due_on(plan, clause)
    if starts is None or due is None or clause.measure is None:
        raise AssertionError("submit_plan lets no clause without a period through")
    kind = KINDS[Clause.Kind(clause.kind)]
    quantity = kind == Target.Kind.QUANTITY
    course = _course(clause)
    value = _goal(clause, kind)
    summed = quantity and shared and course != Target.Course.LEVEL
    return Target(
        plan=plan,
        code=code,
        clause=clause,
        measure=clause.measure,
        kind=kind,
        course=course,
        title=_title(clause, kind)[:300],
        value=value * len(shared) if summed else value,
        value_max=clause.value_max if quantity and not summed else None,
        measure_word=_measure_word(clause, kind),
        comparator=clause.comparator if quantity else ">=",
        per=clause.per if quantity else "total",
        starts_on=starts,
        due_on=due,
        order=order,
    )


def _goal(clause: Clause, kind: str) -> Decimal:
    if kind == Target.Kind.COVERAGE:
        return FULL
    if kind == Target.Kind.DOCUMENT:
        return Decimal(1)
    return clause.value if clause.value is not None else Decimal(0)


def _measure_word(clause: Clause, kind: str) -> str:
    if kind == Target.Kind.COVERAGE:
        return "%"
    return "份" if kind == Target.Kind.DOCUMENT else clause.measure_word


def _title(clause: Clause, kind: str) -> str:
    if kind == Target.Kind.DOCUMENT:
        return str(clause.details.get("title") or clause.text)
    if kind == Target.Kind.COVERAGE:
        return f"{COVERED.sub('', clause.subject)}全覆盖"
    return clause.subject


def _course(clause: Clause) -> str:
    """How the figure runs: ratios and growth are levels; 每年 begins anew each January."""
    if clause.kind == Clause.Kind.DELIVERABLE:
        return Target.Course.CUMULATIVE
    level = clause.kind == Clause.Kind.COVERAGE or clause.measure_word in ("%", "％")
    if level or clause.baseline == "growth":
        return Target.Course.LEVEL
    return Target.Course.YEARLY if clause.per == "year" else Target.Course.CUMULATIVE


def _codes(clauses: Sequence[Clause]) -> list[str]:
    """``8-3``: third of measure 8. Where numbers start again in each section: ``三.2-1``."""
    measures = {clause.measure_id: clause.measure for clause in clauses if clause.measure}
    numbers = Counter(measure.number for measure in measures.values())
    seen: Counter[int | None] = Counter()
    codes = []
    for clause in clauses:
        measure = clause.measure
        if measure is None:
            raise AssertionError("a target needs a measure; see target_clauses")
        seen[measure.pk] += 1
        prefix = f"{measure.section}." if numbers[measure.number] > 1 else ""
        codes.append(f"{prefix}{measure.number}-{seen[measure.pk]}")
    return _distinct(codes)


def _distinct(codes: Sequence[str]) -> list[str]:
    """A plan that prints one number twice in one section: the later measure gets a letter mark."""
    used: Counter[str] = Counter()
    found = []
    for code in codes:
        used[code] += 1
        found.append(code if used[code] == 1 else f"{code}.{used[code]}")
    return found


def bare(name: str) -> str:
    """A name of a collective without blanks and brackets; 每个 and 各 mean the same."""
    return DECORATION.sub("", name).replace("每个", "各").replace("每一", "各")


def _groups() -> Groups:
    units = units_by_code()
    members = {
        bare(name): sorted(units[code].members.all(), key=lambda unit: unit.order)
        for name, code in unit_names().items()
        if code in units and units[code].kind == "collective"
    }
    return Groups(members={name: who for name, who in members.items() if who})


def _shares(plan: Plan, clause: Clause, groups: Groups) -> list["Unit"]:
    """The counties that each have to reach the number; none unless it is asked of each county.

    The collective is looked for where the plan says it: in the words of the clause, in its
    sentence up to there, among the units of its measure; failing all, it is every county.
    """
    if clause.kind != Clause.Kind.TARGET or clause.per != "county":
        return []
    for words in (str(clause.details.get("every") or ""), clause.text, _before(plan, clause)):
        named = _last_named(bare(words), groups)
        if named:
            return groups.members[named]
    responsible = MeasureUnit.objects.filter(measure__clauses=clause)
    for name in responsible.values_list("name", flat=True):
        if bare(name) in groups.members:
            return groups.members[bare(name)]
    return list(counties())


def _before(plan: Plan, clause: Clause) -> str:
    sentence = max(plan.text.rfind(mark, 0, clause.start) for mark in SENTENCE_ENDS) + 1
    return plan.text[sentence : clause.start]


def _last_named(words: str, groups: Groups) -> str:
    """The collective named last in ``words`` (nearest to the number); of two there, the longer."""
    places = [(words.rfind(name) + len(name), len(name), name) for name in groups.members]
    found = [place for place in places if place[0] >= place[1]]
    return max(found)[2] if found else ""


def _make_owners(plan: Plan, targets: Sequence[Target]) -> None:
    """The units of the measure answer for its targets; a leading collective through its members."""
    by_measure: dict[int, dict[int, str]] = {}
    rows = MeasureUnit.objects.filter(measure__plan=plan).exclude(unit=None)
    for row in rows.select_related("unit").prefetch_related("unit__members"):
        roles = by_measure.setdefault(row.measure_id, {})
        for unit in _answering(row):
            if roles.get(unit.pk) != MeasureUnit.Role.LEAD:
                roles[unit.pk] = row.role
    TargetOwner.objects.bulk_create(
        TargetOwner(target=target, unit_id=unit_id, role=role)
        for target in targets
        for unit_id, role in by_measure.get(target.measure_id, {}).items()
    )


def _answering(row: MeasureUnit) -> Iterable["Unit"]:
    if row.unit is None:
        return []
    if row.role == MeasureUnit.Role.LEAD and row.unit.kind == "collective":
        return row.unit.members.all()
    return [row.unit]
