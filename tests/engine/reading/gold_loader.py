"""Read the hand-labelled readings in `gold/` and find every label in its text.

A label quotes the words it was read from; this module turns the quotation into character offsets. It
shares no code with the reader: a slip there must not hide itself here.
"""

import html
import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "gold"
REPOSITORY = Path(__file__).parents[3]
KINDS = ("targets", "coverage", "deliverables", "incentives", "deadlines", "unclassified")
COMPARATORS = (">=", "~", "=", "<=")
PERS = ("total", "year", "county", "each")

ROW_TAIL = 24  # characters: a deadline cell and the blanks before it

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&#?\w+;")


class GoldError(ValueError):
    """A label that does not fit its text: which file, which measure, which words."""


@dataclass(frozen=True)
class Item:
    """One label: its kind, the words, where they stand, and the fields of its kind."""

    kind: str
    text: str
    span: tuple[int, int]
    fields: dict[str, Any]
    doubt: str | None


@dataclass(frozen=True)
class Measure:
    """One numbered measure (0: the overall goals) with the units that answer for it.

    `groups` are the lists of units as printed, one for each sub-item that has its own.
    """

    number: int
    title: str
    section: str
    span: tuple[int, int]
    lead: tuple[str, ...]
    joint: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    items: tuple[Item, ...]

    def of(self, kind: str) -> tuple[Item, ...]:
        """Return the items of one kind in the order of the text."""
        return tuple(item for item in self.items if item.kind == kind)


@dataclass(frozen=True)
class Gold:
    """A whole labelled plan: its text as decoded, and everything that was read in it."""

    name: str
    text: str
    header: dict[str, Any]
    sections: tuple[dict[str, str], ...]
    measures: tuple[Measure, ...]
    outside: tuple[Item, ...]  # numerals that stand after the goals but in no measure
    view: "View"

    def items(self, kind: str) -> tuple[Item, ...]:
        """Return all items of one kind, measure by measure."""
        return tuple(item for measure in self.measures for item in measure.of(kind))

    def words(self, span: tuple[int, int]) -> str:
        """Return a span as a person reads it: no blanks, markup or running lines."""
        return "".join(letter for letter, _ in self.view.inside(span))


