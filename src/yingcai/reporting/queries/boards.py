"""Counts of a month for the leader page and the map: set-based, a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q

from yingcai.reporting.bulletin.facts import COUNTY_KINDS, ON_TIME
from yingcai.reporting.bulletin.numbers import month_before, month_end, percent, ranks
from yingcai.reporting.bulletin.snapshot import count_lights, worst_light
from yingcai.reporting.models import IndicatorValue, Report, ReportingMonth

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

TREND_MONTHS = 13
WORST = 10


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """A month that may be looked at; figures of a month that is not locked still move."""

    month: date
    locked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Where one target of the city stands."""

    pk: int
    code: str
    title: str
    title_en: str
    word: str
    measure: int
    value: Decimal | None
    goal: Decimal
    progress: Decimal | None
    gap: Decimal | None
    light: str


@dataclass(frozen=True, slots=True)
class Led:
    """A target of the city under a unit that leads it; ``own``: the unit has a share of it."""

    target: int
    unit: str
    name: str
    name_en: str
    kind: str
    order: int
    measure: int
    light: str
    own: bool


@dataclass(slots=True)
class Tally:
    """How many of a unit's targets show each light."""

    unit: str
    name: str
    name_en: str
    kind: str
    order: int
    lights: Counter[str] = field(default_factory=Counter)
    rank: int = 0

    @property
    def targets(self) -> int:
        return sum(self.lights.values())

    @property
    def on_time(self) -> int:
        return sum(self.lights[light] for light in ON_TIME)

    @property
    def share(self) -> Decimal | None:
        """On time in percent of all, one decimal."""
        text = percent(self.on_time, self.targets)
        return None if text is None else Decimal(text)


def month_choices(plan: "Plan") -> list[MonthChoice]:
    """The months of the plan, newest first."""
    rows = ReportingMonth.objects.filter(plan=plan).order_by("-month")
    return [
        MonthChoice(month, status == ReportingMonth.Status.LOCKED)
        for month, status in rows.values_list("month", "status")
    ]


def chosen_month(choices: Sequence[MonthChoice], wanted: date | None) -> MonthChoice | None:
    """The month asked for, else the newest that is locked, else the newest."""
    for choice in choices:
        if choice.month == wanted:
            return choice
    locked = (choice for choice in choices if choice.locked)
    return next(locked, choices[0] if choices else None)


ROW_FIELDS = (
    "target_id",
    "target__code",
    "target__title",
    "target__title_en",
    "target__measure_word",
    "target__measure__number",
    "value",
    "goal",
    "progress",
    "gap",
    "light",
)
LED_FIELDS = (
    "lead__unit__code",
    "lead__unit__name",
    "lead__unit__name_en",
    "lead__unit__kind",
    "lead__unit__order",
    "own",
)


def city_rows(plan: "Plan", month: date) -> tuple[list[Row], list[Led]]:
    """Every target of the city at the end of ``month``, in the plan's order, and under each lead.

    One query: a target with two lead units comes twice, one without any comes once.
    """
    share = IndicatorValue.objects.filter(
        month=month, target=OuterRef("target"), unit=OuterRef("lead__unit")
    )
    lines = (
        IndicatorValue.objects.filter(target__plan=plan, month=month, unit=None)
        .annotate(lead=FilteredRelation("target__owners", condition=Q(target__owners__role="lead")))
        .annotate(own=Exists(share))
        .order_by("target__order", "target_id", "lead__id")
        .values_list(*ROW_FIELDS, *LED_FIELDS)
    )
    rows: dict[int, Row] = {}
    led: list[Led] = []
    for line in lines:
        row = rows.setdefault(line[0], Row(*line[: len(ROW_FIELDS)]))
        code, name, name_en, kind, order, own = line[len(ROW_FIELDS) :]
        if code is not None:
            led.append(Led(row.pk, code, name, name_en, kind, order, row.measure, row.light, own))
    return list(rows.values()), led


