"""One row of a file as what it says about a subject, with everything that is wrong with it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from yingcai.engine.identifiers import check
from yingcai.engine.rules.types import Boolean, Enum
from yingcai.engine.rules.written import NotReadable
from yingcai.registry.importing.columns import facts_of, plain_title
from yingcai.registry.importing.files import Cells
from yingcai.registry.importing.words import NUMBER_KINDS, Found, row_words
from yingcai.registry.vocabulary import FactWord, language, vocabulary

FIRST_DAY = date(1900, 1, 1)
_ROUNDED = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d\d)(\d\d)")
_PASSPORT_NAMES = {"护照", "外国人护照", "passport"}
_RESIDENT_NAMES = {"居民身份证", "身份证", "residentidentitycard", "resident-id", "idcard"}

_REMARK = re.compile(r"\(([^()]+)\)")
_SHOWN = 12  # values that a message names


@dataclass
class Said:
    """What one row says. ``number`` is in its normal form; ``facts`` are kept values by id."""

    name: str = ""
    number_kind: str = ""
    number: str = ""
    employer_code: str = ""
    employer_name: str = ""
    sort: str = ""
    since: date | None = None
    until: date | None = None
    facts: dict[str, str] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)

    @property
    def faulty(self) -> bool:
        return any(one.fault for one in self.found)


@dataclass(frozen=True)
class Asked:
    """Of what a file is, from which source, whose people (a credit code, or empty), as of which day."""

    kind: str
    source: str
    organisation: bool
    as_of: date | None
    today: date


class RowReader:
    """Reads rows of one file by its agreed columns. It reads the vocabulary once."""

    def __init__(self, columns: Sequence[str], asked: Asked) -> None:
        self._asked = asked
        self._places = {name: place for place, name in enumerate(columns) if name not in ("", "-")}
        words = {word.name: word for word in facts_of(asked.kind, asked.source)}
        self._facts = [
            (self._places[name], word, _labels(word))
            for name, word in words.items()
            if name in self._places
        ]
        self._sorts = _sorts()

    def read(self, cells: Cells) -> Said:
        """What a row says and every reason why it cannot be kept."""
        said = Said()
        if self._asked.kind == "person":
            self._person(said, cells)
        else:
            self._organisation(said, cells)
        for place, word, labels in self._facts:
            written = cells[place]
            if written:
                self._fact(said, word, labels, written)
        return said

    def _cell(self, cells: Cells, name: str) -> str:
        place = self._places.get(name)
        return "" if place is None else cells[place]

    def _name(self, said: Said, cells: Cells, column: str) -> None:
        said.name = " ".join(self._cell(cells, column).split())
        if not said.name:
            said.found.append(Found("name-missing", column))
        elif len(said.name) > 120:
            said.found.append(Found("name-long", column))

    def _person(self, said: Said, cells: Cells) -> None:
        self._name(said, cells, "name")
        said.number_kind = self._number_kind(said, self._cell(cells, "number_kind"))
        self._number(said, self._cell(cells, "number"), "number")
        said.employer_name = " ".join(self._cell(cells, "organisation_name").split())
        code = self._cell(cells, "credit_code")
        if code:
            checked = check("credit-code", code, today=self._asked.today)
            said.employer_code = checked.number
            said.found += [Found(one, "credit_code") for one in checked.problems]
        elif said.employer_name and not self._asked.organisation:
            said.found.append(Found("employer-missing", "credit_code"))
        self._days(said, cells)

    def _organisation(self, said: Said, cells: Cells) -> None:
        self._name(said, cells, "organisation_name")
        said.number_kind = "credit-code"
        self._number(said, self._cell(cells, "credit_code"), "credit_code")
        written = plain_title(self._cell(cells, "sort"))
        said.sort = self._sorts.get(written, "")
        if not said.sort:
            said.found.append(Found("sort", "sort"))

    def _number_kind(self, said: Said, written: str) -> str:
        plain = plain_title(written)
        if not plain or plain in _RESIDENT_NAMES:
            return "resident-id"
        if plain in _PASSPORT_NAMES:
            return "passport"
        said.found.append(Found("number-kind", "number_kind"))
        return ""

    def _number(self, said: Said, written: str, column: str) -> None:
        if not written:
            said.found.append(Found("number-missing", column))
        elif _ROUNDED.fullmatch(written):
            said.found.append(Found("number-rounded", column))
        elif said.number_kind:
            checked = check(said.number_kind, written, today=self._asked.today)
            said.found += [Found(one, column) for one in (*checked.problems, *checked.doubts)]
            if checked.usable:
                said.number = checked.number

    def _days(self, said: Said, cells: Cells) -> None:
        for column in ("since", "until"):
            written = self._cell(cells, column)
            if written:
                day = read_day(written)
                if day is None:
                    said.found.append(Found("day", column))
                setattr(said, column, day)
        if said.since and said.until and said.until < said.since:
            said.found.append(Found("day-order", "until"))
        employed = self._asked.organisation or said.employer_code
        told = self._cell(cells, "since") or self._asked.as_of
        if employed and not told:
            said.found.append(Found("since-missing", "since"))

    def _fact(self, said: Said, word: FactWord, labels: Mapping[str, str], written: str) -> None:
        plain = _half_width(written)
        try:
            kept = word.normal(labels.get(plain_title(written), plain))
        except NotReadable:
            said.found.append(Found("value", word.name))
            return
        if len(kept) > 200:
            said.found.append(Found("value-long", word.name))
            return
        said.facts[word.name] = kept


@lru_cache(maxsize=4096)
def read_day(written: str) -> date | None:
    """A day since 1900 as people write it, also in full width; None for anything else."""
    found = _DAY.fullmatch(_half_width(written))
    if not found:
        return None
    try:
        day = date(*[int(part) for part in found.groups() if part])
    except ValueError:
        return None
    return day if day >= FIRST_DAY else None


def _half_width(written: str) -> str:
    return unicodedata.normalize("NFKC", written).strip()


def _labels(word: FactWord) -> dict[str, str]:
    """Values by the words that people choose them by: labels, their remarks in brackets, ids.

    A word that could mean two values means none.
    """
    if not isinstance(word.type.type, Enum):
        return {}
    said: dict[str, set[str]] = {}
    for value, labels in word.type.value_labels.items():
        for label in (*labels.values(), value):
            for way in (label, *_REMARK.findall(unicodedata.normalize("NFKC", label))):
                said.setdefault(plain_title(way), set()).add(value)
    return {way: min(values) for way, values in said.items() if way and len(values) == 1}


def problem_words(code: str, field: str = "", other: int | None = None) -> str:
    """What is wrong with a row, and what would be right where the column takes few values."""
    text = row_words(code, other)
    word = vocabulary().facts.get(field)
    choices = choices_of(word, language()) if word is not None and code == "value" else []
    if not choices:
        return text
    shown = choices[:_SHOWN] + ["…"] * (len(choices) > _SHOWN)
    known = {"zh": "：可用 " + "、".join(shown), "en": "; it takes: " + ", ".join(shown)}
    return text + known[language()]


def choices_of(word: FactWord, language: str) -> list[str]:
    """The words of a list in a template: values of an enumeration, yes and no; empty for other facts."""
    if isinstance(word.type.type, Boolean):
        return ["是", "否"] if language == "zh" else ["yes", "no"]
    if not isinstance(word.type.type, Enum):
        return []
    labels = word.type.value_labels
    return [labels.get(value, {}).get(language, value) for value in word.type.type.values]


def number_kinds(language: str) -> list[str]:
    return [words[language] for words in NUMBER_KINDS.values()]


def _sorts() -> dict[str, str]:
    return {
        plain_title(label): name
        for name, words in vocabulary().kinds.items()
        for label in (name, words["zh"], words["en"])
    }
