"""Hand-labelled readings: a YAML file that quotes the plan's own words.

A label quotes the words it stands for; they are found in the plan by comparing without blanks,
tags and running lines, so that this part shares no code with the reader it judges.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from yingcai.engine.reading.errors import ReadingError
from yingcai.engine.reading.model import KINDS
from yingcai.engine.values import Span

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&#?\w+;|\s+")
_ROW_TAIL = 24  # characters: a cell and the blanks before it
_NUMBER_FIELDS = ("value", "value_max")


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled item. ``fields`` holds what the label says beside its words."""

    kind: str
    text: str
    span: Span
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GoldMeasure:
    number: int
    lead: tuple[str, ...]
    joint: tuple[str, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """A labelled plan."""

    name: str
    measures: tuple[GoldMeasure, ...]


def plan_of(path: Path) -> Path:
    """The plan a gold file labels: its ``source``, looked for in the folders above the file.

    Raises: ReadingError.
    """
    source = str(_document(path).get("source", ""))
    for folder in path.resolve().parents:
        if source and (folder / source).is_file():
            return folder / source
    raise ReadingError(
        f"找不到标注所依据的计划文件“{source}”",
        where=str(path),
        way_out="请改正文件里的 source 一行",
    )


def load_gold(path: Path, text: str) -> Gold:
    """The labels of ``path``, located in ``text``, the decoded plan.

    Raises: ReadingError naming every label whose words are not in the text.
    """
    document = _document(path)
    finder = _Finder(text, [str(p) for p in document.get("noise", [])])
    lost: list[str] = []
    starts = [_start(finder, entry, lost) for entry in document["measures"]]
    ends = [min([s for s in starts if s > start], default=len(text)) for start in starts]
    measures = [
        _measure(finder, entry, Span(start, end), lost)
        for entry, start, end in zip(document["measures"], starts, ends, strict=True)
    ]
    if lost:
        raise ReadingError(
            "计划里找不到这些标注：" + "；".join(lost), where=str(path), way_out="请按原文改正标注"
        )
    return Gold(path.stem, tuple(measures))


def _document(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReadingError(
            "读不出标注文件", where=str(path), way_out="请检查文件是否存在、是否为 YAML"
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("measures"), list):
        raise ReadingError(
            "这不是标注文件，没有 measures 一项", where=str(path), way_out="请另选文件"
        )
    return document


class _Finder:
    """The plan's letters without blanks and markup, with the way back."""

    def __init__(self, text: str, noise: list[str]) -> None:
        letters: list[str] = []
        self.places: list[Span] = []
        skipped = {
            i
            for pattern in noise
            for m in re.finditer(pattern, text, re.M)
            for i in range(*m.span())
        }
        at = 0
        while at < len(text):
            match = _MARKUP.match(text, at)
            end = match.end() if match else at + 1
            piece = text[at:end]
            shown = html.unescape(piece) if piece.startswith("&") or not match else ""
            if at not in skipped and shown.strip():
                letters.append(shown[0])
                self.places.append(Span(at, end))
            at = end
        self.letters = "".join(letters)

    def find(self, words: str, bounds: Span, nth: int = 1) -> Span | None:
        wanted = "".join(words.split())
        at = self.letters.find(wanted)
        while wanted and at >= 0:
            span = Span(self.places[at].start, self.places[at + len(wanted) - 1].end)
            if bounds.start <= span.start and span.end <= bounds.end:
                nth -= 1
                if nth == 0:
                    return span
            at = self.letters.find(wanted, at + 1)
        return None


def _start(finder: _Finder, entry: Mapping[str, Any], lost: list[str]) -> int:
    words = str(entry.get("start") or f"{entry.get('label', '')}{entry['title']}")
    span = finder.find(words, Span(0, finder.places[-1].end if finder.places else 0))
    if span is None:
        lost.append(words)
        return 0
    return span.start


def _measure(
    finder: _Finder, entry: Mapping[str, Any], bounds: Span, lost: list[str]
) -> GoldMeasure:
    labels: list[Label] = []
    lead, joint = _units(entry)
    row = _row(finder, f"{entry['title']}{'、'.join(lead)}{'、'.join(joint)}")
    for kind in KINDS:
        for raw in entry.get(kind, []):
            within = row if raw.get("row") else bounds
            span = finder.find(str(raw["text"]), within, int(raw.get("nth", 1)))
            if span is None:
                lost.append(f"措施 {entry['number']} “{raw['text']}”")
            else:
                fields = {key: _field(key, value) for key, value in raw.items() if key != "text"}
                labels.append(Label(kind, str(raw["text"]), span, fields))
    return GoldMeasure(int(entry["number"]), lead, joint, tuple(labels))


def _units(entry: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lead and joint units. With a list for each sub-item, the first of each list leads."""
    if "groups" not in entry:
        return tuple(entry.get("lead", ())), tuple(entry.get("joint", ()))
    lead = dict.fromkeys(group[0] for group in entry["groups"])
    joint = dict.fromkeys(n for group in entry["groups"] for n in group if n not in lead)
    return tuple(lead), tuple(joint)


def _row(finder: _Finder, words: str) -> Span:
    """Where a measure's row of a table stands, with the cell behind its units."""
    whole = Span(0, finder.places[-1].end if finder.places else 0)
    place: Span | None = None
    nth = 1
    while found := finder.find(words, whole, nth):
        place, nth = found, nth + 1
    return Span(place.start, place.end + _ROW_TAIL) if place else whole


def _field(key: str, value: Any) -> Any:
    if key not in _NUMBER_FIELDS or value is None:
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value