def share_tallies(
    plan: "Plan", month: date, *, measure: int | None = None, lead: str = ""
) -> dict[str, Tally]:
    """Lights of the shares of each unit, perhaps of one measure or of one lead unit's targets."""
    wanted = Q(target__plan=plan, month=month, unit__isnull=False)
    if measure is not None:
        wanted &= Q(target__measure__number=measure)
    if lead:
        wanted &= Q(target__owners__unit__code=lead, target__owners__role="lead")
    rows = (
        IndicatorValue.objects.filter(wanted)
        .values_list(
            "unit__code", "unit__name", "unit__name_en", "unit__kind", "unit__order", "light"
        )
        .annotate(number=Count("id"))
        .order_by()
    )
    tallies: dict[str, Tally] = {}
    for code, name, name_en, kind, order, light, number in rows:
        tally = tallies.setdefault(code, Tally(code, name, name_en, kind, order))
        tally.lights[light] += number
    return tallies


def with_led(tallies: dict[str, Tally], led: Iterable[Led]) -> list[Tally]:
    """Add the targets that a unit leads and has no share of; the same rule as in the bulletin."""
    for row in led:
        if row.own:
            continue
        blank = Tally(row.unit, row.name, row.name_en, row.kind, row.order)
        tallies.setdefault(row.unit, blank).lights[row.light] += 1
    return [tally for tally in tallies.values() if tally.kind != "collective"]


def ranked(tallies: Iterable[Tally], *, counties: bool) -> list[Tally]:
    """Units (or counties and zones) by place; equal shares share a place, in the pack's order."""
    chosen = [tally for tally in tallies if (tally.kind in COUNTY_KINDS) == counties]
    chosen.sort(key=lambda tally: (tally.order, tally.unit))
    places = ranks(Fraction(tally.on_time, tally.targets) for tally in chosen)
    for tally, place in zip(chosen, places, strict=True):
        tally.rank = place
    return sorted(chosen, key=lambda tally: tally.rank)


def measures_of(plan: "Plan") -> list[tuple[int, str, str]]:
    """Number, title and section of each measure, in the plan's order."""
    return list(plan.measures.order_by("order", "number").values_list("number", "title", "section"))


def sections_with_lights(plan: "Plan", rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Sections of the plan with their measures, each with its worst light and its counts."""
    lights: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        lights[row.measure].append(row.light)
    titles = {str(item.get("number")): item.get("title", "") for item in plan.sections}
    sections: dict[str, dict[str, Any]] = {}
    for number, title, section in measures_of(plan):
        counts = count_lights(lights[number])
        found = sections.setdefault(
            section, {"number": section, "title": titles.get(section, ""), "measures": []}
        )
        found["measures"].append(
            {
                "number": number,
                "title": title,
                "light": worst_light(counts["lights"]) if counts["targets"] else "",
                **counts,
            }
        )
    return list(sections.values())


def trend_of_share(plan: "Plan", month: date) -> list[tuple[date, Decimal | None]]:
    """Share of targets on time at the end of each of the last thirteen months."""
    first = month
    for _ in range(TREND_MONTHS - 1):
        first = month_before(first)
    rows = (
        IndicatorValue.objects.filter(
            target__plan=plan, unit=None, month__gte=first, month__lte=month
        )
        .values_list("month", "light")
        .annotate(number=Count("id"))
        .order_by("month")
    )
    counts: dict[date, Counter[str]] = defaultdict(Counter)
    for when, light, number in rows:
        counts[when][light] += number
    return [
        (month_end(when), _share(sum(lights[light] for light in ON_TIME), sum(lights.values())))
        for when, lights in counts.items()
    ]


def _share(part: int, whole: int) -> Decimal | None:
    text = percent(part, whole)
    return None if text is None else Decimal(text)


def worst_rows(rows: Iterable[Row]) -> list[Row]:
    """The ten targets furthest behind, red before yellow."""
    late = [row for row in rows if row.light in ("red", "yellow")]
    late.sort(key=lambda row: (row.light != "red", -(row.gap or Decimal(0)), row.pk))
    return late[:WORST]


def reasons_of(month: date, targets: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """Target -> unit (both names) and its own words on why, from the month's accepted reports."""
    rows = (
        Report.objects.filter(
            month__month=month, target__in=list(targets), status=Report.Status.ACCEPTED
        )
        .exclude(narrative="", reason="")
        .order_by("unit__order", "unit_id")
        .values_list("target_id", "unit__name", "unit__name_en", "reason", "narrative")
    )
    found: dict[int, tuple[str, str, str]] = {}
    for target, name, name_en, reason, narrative in rows:
        found.setdefault(target, (name, name_en, reason or narrative))
    return found
