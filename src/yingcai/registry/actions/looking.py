"""Looking at personal values. Every look is written down before anything is shown.

A look is durable on its own: it is not part of the transaction of whatever else the request does.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.audit import actions as audit
from yingcai.audit.actions import record
from yingcai.audit.queries import EventFilter, events
from yingcai.engine.identifiers import check
from yingcai.registry.errors import Erased, OutOfScope
from yingcai.registry.keys import key_ring
from yingcai.registry.models import Fact, Identifier, Look, Subject
from yingcai.registry.queries.merged import kept_ids
from yingcai.registry.queries.scope import SELF, Scope
from yingcai.registry.queries.search import in_scope
from yingcai.registry.sealed import Secret, subject_keys, unsealed, unsealed_under
from yingcai.registry.vocabulary import vocabulary
from yingcai.registry.written import LOOK, seal_text

if TYPE_CHECKING:
    from yingcai.identity.models import User

NUMBERS_A_MINUTE = 20
REGISTER = "向登记系统核对"
MINUTE = timedelta(minutes=1)


class TooMany(Exception):
    """More look-ups of numbers than a person makes; the text says when to go on."""


def note_looks(
    scope: Scope, subjects: Iterable[Subject], fields: Sequence[str], *, now: datetime
) -> None:
    """Write down that these fields of persons were shown. One's own look at oneself is not written."""
    if scope.capacity == SELF:
        return
    rows = [
        _look(scope, subject, fields, now)
        for subject in subjects
        if subject.kind == Subject.Kind.PERSON
    ]
    Look.objects.bulk_create(rows)


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
        if (word := words.get(row.name)) and not word.sensitive and scope.shows(word.data_class)
    ]
    note_looks(scope, [subject], sorted({row.name for row in shown}), now=now)
    closed = [row for row in shown if row.sealed is not None]
    keys = subject_keys({row.subject for row in closed}) if closed else {}
    return {row.pk: row.value if row.sealed is None else _opened(row, keys) for row in shown}


def _opened(row: Fact, keys: Mapping[int, bytes]) -> str:
    if row.subject_id not in keys:
        raise Erased(_("该主体的个人信息密钥已销毁"))
    sealed = bytes(row.sealed or b"")
    return unsealed_under(keys[row.subject_id], row.subject, f"fact/{row.name}", sealed).plain


def reveal_fact(scope: Scope, fact: Fact, *, reason: str, now: datetime) -> Secret:
    """A sealed value of a fact. Raises: OutOfScope (class, subject, no reason), Erased, NotSealed."""
    _allow(scope, fact.subject, "sensitive", reason)
    _write(scope, fact.subject, [fact.name], reason=reason, now=now)
    if fact.sealed is None:
        return Secret(fact.value)
    return unsealed(fact.subject, f"fact/{fact.name}", bytes(fact.sealed))


def reveal_number(scope: Scope, number: Identifier, *, reason: str, now: datetime) -> Secret:
    """A number in full. Raises: OutOfScope, Erased, NotSealed."""
    _allow(scope, number.subject, "sensitive", reason)
    _write(scope, number.subject, [number.kind], reason=reason, now=now)
    return unsealed(number.subject, f"identifier/{number.kind}", bytes(number.sealed))


def find_by_number(
    scope: Scope, kind: str, written: str, *, actor: "User", now: datetime
) -> Subject | None:
    """The subject in scope that a number names; None where there is none, or it is out of scope.

    Each look-up leaves an audit row with a keyed digest, found or not. Raises: TooMany.
    """
    recent = events(EventFilter(action="identifier.searched")).filter(
        actor_id=actor.pk, at__gt=now - MINUTE
    )
    if recent.count() >= NUMBERS_A_MINUTE:
        raise TooMany(_("一分钟内查询号码的次数过多，请稍后再试"))
    index = key_ring().blind_index(kind, check(kind, written, today=scope.on).number)
    record(
        "identifier.searched",
        Identifier,
        actor=actor,
        details={"kind": kind, "index": index[:12]},
        at=now,
    )
    row = Identifier.objects.filter(kind=kind, blind_index=index, retired_at=None).first()
    if row is None:
        return None
    return scope.subjects().filter(pk__in=kept_ids([row.subject_id])).first()


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
