"""The score sheet of an evaluation: its items, what so many points mean, which grade follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yingcai.cases.models import AwardChange, Case
from yingcai.cases.queries.flows import details_of
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import book_of

Kind = AwardChange.Kind
VETO = "veto"


@dataclass(frozen=True)
class Item:
    """A line of a sheet. ``most``: points that may be given; a veto has none."""

    name: str
    words: str
    formula: str
    kind: str
    most: int


@dataclass(frozen=True)
class Outcome:
    """What so many points mean: the kind of change, and the grade that follows (empty where none does)."""

    total: int
    kind: str
    grade: str


def evaluation_of(case: Case) -> dict[str, Any] | None:
    """How what a programme grants is evaluated; None where it is not. Raises: PackNotKept."""
    found: dict[str, Any] | None = details_of(case).get("evaluation")
    return found


def items_of(case: Case) -> list[Item]:
    """The items of the score sheet of a case's programme."""
    form = evaluation_of(case)
    sheet = book_of(case.pack).pack.scores[form["score"]] if form else {"items": []}
    return [
        Item(
            one["id"],
            in_language(one["words"]),
            in_language(one["formula"]),
            one["kind"],
            one.get("cap", one.get("points", 0)),
        )
        for one in sheet["items"]
    ]


def outcome_of(case: Case, grade: str, points: Mapping[str, int]) -> Outcome:
    """By the bands of the programme: a veto makes the sum zero.

    Nobody rises above the highest grade or falls below the lowest: there he stays, or it ends.
    """
    form = evaluation_of(case) or {}
    vetoed = any(one.kind == VETO and points.get(one.name) for one in items_of(case))
    counted = [points.get(one.name, 0) for one in items_of(case) if one.kind != VETO]
    total = 0 if vetoed else sum(counted)
    means = next(band["means"] for band in form["bands"] if total >= band["from"])
    return _graded(form["grades"], grade, means, total)


def _graded(grades: list[str], grade: str, means: str, total: int) -> Outcome:
    place = grades.index(grade) if grade in grades else -1
    if means == Kind.PROMOTE and 0 <= place < len(grades) - 1:
        return Outcome(total, Kind.PROMOTE, grades[place + 1])
    if means == Kind.DEMOTE and place > 0:
        return Outcome(total, Kind.DEMOTE, grades[place - 1])
    if means in (Kind.DEMOTE, Kind.END):
        return Outcome(total, Kind.END, "")
    return Outcome(total, Kind.KEEP, "")
