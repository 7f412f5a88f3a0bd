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
from yingcai.registry.actions.relations import (
    Tie,
    correct_relation,
    end_relation,
    retract_relation,
)
from yingcai.registry.errors import InvalidFact, InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.evidence_files import clean_name, file_problem, take_away
from yingcai.registry.models import ChangeRequest, Fact, Relation, Subject
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import in_scope, relation_of
from yingcai.registry.sealed import seal, unsealed
from yingcai.registry.vocabulary import vocabulary
from yingcai.registry.wishes import ENDED, NEVER, RelationWish, read_wish, wish_problems

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
    problems = [*_problems(subject, wish), *_evidence_problems(evidence)]
    if problems:
        raise InvalidFact(problems)
    kept = vocabulary().facts[wish.name].normal(wish.value)
    row = ChangeRequest(
        subject=subject, name=wish.name, wrong=wish.wrong, valid_from=wish.since,
        reason=wish.reason.strip(),
    )  # fmt: skip
    return _keep(row, kept, evidence, actor=actor, now=now)


def request_relation_change(
    subject: Subject,
    wish: RelationWish,
    *,
    evidence: Upload | None = None,
    actor: "User",
    now: datetime,
) -> ChangeRequest:
    """Somebody asks that a relation of his be ended, get other days, or be taken back.

    Raises: OutOfScope where it is none of his, or none any more; InvalidSubject with every reason;
    StaleRecord where such a request is open already.
    """
    if relation_of(subject, wish.relation.pk) is None:
        raise OutOfScope(_("没有这条关系"))
    problems = [
        *wish_problems(wish),
        *_reason_problems(wish.reason),
        *_evidence_problems(evidence),
    ]
    if problems:
        raise InvalidSubject(problems)
    row = ChangeRequest(
        subject=subject,
        name=ChangeRequest.RELATION,
        relation=wish.relation,
        reason=wish.reason.strip(),
    )
    return _keep(row, wish.written(), evidence, actor=actor, now=now)


def _keep(
    row: ChangeRequest, plain: str, evidence: Upload | None, *, actor: "User", now: datetime
) -> ChangeRequest:
    row.sealed = seal(row.subject, f"request/{row.name}", plain)
    row.evidence_name = clean_name(evidence.name) if evidence else ""
    row.made_at, row.made_by = now, actor
    row.due_on = clock.day_of(now) + timedelta(days=DAYS)
    if evidence is not None:
        lay_down_evidence(row, evidence.data)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            details = {**_about_what(row), "evidence": row.evidence_sha256}
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


def accept_relation_request(
    scope: Scope, row: ChangeRequest, *, answer: str = "", actor: "User", now: datetime
) -> Relation:
    """The relation becomes what was asked for; what was known before stays.

    Raises: OutOfScope, StaleRecord (also where the relation was corrected meanwhile), InvalidSubject, Erased.
    """
    _may_decide(scope, row, actor)
    if row.relation is None:
        raise InvalidSubject(_("这不是关于关系的申请"))
    wish = read_wish(row.relation, asked_value(scope, row, now=now))
    with transaction.atomic():
        _decide(row, ChangeRequest.Status.ACCEPTED, answer.strip(), actor=actor, now=now)
        return _fulfil(wish, source=STATED, reference=f"request {row.pk}", actor=actor, now=now)


def _fulfil(
    wish: RelationWish, *, source: str, reference: str, actor: "User", now: datetime
) -> Relation:
    row = wish.relation
    if wish.what == NEVER:
        return retract_relation(row, reason=reference, actor=actor, now=now)
    if wish.what == ENDED and wish.until is not None:
        return end_relation(row, until=wish.until, source=source, actor=actor, now=now)
    tie = Tie(row.kind, wish.since or row.starts_on, source, until=wish.until, share=row.share)
    return correct_relation(row, tie, reason=reference, actor=actor, now=now)


def decide_request(
    scope: Scope, row: ChangeRequest, *, accept: bool, answer: str, actor: "User", now: datetime
) -> None:
    """Yes or no to whatever is asked for. Raises: as the one that fits."""
    if not accept:
        refuse_request(scope, row, answer=answer, actor=actor, now=now)
    elif row.relation_id is not None:
        accept_relation_request(scope, row, answer=answer, actor=actor, now=now)
    else:
        accept_request(scope, row, answer=answer, actor=actor, now=now)


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
    problems += _reason_problems(wish.reason)
    wrong = wish.wrong
    if wrong is not None and not _about(subject, wrong, wish.name):
        problems.append(_("要更正的不是这一项"))
    return problems


def _reason_problems(reason: str) -> list[str]:
    problems = []
    if not reason.strip():
        problems.append(_("请写明申请更正的理由"))
    if len(reason) > 300:
        problems.append(_("理由超过300个字"))
    return problems


def _evidence_problems(evidence: Upload | None) -> list[str]:
    problem = file_problem(clean_name(evidence.name), evidence.data) if evidence else ""
    return [problem] if problem else []


def _about_what(row: ChangeRequest) -> dict[str, object]:
    """For the audit: the fact, or which relation."""
    told: dict[str, object] = {"fact": row.name}
    return {**told, "relation": row.relation_id} if row.relation_id else told


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
        record(f"request.{status}", row, actor=actor, details=_about_what(row), at=now)
    row.status, row.answer = status, answer
