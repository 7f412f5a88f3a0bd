"""What anybody may see: figures frozen in published bulletins, and nothing else.

Words of units, evidence, orders and months without a published bulletin never pass through here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from yingcai.audit.clock import SHANGHAI
from yingcai.reporting.bulletin.numbers import month_end
from yingcai.reporting.bulletin.snapshot import Json
from yingcai.reporting.models import Bulletin, BulletinCorrection
from yingcai.reporting.queries.bulletins import published

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

FIGURES = ("goal", "value", "expected", "progress", "gap")


@dataclass(frozen=True, slots=True)
class PublishedMonth:
    """A month of which the bulletin is out, with the few figures that lists show."""

    month: date
    title: str
    digest: str
    published_on: date
    summary: Json

    @property
    def share(self) -> Decimal | None:
        text = self.summary["overall"]["share"]
        return None if text is None else Decimal(text)


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """Where a target stood at the end of a month, of the city (``unit`` empty) or of one unit."""

    month: str
    code: str
    unit: str
    unit_name: str
    word: str
    goal: Decimal
    value: Decimal | None
    expected: Decimal
    progress: Decimal | None
    gap: Decimal | None
    light: str


@dataclass(frozen=True, slots=True)
class PublishedTarget:
    """A target as the newest published bulletin names it."""

    code: str
    measure: int
    kind: str
    title: str
    title_en: str
    word: str
    goal: Decimal
    lead_units: tuple[str, ...]


def published_months(plan: "Plan") -> list[PublishedMonth]:
    """Published months, newest first; one query, without the snapshots.

    Where two editions of the plan have a bulletin of one month, the later edition's counts.
    """
    rows: QuerySet[Bulletin, Any] = published(plan).values_list(
        "month", "title", "digest", "published_at", "summary"
    )
    months: dict[date, PublishedMonth] = {}
    for month, title, digest, at, summary in rows:
        item = PublishedMonth(month, title, digest, at.astimezone(SHANGHAI).date(), summary)
        months.setdefault(month, item)
    return list(months.values())


def published_snapshot(plan: "Plan", month: date) -> Json | None:
    """The frozen snapshot of a published month."""
    snapshot: Json | None = _of_month(plan, month).values_list("snapshot", flat=True).first()
    return snapshot


def _of_month(plan: "Plan", month: date) -> QuerySet[Bulletin]:
    return published(plan).filter(month=month)


def published_rows(plan: "Plan", month: date) -> Json | None:
    """The city's rows of a published month and the names of units, without the rest of a snapshot."""
    found = _of_month(plan, month).values_list("snapshot__rows", "snapshot__names").first()
    return None if found is None else {"rows": found[0], "names": found[1]}


def corrections(plan: "Plan", month: date) -> list[tuple[date, str]]:
    """What was corrected in the bulletin of a published month, oldest first."""
    rows = BulletinCorrection.objects.filter(bulletin__plan__slug=plan.slug, bulletin__month=month)
    return [(at.astimezone(SHANGHAI).date(), text) for at, text in rows.values_list("at", "text")]


def trend(months: list[PublishedMonth]) -> list[tuple[date, Decimal | None]]:
    """Share of targets on time at the end of each published month, oldest first."""
    return [(month_end(item.month), item.share) for item in reversed(months)]


def values_in(snapshot: Json) -> Iterator[PublishedValue]:
    """The published figures of one month: each target's of the city, then of each unit."""
    words = {row["code"]: row["word"] for row in snapshot["rows"]}
    for row in snapshot["rows"]:
        yield _value(snapshot, row, unit="", word=row["word"])
    for row in snapshot["shares"]:
        yield _value(snapshot, row, unit=row["unit"], word=words.get(row["code"], ""))


def targets_in(snapshot: Json) -> list[PublishedTarget]:
    """The targets that a published bulletin counts, in the plan's order."""
    names = snapshot["names"]
    return [
        PublishedTarget(
            code=row["code"],
            measure=row["measure"],
            kind=row["kind"],
            title=row["title"],
            title_en=row["title_en"],
            word=row["word"],
            goal=Decimal(row["goal"]),
            lead_units=tuple(names.get(unit, [unit])[0] for unit in row["leads"]),
        )
        for row in snapshot["rows"]
    ]


def all_values(plan: "Plan") -> Iterator[list[PublishedValue]]:
    """The figures of every published month, one month at a time, oldest first."""
    months = published(plan).order_by("month").values_list("month", flat=True)
    for month in dict.fromkeys(months):
        snapshot = published_snapshot(plan, month)
        if snapshot is not None:
            yield list(values_in(snapshot))


def published_standings(plan: "Plan", code: str) -> list[PublishedValue]:
    """One target of the city over the published months, oldest first."""
    return [
        value
        for values in all_values(plan)
        for value in values
        if value.code == code and not value.unit
    ]


def _value(snapshot: Json, row: Json, *, unit: str, word: str) -> PublishedValue:
    figures = {name: None if row[name] is None else Decimal(row[name]) for name in FIGURES}
    name = snapshot["names"].get(unit, [unit])[0] if unit else ""
    return PublishedValue(
        month=snapshot["month"],
        code=row["code"],
        unit=unit,
        unit_name=name,
        word=word,
        goal=Decimal(row["goal"]),
        value=figures["value"],
        expected=Decimal(row["expected"]),
        progress=figures["progress"],
        gap=figures["gap"],
        light=row["light"],
    )
