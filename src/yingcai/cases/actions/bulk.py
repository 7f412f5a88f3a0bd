"""One move for several cases: what it would do to each, and doing it case by case, each once.

A case is one transaction with its line of the run. Killed between two cases, a run goes on where it stopped;
killed within one, nothing of that case has happened.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.settling import settled
from yingcai.cases.bulk_models import BulkItem, BulkRun
from yingcai.cases.errors import CaseError, InvalidCase, StaleCase
from yingcai.cases.models import Case
from yingcai.cases.sealed import put, taken
from yingcai.engine.values import digest
from yingcai.registry.errors import RegistryError

if TYPE_CHECKING:
    from yingcai.identity.models import User

MOVES = ("agree", "refuse", "return")
MOST = 100  # cases of one run
State = BulkItem.State


@dataclass(frozen=True)
class Forecast:
    """What a move would do to a case: the stage it leads to, what is granted (fen), or why nothing happens."""

    case: Case
    version: int
    stage: str
    amount: int | None
    problems: tuple[str, ...] = ()


class _Undone(Exception):
    """Carries what would be out of a transaction that must leave nothing."""

    def __init__(self, found: Forecast) -> None:
        super().__init__()
        self.found = found


def forecast(cases: Sequence[Case], step: Step, *, actor: "User", now: datetime) -> list[Forecast]:
    """What a move would do to each case, by making it and taking it back.

    Raises: InvalidCase where the cases are not of one programme and stage, or too many.
    """
    if step.move not in MOVES:
        raise InvalidCase(_("批量办理只能同意、不同意或者退回"))
    if not cases or len({(case.programme, case.workflow, case.stage) for case in cases}) != 1:
        raise InvalidCase(_("请选择同一办理事项、同一环节的事项"))
    if len(cases) > MOST:
        raise InvalidCase(_("一次最多办理%(most)s件") % {"most": MOST})
    return [_forecast(case, step, actor, now) for case in cases]


def _forecast(case: Case, step: Step, actor: "User", now: datetime) -> Forecast:
    version = case.version
    try:
        with transaction.atomic():
            after = move(case, step, version=version, actor=actor, now=now)
            raise _Undone(Forecast(case, version, after.stage, _amount(after)))
    except _Undone as undone:
        return undone.found
    except (CaseError, RegistryError) as refusal:
        return Forecast(case, version, case.stage, None, tuple(refusal.problems))


def _amount(case: Case) -> int | None:
    """What is granted, or would be by the last answer of the rules."""
    award = case.awards.filter(voided_at=None).first()
    if award is not None:
        return award.amount
    row = case.decisions.order_by("-number").first()
    if row is None or row.outcome != "yes":
        return None
    return settled(case, row, on=row.on).amount


def digest_of(found: Iterable[Forecast], step: Step) -> str:
    """A text for exactly what was shown: another case, version, way, amount or reason gives another."""
    said = {
        "step": [step.move, step.to, step.reason, list(step.items)],
        "cases": [
            [str(one.case.handle), one.version, one.stage, one.amount, list(one.problems)]
            for one in found
        ],
    }
    return digest(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())


def start_run(
    cases: Sequence[Case], step: Step, *, shown: str, actor: "User", now: datetime
) -> BulkRun:
    """Confirm what was shown; only the cases to which something would happen are in the run.

    Raises: StaleCase where it would no longer be as it was shown; InvalidCase where nothing would happen.
    """
    found = forecast(cases, step, actor=actor, now=now)
    if digest_of(found, step) != shown:
        raise StaleCase(_("情况已有变化，请核对新的结果后再确认"))
    chosen = [one for one in found if not one.problems]
    if not chosen:
        raise InvalidCase(_("没有可以办理的事项"))
    first = chosen[0].case
    with transaction.atomic():
        run = BulkRun.objects.create(
            actor=actor,
            programme=first.programme,
            stage=first.stage,
            move=step.move,
            digest=shown,
            made_at=now,
        )
        said = {"to": step.to, "reason": step.reason, "items": list(step.items)}
        BulkItem.objects.bulk_create(
            BulkItem(
                run=run, case=one.case, version=one.version, sealed=put(one.case, _field(run), said)
            )
            for one in chosen
        )
        details = {"programme": run.programme, "move": run.move, "cases": len(chosen)}
        record("bulk.started", run, actor=actor, details=details, at=now)
    return run


def work_run(run: BulkRun, *, now: datetime, most: int | None = None) -> int:
    """Do the rest of a run, or so many cases of it; how many were looked at. Safe to stop and to repeat."""
    items = run.items.filter(state=State.WAITING).select_related("case__subject").order_by("id")
    worked = 0
    for item in list(items[:most] if most else items):
        work_item(run, item, now=now)
        worked += 1
    if not run.items.filter(state=State.WAITING).exists():
        _end(run, now)
    return worked


def work_item(run: BulkRun, item: BulkItem, *, now: datetime) -> None:
    """Do one case of a run, once, whoever else is at it."""
    try:
        with transaction.atomic():
            # The line is held first, so that two who are at it take turns.
            if not _become(item, State.DONE, now):
                return
            step = _step(run, item)
            move(item.case, step, version=item.version, actor=run.actor, now=now)
    except (CaseError, RegistryError) as refusal:
        _leave(run, item, refusal.problems, now)


def _become(item: BulkItem, state: str, now: datetime, told: bytes | None = None) -> bool:
    waiting = BulkItem.objects.filter(pk=item.pk, state=State.WAITING)
    return waiting.update(state=state, done_at=now, sealed_told=told) == 1


def _step(run: BulkRun, item: BulkItem) -> Step:
    said = taken(item.case, _field(run), item.sealed)
    step = Step(run.move, to=said["to"], reason=said["reason"])
    return replace(step, items=tuple(said["items"]))


def _leave(run: BulkRun, item: BulkItem, problems: list[str], now: datetime) -> None:
    try:
        told = put(item.case, f"{_field(run)}/told", list(problems))
    except RegistryError:  # the subject was erased; nothing is kept of him
        told = None
    _become(item, State.LEFT, now, told)


def told_of(run: BulkRun, item: BulkItem) -> list[str]:
    """Why a case was left. Raises: Erased, NotSealed."""
    return list(taken(item.case, f"{_field(run)}/told", item.sealed_told) or [])


def _end(run: BulkRun, now: datetime) -> None:
    with transaction.atomic():
        if BulkRun.objects.filter(pk=run.pk, ended_at=None).update(ended_at=now):
            done = run.items.filter(state=State.DONE).count()
            details = {"done": done, "left": run.items.count() - done}
            record("bulk.ended", run, actor=run.actor, details=details, at=now)


def _field(run: BulkRun) -> str:
    return f"bulk/{run.handle}"
