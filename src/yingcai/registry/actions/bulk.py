"""Registering and recording by the thousand: the rules of the single actions, a few statements for all.

Nothing here leaves an audit row: the caller writes one for the step that all of it belongs to, in the
same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.engine.identifiers import masked, normal
from yingcai.engine.sealing import new_key
from yingcai.registry.actions.facets import index_told
from yingcai.registry.actions.facts import Said, fact_problems
from yingcai.registry.actions.relations import Tie, tie_problems
from yingcai.registry.actions.subjects import name_problems, number_problems
from yingcai.registry.errors import InvalidFact, InvalidSubject
from yingcai.registry.keys import key_ring, profile
from yingcai.registry.models import Fact, Identifier, Relation, Subject, SubjectKey
from yingcai.registry.names import pinyin_of
from yingcai.registry.sealed import seal_under
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User


@dataclass(frozen=True)
class NewSubject:
    """A subject to register, with the one number that names it."""

    kind: str
    name: str
    number_kind: str
    number: str
    sort: str = ""
    county: "Unit | None" = None


@dataclass(frozen=True)
class Told:
    """Facts to record of a subject whose key is at hand."""

    subject: Subject
    key: bytes
    facts: Sequence[Said]


def register_subjects(
    many: Sequence[NewSubject], *, source: str, actor: "User | None", now: datetime
) -> list[tuple[Subject, bytes]]:
    """New subjects with their keys, all or none. Raises: InvalidSubject with every reason."""
    problems = [problem for one in many for problem in _problems(one, now)]
    if problems:
        raise InvalidSubject(problems)
    subjects = [_subject(one, actor=actor, now=now) for one in many]
    try:
        with transaction.atomic():
            Subject.objects.bulk_create(subjects)
            made = [(subject, new_key()) for subject in subjects]
            SubjectKey.objects.bulk_create([_key(*pair, now=now) for pair in made])
            numbers = [
                _identifier(one, *pair, source=source, actor=actor, now=now)
                for one, pair in zip(many, made, strict=True)
            ]
            Identifier.objects.bulk_create(numbers)
    except IntegrityError:
        raise InvalidSubject(_("其中有号码已登记在另一个主体名下，请重新检查")) from None
    return made


def _problems(one: NewSubject, now: datetime) -> list[str]:
    return [
        *name_problems(one.kind, one.name, one.sort),
        *number_problems(one.kind, {one.number_kind: one.number}, now),
    ]


def _subject(one: NewSubject, *, actor: "User | None", now: datetime) -> Subject:
    name = " ".join(one.name.split())
    pinyin, initials = pinyin_of(name, person=one.kind == Subject.Kind.PERSON)
    return Subject(
        kind=one.kind,
        sort=one.sort,
        name=name,
        pinyin=pinyin,
        initials=initials,
        county=one.county,
        created_at=now,
        created_by=actor,
    )


def _key(subject: Subject, key: bytes, *, now: datetime) -> SubjectKey:
    wrapped, key_id = key_ring().wrap(key, str(subject.handle))
    return SubjectKey(subject=subject, wrapped=wrapped, key_id=key_id, made_at=now)


def _identifier(
    one: NewSubject,
    subject: Subject,
    key: bytes,
    *,
    source: str,
    actor: "User | None",
    now: datetime,
) -> Identifier:
    kind = one.number_kind
    number = normal(one.number)
    return Identifier(
        subject=subject,
        kind=kind,
        sealed=seal_under(key, subject, f"identifier/{kind}", number),
        blind_index=key_ring().blind_index(kind, number),
        mask=masked(kind, number),
        source=source,
        recorded_at=now,
        recorded_by=actor,
    )


def record_told(many: Sequence[Told], *, actor: "User | None", now: datetime) -> int:
    """Keep facts of many subjects, all or none; how many. Raises: InvalidFact with every reason."""
    problems = [
        problem
        for one in many
        for said in one.facts
        for problem in fact_problems(one.subject, said)
    ]
    if problems:
        raise InvalidFact(problems)
    pairs = [(one, said) for one in many for said in one.facts]
    rows = [fact_row(one, said, actor=actor, now=now) for one, said in pairs]
    words = vocabulary().facts
    with transaction.atomic():
        Fact.objects.bulk_create(rows)
        values = [words[said.name].normal(said.value) for _, said in pairs]
        index_told(list(zip(rows, values, strict=True)))
    return len(rows)


def fact_row(one: Told, said: Said, *, actor: "User | None", now: datetime) -> Fact:
    """A fact as it would be kept, not yet saved: its value open or sealed by its class."""
    word = vocabulary().facts[said.name]
    row = Fact(
        subject=one.subject,
        name=said.name,
        valid_from=said.since,
        valid_to=said.until,
        source=said.source,
        reference=said.reference,
        recorded_at=now,
        recorded_by=actor,
    )
    value = word.normal(said.value)
    if word.sealed:
        row.sealed = seal_under(one.key, one.subject, f"fact/{said.name}", value)
        row.fingerprint = profile().mac(one.key, f"{said.name}={value}".encode())
    else:
        row.value = value
    return row


@dataclass(frozen=True)
class Bond:
    """A relation to record. ``replaces`` is the row that it ends."""

    subject: Subject
    tie: Tie
    other: Subject
    replaces: Relation | None = None


def relate_many(many: Sequence[Bond], *, actor: "User | None", now: datetime) -> int:
    """Record relations, all or none; how many. Raises: InvalidSubject with every reason."""
    problems = [
        problem for one in many for problem in tie_problems(one.subject, one.tie, one.other)
    ]
    if problems:
        raise InvalidSubject(problems)
    rows = [
        Relation(
            subject=one.subject,
            kind=one.tie.kind,
            other=one.other,
            starts_on=one.tie.since,
            ends_on=one.tie.until,
            share=one.tie.share,
            source=one.tie.source,
            replaces=one.replaces,
            recorded_at=now,
            recorded_by=actor,
        )
        for one in many
    ]
    Relation.objects.bulk_create(rows)
    return len(rows)
