"""Who may act for a subject: given from a day to a day, covered during leave, ended at once.

A login that an officer connects with a person's record opens everything about that person, so it waits until
a second officer agrees (reliability G28).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.identity.queries import LONGEST_COVER, as_one, is_behind, same_person
from yingcai.registry.actions.papers import lay_down_paper, paper_problem, unread
from yingcai.registry.actions.requests import Upload
from yingcai.registry.ages import is_child, last_day_as_child
from yingcai.registry.errors import InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.evidence_files import take_away
from yingcai.registry.models import Mandate, Subject
from yingcai.registry.queries.merged import merged_into, persons_behind

if TYPE_CHECKING:
    from yingcai.identity.models import User

FOR = {
    Mandate.Kind.SELF: Subject.Kind.PERSON,
    Mandate.Kind.EMPLOYER: Subject.Kind.ORGANISATION,
    Mandate.Kind.GUARDIAN: Subject.Kind.PERSON,
}
OF_TWO = (Mandate.Kind.SELF, Mandate.Kind.GUARDIAN)  # wait for a second officer


def give_mandate(
    user: "User",
    subject: Subject,
    kind: str,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
    actor: "User | None",
    now: datetime,
) -> Mandate:
    """``user`` may act as ``subject`` from a day (that of ``now`` if empty) through another.

    A person's own login and a guardian's wait for `agree_mandate`, except by the operator's command (no
    ``actor``). A guardian's ends the day before the child's fourteenth birthday at the latest.

    Raises: InvalidSubject with every reason.
    """
    row = Mandate(user=user, subject=subject, kind=kind, ends_on=ends_on, reason=reason.strip())
    row.starts_on = starts_on or clock.day_of(now)
    return _give(row, None, actor=actor, now=now)


def give_guardian(
    user: "User",
    child: Subject,
    paper: Upload | None,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
    actor: "User",
    now: datetime,
) -> Mandate:
    """The same for a guardian, with the paper that proves it: sealed, for the second officer to open.

    Raises: InvalidSubject with every reason; Erased.
    """
    kind = Mandate.Kind.GUARDIAN
    row = Mandate(user=user, subject=child, kind=kind, ends_on=ends_on, reason=reason.strip())
    row.starts_on = starts_on or clock.day_of(now)
    return _give(row, paper, actor=actor, now=now)


def _give(row: Mandate, paper: Upload | None, *, actor: "User | None", now: datetime) -> Mandate:
    row.waiting = row.kind in OF_TWO and actor is not None
    if row.kind == Mandate.Kind.GUARDIAN and (last := last_day_as_child(row.subject)) is not None:
        row.ends_on = min(row.ends_on or last, last)
    problems = list(_problems(row))
    if actor is not None:
        problems += _officer_problems(row, actor, clock.day_of(now))
    problems += filter(None, [paper_problem(paper)])
    return _save(row, problems, paper, actor=actor, now=now)


def cover_mandate(
    covered: Mandate,
    user: "User",
    *,
    starts_on: date,
    ends_on: date,
    actor: "User | None",
    now: datetime,
) -> Mandate:
    """``user`` stands in for an officer of a firm from a day through another, no longer than he acts.

    Raises: InvalidSubject with every reason.
    """
    row = Mandate(
        user=user,
        subject=covered.subject,
        kind=covered.kind,
        stands_in_for=covered,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    problems = [*_cover_problems(row, covered), *_cover_day_problems(row, covered, now)]
    return _save(row, problems, None, actor=actor, now=now)


def _save(
    row: Mandate,
    problems: list[str],
    paper: Upload | None,
    *,
    actor: "User | None",
    now: datetime,
) -> Mandate:
    if problems:
        raise InvalidSubject(problems)
    row.given_by, row.given_at = actor, now
    if paper is not None:
        lay_down_paper(row, paper)
    try:
        with transaction.atomic():
            _note_expired(row.subject, clock.day_of(now))
            row.save(force_insert=True)
            record("mandate.given", row, actor=actor, details=_details(row), at=now)
    except IntegrityError:
        take_away(row.evidence_stored_as)
        raise InvalidSubject(_("已经有同样的授权")) from None
    return row


def agree_mandate(row: Mandate, *, actor: "User", now: datetime) -> None:
    """A second officer agrees, and the login may act from now on.

    Raises: OutOfScope for who gave it or whose login it is, InvalidSubject where another person was connected
    meanwhile, its days are over, or its paper was not opened, StaleRecord.
    """
    today = clock.day_of(now)
    since = clock.day_of(row.given_at or now)
    if any(same_person(actor, who, since=since, on=today) for who in {row.given_by, row.user}):
        raise OutOfScope(_("须由另一位工作人员确认：提出人和账号本人都不能确认"))
    own = row.kind == Mandate.Kind.SELF
    problems = _person_problems(row) if own else list(_guardian_problems(row, today))
    if row.ends_on is not None and row.ends_on < today:
        problems.append(_("授权的期限已过，请重新办理"))
    if unread(row, actor):
        problems.append(_("请先打开监护关系的证明文件，核对以后再确认"))
    if problems:
        raise InvalidSubject(problems)
    with transaction.atomic():
        changed = Mandate.objects.filter(pk=row.pk, waiting=True, ended_on=None).update(
            waiting=False, agreed_by=actor, starts_on=max(row.starts_on, today)
        )
        if changed != 1:
            raise StaleRecord(_("这项授权已经处理，请刷新页面查看"))
        record("mandate.agreed", row, actor=actor, details=_details(row), at=now)
    row.refresh_from_db()


def end_mandate(row: Mandate, *, reason: str = "", actor: "User | None", now: datetime) -> None:
    """It no longer counts, from the day of ``now``; covers of it neither. One that waits is refused so.

    A cover needs no reason. Raises: InvalidSubject, StaleRecord.
    """
    if actor is not None and row.stands_in_for_id is None and not reason.strip():
        raise InvalidSubject(_("请写明终止的理由"))
    with transaction.atomic():
        changed = Mandate.objects.filter(pk=row.pk, ended_on=None).update(
            ended_on=clock.day_of(now), ended_by=actor, ended_reason=reason.strip()[:200]
        )
        if changed != 1:
            raise StaleRecord(_("这项授权已经终止"))
        record("mandate.ended", row, actor=actor, details=_details(row), at=now)


def _note_expired(subject: Subject, today: date) -> None:
    """What is over by its own days is noted as ended, so that the same can be given again."""
    over = Mandate.objects.filter(subject=subject, ended_on=None)
    for pk, last in over.filter(ends_on__lt=today).values_list("pk", "ends_on"):
        over.filter(pk=pk).update(ended_on=(last or today) + timedelta(days=1))


def _problems(row: Mandate) -> Iterator[str]:
    if row.kind not in Mandate.Kind.values or FOR[Mandate.Kind(row.kind)] != row.subject.kind:
        yield _("这类代办不适用于这个主体")
    if row.ends_on is not None and row.ends_on < row.starts_on:
        yield _("结束日期早于开始日期")
    if row.kind == Mandate.Kind.SELF:
        yield from _person_problems(row)
    if row.kind == Mandate.Kind.GUARDIAN:
        yield from _guardian_problems(row, row.starts_on)


def _guardian_problems(row: Mandate, on: date) -> Iterator[str]:
    """A guardian is of a child, and is somebody else."""
    if not is_child(row.subject, on):
        yield _("只有按身份证号未满十四周岁的人，才登记监护人")
    if persons_behind(row.subject, on=on) & as_one(row.user, since=on, on=on):
        yield _("不能做自己的监护人")


def _person_problems(row: Mandate) -> list[str]:
    """One natural person for one person; of subjects that were merged, too."""
    gone = merged_into(row.subject)
    before = {key for one in gone for key in persons_behind(one, on=row.starts_on)}
    return [_("这个人已有本人账号，属于另一个人")] if before - {row.user.person_key} else []


def _officer_problems(row: Mandate, actor: "User", today: date) -> Iterator[str]:
    """What the operator may do by command, and an officer may not."""
    if row.starts_on < today:
        yield _("授权不能从过去的日期开始")
    if same_person(actor, row.user, since=today, on=today):
        yield _("不能给自己授权：请另一位工作人员办理")
    if not row.reason:
        yield _("请写明授权的理由和依据")
    if row.kind == Mandate.Kind.SELF and _connected(row.user, row.subject):
        yield _("这个账号已经连接另一个人；如果是一个人重复登记，请先合并")


def _connected(user: "User", subject: Subject) -> bool:
    own = Mandate.objects.filter(user=user, kind=Mandate.Kind.SELF, ended_on=None)
    return own.exclude(subject=subject).exclude(subject__merged_into=subject).exists()


def _cover_problems(row: Mandate, covered: Mandate) -> Iterator[str]:
    if covered.kind != Mandate.Kind.EMPLOYER:
        yield _("只能代理单位经办人")
    if is_behind(covered.user, row.user):
        yield _("不能代理自己")
    if covered.stands_in_for_id is not None:
        yield _("代理来的授权不能再请人代理")
    if covered.ended_on is not None or covered.waiting:
        yield _("被代理的授权不在有效期内")


def _cover_day_problems(row: Mandate, covered: Mandate, now: datetime) -> Iterator[str]:
    first, last = row.starts_on, row.ends_on or row.starts_on
    if last < first:
        yield _("结束日期早于开始日期")
        return
    if first < clock.day_of(now):
        yield _("代理不能从过去的日期开始")
    if first < covered.starts_on or (covered.ends_on and last > covered.ends_on):
        yield _("代理不能超过被代理人的期限")
    if last - first > LONGEST_COVER:
        yield _("代理最长 %(days)s 天；更久请另行授权") % {"days": LONGEST_COVER.days}
    others = covered.covers.filter(ended_on=None, starts_on__lte=last, ends_on__gte=first)
    if others.exists():
        yield _("这段时间已经有人代理")


def _details(row: Mandate) -> dict[str, str]:
    return {
        "user": str(row.user_id),
        "subject": str(row.subject.handle),
        "kind": row.kind,
        "from": row.starts_on.isoformat(),
        "to": row.ends_on.isoformat() if row.ends_on else "",
        **({"covers": str(row.stands_in_for_id)} if row.stands_in_for_id else {}),
        **({"waiting": "yes"} if row.waiting else {}),
        **({"evidence": row.evidence_sha256} if row.evidence_sha256 else {}),
    }
