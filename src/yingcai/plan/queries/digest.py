"""The confirmed reading as plain values, and the digest that two people sign."""

import hashlib
import json
from typing import Any

from django.db.models import F

from yingcai.plan.fields import fields_of, plain
from yingcai.plan.models import Clause, Measure, MeasureUnit, Plan
from yingcai.plan.queries.plans import DECIDED


def confirmed_reading(plan: Plan) -> dict[str, Any]:
    """What people have agreed to in ``plan``: its head, measures with units, decided clauses.

    Numbers are exact text; nothing in it depends on row ids, times or the order of work, so that
    the same decisions always give the same reading.
    """
    clauses = list(
        Clause.objects.filter(plan=plan, status__in=DECIDED, absorbed_by=None).select_related(
            "measure"
        )
    )
    places = _places(clauses)
    units: dict[int, list[MeasureUnit]] = {}
    for unit in MeasureUnit.objects.filter(measure__plan=plan).annotate(code=F("unit__code")):
        units.setdefault(unit.measure_id, []).append(unit)
    return {
        "head": _head(plan),
        "text_sha256": hashlib.sha256(plan.text.encode()).hexdigest(),
        "measures": [
            _measure(measure, units.get(measure.pk, []))
            for measure in Measure.objects.filter(plan=plan)
        ],
        "clauses": [
            _clause(clause, places) for clause in sorted(clauses, key=lambda one: places[one.pk])
        ],
    }


def reading_digest(plan: Plan) -> str:
    """SHA-256 (hexadecimal) of the confirmed reading in canonical JSON."""
    canonical = json.dumps(
        confirmed_reading(plan), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _head(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "number": plan.number,
        "issuers": plan.issuers,
        "issued_on": plan.issued_on.isoformat() if plan.issued_on else None,
        "period": [plan.period_start, plan.period_end],
    }


def _measure(measure: Measure, units: list[MeasureUnit]) -> dict[str, Any]:
    return {
        "number": measure.number,
        "label": measure.label,
        "title": measure.title,
        "section": measure.section,
        "span": [measure.start, measure.end],
        "units": [
            [unit.name, getattr(unit, "code", None), unit.role, unit.printed_only] for unit in units
        ],
    }


def _places(clauses: list[Clause]) -> dict[int, int]:
    """A place for each clause that depends on what it says only, for ``part_of`` to point at."""

    def says(clause: Clause) -> tuple[int, int, str]:
        fields = {**plain(fields_of(clause)), "part_of": None}
        return (clause.start, clause.end, json.dumps(fields, ensure_ascii=False, sort_keys=True))

    return {clause.pk: place for place, clause in enumerate(sorted(clauses, key=says))}


def _clause(clause: Clause, places: dict[int, int]) -> dict[str, Any]:
    measure = [clause.measure.number, clause.measure.start] if clause.measure else None
    part_of = places.get(clause.part_of_id) if clause.part_of_id is not None else None
    return {**plain(fields_of(clause)), "measure": measure, "part_of": part_of}
