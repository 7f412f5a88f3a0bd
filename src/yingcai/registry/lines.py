"""What a page shows of facts: lines with values opened for the scope, or stars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy

from yingcai.engine.rules.types import Date
from yingcai.registry.actions.looking import note_looks, open_facts
from yingcai.registry.models import Fact, Subject
from yingcai.registry.queries.facts import Event, Standing, source_words, standing, trajectory
from yingcai.registry.queries.scope import EMPLOYER, Scope
from yingcai.registry.vocabulary import number_words, vocabulary

STARS = "******"
SWEPT = gettext_lazy("已按期清除")
# What is swept beside facts.
SWEPT_KINDS = {
    "requests": gettext_lazy("更正申请的内容"),
    "papers": gettext_lazy("监护人的证明文件"),
    "imports": gettext_lazy("搁置的导入文件"),
    "numbers": gettext_lazy("停用的号码"),
    "files": gettext_lazy("无主的文件"),
}


@dataclass(frozen=True)
class Other:
    """What another source says."""

    words: str
    source: str


@dataclass(frozen=True)
class Line:
    """A fact as a page shows it. ``hidden``: the value may be revealed; ``closed``: not even that.

    ``swept``: there is none any more.
    """

    fact: Fact
    name: str
    label: str
    words: str
    source: str
    verified: bool
    ends_soon: bool
    hidden: bool
    closed: bool
    swept: bool
    others: tuple[Other, ...]


@dataclass(frozen=True)
class Step:
    """A line of a trajectory."""

    on: date | None
    event: Event
    words: str


def lines_of(
    scope: Scope, subject: Subject, *, on: date, at: datetime | None = None, now: datetime
) -> list[Line]:
    """What held of a subject on a day, as it was known at a moment (empty: now); one look is written down."""
    found = standing(subject, on=on, at=at)
    rows = {row.pk: row for one in found for row in (one.fact, *one.others)}
    return _lines(scope, subject, found, open_facts(scope, subject, rows.values(), now=now), now)


def _lines(
    scope: Scope, subject: Subject, found: list[Standing], opened: dict[int, str], now: datetime
) -> list[Line]:
    """Sealed values that were compared without being opened are part of the look, too."""
    compared = [one.name for one in found if one.compared and one.fact.pk not in opened]
    if compared:
        note_looks(scope, [subject], compared, now=now)
    return [_line(scope, one, opened, scope.on) for one in found]


def steps_of(scope: Scope, subject: Subject, *, now: datetime) -> list[Step]:
    """The trajectory of a subject, opened; one look is written down."""
    events = _open_events(scope, trajectory(subject))
    opened = open_facts(scope, subject, [one.fact for one in events if one.fact], now=now)
    return _steps(events, opened)


def _open_events(scope: Scope, events: list[Event]) -> list[Event]:
    """To an employer a person's other employers and projects are not open."""
    if scope.capacity != EMPLOYER:
        return events
    others = [one.other.pk for one in events if one.other]
    reach = set(scope.subjects().filter(pk__in=others).values_list("pk", flat=True))
    return [one for one in events if one.other is None or one.other.pk in reach]


def _line(scope: Scope, one: Standing, opened: dict[int, str], on: date) -> Line:
    swept = one.fact.swept_at is not None
    is_open = swept or one.fact.pk in opened
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
        swept=swept,
        others=tuple(
            Other(value_words(row, opened), source_words(row.source)) for row in one.others
        ),
    )


def value_words(row: Fact, opened: dict[int, str]) -> str:
    """An opened value in the language of the page; stars for one that is not, a word for one that is gone."""
    if row.swept_at is not None:
        return str(SWEPT)
    if row.pk not in opened:
        return STARS
    word = vocabulary().facts.get(row.name)
    return word.words(opened[row.pk]) if word else opened[row.pk]


def _steps(events: Sequence[Event], opened: dict[int, str]) -> list[Step]:
    """In order of days; a fact that is itself a day stands on it."""
    told = [
        Step(
            one.on or _own_day(one.fact, opened),
            one,
            one.other.name if one.other else value_words(one.fact, opened) if one.fact else "",
        )
        for one in events
    ]
    return sorted(told, key=lambda step: (step.on is None, step.on or date.max))


def _own_day(row: Fact | None, opened: dict[int, str]) -> date | None:
    word = vocabulary().facts.get(row.name) if row else None
    if row is None or word is None or row.pk not in opened or not isinstance(word.type.type, Date):
        return None
    return date.fromisoformat(opened[row.pk])


def field_words(names: Sequence[str]) -> list[str]:
    """The fields of a look in the language of the page."""
    words = vocabulary().facts
    return [words[name].label if name in words else number_words(name) for name in names]


def swept_words(names: Iterable[str]) -> list[tuple[str, str]]:
    """Facts and kinds that are swept, each with its words: facts in the order of the pack, then the rest."""
    words = vocabulary().facts
    order = {name: place for place, name in enumerate((*words, *SWEPT_KINDS))}
    return [
        (name, words[name].label if name in words else str(SWEPT_KINDS.get(name, name)))
        for name in sorted(names, key=lambda name: (order.get(name, len(order)), name))
    ]
