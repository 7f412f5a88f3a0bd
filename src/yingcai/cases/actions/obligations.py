"""Reporting on what is owed for an award, and finding it met: by an officer, or by the facts alone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.after_notices import tell_after
from yingcai.cases.actions.deciding import Used, known_of, values_of
from yingcai.cases.actions.files import attach_later, file_faults
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import CaseNotice, Obligation, ObligationAct
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import teller
from yingcai.cases.queries.obligations import SAID, WAITING, case_of, checks_as, form_of
from yingcai.cases.queries.seats import acts_as_applicant
from yingcai.cases.sealed import put
from yingcai.engine.rules.closures import closure
from yingcai.engine.rules.model import Condition
from yingcai.identity.queries import same_person

if TYPE_CHECKING:
    from yingcai.identity.models import User

Move, State = ObligationAct.Move, Obligation.State
LONGEST = 2000  # signs of a report
FRESH = timedelta(days=30)  # a value counts that was recorded so long before the day, or later
FOUND = {
    Move.ASK: (State.LACKING, CaseNotice.Kind.DUTY_LACKS),
    Move.MEET: (State.MET, CaseNotice.Kind.DUTY_MET),
    Move.MISS: (State.UNMET, CaseNotice.Kind.DUTY_UNMET),
}


def report(
    row: Obligation,
    text: str,
    files: Iterable[tuple[str, bytes]] = (),
    *,
    version: int,
    actor: "User",
    now: datetime,
) -> Obligation:
    """Say how an obligation was kept, with files; it waits for an officer then.

    Raises: InvalidCase with every reason, NotAllowed, StaleCase, Erased.
    """
    row = _locked(row, version)
    if not row.waits or not acts_as_applicant(case_of(row), actor, clock.day_of(now)):
        raise NotAllowed(_("这项义务现在不用报告，或者不由您报告"))
    files = list(files)
    _check_report(text, files)
    with transaction.atomic():
        fields = {"state": State.REPORTED, "reported_at": now, "reported_by": actor}
        row = _said(row, Move.REPORT, {"text": text.strip()}, fields, actor=actor, now=now)
        for name, data in files:
            attach_later(row, name, data, actor=actor, now=now)
    return row


def _check_report(text: str, files: list[tuple[str, bytes]]) -> None:
    """Raises: InvalidCase with every reason at once."""
    problems = {}
    if not text.strip():
        problems["text"] = _("请写明履行情况")
    elif len(text) > LONGEST:
        problems["text"] = _("履行情况最多%(most)s个字") % {"most": LONGEST}
    faults = file_faults(files)
    if faults:
        problems["files"] = faults
    if problems:
        raise InvalidCase(problems.values(), fields=problems)


def find(
    row: Obligation, move: str, text: str, *, version: int, actor: "User", now: datetime
) -> Obligation:
    """An officer of the lead unit finds it met or not met, or says once what is missing.

    Who reported, and whose award it is, finds nothing. What is missing and what was not met need words.
    Raises: InvalidCase, NotAllowed, StaleCase, Erased.
    """
    row, on = _locked(row, version), clock.day_of(now)
    if move not in FOUND or not row.waits:
        raise NotAllowed(_("这项义务已经有了结论，或者没有这个办理动作"))
    _may_find(row, actor, on)
    _check_finding(row, move, text, on)
    state, kind = FOUND[Move(move)]
    fields: dict[str, Any] = {"state": state}
    if move != Move.ASK:
        fields |= {"settled_at": now, "settled_by": actor}
    with transaction.atomic():
        row = _said(row, move, {"text": text.strip()}, fields, actor=actor, now=now)
        said = {"items": [_words(row)], "reasons": [text.strip()] if text.strip() else []}
        tell_after(case_of(row), kind, row.acts.latest("number").pk, said, now=now)
    return row


def _check_finding(row: Obligation, move: str, text: str, on: date) -> None:
    if move == Move.ASK and row.state != State.REPORTED:
        raise NotAllowed(_("还没有收到履行情况的报告，不能要求补充"))
    if move == Move.MISS and row.due_on >= on:
        raise NotAllowed(_("还没有到期，不能认定未履行"))
    if move != Move.MEET and not text.strip():
        problem = _("请写明还缺什么，或者为什么认定未履行")
        raise InvalidCase(problem, fields={"text": problem})


def _may_find(row: Obligation, actor: "User", on: date) -> None:
    case = case_of(row)
    if not checks_as(actor, case, on):
        raise NotAllowed(_("由牵头单位的经办人或负责人核实"))
    if acts_as_applicant(case, actor, on) or same_person(row.reported_by, actor):
        raise NotAllowed(_("本人的事项、本人报告的情况，由他人核实"))


def settle_by_facts(row: Obligation, *, now: datetime) -> bool:
    """Whether the facts of its due day alone show that it is met; then it is settled, with the values.

    Only values count that were recorded shortly before that day or later. Raises: Erased, NotSealed.
    """
    condition = met_when(row)
    if condition is None or not row.waits or row.due_on > clock.day_of(now):
        return False
    used = _fresh_values(row, condition, now)
    subject = values_of(book_of_case(case_of(row)), used)
    if closure(condition.test)(subject.values) is not True:
        return False
    words = teller(book_of_case(case_of(row)), subject)
    values = [words.used(name, subject.values.get(name)) for name in condition.facts]
    with transaction.atomic():
        fields = {"state": State.MET, "settled_at": now}
        row = _said(row, Move.FACTS, {"values": values}, fields, actor=None, now=now)
        said = {"items": [_words(row)], "reasons": values}
        number = row.acts.latest("number").pk
        tell_after(case_of(row), CaseNotice.Kind.DUTY_MET, number, said, now=now)
    return True


def met_when(row: Obligation) -> Condition | None:
    """The condition by which facts alone settle it; None where the pack has none."""
    book = book_of_case(case_of(row))
    return book.rules.programmes[row.award.programme].duties.get(row.name)


def _fresh_values(row: Obligation, condition: Condition, now: datetime) -> dict[str, Used]:
    since = (row.due_on - FRESH).isoformat()
    known = known_of(case_of(row).subject, frozenset(condition.facts), row.due_on, now)
    return {
        name: Used(one.written, one.source, one.on)
        for name, one in known.items()
        if one.on >= since
    }


def remind(row: Obligation, *, now: datetime) -> str:
    """Leave the reminder that is due, once: before the day, and once it has passed; its kind, else empty."""
    on, days = clock.day_of(now), form_of(row).get("remind")
    kinds = CaseNotice.Kind
    if row.state not in (State.OPEN, State.LACKING):
        return ""
    if row.due_on < on:
        kind = kinds.DUTY_LATE
    elif days and row.due_on - timedelta(days=days) <= on:
        kind = kinds.DUTY_DUE
    else:
        return ""
    said = {"items": [_words(row)], "by": row.due_on.isoformat()}
    with transaction.atomic():
        if not tell_after(case_of(row), kind, row.pk, said, now=now):
            return ""
        details = {"case": case_of(row).pk, "kind": str(kind)}
        record("obligation.reminded", row, actor=None, details=details, at=now)
    return str(kind)


def _words(row: Obligation) -> dict[str, str]:
    """In both languages: the reader chooses."""
    form = form_of(row)
    return {name: str(form[name]) for name in ("zh", "en")}


def _locked(row: Obligation, version: int) -> Obligation:
    """The row as the database has it, if it still is as it was shown. Raises: StaleCase."""
    related = ("award__case__subject", "award__case__lead", "award__case__applicant", "reported_by")
    found = Obligation.objects.select_related(*related).get(pk=row.pk)
    if found.version != version:
        raise StaleCase(_("这项义务已有新的办理动作，请刷新页面，核对后再操作"))
    return found


def _said(
    row: Obligation,
    move: str,
    words: Mapping[str, object],
    fields: Mapping[str, Any],
    *,
    actor: "User | None",
    now: datetime,
) -> Obligation:
    """The act and the state after it, by compare-and-set. Raises: StaleCase."""
    changed = {**fields, "version": row.version + 1}
    waiting = Obligation.objects.filter(pk=row.pk, version=row.version, state__in=WAITING)
    if not waiting.update(**changed):
        raise StaleCase(_("这项义务已有新的办理动作，请刷新页面，核对后再操作"))
    for name, value in changed.items():
        setattr(row, name, value)
    number = row.acts.count() + 1
    sealed = put(case_of(row), f"{SAID}/{row.handle}/{number}", dict(words))
    ObligationAct.objects.create(
        obligation=row, number=number, move=move, actor=actor, at=now, sealed=sealed
    )
    details = {"case": case_of(row).pk, "obligation": row.name, "number": row.number}
    record(f"obligation.{move}", row, actor=actor, details=details, at=now)
    return row
