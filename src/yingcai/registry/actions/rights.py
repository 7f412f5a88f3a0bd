"""Requests to be erased, to be restricted, and to have a restriction lifted.

A person asks, or an office on its own account; one officer proposes the answer with its ground, another
natural person confirms, and with the confirmation it is done. Nobody decides on himself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.queries import as_one, same_person
from yingcai.registry.actions.erasing import erase_subject, lift_restriction, restrict_subject
from yingcai.registry.actions.requests import DAYS
from yingcai.registry.errors import InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.models import Mandate, RightsRequest, Subject
from yingcai.registry.queries.effects import counts_of, erasure_obstacles, shown_digest
from yingcai.registry.queries.merged import kept, members, persons_behind
from yingcai.registry.queries.rights import (
    LIVE,
    PURPOSE,
    grounds_for,
    live_request,
    possible_kinds,
    right_in,
)
from yingcai.registry.queries.scope import mandates_on, scope
from yingcai.registry.queries.search import in_scope
from yingcai.registry.vocabulary import Ground
from yingcai.registry.written import ASKED, REMARK, seal_text

if TYPE_CHECKING:
    from yingcai.identity.models import User

LONGEST = 300
Answer, Asker = RightsRequest.Answer, RightsRequest.Asker
Kind, Status = RightsRequest.Kind, RightsRequest.Status
NO_ANSWER: dict[str, object] = {
    "answer": "",
    "ground": "",
    "sealed_remark": None,
    "proposed_by": None,
    "proposed_at": None,
    "shown": "",
}


@dataclass(frozen=True)
class Wish:
    """What is asked, who asks, and why; of a relative also who it is."""

    kind: str
    asker: str
    reason: str = ""


@dataclass(frozen=True)
class Reply:
    """What an officer proposes to answer, on which ground of the pack, and what he adds."""

    answer: str
    ground: str
    remark: str = ""


def ask_right(subject: Subject, wish: Wish, *, actor: "User", now: datetime) -> RightsRequest:
    """Ask that a person be erased, restricted, or no longer restricted; it is answered within 30 days.

    Raises: OutOfScope (who asks is neither the person nor the talent office), InvalidSubject with every
    reason, StaleRecord where such a request waits already.
    """
    subject = _as_now(subject)
    _may_ask(subject, wish, actor, now)
    problems = _wish_problems(subject, wish)
    if problems:
        raise InvalidSubject(problems)
    row = RightsRequest(
        subject=subject,
        kind=wish.kind,
        asker=wish.asker,
        sealed_reason=seal_text([subject], ASKED, wish.reason),
        made_at=now,
        made_by=actor,
        due_on=clock.day_of(now) + timedelta(days=DAYS),
    )
    try:
        with transaction.atomic():
            if live_request(subject) is not None:
                raise StaleRecord(_("已有一件申请在办理，请等待答复或先撤回"))
            row.save(force_insert=True)
            details = {"kind": wish.kind, "asker": wish.asker}
            record("right.asked", row, actor=actor, details=details, at=now)
    except IntegrityError:
        raise StaleRecord(_("已有一件申请在办理，请等待答复或先撤回")) from None
    return row


def withdraw_right(row: RightsRequest, *, actor: "User", now: datetime) -> None:
    """Who asked takes it back, as long as it is not decided. Raises: OutOfScope, StaleRecord."""
    if row.made_by_id != actor.pk:
        raise OutOfScope(_("只有申请人可以撤回"))
    with transaction.atomic():
        _change(row, set(LIVE), status=Status.WITHDRAWN)
        record("right.withdrawn", row, actor=actor, details={"kind": row.kind}, at=now)


def propose_answer(row: RightsRequest, reply: Reply, *, actor: "User", now: datetime) -> None:
    """The first officer says what the answer should be; what it would do is kept as a digest.

    Raises: OutOfScope, InvalidSubject with every reason, StaleRecord.
    """
    _may_decide(row, actor, now)
    subject = _as_now(row.subject)
    problems = [*_reply_problems(row, reply), *_obstacles(subject, row.kind, reply.answer)]
    if problems:
        raise InvalidSubject(problems)
    with transaction.atomic():
        _change(
            row, {Status.OPEN}, status=Status.PROPOSED, answer=reply.answer, ground=reply.ground,
            sealed_remark=seal_text([row.subject], REMARK, reply.remark), proposed_by=actor,
            proposed_at=now, shown=shown_digest(subject, counts_of(subject)),
        )  # fmt: skip
        record("right.proposed", row, actor=actor, details=_details(row), at=now)


def take_back_answer(row: RightsRequest, *, actor: "User", now: datetime) -> None:
    """The proposed answer is off; the request waits again. Raises: OutOfScope, StaleRecord."""
    _may_decide(row, actor, now)
    details = _details(row)
    with transaction.atomic():
        _change(row, {Status.PROPOSED}, status=Status.OPEN, **NO_ANSWER)
        record("right.taken_back", row, actor=actor, details=details, at=now)


def confirm_answer(row: RightsRequest, *, second: "User", now: datetime) -> None:
    """Another natural person agrees: the answer counts, and what it says is done in the same transaction.

    Raises: OutOfScope (the same person, or out of reach of either), InvalidSubject with every obstacle,
    StaleRecord where the request, or what would be done, is no longer as it was proposed.
    """
    first = row.proposed_by
    if first is None or row.status != Status.PROPOSED:
        raise StaleRecord(_("没有待确认的答复，请刷新页面查看"))
    if same_person(first, second):
        raise OutOfScope(_("须由另一个人确认：提出和确认不能是同一个人"))
    _may_decide(row, first, now)
    _may_decide(row, second, now)
    subject = _as_now(row.subject)
    with transaction.atomic():
        counts = counts_of(subject)
        if shown_digest(subject, counts) != row.shown:
            raise StaleRecord(_("该人的信息在提出之后有变动：请撤回答复，重新核对后再提出"))
        answered = Status.GRANTED if row.answer == Answer.GRANT else Status.REFUSED
        _change(
            row, {Status.PROPOSED}, status=answered, decided_by=second, decided_at=now,
            effects=counts,
        )  # fmt: skip
        _carry_out(row, subject, first=first, second=second, now=now)
        record(f"right.{answered}", row, actor=second, details=_details(row), at=now)


def _carry_out(
    row: RightsRequest, subject: Subject, *, first: "User", second: "User", now: datetime
) -> None:
    ground = row.ground
    if row.answer == Answer.REFUSE:
        if _ground(row.kind, row.answer, ground).restricts and _active(subject):
            restrict_subject(subject, reason=ground, actor=second, now=now)
        return
    if row.kind == Kind.ERASE:
        erase_subject(subject, reason=ground, actor=first, second=second, now=now)
    elif row.kind == Kind.RESTRICT:
        restrict_subject(subject, reason=ground, actor=second, now=now)
    else:
        lift_restriction(subject, reason=ground, actor=first, second=second, now=now)


def _as_now(subject: Subject) -> Subject:
    """The subject that this one is now, as the database has it."""
    return kept(Subject.objects.select_related("merged_into").get(pk=subject.pk))


def _active(subject: Subject) -> bool:
    return subject.standing == Subject.Standing.ACTIVE


def _may_ask(subject: Subject, wish: Wish, actor: "User", now: datetime) -> None:
    on = clock.day_of(now)
    if wish.asker == Asker.SELF:
        own = mandates_on(actor, on).filter(kind=Mandate.Kind.SELF, subject__in=members([subject]))
        if not own.exists():
            raise OutOfScope(_("只有本人可以申请"))
    elif not in_scope(scope(actor, PURPOSE, on=on), subject):
        raise OutOfScope(_("该主体不在您的职责范围内"))


def _wish_problems(subject: Subject, wish: Wish) -> list[str]:
    problems = []
    if wish.asker not in Asker.values:
        problems.append(_("请说明由谁提出"))
    if wish.kind not in possible_kinds(subject):
        problems.append(_("按现在的状态，不能提出这种申请"))
    if wish.asker != Asker.SELF and not wish.reason.strip():
        problems.append(_("请写明由谁提出、依据什么"))
    if len(wish.reason.strip()) > LONGEST:
        problems.append(_("理由超过300个字"))
    return problems


def _reply_problems(row: RightsRequest, reply: Reply) -> list[str]:
    problems = []
    named = [one.name for one in grounds_for(row.kind, reply.answer)] if reply.answer else []
    if reply.ground not in named:
        problems.append(_("请选择答复的理由和依据条文"))
    if len(reply.remark.strip()) > LONGEST:
        problems.append(_("说明超过300个字"))
    return problems


def _obstacles(subject: Subject, kind: str, answer: str) -> list[str]:
    if answer != Answer.GRANT:
        return []
    if kind not in possible_kinds(subject):
        return [_("按现在的状态，不能同意这种申请：请选择不予同意的理由")]
    return erasure_obstacles(subject) if kind == Kind.ERASE else []


def _ground(kind: str, answer: str, name: str) -> Ground:
    """Raises: StaleRecord where the pack has it no longer."""
    for one in grounds_for(kind, answer):
        if one.name == name:
            return one
    raise StaleRecord(_("这项理由已经不再使用：请撤回答复，重新选择"))


def _may_decide(row: RightsRequest, user: "User", now: datetime) -> None:
    on = clock.day_of(now)
    if right_in(scope(user, PURPOSE, on=on), row.pk) is None:
        raise OutOfScope(_("该主体不在您的职责范围内"))
    own = row.asker == Asker.SELF and same_person(row.made_by, user)
    if own or as_one(user, since=on, on=on) & persons_behind(_as_now(row.subject), on=on):
        raise OutOfScope(_("不能办理关于自己的申请"))


def _change(row: RightsRequest, standing: set[RightsRequest.Status], **values: object) -> None:
    """The request changes only from the version at hand; of two at once one is refused."""
    changed = RightsRequest.objects.filter(
        pk=row.pk, status__in=standing, version=row.version
    ).update(version=F("version") + 1, **values)
    if changed != 1:
        raise StaleRecord(_("这件申请已经处理或有变动，请刷新页面查看"))
    row.refresh_from_db()


def _details(row: RightsRequest) -> dict[str, str]:
    return {"kind": row.kind, "answer": row.answer, "ground": row.ground}
