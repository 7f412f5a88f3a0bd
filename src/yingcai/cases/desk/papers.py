"""The materials of a case: what is asked for, what was brought."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yingcai.cases.models import Case, CaseFile
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import NEEDS, in_language
from yingcai.cases.queries.materials import EXCEPTIONAL
from yingcai.cases.sealed import FILE, Opened


@dataclass(frozen=True)
class Brought:
    """A file with its name."""

    pk: int
    name: str
    size: int
    made_at: datetime


@dataclass(frozen=True)
class Paper:
    """A material of the programme with the files that were brought for it."""

    words: str
    need: str
    files: tuple[Brought, ...]

    @property
    def lacks(self) -> bool:
        """Whether it must be there and is not."""
        return self.need == "required" and not self.files


def papers_of(case: Case, opened: Opened) -> list[Paper]:
    """Every material, what must be there first; files of no material at the end. Raises: NotSealed."""
    by_material: dict[str, list[Brought]] = {}
    for row in case.files.filter(removed_at=None).exclude(material=EXCEPTIONAL).order_by("id"):
        by_material.setdefault(row.material, []).append(_brought(row, opened))
    found = [
        Paper(words, need, tuple(by_material.pop(name, ())))
        for name, (words, need) in _asked(case).items()
    ]
    return [*found, *(Paper("", "", tuple(files)) for files in by_material.values())]


def _brought(row: CaseFile, opened: Opened) -> Brought:
    name = opened(f"{FILE}/{row.stored_as}", row.sealed_name) or ""
    return Brought(row.pk, str(name), row.size, row.made_at)


def _asked(case: Case) -> dict[str, tuple[str, str]]:
    """By id, the words and the strictest need that a condition gives."""
    found: dict[str, tuple[str, str]] = {}
    for one in _evidence(case):
        known = found.get(one["id"])
        if known is None or NEEDS.index(one["need"]) < NEEDS.index(known[1]):
            found[one["id"]] = (in_language(one), one["need"])
    return dict(sorted(found.items(), key=lambda pair: NEEDS.index(pair[1][1])))


def _evidence(case: Case) -> Iterator[Mapping[str, Any]]:
    if not case.asks_rules:
        return
    book = book_of_case(case)
    for number in book.rules.programmes[case.programme].rules:
        for condition in book.rules.rules[number].conditions:
            yield from condition.evidence
