"""The two subjects of a pair, side by side: what each is, and fact by fact whether they agree."""

from dataclasses import dataclass
from datetime import datetime

from yingcai.registry.actions.looking import note_looks
from yingcai.registry.lines import STARS, Line, lines_of
from yingcai.registry.linking import AGREE, DIFFER, UNKNOWN
from yingcai.registry.models import Identifier, Relation, Subject
from yingcai.registry.queries.facts import related
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import numbers_of
from yingcai.registry.sealed import same_value
from yingcai.registry.vocabulary import in_language, number_words, vocabulary
from yingcai.registry.written import REASON

TIES = 20


@dataclass(frozen=True)
class Tie:
    """A relation in words."""

    label: str
    other: Subject
    row: Relation


@dataclass(frozen=True)
class Side:
    """One subject of a pair as the desk shows it."""

    subject: Subject
    sort: str
    numbers: list[tuple[Identifier, str]]
    lines: dict[str, Line]
    ties: list[Tie]


@dataclass(frozen=True)
class FactRow:
    """One fact of both. A value that may not be shown is stars, and is compared all the same."""

    label: str
    first: str
    second: str
    sign: str


def side_of(scope: Scope, subject: Subject, *, now: datetime) -> Side:
    """What is known of one subject, opened for casework; the looks are written."""
    numbers = numbers_of(subject)
    lines = lines_of(scope, subject, on=scope.on, now=now)
    # What may not be shown is compared all the same, so it was looked at.
    hidden = [line.name for line in lines if line.hidden or line.closed]
    fields = ["name", REASON, *(row.kind for row in numbers), *hidden]
    note_looks(scope, [subject], fields, now=now)
    return Side(
        subject=subject,
        sort=in_language(vocabulary().kinds.get(subject.sort, {"zh": ""})),
        numbers=[(row, number_words(row.kind)) for row in numbers],
        lines={line.name: line for line in lines},
        ties=[
            Tie(_words(row, back=back), other, row)
            for row, other, back in related(subject, limit=TIES)
        ],
    )


def _words(row: Relation, *, back: bool) -> str:
    word = vocabulary().relations.get(row.kind)
    if word is None:
        return row.kind
    return in_language(word.back if back else word.label)


def fact_rows(first: Side, second: Side) -> list[FactRow]:
    """Every fact that one of the two has, those that contradict each other on top."""
    names = list(dict.fromkeys([*first.lines, *second.lines]))
    rows = [_fact_row(first.lines.get(name), second.lines.get(name)) for name in names]
    order = (DIFFER, AGREE, UNKNOWN)
    return sorted(rows, key=lambda row: order.index(row.sign))


def _fact_row(first: Line | None, second: Line | None) -> FactRow:
    told = first or second
    label = told.label if told else ""
    if first is None or second is None:
        return FactRow(label, _value(first), _value(second), UNKNOWN)
    if first.swept or second.swept:
        return FactRow(label, _value(first), _value(second), UNKNOWN)
    sign = AGREE if same_value(first.fact, second.fact) else DIFFER
    return FactRow(label, _value(first), _value(second), sign)


def _value(line: Line | None) -> str:
    if line is None:
        return ""
    return STARS if line.hidden or line.closed else line.words
