"""What a page shows of facts: lines with values opened for the scope, or stars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yingcai.registry.actions.looking import open_facts
from yingcai.registry.models import Fact, Subject
from yingcai.registry.queries.facts import Event, Standing, source_words, standing, trajectory
from yingcai.registry.queries.scope import Scope
from yingcai.registry.vocabulary import in_language, vocabulary

STARS = "******"


@dataclass(frozen=True)
class Other:
    """What another source says."""

    words: str
    source: str


@dataclass(frozen=True)
class Line:
    """A fact as a page shows it. ``hidden``: the value may be revealed; ``closed``: not even that."""

    fact: Fact
    name: str
    label: str
    words: str
    source: str
    verified: bool
    ends_soon: bool
    hidden: bool
    closed: bool
    others: tuple[Other, ...]


@dataclass(frozen=True)
class Step:
    """A line of a trajectory."""

    event: Event
    words: str


def fact_lines(scope: Scope, subject: Subject, *, on: date, now: datetime) -> list[Line]:
    """Each fact that holds on a day; opening the values writes down the look."""
    found = standing(subject, on=on)
    rows = [row for one in found for row in (one.fact, *one.others)]
    opened = open_facts(scope, subject, rows, now=now)
    return [_line(scope, one, opened, on) for one in found]


def _line(scope: Scope, one: Standing, opened: dict[int, str], on: date) -> Line:
    is_open = one.fact.pk in opened
    return Line(
        fact=one.fact,
        name=one.name,
        label=one.label,
        words=value_words(one.fact, opened),
        source=one.source,
        verified=one.fact.verified_by_id is not None,
        ends_soon=one.ends_soon(on),
        hidden=not is_open and one.data_class == "sensitive",
        closed=not is_open and not scope.shows(one.data_class) and one.data_class != "sensitive",
        others=tuple(
            Other(value_words(row, opened), source_words(row.source)) for row in one.others
        ),
    )


def value_words(row: Fact, opened: dict[int, str]) -> str:
    """An opened value in the language of the page; stars for one that is not."""
    if row.pk not in opened:
        return STARS
    word = vocabulary().facts.get(row.name)
    return word.words(opened[row.pk]) if word else opened[row.pk]


def steps(scope: Scope, subject: Subject, *, now: datetime) -> list[Step]:
    """The trajectory; opening the values writes down the look."""
    events = trajectory(subject)
    opened = open_facts(scope, subject, [one.fact for one in events if one.fact], now=now)
    return [
        Step(
            one, one.other.name if one.other else value_words(one.fact, opened) if one.fact else ""
        )
        for one in events
    ]


def field_words(names: Sequence[str]) -> list[str]:
    """The fields of a look in the language of the page."""
    words = vocabulary().facts
    return [words[name].label if name in words else number_words(name) for name in names]


NUMBERS = {
    "resident-id": {"zh": "居民身份证号", "en": "Resident identity number"},
    "passport": {"zh": "护照号", "en": "Passport number"},
    "credit-code": {"zh": "统一社会信用代码", "en": "Unified social credit code"},
    "name": {"zh": "名称", "en": "Name"},
}


def number_words(kind: str) -> str:
    return in_language(NUMBERS.get(kind, {"zh": kind}))
