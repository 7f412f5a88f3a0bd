"""What is known about a subject: as of a day, as known at a moment; whom to believe; what contradicts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from yingcai.registry.models import Fact, Relation, Subject
from yingcai.registry.queries.merged import kept, members
from yingcai.registry.queries.scope import relations_known
from yingcai.registry.sealed import same_value
from yingcai.registry.vocabulary import FactWord, Vocabulary, in_language, vocabulary

SOON = timedelta(days=60)  # before a fact ends, it is said to end soon


@dataclass(frozen=True)
class Standing:
    """One fact of a subject as it stands: the row that is believed, and rows that say otherwise."""

    name: str
    word: FactWord | None
    fact: Fact
    others: tuple[Fact, ...]
    compared: bool = False  # sealed values of subjects that were merged were compared

    @property
    def label(self) -> str:
        return self.word.label if self.word else self.name

    @property
    def data_class(self) -> str:
        """Of a fact that the vocabulary no longer has, the strictest."""
        return self.word.data_class if self.word else "sensitive"

    @property
    def source(self) -> str:
        return source_words(self.fact.source)

    def ends_soon(self, on: date) -> bool:
        return self.fact.valid_to is not None and self.fact.valid_to - on <= SOON


def source_words(source: str) -> str:
    return in_language(vocabulary().sources.get(source, {"zh": source}))


def known(subjects: Iterable[Subject], *, at: datetime | None = None) -> QuerySet[Fact]:
    """The rows about some subjects that were held to be so at a moment (empty: now), oldest first."""
    rows = Fact.objects.filter(subject__in=members(list(subjects)), retracts=False)
    if at is None:
        rows = rows.filter(replaced_by=None)
    else:
        rows = rows.filter(recorded_at__lte=at).filter(
            Q(replaced_by=None) | Q(replaced_by__recorded_at__gt=at)
        )
    return rows.select_related("subject").order_by("id")


def standing(subject: Subject, *, on: date, at: datetime | None = None) -> list[Standing]:
    """Each fact that holds on a day as known at a moment, in the order of the vocabulary.

    Of several rows the source that the pack puts first is believed, among its rows the last; rows with
    another value stand beside it as contradictions. A row whose value was swept says nothing: it stands
    only where no other does.
    """
    words = vocabulary()
    by_name: dict[str, list[Fact]] = {}
    for row in known([subject], at=at):
        if _holds(row, on):
            by_name.setdefault(row.name, []).append(row)
    order = {name: place for place, name in enumerate(words.facts)}
    names = sorted(by_name, key=lambda name: (order.get(name, len(order)), name))
    return [_standing(name, by_name[name], words) for name in names]


def _holds(row: Fact, on: date) -> bool:
    return (row.valid_from is None or row.valid_from <= on) and (
        row.valid_to is None or on <= row.valid_to
    )


def _standing(name: str, rows: list[Fact], words: Vocabulary) -> Standing:
    rows = [row for row in rows if row.swept_at is None] or rows
    first = min(rows, key=lambda row: (words.rank(row.source, name), -row.pk))
    others = tuple(row for row in rows if not same_value(row, first))
    compared = len({row.subject_id for row in rows if row.sealed is not None}) > 1
    return Standing(name, words.facts.get(name), first, others, compared)


def missing(subject: Subject, *, on: date) -> list[FactWord]:
    """Facts of the vocabulary that a person could tell and that nobody has told yet."""
    words = vocabulary()
    told = set(known([subject]).filter(swept_at=None).values_list("name", flat=True))
    prefix = f"{fact_prefix(subject)}."
    return [
        word
        for name, word in words.facts.items()
        if name.startswith(prefix) and name not in told and word.type.question
    ]


def facts_for(subject: Subject) -> list[FactWord]:
    """The facts of the vocabulary that a subject of this kind can have."""
    prefix = f"{fact_prefix(subject)}."
    return [word for name, word in vocabulary().facts.items() if name.startswith(prefix)]


def fact_prefix(subject: Subject) -> str:
    """The group of facts that a subject of this kind has."""
    return {"person": "person", "organisation": "firm", "project": "project"}[subject.kind]


@dataclass(frozen=True)
class Event:
    """A line of a trajectory: a fact, or a relation to ``other``. ``until`` empty: still."""

    on: date | None
    until: date | None
    label: str
    source: str
    fact: Fact | None = None
    other: Subject | None = None


def trajectory(subject: Subject, *, at: datetime | None = None) -> list[Event]:
    """What happened in a subject's life in the city, oldest first, what has no day last."""
    words = vocabulary()
    events = [_fact_event(row, words) for row in known([subject], at=at)]
    events += _relation_events(subject, words)
    return sorted(events, key=lambda one: (one.on is None, one.on or date.max))


def _fact_event(row: Fact, words: Vocabulary) -> Event:
    word = words.facts.get(row.name)
    label = word.label if word else row.name
    return Event(row.valid_from, row.valid_to, label, source_words(row.source), fact=row)


def _relation_events(subject: Subject, words: Vocabulary) -> Iterator[Event]:
    for row, other, back in related(subject):
        word = words.relations.get(row.kind)
        label = in_language(word.back if back else word.label) if word else row.kind
        yield Event(row.starts_on, row.ends_on, label, source_words(row.source), other=other)


def related_after(
    subject: Subject, *, after: int, limit: int
) -> list[tuple[Relation, Subject, bool]]:
    """The relations of a subject behind a number, as `related` tells them, but each row by itself."""
    one = set(members([subject]).values_list("pk", flat=True))
    rows = Relation.objects.filter(
        Q(subject__in=one) | Q(other__in=one), replaced_by=None, pk__gt=after
    )
    found = rows.select_related("subject__merged_into", "other__merged_into").order_by("id")
    return [
        (row, kept(row.other), False) if row.subject_id in one else (row, kept(row.subject), True)
        for row in found[:limit]
    ]


def related(subject: Subject, *, limit: int = 200) -> list[tuple[Relation, Subject, bool]]:
    """The relations of a subject in both directions, each with the other side, and whether it is back.

    Of subjects merged into one, what both say comes once, and what they are to each other not at all.
    """
    one = members([subject])
    rows = relations_known()
    own = rows.filter(subject__in=one).select_related("other__merged_into")
    back = rows.filter(other__in=one).select_related("subject__merged_into")
    found = [(row, kept(row.other), False) for row in own[:limit]]
    found += [(row, kept(row.subject), True) for row in back[:limit]]
    once: dict[tuple[object, ...], tuple[Relation, Subject, bool]] = {}
    for row, other, is_back in found:
        if other.pk != subject.pk:
            said = (row.kind, is_back, other.pk, row.starts_on, row.ends_on, row.share)
            once.setdefault(said, (row, other, is_back))
    return list(once.values())
