"""From an entry of the reading's JSON to proposed clauses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yingcai.plan.fields import number_text
from yingcai.plan.models import Clause, Plan

# The reading's lists and the kinds of clauses they hold.
KINDS = {
    "targets": Clause.Kind.TARGET,
    "coverage": Clause.Kind.COVERAGE,
    "deliverables": Clause.Kind.DELIVERABLE,
    "incentives": Clause.Kind.INCENTIVE,
    "deadlines": Clause.Kind.DEADLINE,
}
# What has a column of its own; the rest of an item stays in ``details``.
IN_COLUMNS = frozenset(
    {"text", "span", "subject", "value", "value_max", "unit", "comparator", "per"}
    | {"cumulative", "baseline", "by", "part_of", "values"}
)


@dataclass(frozen=True, slots=True)
class Home:
    """A measure as a place for spans."""

    id: int
    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Homes:
    """Finds the measure a span stands in. Measure 0 may reach round the others and comes last."""

    homes: tuple[Home, ...]

    def home_of(self, start: int, end: int) -> int | None:
        around = [home for home in self.homes if home.start <= start and end <= home.end]
        numbered = [home for home in around if home.number != 0]
        best = min(numbered or around, key=lambda home: home.end - home.start, default=None)
        return best.id if best else None


def proposal_of(
    plan: Plan, entry: Mapping[str, Any], *, measure_id: int
) -> list[tuple[Clause, Clause | None]]:
    """The clauses of one measure of the reading, each with the one it is a part of."""
    made: list[tuple[Clause, Clause | None]] = []
    for name, kind in KINDS.items():
        clauses = [_clause(plan, item, kind, measure_id) for item in entry.get(name, [])]
        for item, clause in zip(entry.get(name, []), clauses, strict=True):
            place = item.get("part_of")
            whole = clauses[place] if isinstance(place, int) and place < len(clauses) else None
            made.append((clause, whole))
    return made


def _clause(plan: Plan, item: Mapping[str, Any], kind: str, measure_id: int) -> Clause:
    details = {name: value for name, value in item.items() if name not in IN_COLUMNS and value}
    number = item
    if kind == Clause.Kind.INCENTIVE:
        amounts = item.get("values") or []
        number = amounts[0] if amounts else {}
        details.update(_amounts(amounts))
    return Clause(
        plan=plan,
        measure_id=measure_id,
        kind=kind,
        start=item["span"][0],
        end=item["span"][1],
        text=item["text"],
        subject=(item.get("subject") or "")[:300],
        value=exact(number.get("value")),
        value_max=exact(number.get("value_max")),
        measure_word=(number.get("unit") or "")[:12],
        comparator=number.get("comparator") or "",
        per=item.get("per") or "",
        cumulative=bool(item.get("cumulative")),
        baseline=item.get("baseline") or "",
        by_year=item.get("by"),
        details=details,
    )


def _amounts(values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A rule may hold several numbers: the first has the columns, the others stay in details."""
    if not values:
        return {"only_condition": True}  # 每引进1名…: the number is no amount
    return {
        "more": [
            {**amount, "value": text_of(amount["value"]), "value_max": text_of(amount["value_max"])}
            for amount in values[1:]
        ]
    }


def exact(value: Any) -> Decimal | None:
    """A JSON number as the exact decimal that was printed."""
    return None if value is None else Decimal(str(value))


def text_of(value: Any) -> str | None:
    """A JSON number as exact text, for keeping in JSON."""
    return number_text(exact(value))
