"""Recording how subjects hang together, from a day to a day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.registry.errors import InvalidSubject, StaleRecord
from yingcai.registry.models import Relation, Subject
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User


@dataclass(frozen=True)
class Tie:
    """A relation as a source says it: its kind, from a day to a last day (empty: still).

    ``share`` is of a million.
    """

    kind: str
    since: date
    source: str
    until: date | None = None
    share: int | None = None


def relate(
    subject: Subject, tie: Tie, other: Subject, *, actor: "User | None", now: datetime
) -> Relation:
    """``subject`` stands in a relation to ``other``. Raises: InvalidSubject with every reason."""
    problems = tie_problems(subject, tie, other)
    if problems:
        raise InvalidSubject(problems)
    with transaction.atomic():
        row = Relation.objects.create(
            subject=subject,
            kind=tie.kind,
            other=other,
            starts_on=tie.since,
            ends_on=tie.until,
            share=tie.share,
            source=tie.source,
            recorded_at=now,
            recorded_by=actor,
        )
        details = {"kind": tie.kind, "subject": str(subject.handle), "other": str(other.handle)}
        record("relation.recorded", row, actor=actor, details=details, at=now)
    return row


def end_relation(
    old: Relation, *, until: date, source: str, actor: "User | None", now: datetime
) -> Relation:
    """The relation ended on a day. Raises: InvalidSubject, StaleRecord."""
    if until < old.starts_on:
        raise InvalidSubject(_("结束日期早于开始日期"))
    row = _instead(old, source=source, ends_on=until)
    _replace(old, row, "ended", actor=actor, now=now)
    return row


def correct_relation(
    old: Relation, tie: Tie, *, reason: str, actor: "User | None", now: datetime
) -> Relation:
    """The same two, in other words or on other days; what was known before stays.

    Raises: InvalidSubject with every reason, StaleRecord.
    """
    problems = [*tie_problems(old.subject, tie, old.other), *_reason_problems(reason)]
    if problems:
        raise InvalidSubject(problems)
    row = _instead(old, source=tie.source, ends_on=tie.until)
    row.kind, row.starts_on, row.share = tie.kind, tie.since, tie.share
    row.reason = reason.strip()
    _replace(old, row, "corrected", actor=actor, now=now)
    return row


def retract_relation(
    old: Relation, *, reason: str, actor: "User | None", now: datetime
) -> Relation:
    """It was never so; that it was held to be so stays. Raises: InvalidSubject, StaleRecord."""
    problems = _reason_problems(reason)
    if problems:
        raise InvalidSubject(problems)
    row = _instead(old, source=old.source, ends_on=old.ends_on)
    row.retracts, row.reason = True, reason.strip()
    _replace(old, row, "retracted", actor=actor, now=now)
    return row


def _instead(old: Relation, *, source: str, ends_on: date | None) -> Relation:
    return Relation(
        subject=old.subject,
        kind=old.kind,
        other=old.other,
        starts_on=old.starts_on,
        ends_on=ends_on,
        share=old.share,
        source=source,
        replaces=old,
    )


def _replace(
    old: Relation, row: Relation, done: str, *, actor: "User | None", now: datetime
) -> None:
    row.recorded_at, row.recorded_by = now, actor
    with transaction.atomic():
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise StaleRecord(_("这条关系已经被更正，请刷新页面查看")) from None
        details = {"kind": row.kind, "replaces": old.pk, "to": str(row.ends_on or "")}
        record(f"relation.{done}", row, actor=actor, details=details, at=now)


def _reason_problems(reason: str) -> list[str]:
    if not reason.strip():
        return [_("请写明理由")]
    if len(reason.strip()) > 200:
        return [_("理由超过200个字")]
    return []


def tie_problems(subject: Subject, tie: Tie, other: Subject) -> list[str]:
    """Why two subjects cannot stand in a relation, in the language of the page."""
    word = vocabulary().relations.get(tie.kind)
    if word is None:
        return [_("没有“%(kind)s”这种关系") % {"kind": tie.kind}]
    problems = []
    if (subject.kind, other.kind) != (word.first, word.second):
        problems.append(_("这种关系不适用于这两类主体"))
    if subject.pk == other.pk:
        problems.append(_("主体不能与自己建立关系"))
    if tie.until is not None and tie.until < tie.since:
        problems.append(_("结束日期早于开始日期"))
    if tie.share is not None and not (word.has_share and 0 <= tie.share <= 1_000_000):
        problems.append(_("持股比例应在0到100%之间，且只用于持股关系"))
    return problems
