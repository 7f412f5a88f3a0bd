"""What a bulletin is made from: a month's rows, taken out of the database as plain values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

LIGHTS = ("done", "green", "yellow", "red", "none")
ON_TIME = frozenset({"done", "green"})
COUNTY_KINDS = frozenset({"county", "zone"})


@dataclass(frozen=True)
class PlanFacts:
    """The plan a bulletin reports on; both days count."""

    slug: str
    edition: int
    title: str
    number: str
    digest: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class UnitFacts:
    code: str
    name: str
    name_en: str
    kind: str


@dataclass(frozen=True)
class MeasureFacts:
    number: int
    title: str
    section: str


@dataclass(frozen=True)
class TargetFacts:
    """A promise that is counted. ``leads`` are unit codes; ``word`` is the measure word (名, 家)."""

    code: str
    title: str
    title_en: str
    measure: int
    kind: str
    word: str
    leads: tuple[str, ...]


class Standing(NamedTuple):
    """One row of the indicator table: a target, of the city (``unit`` empty) or of one unit."""

    id: int
    code: str
    unit: str | None
    value: Decimal | None
    goal: Decimal
    expected: Decimal
    progress: Decimal | None
    gap: Decimal | None
    light: str
    rows: int
    missing: int


class Words(NamedTuple):
    """A report of the month that was accepted, with what its unit wrote."""

    report: int
    code: str
    unit: str
    narrative: str
    reason: str


@dataclass(frozen=True)
class OrderFacts:
    """A supervision order that is not closed."""

    number: str
    unit: str
    code: str | None
    title: str
    colour: str
    due_on: date


@dataclass(frozen=True)
class SettledFacts:
    """Something that was granted case by case (一事一议), not by a rule; the name of a person is masked.

    ``amount`` in fen; None where it is a level.
    """

    number: str
    title: str
    name: str
    amount: int | None
    basis: str
    on: date


@dataclass(frozen=True)
class Imprint:
    """How the city's bulletins are headed and sent: the ``bulletin`` part of pack.yaml."""

    organ: str = ""
    organ_en: str = ""
    mark: str = ""  # 发文机关标志, the red line of the first page
    number_prefix: str = ""
    addressee: str = ""
    copy_to: str = ""
    printed_by: str = ""
    title_template: str = ""


@dataclass(frozen=True)
class MonthFacts:
    """Everything a bulletin of one month may say; ``month`` is its first day."""

    plan: PlanFacts
    month: date
    units: tuple[UnitFacts, ...]
    measures: tuple[MeasureFacts, ...]
    targets: tuple[TargetFacts, ...]
    now: tuple[Standing, ...]
    last: tuple[Standing, ...]  # the month before; empty when nothing was counted then
    words: tuple[Words, ...]
    orders: tuple[OrderFacts, ...]
    settled: tuple[SettledFacts, ...] = ()
    imprint: Imprint = Imprint()
