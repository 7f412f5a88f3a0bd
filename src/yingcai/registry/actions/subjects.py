"""Registering subjects and the numbers that name them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.engine.identifiers import KINDS, PROBLEMS, check, masked
from yingcai.engine.sealing import new_key
from yingcai.registry.actions.linkage import digest_number
from yingcai.registry.errors import InvalidSubject, StaleRecord
from yingcai.registry.keys import key_ring
from yingcai.registry.models import Identifier, Subject, SubjectKey
from yingcai.registry.names import pinyin_of
from yingcai.registry.queries.merged import kept
from yingcai.registry.sealed import seal
from yingcai.registry.vocabulary import in_language, vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User

KINDS_OF = {
    Subject.Kind.PERSON: ("resident-id", "passport"),
    Subject.Kind.ORGANISATION: ("credit-code",),
    Subject.Kind.PROJECT: (),
}
Numbers = Mapping[str, str]  # kind to number as written


def register_subject(
    kind: str,
    name: str,
    *,
    sort: str = "",
    county: "Unit | None" = None,
    numbers: Numbers | None = None,
    source: str,
    actor: "User | None",
    now: datetime,
) -> Subject:
    """A new subject with its own key. Raises: InvalidSubject with every reason."""
    name = " ".join(name.split())
    problems = [*name_problems(kind, name, sort), *number_problems(kind, numbers or {}, now)]
    if problems:
        raise InvalidSubject(problems)
    pinyin, initials = pinyin_of(name, person=kind == Subject.Kind.PERSON)
    with transaction.atomic():
        subject = Subject.objects.create(
            kind=kind,
            sort=sort,
            name=name,
            pinyin=pinyin,
            initials=initials,
            county=county,
            created_at=now,
            created_by=actor,
        )
        wrapped, key_id = key_ring().wrap(new_key(), str(subject.handle))
        SubjectKey.objects.create(subject=subject, wrapped=wrapped, key_id=key_id, made_at=now)
        for number_kind, number in (numbers or {}).items():
            _add(subject, number_kind, number, source=source, actor=actor, now=now)
        details = {"kind": kind, "numbers": sorted(numbers or {})}
        record("subject.registered", subject, actor=actor, details=details, at=now)
    return subject


def add_identifier(
    subject: Subject, kind: str, number: str, *, source: str, actor: "User | None", now: datetime
) -> Identifier:
    """One more number of a subject.

    Raises: InvalidSubject (also where another subject has it), Erased, StaleRecord where it was merged.
    """
    problems = number_problems(subject.kind, {kind: number}, now)
    if problems:
        raise InvalidSubject(problems)
    with transaction.atomic():
        row = _add(subject, kind, number, source=source, actor=actor, now=now)
        _changed(subject)
        record("identifier.added", row, actor=actor, details={"kind": kind}, at=now)
    return row


def retire_identifier(row: Identifier, *, reason: str, actor: "User | None", now: datetime) -> None:
    """A number no longer names the subject, for a reason. Raises: InvalidSubject, StaleRecord."""
    if not reason.strip():
        raise InvalidSubject(_("请写明理由"))
    with transaction.atomic():
        changed = Identifier.objects.filter(pk=row.pk, retired_at=None).update(
            retired_at=now, retired_by=actor, retired_reason=reason.strip()[:200]
        )
        if changed != 1:
            raise StaleRecord(_("这个号码已经停用"))
        _changed(kept(row.subject))
        record("identifier.retired", row, actor=actor, details={"kind": row.kind}, at=now)


def _changed(subject: Subject) -> None:
    """Who decides on the subject as it was shown, as on a merge, has to look again. Raises: StaleRecord."""
    standing = Subject.objects.filter(pk=subject.pk, merged_into=None)
    if standing.update(version=F("version") + 1) != 1:
        raise StaleRecord(_("该主体已并入另一个主体，请重新查找"))


def _add(
    subject: Subject, kind: str, written: str, *, source: str, actor: "User | None", now: datetime
) -> Identifier:
    number = check(kind, written, today=clock.day_of(now)).number
    try:
        with transaction.atomic():
            row = Identifier.objects.create(
                subject=subject,
                kind=kind,
                sealed=seal(subject, f"identifier/{kind}", number),
                blind_index=key_ring().blind_index(kind, number),
                mask=masked(kind, number),
                source=source,
                recorded_at=now,
                recorded_by=actor,
            )
            digest_number(row, number)
            return row
    except IntegrityError:
        raise InvalidSubject(_("这个号码已登记在另一个主体名下，请先查找")) from None


def name_problems(kind: str, name: str, sort: str) -> list[str]:
    """What is wrong with a kind, a name and a sort, in the language of the page."""
    problems = []
    if kind not in Subject.Kind.values:
        problems.append(_("没有“%(kind)s”这类主体") % {"kind": kind})
    if not name:
        problems.append(_("没有填写名称"))
    if len(name) > 120:
        problems.append(_("名称超过120个字"))
    kinds = vocabulary().kinds
    if kind == Subject.Kind.ORGANISATION and sort not in kinds:
        known = "、".join(in_language(words) for words in kinds.values())
        problems.append(
            _("没有“%(sort)s”这类单位：可用 %(known)s") % {"sort": sort, "known": known}
        )
    return problems


def number_problems(kind: str, numbers: Numbers, now: datetime) -> list[str]:
    """What is wrong with the numbers of a subject of a kind, in the language of the page."""
    problems = []
    allowed: tuple[str, ...] = KINDS_OF.get(Subject.Kind(kind), ()) if kind in Subject.Kind else ()
    for number_kind, written in numbers.items():
        if number_kind not in KINDS or number_kind not in allowed:
            problems.append(_("这类主体没有“%(kind)s”号码") % {"kind": number_kind})
            continue
        found = check(number_kind, written, today=clock.day_of(now))
        problems += [in_language(PROBLEMS[code]) for code in found.problems]
    return problems
