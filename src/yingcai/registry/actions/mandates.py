"""Who may act for a subject: given from a day to a day, covered during leave, ended at once."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.registry.errors import InvalidSubject, StaleRecord
from yingcai.registry.models import Mandate, Subject
from yingcai.registry.queries.merged import merged_into, persons_behind

if TYPE_CHECKING:
    from yingcai.identity.models import User

FOR = {
    Mandate.Kind.SELF: Subject.Kind.PERSON,
    Mandate.Kind.EMPLOYER: Subject.Kind.ORGANISATION,
}


def give_mandate(
    user: "User",
    subject: Subject,
    kind: str,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    stands_in_for: Mandate | None = None,
    actor: "User | None",
    now: datetime,
) -> Mandate:
    """``user`` may act as ``subject``; as a cover no longer than what is covered.

    Raises: InvalidSubject with every reason.
    """
    starts_on = starts_on or clock.day_of(now)
    problems = []
    if kind not in Mandate.Kind.values or FOR[Mandate.Kind(kind)] != subject.kind:
        problems.append(_("这类代办不适用于这个主体"))
    if ends_on is not None and ends_on < starts_on:
        problems.append(_("结束日期早于开始日期"))
    before = {key for one in merged_into(subject) for key in persons_behind(one, on=starts_on)}
    if kind == Mandate.Kind.SELF and before - {user.person_key}:
        problems.append(_("这个人已有本人账号，属于另一个人"))
    if stands_in_for is not None:
        problems += _cover_problems(user, subject, stands_in_for, ends_on)
    if problems:
        raise InvalidSubject(problems)
    try:
        with transaction.atomic():
            row = Mandate.objects.create(
                user=user,
                subject=subject,
                kind=kind,
                stands_in_for=stands_in_for,
                starts_on=starts_on,
                ends_on=ends_on,
                given_by=actor,
            )
            record("mandate.given", row, actor=actor, details=_details(row), at=now)
    except IntegrityError:
        raise InvalidSubject(_("已经有同样的授权")) from None
    return row


def end_mandate(row: Mandate, *, actor: "User | None", now: datetime) -> None:
    """It no longer counts, from the day of ``now``; covers of it neither. Raises: StaleRecord."""
    with transaction.atomic():
        changed = Mandate.objects.filter(pk=row.pk, ended_on=None).update(
            ended_on=clock.day_of(now), ended_by=actor
        )
        if changed != 1:
            raise StaleRecord(_("这项授权已经终止"))
        record("mandate.ended", row, actor=actor, details=_details(row), at=now)


def _cover_problems(
    user: "User", subject: Subject, covered: Mandate, ends_on: date | None
) -> list[str]:
    problems = []
    if covered.subject_id != subject.pk or covered.kind != Mandate.Kind.EMPLOYER:
        problems.append(_("只能代理同一单位的经办人"))
    if covered.user.person_key == user.person_key:
        problems.append(_("不能代理自己"))
    if ends_on is None:
        problems.append(_("代理须有结束日期"))
    elif covered.ends_on is not None and ends_on > covered.ends_on:
        problems.append(_("代理不能超过被代理人的期限"))
    return problems


def _details(row: Mandate) -> dict[str, str]:
    return {
        "user": str(row.user_id),
        "subject": str(row.subject.handle),
        "kind": row.kind,
        "from": row.starts_on.isoformat(),
        "to": row.ends_on.isoformat() if row.ends_on else "",
    }
