"""Recording what is known: a fact is added, replaced by a corrected one, or taken back; never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.engine.rules.written import NotReadable
from yingcai.engine.sealing import Profile, profile_of
from yingcai.registry.actions.facets import index_subjects, index_told
from yingcai.registry.errors import InvalidFact, StaleRecord
from yingcai.registry.keys import profile
from yingcai.registry.models import ChangeRequest, Fact, Subject
from yingcai.registry.sealed import seal, subject_key
from yingcai.registry.vocabulary import FactWord, vocabulary
from yingcai.registry.written import seal_text

if TYPE_CHECKING:
    from yingcai.identity.models import User


@dataclass(frozen=True)
class Said:
    """A value as a source says it. ``since`` empty: ever since; ``until`` (the last day) empty: still."""

    name: str
    value: object
    source: str
    since: date | None = None
    until: date | None = None
    reference: str = ""


def record_fact(
    subject: Subject,
    said: Said,
    *,
    verified_by: "User | None" = None,
    actor: "User | None",
    now: datetime,
) -> Fact:
    """Keep one fact. Raises: InvalidFact with every reason, Erased."""
    return record_facts(subject, [said], verified_by=verified_by, actor=actor, now=now)[0]


def record_facts(
    subject: Subject,
    many: Iterable[Said],
    *,
    verified_by: "User | None" = None,
    actor: "User | None",
    now: datetime,
) -> list[Fact]:
    """Keep facts of one subject, all or none. Raises: InvalidFact with every reason, Erased."""
    many = list(many)
    problems = [problem for said in many for problem in fact_problems(subject, said)]
    if problems:
        raise InvalidFact(problems)
    with transaction.atomic():
        rows = [_row(subject, said, actor=actor, now=now) for said in many]
        for row in rows:
            row.verified_by = verified_by
            row.save(force_insert=True)
        index_told([(row, _normal(said)) for row, said in zip(rows, many, strict=True)])
        details = {"facts": [row.name for row in rows], "sources": sorted({r.source for r in rows})}
        record("fact.recorded", subject, actor=actor, details=details, at=now)
    return rows


def correct_fact(
    old: Fact,
    said: Said,
    *,
    asked_in: ChangeRequest | None = None,
    actor: "User | None",
    now: datetime,
) -> Fact:
    """A later row takes the place of ``old``, which stays as what was known before.

    Raises: InvalidFact, StaleRecord where it is replaced already, Erased.
    """
    problems = fact_problems(old.subject, said)
    if said.name != old.name:
        problems.append(_("更正不能换成另一项信息"))
    if problems:
        raise InvalidFact(problems)
    row = _row(old.subject, said, actor=actor, now=now)
    row.replaces, row.verified_by, row.request = old, actor, asked_in
    with transaction.atomic():
        _insert(row)
        index_subjects([old.subject], [old.name])
        details = {"fact": old.name, "replaces": old.pk}
        record("fact.corrected", row, actor=actor, details=details, at=now)
    return row


def retract_fact(old: Fact, *, actor: "User | None", now: datetime) -> Fact:
    """``old`` is no longer held to be so, and nothing takes its place. Raises: StaleRecord."""
    row = Fact(
        subject=old.subject,
        name=old.name,
        retracts=True,
        source=old.source,
        replaces=old,
        recorded_at=now,
        recorded_by=actor,
    )
    with transaction.atomic():
        _insert(row)
        index_subjects([old.subject], [old.name])
        details = {"fact": old.name, "replaces": old.pk}
        record("fact.retracted", row, actor=actor, details=details, at=now)
    return row


def _insert(row: Fact) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # one row replaces another only once
        raise StaleRecord(_("这一项已经被更正，请刷新页面查看")) from None


def fact_problems(subject: Subject, said: Said) -> list[str]:
    """Why a value cannot be kept as a fact of a subject, in the language of the page."""
    words = vocabulary()
    word = words.facts.get(said.name)
    if word is None:
        return [_("没有“%(name)s”这项信息") % {"name": said.name}]
    problems = []
    if said.source not in words.sources:
        problems.append(_("没有“%(source)s”这个来源") % {"source": said.source})
    if said.since and said.until and said.until < said.since:
        problems.append(_("“%(label)s”的截止日期早于开始日期") % {"label": word.label})
    try:
        word.normal(said.value)
    except NotReadable:
        problems.append(
            _("“%(value)s”不能作为“%(label)s”") % {"value": said.value, "label": word.label}
        )
    return problems


def says(row: Fact, value: str) -> bool:
    """Whether a row holds ``value`` (as it is kept), without opening it. One that was swept holds none."""
    if row.swept_at is not None:
        return False
    if row.sealed is None:
        return row.value == value
    sealed_by = profile_of(bytes(row.sealed))
    return row.fingerprint == _fingerprint(sealed_by, row.subject, row.name, value)


def _fingerprint(by: Profile, subject: Subject, name: str, value: str) -> str:
    return by.mac(subject_key(subject), f"{name}={value}".encode())


def _row(subject: Subject, said: Said, *, actor: "User | None", now: datetime) -> Fact:
    word = vocabulary().facts[said.name]
    row = Fact(
        subject=subject,
        name=said.name,
        valid_from=said.since,
        valid_to=said.until,
        source=said.source,
        recorded_at=now,
        recorded_by=actor,
    )
    _put(row, word, word.normal(said.value), said.reference)
    return row


def _normal(said: Said) -> str:
    return vocabulary().facts[said.name].normal(said.value)


def _put(row: Fact, word: FactWord, value: str, reference: str) -> None:
    """The value into its column: a personal one sealed, with a fingerprint to compare it by.

    The number of a record, such as a diploma, is sealed with it: it names the person, too.
    """
    if not word.sealed:
        row.value, row.reference = value, reference
        return
    row.sealed_reference = seal_text([row.subject], f"reference/{row.name}", reference)
    row.sealed = seal(row.subject, f"fact/{row.name}", value)
    row.fingerprint = _fingerprint(profile(), row.subject, row.name, value)
