"""What a reading is made of. Every item carries the span of the text it was read from.

Spans count characters of the decoded text, end exclusive. Values are exact (`Decimal`) and in
the base unit: 10 万人 is 100000 人, 5 亿元 is 500000000 元.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yingcai.engine.values import Period, Span

KINDS = ("targets", "coverage", "deliverables", "incentives", "deadlines")


@dataclass(frozen=True, slots=True)
class Target:
    """A number that the plan promises and that somebody must keep count of."""

    text: str
    span: Span
    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str  # ">=" | "~" | "=" | "<="
    per: str  # "total" | "year" | "county" | "each"
    cumulative: bool
    subject: str
    baseline: str | None  # "growth" or None
    by: int | None  # calendar year
    part_of: int | None = None  # place of the containing target in the measure's list


@dataclass(frozen=True, slots=True)
class Coverage:
    """A promise to reach all of something (全覆盖)."""

    text: str
    span: Span
    subject: str
    by: int | None


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A document to be issued or revised."""

    text: str
    span: Span
    title: str
    action: str  # "issue" | "revise"
    by: int | None


@dataclass(frozen=True, slots=True)
class Amount:
    """One number of a rule: money, a share or a length of time."""

    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str


@dataclass(frozen=True, slots=True)
class Incentive:
    """A rule with numbers in it: money, a share, a cap or a condition. Not a target.

    ``values`` are its amounts, none when its number is a condition (每引进1名…，给予相应奖励).
    """

    text: str
    span: Span
    subject: str
    condition: str | None
    values: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date or a rhythm for something that is not counted."""

    text: str
    span: Span
    subject: str
    by: int | None
    every: str | None  # as printed: 两年, 半年


Item = Target | Coverage | Deliverable | Incentive | Deadline


@dataclass(frozen=True, slots=True)
class Unclassified:
    """A number that is none of the above, and why."""

    text: str
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Responsible:
    """One responsible unit of a measure, as printed."""

    name: str
    unit: str | None
    role: str  # "lead" | "joint"
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    number: str
    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class Measure:
    """One numbered measure; number 0 holds the overall goals and whatever stands outside.

    ``number`` is unique unless the text repeats one: where numbering begins again in each section
    the measures are counted through the plan, and ``label`` keeps what is printed.
    """

    number: int
    title: str
    section: str | None
    span: Span
    units: tuple[Responsible, ...]
    targets: tuple[Target, ...]
    coverage: tuple[Coverage, ...]
    deliverables: tuple[Deliverable, ...]
    incentives: tuple[Incentive, ...]
    deadlines: tuple[Deadline, ...]
    label: str = ""

    def items(self) -> list[tuple[str, Item]]:
        """All items with their kind, in the order of the text."""
        found: list[tuple[str, Item]] = [(k, item) for k in KINDS for item in getattr(self, k)]
        return sorted(found, key=lambda pair: pair[1].span)


@dataclass(frozen=True, slots=True)
class Header:
    issuers: tuple[str, ...]
    number: str | None
    title: str | None
    issued_on: str | None  # ISO 8601
    period: Period | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should look at. What could be read has been kept."""

    code: str
    text: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Source:
    """The file behind the reading."""

    name: str
    format: str
    encoding: str
    sha256: str
    characters: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A plan as structure. Same text, same units: same reading."""

    header: Header
    sections: tuple[Section, ...]
    measures: tuple[Measure, ...]
    unclassified: tuple[Unclassified, ...]
    problems: tuple[Problem, ...]
    source: Source | None = None

    def as_dict(self) -> dict[str, Any]:
        """The reading as plain JSON values, in the shape of ``schema.json``."""
        return {
            "header": {
                "issuers": list(self.header.issuers),
                "number": self.header.number,
                "title": self.header.title,
                "issued_on": self.header.issued_on,
                "period": list(self.header.period) if self.header.period else None,
            },
            "sections": [_plain(section) for section in self.sections],
            "measures": [_plain(measure) for measure in self.measures],
            "unclassified": [_plain(entry) for entry in self.unclassified],
            "problems": [_plain(problem) for problem in self.problems],
            "source": _plain(self.source) if self.source else None,
        }

    def as_json(self) -> str:
        """The reading as indented JSON text."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)


def _plain(thing: Any) -> Any:
    if isinstance(thing, Decimal):
        return plain_number(thing)
    if isinstance(thing, tuple):
        return [_plain(part) for part in thing]
    if hasattr(thing, "__dataclass_fields__"):
        return {name: _plain(getattr(thing, name)) for name in thing.__dataclass_fields__}
    return thing


def plain_number(value: Decimal) -> int | float:
    """A JSON number. Whole values stay whole; a fraction is only printed, never counted with."""
    whole = int(value)
    return whole if value == whole else float(value)
