"""Looking at personal values. Every look is written down before anything is shown.

A look is durable on its own: it is not part of the transaction of whatever else the request does.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import actions as audit
from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.audit.queries import EventFilter, events
from yingcai.engine.accounts import KIND as ACCOUNT
from yingcai.engine.identifiers import check
from yingcai.registry.actions.consent import hold
from yingcai.registry.errors import Erased, NotConsented, OutOfScope, Swept, TooMany
from yingcai.registry.keys import key_ring
from yingcai.registry.models import Fact, Identifier, Look, PayeeAccount, Subject
from yingcai.registry.queries.accounts import account_number
from yingcai.registry.queries.facts import standing
from yingcai.registry.queries.merged import kept, kept_ids
from yingcai.registry.queries.scope import SELF, Scope
from yingcai.registry.queries.search import in_scope
from yingcai.registry.sealed import Secret, subject_keys, unsealed, unsealed_under
from yingcai.registry.vocabulary import vocabulary
from yingcai.registry.written import LOOK, seal_text, sealed_reasons

if TYPE_CHECKING:
    from yingcai.identity.models import User

TIMES_A_MINUTE = 20  # of one account
TIMES_AN_ADDRESS = 60  # a minute, of all accounts at one network address
REGISTER = "向登记系统核对"
NAME = ["name"]  # the field of whoever is named and nothing else
MINUTE = timedelta(minutes=1)


def note_looks(
    scope: Scope, subjects: Iterable[Subject], fields: Sequence[str], *, now: datetime
) -> None:
    """Write down that these fields of persons were shown. One's own look at oneself is not written.

    Raises: NotConsented where the purpose needs a consent that is no longer there.
    """
    if scope.capacity == SELF:
        return
    persons = [subject for subject in subjects if subject.kind == Subject.Kind.PERSON]
    if not persons:
        return  # not even an empty transaction, which would wait for the one who writes
    with _as_agreed(scope, persons):
        Look.objects.bulk_create(_look(scope, subject, fields, now) for subject in persons)


@contextmanager
def _as_agreed(scope: Scope, persons: Sequence[Subject]) -> Iterator[None]:
    """A consent is looked at when it is used, and nobody withdraws it until the use is written down.

    Raises: NotConsented.
    """
    if not scope.purpose.needs_consent:
        yield
        return
    with transaction.atomic():
        hold(persons)
        asked = {subject.pk for subject in persons}
        if scope.subjects().filter(pk__in=asked).count() != len(asked):
            raise NotConsented(_("本人没有同意这个用途，或者已经撤回同意"))
        yield


def note_export(
    scope: Scope, subjects: Iterable[Subject], fields: Sequence[str], *, reason: str, now: datetime
) -> None:
    """Write down that these fields of persons went out in a file, and why. Raises: NotConsented."""
    persons = [subject for subject in subjects if subject.kind == Subject.Kind.PERSON]
    reasons = sealed_reasons(persons, reason)
    rows = [_look(scope, subject, fields, now) for subject in persons]
    for row in rows:
        row.sealed_reason = reasons.get(row.subject_id)
    with _as_agreed(scope, persons):
        Look.objects.bulk_create(rows)


def note_reveal(
    scope: Scope, subject: Subject, fields: Sequence[str], *, reason: str, now: datetime
) -> None:
    """Write down that sensitive values were opened, for whoever keeps them beside the register.

    The caller has found the subject in the scope of who asks. Raises: OutOfScope (class, no reason), NotConsented.
    """
    if not scope.shows("sensitive"):
        raise OutOfScope(_("这个处理目的不能查看敏感信息"))
    if not reason.strip():
        raise OutOfScope(_("请写明查看敏感信息的理由"))
    _write(scope, subject, fields, reason=reason, now=now)


def note_use(scope: Scope, subject: Subject, kinds: Sequence[str], *, now: datetime) -> None:
    """Write down that numbers were used to ask a register. Raises: OutOfScope."""
    _allow(scope, subject, "sensitive", REGISTER)
    if scope.capacity != SELF:
        _write(scope, subject, kinds, reason=REGISTER, now=now)


def open_facts(
    scope: Scope, subject: Subject, rows: Iterable[Fact], *, now: datetime
) -> dict[int, str]:
    """The kept values of some rows of a subject, by row, as far as the scope shows their class.

    Sensitive values are not among them: `reveal_fact` opens those, one by one. Raises: Erased, NotSealed.
    """
    words = vocabulary().facts
    shown = [
        row
        for row in rows
        if row.swept_at is None
        and (word := words.get(row.name))
        and not word.sensitive
        and scope.shows(word.data_class)
    ]
    note_looks(scope, [subject], sorted({row.name for row in shown}) or NAME, now=now)
    closed = [row for row in shown if row.sealed is not None]
    keys = subject_keys({row.subject for row in closed}) if closed else {}
    return {row.pk: row.value if row.sealed is None else _opened(row, keys) for row in shown}


def _opened(row: Fact, keys: Mapping[int, bytes]) -> str:
    if row.subject_id not in keys:
        raise Erased(_("该主体的个人信息密钥已销毁"))
    sealed = bytes(row.sealed or b"")
    return unsealed_under(keys[row.subject_id], row.subject, f"fact/{row.name}", sealed).plain


@dataclass(frozen=True)
class RuleFact:
    """A value for the rules: as it is written, its source, the day it was recorded, whether it is sensitive."""

    written: str
    source: str
    on: str
    sensitive: bool


def facts_for_rules(
    subject: Subject, names: Collection[str], *, on: date, at: datetime | None = None
) -> dict[str, RuleFact]:
    """The values of some facts that hold of a subject on a day, as known at a moment, for rules to decide by.

    The program reads them and shows them to nobody: whoever shows a value that it used writes a look first.
    Raises: Erased, NotSealed.
    """
    rows = [
        one
        for one in standing(kept(subject), on=on, at=at)
        if one.fact.swept_at is None and one.name in names
    ]
    keys = subject_keys({one.fact.subject for one in rows if one.fact.sealed is not None})
    return {
        one.name: RuleFact(
            one.fact.value if one.fact.sealed is None else _opened(one.fact, keys),
            one.fact.source,
            clock.day_of(one.fact.recorded_at).isoformat(),
            one.data_class == "sensitive",
        )
        for one in rows
    }


def reveal_fact(scope: Scope, fact: Fact, *, reason: str, now: datetime) -> Secret:
    """A sealed value of a fact. Raises: OutOfScope (class, subject, no reason), Swept, Erased, NotSealed."""
    _allow(scope, fact.subject, "sensitive", reason)
    if fact.swept_at is not None:
        raise Swept(_("该项信息保存期满，已按期清除"))
    _write(scope, fact.subject, [fact.name], reason=reason, now=now)
    if fact.sealed is None:
        return Secret(fact.value)
    return unsealed(fact.subject, f"fact/{fact.name}", bytes(fact.sealed))


def reveal_number(scope: Scope, number: Identifier, *, reason: str, now: datetime) -> Secret:
    """A number in full. Raises: OutOfScope, Erased, NotSealed."""
    _allow(scope, number.subject, "sensitive", reason)
    _write(scope, number.subject, [number.kind], reason=reason, now=now)
    return unsealed(number.subject, f"identifier/{number.kind}", bytes(number.sealed))


def reveal_account(scope: Scope, row: PayeeAccount, *, reason: str, now: datetime) -> Secret:
    """The number of an account in full. Raises: OutOfScope, Erased, NotSealed."""
    _allow(scope, row.subject, "sensitive", reason)
    _write(scope, row.subject, [ACCOUNT], reason=reason, now=now)
    return account_number(row)


def find_by_number(
    scope: Scope, kind: str, written: str, *, actor: "User", address: str = "", now: datetime
) -> Subject | None:
    """The subject in scope that a number names; None where there is none, or it is out of scope.

    Raises: TooMany, KeyError for a kind that there is not.
    """
    index = note_search(kind, written, actor=actor, address=address, now=now)
    row = Identifier.objects.filter(kind=kind, blind_index=index, retired_at=None).first()
    if row is None:
        return None
    return scope.subjects().filter(pk__in=kept_ids([row.subject_id])).first()


def find_by_document(
    kind: str, written: str, name: str, *, actor: "User", address: str = "", now: datetime
) -> Subject | None:
    """Whose document somebody shows, by its whole number and the name on it, in no scope; None where both do
    not fit, or nothing may be done for him. Raises: TooMany, KeyError for a kind that there is not.
    """
    index = note_search(kind, written, actor=actor, address=address, now=now)
    row = Identifier.objects.filter(kind=kind, blind_index=index, retired_at=None).first()
    found = Subject.objects.filter(pk__in=kept_ids([row.subject_id])).first() if row else None
    if found is None or found.standing != Subject.Standing.ACTIVE:
        return None
    return found if found.name == name.strip() else None


def not_too_often(action: str, actor: "User", now: datetime, *, address: str = "") -> None:
    """Raises: TooMany where an account, or all at a network address, ask more often than people do."""
    recent = events(EventFilter(action=action)).filter(at__gt=now - MINUTE)
    if recent.filter(actor_id=actor.pk).count() >= TIMES_A_MINUTE or (
        address and recent.filter(details__address=address).count() >= TIMES_AN_ADDRESS
    ):
        raise TooMany(_("一分钟内这样查询的次数过多，请稍后再试"))


def note_search(kind: str, written: str, *, actor: "User", address: str = "", now: datetime) -> str:
    """Count a question whether a number is registered, and leave its row; the number's blind index.

    Whatever tells that a number is taken asks here first, else it could be tried out there. ``address``:
    digest of the network address. The row holds keyed digests, found or not.
    Raises: TooMany, KeyError for a kind that there is not.
    """
    not_too_often("identifier.searched", actor, now, address=address)
    index = key_ring().blind_index(kind, check(kind, written, today=clock.day_of(now)).number)
    details = {"kind": kind, "index": index[:12], "address": address}
    record("identifier.searched", Identifier, actor=actor, details=details, at=now)
    return index


def _allow(scope: Scope, subject: Subject, data_class: str, reason: str) -> None:
    if not scope.shows(data_class):
        raise OutOfScope(_("这个处理目的不能查看敏感信息"))
    if scope.capacity != SELF and not reason.strip():
        raise OutOfScope(_("请写明查看敏感信息的理由"))
    if not in_scope(scope, subject):
        raise OutOfScope(_("该主体不在您的职责范围内"))


def _write(
    scope: Scope, subject: Subject, fields: Sequence[str], *, reason: str, now: datetime
) -> None:
    row = _look(scope, subject, fields, now)
    row.revealed, row.sealed_reason = True, seal_text([subject], LOOK, reason[:200])
    with _as_agreed(scope, [kept(subject)]):
        row.save(force_insert=True)


def _look(scope: Scope, subject: Subject, fields: Sequence[str], now: datetime) -> Look:
    return Look(
        at=now,
        viewer=scope.user,
        capacity=scope.capacity,
        purpose=scope.purpose.name,
        subject=subject,
        fields=list(fields),
        request_id=audit.request_id.get(),
    )
