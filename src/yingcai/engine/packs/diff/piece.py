"""A pack taken apart: each thing that it says, under the place where it says it.

Two packs say the same when they have the same pieces; how they are ordered or laid out is no piece.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from yingcai.engine.rules.model import Words
from yingcai.engine.rules.types import Date, civil
from yingcai.engine.rules.words import LANGUAGES, Language, value_words

Area = Literal["programme", "fact", "edition", "document", "file"]
AREAS: tuple[Area, ...] = ("programme", "fact", "edition", "document", "file")


class Place(NamedTuple):
    """``owner`` is the id of a programme, fact, edition, document, or a file's name; ``what`` the
    kind of the thing, ``name`` its own id, ``since`` the first day of a dated value.

    ``version`` is None for what all versions share, empty where a programme has none.
    """

    area: Area
    owner: str
    version: str | None
    what: str
    name: str = ""
    since: str = ""


@dataclass(frozen=True)
class Piece:
    """``plain`` and ``also`` are compared; what is shown is ``shown`` or ``plain``, as it is written.

    ``words`` say it, ``label`` says what it is called.
    """

    plain: str
    also: str = ""
    words: Words = field(default_factory=dict, compare=False)
    label: Words = field(default_factory=dict, compare=False)
    shown: str = field(default="", compare=False)

    @property
    def written(self) -> str:
        return self.shown or self.plain


Pieces = Iterator[tuple[Place, Piece]]
Part = tuple[str, str, Piece]  # what, name, and the piece

STATUS: Mapping[str, Words] = {
    "sample": {"zh": "示例", "en": "sample"},
    "rule": {"zh": "规定", "en": "rule"},
}


@dataclass(frozen=True)
class Told:
    """All that a pack says: its pieces, and what the owners of them are called."""

    pieces: Mapping[Place, Piece]
    names: Mapping[tuple[Area, str], Words]


def both(text: str) -> Words:
    """Words that are the same in both languages: ids and numbers."""
    return {"zh": text, "en": text}


def in_both(say: Callable[[Language], str]) -> Words:
    """Words made by one function for each language."""
    return {language: say(language) for language in LANGUAGES}


def plain_piece(text: str) -> Piece:
    return Piece(text, words=both(text))


def canonical(value: object) -> str:
    """Plain data in one form: the order of keys is no difference."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def days(span: Mapping[str, date]) -> Words:
    """A span of days, `from` and `to` of which either may be missing."""
    zh = [value_words(civil(span[end]), Date(), "zh") for end in ("from", "to") if end in span]
    if "from" not in span:
        return {"zh": f"至{zh[0]}", "en": f"until {span['to']}"}
    if "to" not in span:
        return {"zh": f"自{zh[0]}起", "en": f"from {span['from']}"}
    return {"zh": "至".join(zh), "en": f"{span['from']} to {span['to']}"}
