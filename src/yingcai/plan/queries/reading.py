"""A plan's rows as the engine's ``Reading``: for the download and for comparing editions."""

from collections.abc import Iterable
from decimal import Decimal

from yingcai.engine.reading.model import (
    Amount,
    Coverage,
    Deadline,
    Deliverable,
    Header,
    Incentive,
    Measure,
    Problem,
    Reading,
    Responsible,
    Section,
    Source,
    Target,
    Unclassified,
)
from yingcai.engine.values import Period, Span
from yingcai.plan import models
from yingcai.plan.queries.plans import live_clauses

Kind = models.Clause.Kind


def reading_of(plan: models.Plan) -> Reading:
    """The reading of ``plan`` as it stands: what was corrected and added, without what was rejected."""
    clauses = list(live_clauses(plan))
    rows = models.MeasureUnit.objects.filter(measure__plan=plan).select_related("unit")
    units: dict[int, list[models.MeasureUnit]] = {}
    for row in rows:
        units.setdefault(row.measure_id, []).append(row)
    by_measure: dict[int | None, list[models.Clause]] = {}
    for clause in clauses:
        by_measure.setdefault(clause.measure_id, []).append(clause)
    return Reading(
        header=_header(plan),
        sections=tuple(_section(entry) for entry in plan.sections),
        measures=tuple(
            _measure(measure, units.get(measure.pk, []), by_measure.get(measure.pk, []))
            for measure in plan.measures.all()
        ),
        unclassified=tuple(
            Unclassified(clause.text, _span(clause), str(clause.details.get("reason", "")))
            for clause in clauses
            if clause.kind == Kind.UNCLASSIFIED
        ),
        problems=tuple(_problem(entry) for entry in plan.problems),
        source=Source(
            plan.source_name,
            plan.source_format,
            plan.source_encoding,
            plan.source_sha256,
            len(plan.text),
        ),
    )


def _header(plan: models.Plan) -> Header:
    both = plan.period_start is not None and plan.period_end is not None
    return Header(
        issuers=tuple(plan.issuers),
        number=plan.number or None,
        title=plan.title,
        issued_on=plan.issued_on.isoformat() if plan.issued_on else None,
        period=Period(plan.period_start or 0, plan.period_end or 0) if both else None,
    )


def _section(entry: dict[str, object]) -> Section:
    span = entry.get("span")
    start, end = span if isinstance(span, list) else (0, 0)
    return Section(str(entry["number"]), str(entry["title"]), Span(start, end))


def _problem(entry: dict[str, object]) -> Problem:
    span = entry.get("span")
    place = Span(*span) if isinstance(span, list) else None
    return Problem(str(entry["code"]), str(entry["text"]), place)


def _measure(
    measure: models.Measure,
    units: Iterable[models.MeasureUnit],
    clauses: Iterable[models.Clause],
) -> Measure:
    kinds: dict[str, list[models.Clause]] = {}
    for clause in clauses:
        kinds.setdefault(clause.kind, []).append(clause)
    targets = kinds.get(Kind.TARGET, [])
    places = {clause.pk: place for place, clause in enumerate(targets)}
    return Measure(
        number=measure.number,
        label=measure.label,
        title=measure.title,
        section=measure.section or None,
        span=Span(measure.start, measure.end),
        units=tuple(_responsible(row) for row in units),
        targets=tuple(_target(clause, places) for clause in targets),
        coverage=tuple(
            Coverage(
                text=clause.text, span=_span(clause), subject=clause.subject, by=clause.by_year
            )
            for clause in kinds.get(Kind.COVERAGE, [])
        ),
        deliverables=tuple(
            Deliverable(
                text=clause.text,
                span=_span(clause),
                title=str(clause.details.get("title", "")),
                action=str(clause.details.get("action", "issue")),
                by=clause.by_year,
            )
            for clause in kinds.get(Kind.DELIVERABLE, [])
        ),
        incentives=tuple(_incentive(clause) for clause in kinds.get(Kind.INCENTIVE, [])),
        deadlines=tuple(
            Deadline(
                text=clause.text,
                span=_span(clause),
                subject=clause.subject,
                by=clause.by_year,
                every=str(clause.details["every"]) if clause.details.get("every") else None,
            )
            for clause in kinds.get(Kind.DEADLINE, [])
        ),
    )


def _responsible(row: models.MeasureUnit) -> Responsible:
    code = row.unit.code if row.unit else None
    return Responsible(row.name, code, row.role, Span(row.start or 0, row.end or 0))


def _target(clause: models.Clause, places: dict[int, int]) -> Target:
    whole = places.get(clause.part_of_id) if clause.part_of_id is not None else None
    return Target(
        text=clause.text,
        span=_span(clause),
        value=_value(clause),
        value_max=clause.value_max,
        unit=clause.measure_word,
        comparator=clause.comparator,
        per=clause.per,
        cumulative=clause.cumulative,
        subject=clause.subject,
        baseline=clause.baseline or None,
        by=clause.by_year,
        part_of=whole,
    )


def _incentive(clause: models.Clause) -> Incentive:
    first = Amount(_value(clause), clause.value_max, clause.measure_word, clause.comparator)
    others = tuple(_amount(kept) for kept in clause.details.get("more", []))
    condition = clause.details.get("condition")
    return Incentive(
        text=clause.text,
        span=_span(clause),
        subject=clause.subject,
        condition=str(condition) if condition else None,
        values=() if clause.details.get("only_condition") else (first, *others),
    )


def _amount(kept: dict[str, str | None]) -> Amount:
    upper = kept.get("value_max")
    return Amount(
        value=Decimal(kept["value"] or 0),
        value_max=Decimal(upper) if upper else None,
        unit=kept.get("unit") or "",
        comparator=kept.get("comparator") or "",
    )


def _value(clause: models.Clause) -> Decimal:
    return clause.value if clause.value is not None else Decimal(0)


def _span(clause: models.Clause) -> Span:
    return Span(clause.start, clause.end)
