"""How good a reading is, counted against a hand-labelled one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from yingcai.engine.reading.gold import Gold, GoldMeasure, Label
from yingcai.engine.reading.model import KINDS, Item, Measure, Reading, Target
from yingcai.engine.reading.units import normal

TARGET_FIELDS = ("value_max", "comparator", "per", "cumulative", "baseline", "by")
_DEFAULTS = {"comparator": "=", "per": "total", "cumulative": False}


@dataclass(slots=True)
class Tally:
    """Found, missed and false finds of one kind."""

    hits: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def precision(self) -> Fraction:
        """Share of the finds that are right; 1 when nothing was found."""
        found = self.hits + len(self.false)
        return Fraction(self.hits, found) if found else Fraction(1)

    @property
    def recall(self) -> Fraction:
        """Share of the labels that were found; 1 when there are none."""
        wanted = self.hits + len(self.missed)
        return Fraction(self.hits, wanted) if wanted else Fraction(1)

    @property
    def f1(self) -> Fraction:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else Fraction(0)

    def add(self, other: Tally) -> None:
        self.hits += other.hits
        self.missed += other.missed
        self.false += other.false


@dataclass(slots=True)
class Score:
    """Tallies by kind, by unit and by field of the matched targets."""

    kinds: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    units: Tally = field(default_factory=Tally)
    measures: Tally = field(default_factory=Tally)
    fields: dict[str, Tally] = field(
        default_factory=lambda: {name: Tally() for name in TARGET_FIELDS}
    )

    def add(self, other: Score) -> None:
        for mine, theirs in ((self.kinds, other.kinds), (self.fields, other.fields)):
            for name, tally in theirs.items():
                mine[name].add(tally)
        self.units.add(other.units)
        self.measures.add(other.measures)

    @property
    def worst(self) -> Fraction:
        """The lowest precision or recall of targets, measures and units."""
        tallies = (self.kinds["targets"], self.units, self.measures)
        return min(share for tally in tallies for share in (tally.precision, tally.recall))


def score(reading: Reading, gold: Gold) -> Score:
    """Compare measure by measure. An item matches a label of its kind whose words it overlaps;
    a target must also have the same value and unit. Each label and each item counts once.
    """
    result = Score()
    read = {measure.number: measure for measure in reading.measures}
    wanted = {measure.number: measure for measure in gold.measures}
    for number in sorted(read.keys() | wanted.keys()):
        where = f"{gold.name} 措施 {number}"
        mine, theirs = read.get(number), wanted.get(number)
        if theirs is None and mine is not None and (number or mine.items()):
            result.measures.false.append(where)
        elif mine is None:
            result.measures.missed.append(where)
        else:
            result.measures.hits += 1
        _items(result, mine, theirs, where)
        _units(result.units, mine, theirs, where)
    return result


def _items(result: Score, mine: Measure | None, theirs: GoldMeasure | None, where: str) -> None:
    for kind in KINDS:
        found: list[Item] = list(getattr(mine, kind)) if mine else []
        labels = [label for label in theirs.labels if label.kind == kind] if theirs else []
        tally = result.kinds[kind]
        for label in labels:
            match = next((item for item in found if _same(item, label)), None)
            if match is None:
                tally.missed.append(f"{where} {label.text}{_value(label.fields)}")
                continue
            found.remove(match)
            tally.hits += 1
            if isinstance(match, Target):
                _fields(result, match, label, where)
        tally.false += [f"{where} {item.text}{_value(item)}" for item in found]


def _same(item: Item, label: Label) -> bool:
    if not item.span.overlaps(label.span):
        return False
    if not isinstance(item, Target):
        return True
    return item.value == label.fields.get("value") and item.unit == label.fields.get("unit")


def _value(of: Any) -> str:
    value = of.get("value") if isinstance(of, dict) else getattr(of, "value", None)
    unit = of.get("unit") if isinstance(of, dict) else getattr(of, "unit", None)
    return "" if value is None else f" [{value} {unit}]"


def _fields(result: Score, item: Target, label: Label, where: str) -> None:
    for name in TARGET_FIELDS:
        wanted = label.fields.get(name, _DEFAULTS.get(name))
        found = getattr(item, name)
        if wanted == found:
            result.fields[name].hits += 1
        else:
            result.fields[name].missed.append(f"{where} {label.text}: {wanted} / {found}")


def _units(tally: Tally, mine: Measure | None, theirs: GoldMeasure | None, where: str) -> None:
    found = {(normal(unit.name), unit.role) for unit in mine.units} if mine else set()
    wanted: set[tuple[str, str]] = set()
    if theirs:
        wanted = {(normal(n), r) for r, ns in _roles(theirs) for n in ns}
    tally.hits += len(found & wanted)
    tally.missed += [f"{where} {name} {role}" for name, role in sorted(wanted - found)]
    tally.false += [f"{where} {name} {role}" for name, role in sorted(found - wanted)]


def _roles(measure: GoldMeasure) -> Iterable[tuple[str, tuple[str, ...]]]:
    return (("lead", measure.lead), ("joint", measure.joint))


def table(total: Score) -> str:
    """The score as lines of text for a terminal."""
    lines = [
        f"{'kind':<14}{'precision':>10}{'recall':>8}{'f1':>8}{'hits':>6}{'missed':>8}{'false':>7}"
    ]
    named = {"measures": total.measures, "units": total.units, **total.kinds}
    for name, tally in named.items():
        lines.append(
            f"{name:<14}{_shown(tally.precision):>10}{_shown(tally.recall):>8}{_shown(tally.f1):>8}"
            f"{tally.hits:>6}{len(tally.missed):>8}{len(tally.false):>7}"
        )
    lines.append("")
    for name, tally in total.fields.items():
        lines.append(f"targets.{name:<14}{_shown(tally.recall):>8}")
    return "\n".join(lines)


def _shown(share: Fraction) -> str:
    thousandths = share.numerator * 1000 // share.denominator
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"
