"""Asking registers about a subject, outside any transaction, and keeping what they say."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from yingcai.audit.actions import record
from yingcai.registry.actions.facts import Said, correct_fact, fact_problems, record_fact, says
from yingcai.registry.actions.looking import note_use
from yingcai.registry.models import RegisterAnswer, Subject
from yingcai.registry.queries.facts import facts_for, known
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import numbers_of
from yingcai.registry.registers.interface import DOWN, FOUND, STALE, Asked, Register, Reply, Told
from yingcai.registry.sealed import unsealed
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User

AGAIN = timedelta(minutes=5)  # a register is not asked about one subject more often


def ask_registers(
    scope: Scope,
    subject: Subject,
    registers: Mapping[str, Register],
    *,
    actor: "User",
    now: datetime,
) -> list[RegisterAnswer]:
    """Ask every register that knows facts of this kind of subject; its answers, in order of the pack.

    That its numbers were used is written down as a look. A register that is down changes nothing.
    Raises: OutOfScope, Erased, NotSealed.
    """
    wanted = _wanted(subject, registers)
    recent = set(
        RegisterAnswer.objects.filter(
            subject__in=members([subject]), asked_at__gt=now - AGAIN
        ).values_list("source", flat=True)
    )
    asked = {source: facts for source, facts in wanted.items() if source not in recent}
    if not asked:
        return []
    numbers = _numbers(scope, subject, now=now)
    answers = []
    for source, facts in asked.items():
        question = Asked(str(subject.handle), numbers, facts)
        reply = _fresh(
            source, _reply(registers[source], source, question, on=scope.on), on=scope.on
        )
        answers.append(_keep(subject, source, reply, actor=actor, now=now))
    return answers


def _wanted(subject: Subject, registers: Mapping[str, Register]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {source: [] for source in registers}
    for word in facts_for(subject):
        if word.source in found:
            found[word.source].append(word.name)
    return {source: tuple(names) for source, names in found.items() if names}


def _numbers(scope: Scope, subject: Subject, *, now: datetime) -> dict[str, str]:
    rows = numbers_of(subject)
    note_use(scope, subject, [row.kind for row in rows], now=now)
    return {
        row.kind: unsealed(row.subject, f"identifier/{row.kind}", bytes(row.sealed)).plain
        for row in rows
    }


def _reply(register: Register, source: str, question: Asked, *, on: date) -> Reply:
    """The answer of a register; one that breaks its word and raises is down."""
    try:
        return register.ask(source, question, on=on)
    except Exception as error:  # whatever another house's system does
        return Reply(DOWN, why=type(error).__name__)


def _fresh(source: str, reply: Reply, *, on: date) -> Reply:
    """An answer that is older than the pack calls fresh is stale."""
    days = vocabulary().fresh_days.get(source)
    old = reply.as_of is not None and days is not None and (on - reply.as_of).days > days
    if reply.state == FOUND and old:
        return Reply(STALE, reply.told, reply.as_of, reply.why)
    return reply


def _keep(
    subject: Subject, source: str, reply: Reply, *, actor: "User", now: datetime
) -> RegisterAnswer:
    with transaction.atomic():
        told = [one for one in reply.told if not fact_problems(subject, _said(one, source))]
        row = RegisterAnswer.objects.create(
            subject=subject,
            source=source,
            state=reply.state,
            as_of=reply.as_of,
            facts=[one.name for one in told],
            why=reply.why[:120],
            asked_at=now,
            asked_by=actor,
        )
        details = {"source": source, "state": reply.state, "subject": str(subject.handle)}
        record("register.asked", row, actor=actor, details=details, at=now)
        for one in told:
            _take(subject, _said(one, source), actor=actor, now=now)
    return row


def _said(told: Told, source: str) -> Said:
    return Said(told.name, told.value, source, told.since, told.until, told.reference)


def _take(subject: Subject, said: Said, *, actor: "User", now: datetime) -> None:
    """A value that the register has not told before; the same value again adds nothing."""
    own = known([subject]).filter(name=said.name, source=said.source).order_by("-id").first()
    if own is None:
        record_fact(subject, said, actor=actor, now=now)
    elif not says(own, vocabulary().facts[said.name].normal(said.value)):
        correct_fact(own, said, actor=actor, now=now)