class View:
    """The text without blanks, line breaks, markup and running lines, with the way back."""

    def __init__(self, text: str, noise: tuple[tuple[int, int], ...]) -> None:
        self.letters: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.length = len(text)
        cursor = 0
        while cursor < len(text):
            cursor = self._take(text, cursor, noise)
        self.plain = "".join(self.letters)

    def _take(self, text: str, at: int, noise: tuple[tuple[int, int], ...]) -> int:
        for start, end in noise:
            if start <= at < end:
                return end
        markup = _MARKUP.match(text, at)
        end = markup.end() if markup else at + 1
        piece = text[at:end]
        shown = "" if piece.startswith("<") and markup else html.unescape(piece)
        for letter in shown:
            if not letter.isspace():
                self.letters.append(letter)
                self.spans.append((at, end))
        return end

    def inside(self, span: tuple[int, int]) -> list[tuple[str, tuple[int, int]]]:
        """Return the letters of a raw span, each with the raw span it came from."""
        first = bisect_left(self.spans, (span[0], 0))
        last = bisect_left(self.spans, (span[1], 0))
        return list(zip(self.letters[first:last], self.spans[first:last], strict=True))

    def places(self, words: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return every raw span inside start..end where the words stand, blanks ignored."""
        wanted = "".join(words.split())
        found = []
        at = self.plain.find(wanted)
        while wanted and at >= 0:
            span = (self.spans[at][0], self.spans[at + len(wanted) - 1][1])
            if start <= span[0] and span[1] <= end:
                found.append(span)
            at = self.plain.find(wanted, at + 1)
        return found


def load_all() -> list[Gold]:
    """Load every labelled plan of the folder, by name."""
    return [load(path) for path in sorted(FOLDER.glob("*.yaml"))]


def load(path: Path) -> Gold:
    """Load one labelled plan.

    Raises:
        GoldError: when a label cannot be found exactly where it is said to stand.

    """
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    text = (REPOSITORY / document["source"]).read_bytes().decode("utf-8")
    view = View(text, _noise(text, document.get("noise", [])))
    spans = _measure_spans(path.stem, view, document)
    measures = tuple(
        _measure(path.stem, view, entry, span)
        for entry, span in zip(document["measures"], spans, strict=True)
    )
    whole = (0, len(text))
    return Gold(
        name=path.stem,
        text=text,
        header=document["header"],
        sections=tuple(document["sections"]),
        measures=measures,
        outside=tuple(
            _item(path.stem, view, "unclassified", raw, whole)
            for raw in document.get("outside", [])
        ),
        view=view,
    )


def as_reading(gold: Gold) -> dict[str, Any]:
    """Return the labels in the shape that a reading has as JSON."""
    return {
        "header": gold.header,
        "sections": list(gold.sections),
        "measures": [_measure_as_dict(measure) for measure in gold.measures],
        "unclassified": [_item_as_dict(item) for item in gold.items("unclassified") + gold.outside],
    }


def _measure_as_dict(measure: Measure) -> dict[str, Any]:
    roles = [(name, "lead") for name in measure.lead] + [(name, "joint") for name in measure.joint]
    return {
        "number": measure.number,
        "title": measure.title,
        "section": measure.section,
        "span": list(measure.span),
        "units": [{"name": name, "unit": None, "role": role} for name, role in roles],
        **{
            kind: [_item_as_dict(item) for item in measure.of(kind)]
            for kind in KINDS
            if kind != "unclassified"
        },
    }


def _item_as_dict(item: Item) -> dict[str, Any]:
    return {"text": item.text, "span": list(item.span), **item.fields}


def _noise(text: str, patterns: list[str]) -> tuple[tuple[int, int], ...]:
    found = (match.span() for pattern in patterns for match in re.finditer(pattern, text, re.M))
    return tuple(sorted(found))


def _one(
    name: str, view: View, words: str, bounds: tuple[int, int], nth: int | None
) -> tuple[int, int]:
    places = view.places(words, *bounds)
    if nth is None and len(places) != 1:
        raise GoldError(f"{name}: “{words}” stands {len(places)} times between {bounds}, not once")
    if nth is not None and not 1 <= nth <= len(places):
        raise GoldError(f"{name}: “{words}” stands {len(places)} times between {bounds}, not {nth}")
    return places[(nth or 1) - 1]


def _measure_spans(name: str, view: View, document: dict[str, Any]) -> list[tuple[int, int]]:
    whole = (0, view.length)
    heads = [
        section.get("label", section["number"] + "、") + section["title"]
        for section in document["sections"]
    ]
    stops = [_one(name, view, words, whole, None)[0] for words in heads + document.get("stops", [])]
    starts = []
    for entry in document["measures"]:
        words = entry.get("start") or entry["label"] + entry["title"]
        starts.append(_one(name, view, words, whole, None)[0])
    edges = sorted({*starts, *stops, view.length})
    ends = [edges[edges.index(start) + 1] for start in starts]
    return [(start, _before_blanks(view, end)) for start, end in zip(starts, ends, strict=True)]


def _before_blanks(view: View, end: int) -> int:
    return max(last for _, last in view.spans if last <= end)


def _measure(name: str, view: View, entry: dict[str, Any], span: tuple[int, int]) -> Measure:
    where = f"{name}, measure {entry['number']}"
    known = {"number", "title", "section", "start", "label", "lead", "joint", "groups", *KINDS}
    if unknown := set(entry) - known:
        raise GoldError(f"{where}: unknown keys {sorted(unknown)}")
    lead, joint, groups = _units(entry)
    row = _row(view, entry["title"] + "、".join(lead) + "、".join(joint))
    items = [
        _item(where, view, kind, raw, row if raw.get("row") else span)
        for kind in KINDS
        for raw in entry.get(kind, [])
    ]
    items.sort(key=lambda item: item.span)
    return Measure(
        number=entry["number"],
        title=entry["title"],
        section=entry["section"],
        span=span,
        lead=lead,
        joint=joint,
        groups=groups,
        items=tuple(items),
    )


def _units(
    entry: dict[str, Any],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return lead, joint and the printed lists; the first of each sub-item's list leads."""
    if "groups" not in entry:
        lead, joint = tuple(entry["lead"]), tuple(entry["joint"])
        return lead, joint, (lead + joint,)
    groups = tuple(tuple(group) for group in entry["groups"])
    lead = tuple(dict.fromkeys(group[0] for group in groups))
    rest = dict.fromkeys(name for group in groups for name in group if name not in lead)
    return lead, tuple(rest), groups


def _row(view: View, words: str) -> tuple[int, int]:
    """Return where a measure's row of a table stands, with the cell that follows the units."""
    places = view.places(words, 0, view.length)
    if not places:
        return (0, 0)
    return (places[-1][0], min(view.length, places[-1][1] + ROW_TAIL))


_FIELDS: dict[str, dict[str, Any]] = {
    "targets": {
        "value": None,
        "value_max": None,
        "unit": None,
        "comparator": "=",
        "per": "total",
        "cumulative": False,
        "subject": None,
        "baseline": None,
        "by": None,
        "part_of": None,
    },
    "coverage": {"subject": None, "by": None},
    "deliverables": {"title": None, "action": None, "by": None},
    "incentives": {"subject": None, "condition": None, "values": []},
    "deadlines": {"subject": None, "by": None, "every": None},
    "unclassified": {"reason": None},
}


def _item(where: str, view: View, kind: str, raw: dict[str, Any], bounds: tuple[int, int]) -> Item:
    fields = {**_FIELDS[kind], **raw}
    words, nth, doubt = fields.pop("text"), fields.pop("nth", None), fields.pop("doubt", None)
    fields.pop("row", None)
    if unknown := set(fields) - set(_FIELDS[kind]):
        raise GoldError(f"{where}: “{words}” has unknown fields {sorted(unknown)}")
    if kind == "incentives":
        fields["values"] = [
            _amount(where, words, {"comparator": "=", **one}) for one in fields["values"]
        ]
    if kind == "targets":
        fields = _amount(where, words, fields)
    return Item(kind, words, _one(where, view, words, bounds, nth), fields, doubt)


def _amount(where: str, words: str, fields: dict[str, Any]) -> dict[str, Any]:
    if fields["comparator"] not in COMPARATORS or fields.get("per", "total") not in PERS:
        raise GoldError(f"{where}: “{words}” has a comparator or a per that does not exist")
    counted = {
        key: _number(where, words, fields[key]) for key in ("value", "value_max") if key in fields
    }
    if counted["value"] is None:
        raise GoldError(f"{where}: “{words}” has no value")
    return {**fields, **counted}


def _number(where: str, words: str, value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise GoldError(f"{where}: “{words}”: write {value!r} as a whole number or in quotes")
    return Decimal(value)
