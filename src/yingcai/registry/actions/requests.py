"""Asking for a correction, and deciding on it. Who asks does not decide."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.queries import same_person
from yingcai.registry.actions.evidence import lay_down_evidence
from yingcai.registry.actions.facts import Said, correct_fact, fact_problems, record_fact
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import InvalidFact, OutOfScope, StaleRecord
from yingcai.registry.evidence_files import clean_name, file_problem, take_away
from yingcai.registry.models import ChangeRequest, Fact, Subject
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import in_scope
from yingcai.registry.sealed import seal, unsealed
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User

DAYS = 30  # to answer in; GB/T 35273-2020 8.7
STATED = "applicant"


@dataclass(frozen=True)
class Upload:
    name: str
    data: bytes


@dataclass(frozen=True)
class Wish:
    """What should be recorded, and why; ``wrong`` is the row that says otherwise now."""

    name: str
    value: str
    reason: str
    since: date | None = None
    wrong: Fact | None = None


def request_change(
    subject: Subject,
    wish: Wish,
    *,
    evidence: Upload | None = None,
    actor: "User",
    now: datetime,
) -> ChangeRequest:
    """Somebody asks that a fact be added or corrected. The value waits sealed, whatever its class.

    Raises: InvalidFact with every reason; StaleRecord where such a request is open already.
    """
    problems = _problems(subject, wish)
    if evidence is not None and (problem := file_problem(clean_name(evidence.name), evidence.data)):
        problems.append(problem)
    if problems:
        raise InvalidFact(problems)
    kept = vocabulary().facts[wish.name].normal(wish.value)
    row = ChangeRequest(
        subject=subject,
        name=wish.name,
        sealed=seal(subject, f"request/{wish.name}", kept),
        wrong=wish.wrong,
        valid_from=wish.since,
        reason=wish.reason.strip(),
        evidence_name=clean_name(evidence.name) if evidence else "",
        made_at=now,
        made_by=actor,
        due_on=clock.day_of(now) + timedelta(days=DAYS),
    )
    if evidence is not None:
        lay_down_evidence(row, evidence.data)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            details = {"fact": wish.name, "evidence": row.evidence_sha256}
            record("request.made", row, actor=actor, details=details, at=now)
    except IntegrityError:
        take_away(row.evidence_stored_as)
        raise StaleRecord(_("这一项已有待审核的申请，请等待处理或先撤回")) from None
    return row


def withdraw_request(row: ChangeRequest, *, actor: "User", now: datetime) -> None:
    """Who asked takes it back. Raises: OutOfScope, StaleRecord."""
    if row.made_by_id != actor.pk:
        raise OutOfScope(_("只有申请人可以撤回"))
    _decide(row, ChangeRequest.Status.WITHDRAWN, "", actor=actor, now=now)


def refuse_request(
    scope: Scope, row: ChangeRequest, *, answer: str, actor: "User", now: datetime
) -> None:
    """The fact stays as it is, for a reason that the person reads. Raises: OutOfScope, InvalidFact, StaleRecord."""
    _may_decide(scope, row, actor)
    if not answer.strip():
        raise InvalidFact(_("请写明不予更正的理由和依据"))
    _decide(row, ChangeRequest.Status.REFUSED, answer.strip(), actor=actor, now=now)


def accept_request(
    scope: Scope, row: ChangeRequest, *, answer: str = "", actor: "User", now: datetime
) -> Fact:
    """The value asked for becomes a verified fact; what it corrects stays as what was known before.

    Raises: OutOfScope, StaleRecord, InvalidFact, Erased.
    """
    _may_decide(scope, row, actor)
    value = asked_value(scope, row, now=now)
    word = vocabulary().facts.get(row.name)
    source = word.source if word else STATED
    said = Said(row.name, value, source, since=row.valid_from, reference=f"request {row.pk}")
    with transaction.atomic():
        _decide(row, ChangeRequest.Status.ACCEPTED, answer.strip(), actor=actor, now=now)
        if row.wrong is not None:
            return correct_fact(row.wrong, said, asked_in=row, actor=actor, now=now)
        return record_fact(row.subject, said, verified_by=actor, actor=actor, now=now)


def asked_value(scope: Scope, row: ChangeRequest, *, now: datetime) -> str:
    """The value asked for, for who decides: who asks for a correction shows what it is. Empty once swept.

    Raises: OutOfScope, Erased, NotSealed.
    """
    if not in_scope(scope, row.subject):
        raise OutOfScope(_("该主体不在您的职责范围内"))
    note_looks(scope, [row.subject], [row.name], now=now)
    if row.swept_at is not None:
        return ""
    return unsealed(row.subject, f"request/{row.name}", bytes(row.sealed)).plain


def _problems(subject: Subject, wish: Wish) -> list[str]:
    problems = fact_problems(subject, Said(wish.name, wish.value, STATED))
    if not wish.reason.strip():
        problems.append(_("请写明申请更正的理由"))
    if len(wish.reason) > 300:
        problems.append(_("理由超过300个字"))
    wrong = wish.wrong
    if wrong is not None and not _about(subject, wrong, wish.name):
        problems.append(_("要更正的不是这一项"))
    return problems


def _about(subject: Subject, row: Fact, name: str) -> bool:
    return row.name == name and members([subject]).filter(pk=row.subject_id).exists()


def _may_decide(scope: Scope, row: ChangeRequest, actor: "User") -> None:
    if not in_scope(scope, row.subject):
        raise OutOfScope(_("该主体不在您的职责范围内"))
    if same_person(row.made_by, actor, since=clock.day_of(row.made_at), on=scope.on):
        raise OutOfScope(_("不能审核自己提出的申请"))


def _decide(row: ChangeRequest, status: str, answer: str, *, actor: "User", now: datetime) -> None:
    with transaction.atomic():
        changed = ChangeRequest.objects.filter(pk=row.pk, status=ChangeRequest.Status.OPEN).update(
            status=status, answer=answer, decided_by=actor, decided_at=now
        )
        if changed != 1:
            raise StaleRecord(_("这项申请已经处理，请刷新页面查看"))
        record(f"request.{status}", row, actor=actor, details={"fact": row.name}, at=now)
    row.status, row.answer = status, answer
