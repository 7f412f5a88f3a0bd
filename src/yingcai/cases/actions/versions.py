"""Moving running cases to the published text of their workflow. Nothing moves by itself.

What would happen to each is shown first; one person of the talent office proposes it, another confirms exactly
that; then it is done case by case, each in its own transaction. The rules of a case stay those it began with.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.after_notices import tell_after
from yingcai.cases.actions.moving import keep_state
from yingcai.cases.actions.parties import add_parties
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Case, CaseNotice, VersionCase, VersionMove
from yingcai.cases.queries.flows import Flow, flow, flow_of, state_now
from yingcai.cases.queries.rule_book import RuleBook, language
from yingcai.cases.queries.versions import MOST, cases_to_move
from yingcai.engine.values import digest
from yingcai.engine.workflow.migration import moved
from yingcai.engine.workflow.state import State
from yingcai.engine.workflow.terms import stage_term
from yingcai.engine.workflow.words import refusal_words
from yingcai.identity.queries import Role, as_one, roles_on, same_person
from yingcai.registry.errors import RegistryError

if TYPE_CHECKING:
    from yingcai.identity.models import User

Waiting = VersionCase.State.WAITING


@dataclass(frozen=True)
class Effect:
    """What the new text would do to a case: its stage then, its term, what changes; or why it cannot move."""

    case: Case
    version: int
    stage: str
    due_on: date | None
    changes: tuple[str, ...]
    problem: str = ""
    state: State | None = None


def effects_of(
    cases: Iterable[Case], new: Flow, places: Mapping[str, str], *, on: date
) -> list[Effect]:
    """What a new text would do to each case; nothing is kept."""
    return [_effect(case, new, places, on) for case in cases]


def _effect(case: Case, new: Flow, places: Mapping[str, str], on: date) -> Effect:
    old = flow_of(case)
    try:
        found = moved(old.workflow, new.workflow, state_now(case), places)
    except RegistryError as refusal:
        return Effect(case, case.version, case.stage, case.due_on, (), str(refusal))
    if found.state is None:
        said = refusal_words(old.workflow, found.refusal, language()) if found.refusal else ""
        return Effect(case, case.version, case.stage, case.due_on, found.changes, said)
    term = stage_term(new.workflow, found.state, new.calendar, on)
    due = term.due.on if term and term.due else None
    stage = found.state.here.stage
    return Effect(case, case.version, stage, due, found.changes, "", found.state)


def digest_of(effects: Iterable[Effect], pack: str, places: Mapping[str, str]) -> str:
    """A text for exactly what was shown: another case, version, stage, term or reason gives another."""
    said = {
        "pack": pack,
        "places": dict(sorted(places.items())),
        "cases": [
            [
                str(one.case.handle), one.version, one.stage,
                one.due_on.isoformat() if one.due_on else "", list(one.changes), bool(one.problem),
            ]
            for one in effects
        ],
    }  # fmt: skip
    return digest(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())


def propose_move(
    book: RuleBook, workflow: str, places: Mapping[str, str], *,
    shown: str, actor: "User", now: datetime,
) -> VersionMove:  # fmt: skip
    """Propose what was shown; cases that cannot move stay out of it.

    Raises: NotAllowed, InvalidCase where none can move, StaleCase where it would no longer be as it was shown
    or where a proposal of this workflow is open.
    """
    _is_office(actor, now)
    on = clock.day_of(now)
    cases = list(cases_to_move(book, workflow)[:MOST])
    effects = effects_of(cases, flow(book.digest, workflow), places, on=on)
    if digest_of(effects, book.digest, places) != shown:
        raise StaleCase(_("情况已有变化，请核对新的结果后再确认"))
    fit = [one for one in effects if not one.problem]
    if not fit:
        raise InvalidCase(_("没有可以改用新流程的事项"))
    _not_his_own(fit, actor)
    with transaction.atomic():
        if VersionMove.objects.filter(workflow=workflow, confirmed_at=None, ended_at=None).exists():
            raise StaleCase(_("这个流程已有提议在等待确认：请先确认或者撤回"))
        row = VersionMove.objects.create(
            workflow=workflow, pack=book.digest, places=dict(places),
            digest=digest_of(fit, book.digest, places), made_at=now, made_by=actor,
        )  # fmt: skip
        VersionCase.objects.bulk_create(
            VersionCase(move=row, case=one.case, version=one.version) for one in fit
        )
        details = {"workflow": workflow, "pack": book.digest[:12], "cases": len(fit)}
        record("version.proposed", row, actor=actor, details=details, at=now)
    return row


def effects_now(row: VersionMove, *, on: date) -> list[Effect]:
    """What a move would do to its cases now."""
    cases = [
        one.case
        for one in row.cases.select_related(
            "case__subject", "case__lead", "case__county", "case__applicant"
        ).order_by("case_id")
    ]
    return effects_of(cases, flow(row.pack, row.workflow), row.places, on=on)


def confirm_move(row: VersionMove, *, actor: "User", now: datetime) -> None:
    """Another person confirms what was proposed, as it would still be. Raises: NotAllowed, StaleCase."""
    _is_office(actor, now)
    if same_person(actor, row.made_by):
        raise NotAllowed(_("须由另一个人确认：提议和确认不能是同一个人"))
    effects = effects_now(row, on=clock.day_of(now))
    _not_his_own(effects, actor)
    if digest_of(effects, row.pack, row.places) != row.digest:
        raise StaleCase(_("提议以后情况已有变化，请撤回后重新提议"))
    with transaction.atomic():
        open_row = VersionMove.objects.filter(pk=row.pk, confirmed_at=None, ended_at=None)
        if open_row.update(confirmed_at=now, confirmed_by=actor) != 1:
            raise StaleCase(_("这个提议已经确认或者撤回"))
        record("version.confirmed", row, actor=actor, details={"workflow": row.workflow}, at=now)


def take_back_move(row: VersionMove, *, actor: "User", now: datetime) -> None:
    """Nothing comes of it. Raises: NotAllowed, StaleCase where it is confirmed."""
    _is_office(actor, now)
    with transaction.atomic():
        open_row = VersionMove.objects.filter(pk=row.pk, confirmed_at=None, ended_at=None)
        if open_row.update(ended_at=now) != 1:
            raise StaleCase(_("这个提议已经确认或者撤回"))
        record("version.taken_back", row, actor=actor, details={"workflow": row.workflow}, at=now)


def work_move(row: VersionMove, *, now: datetime, most: int | None = None) -> int:
    """Do the rest of a confirmed move, or so many cases of it. Safe to stop and to repeat."""
    items = row.cases.filter(state=Waiting).order_by("id")
    worked: Sequence[VersionCase] = list(items[:most] if most else items)
    for item in worked:
        _work(row, item, now)
    if not row.cases.filter(state=Waiting).exists():
        _end(row, now)
    return len(worked)


def _work(row: VersionMove, item: VersionCase, now: datetime) -> None:
    """One case, once; one that has gone on since stays on its text."""
    try:
        with transaction.atomic():
            if not _become(item, VersionCase.State.DONE, now):
                return
            _move(row, item, now)
    except (StaleCase, RegistryError):
        _become(item, VersionCase.State.LEFT, now)


def _move(row: VersionMove, item: VersionCase, now: datetime) -> None:
    case = Case.objects.select_related("subject", "lead", "county", "applicant").get(
        pk=item.case_id
    )
    new = flow(row.pack, row.workflow)
    found = _effect(case, new, row.places, clock.day_of(now))
    if case.version != item.version or not case.live or found.state is None:
        raise StaleCase(_("这件事项已有新的办理动作，请刷新页面，核对后再操作"))
    old = case.flow_pack or case.pack
    keep_state(case, new, found.state, now=now)
    Case.objects.filter(pk=case.pk).update(flow_pack=row.pack)
    case.flow_pack = row.pack
    add_parties(case, new, found.state)
    details = {"from": old[:12], "to": row.pack[:12], "stage": found.stage}
    _tell_moved(case, item, found, now=now)
    record("case.versioned", case, actor=row.confirmed_by, details=details, at=now)


def _tell_moved(case: Case, item: VersionCase, found: Effect, *, now: datetime) -> None:
    """Whoever applied is told that the workflow is another one now, where his case stands and until when."""
    stage = dict(flow_of(case).workflow.by_name[found.stage].words)
    due = found.due_on.isoformat() if found.due_on else ""
    said = {"what": stage, "until": due}
    tell_after(case, CaseNotice.Kind.MOVED, item.pk, said, now=now)


def _become(item: VersionCase, state: str, now: datetime) -> bool:
    waiting = VersionCase.objects.filter(pk=item.pk, state=Waiting)
    return waiting.update(state=state, done_at=now) == 1


def _end(row: VersionMove, now: datetime) -> None:
    with transaction.atomic():
        if VersionMove.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now):
            done = row.cases.filter(state=VersionCase.State.DONE).count()
            details = {"done": done, "left": row.cases.count() - done}
            record("version.ended", row, actor=row.confirmed_by, details=details, at=now)


def _not_his_own(effects: Iterable[Effect], actor: "User") -> None:
    """Nobody acts in his own case. Raises: NotAllowed."""
    keys = {str(key) for key in as_one(actor)}
    if any(one.state is not None and keys & {*one.state.own} for one in effects):
        raise NotAllowed(_("其中有您本人的事项，须由别人办理"))


def _is_office(actor: "User", now: datetime) -> None:
    if Role.OFFICE not in roles_on(actor, clock.day_of(now)):
        raise NotAllowed(_("只有人才办可以改用新流程"))
