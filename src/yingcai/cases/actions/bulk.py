"""One move for several cases: what it would do to each is looked at, shown, confirmed, and done case by case.

A case is one transaction with its line of the run, when it is looked at and when it is done. Killed between two
cases, a run goes on where it stopped; killed within one, nothing of that case has happened. What would come out
otherwise than it was shown is left.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.settling import settled
from yingcai.cases.errors import CaseError, InvalidCase, StaleCase
from yingcai.cases.models import BulkItem, BulkRun, Case
from yingcai.cases.queries.exceptional import standing_record
from yingcai.cases.sealed import put, taken
from yingcai.engine.values import digest
from yingcai.registry.errors import RegistryError

if TYPE_CHECKING:
    from yingcai.identity.models import User

MOVES = ("agree", "refuse", "return")
MOST = 10_000  # cases of one run
KEPT = timedelta(days=1)  # what nobody confirmed in this time is thrown away
State = BulkItem.State


@dataclass(frozen=True)
class Forecast:
    """What a move would do to a case: the stage it leads to, what is granted (fen), or why nothing happens."""

    stage: str
    amount: int | None
    problems: tuple[str, ...] = ()


class _Undone(Exception):
    """Carries what would be out of a transaction that must leave nothing."""

    def __init__(self, found: Forecast) -> None:
        super().__init__()
        self.found = found


def prepare_run(cases: Sequence[Case], step: Step, *, actor: "User", now: datetime) -> BulkRun:
    """Keep which cases a move is meant for; nothing happens to them, and nothing was looked at yet.

    Raises: InvalidCase where the cases are not of one programme and stage, or too many.
    """
    if step.move not in MOVES:
        raise InvalidCase(_("批量办理只能同意、不同意或者退回"))
    if not cases:
        raise InvalidCase(_("还没有勾选事项：请先勾选要办理的，再预览"))
    if len({(case.programme, case.workflow, case.stage) for case in cases}) != 1:
        raise InvalidCase(_("请选择同一办理事项、同一环节的事项"))
    if len(cases) > MOST:
        raise InvalidCase(_("一次最多办理%(most)s件") % {"most": MOST})
    said = {"to": step.to, "reason": step.reason, "items": list(step.items)}
    first = cases[0]
    with transaction.atomic():
        run = BulkRun.objects.create(
            actor=actor,
            programme=first.programme,
            stage=first.stage,
            move=step.move,
            made_at=now,
        )
        BulkItem.objects.bulk_create(
            (
                BulkItem(
                    run=run, case=case, version=case.version, sealed=put(case, _field(run), said)
                )
                for case in cases
            ),
            batch_size=1000,
        )
    return run


def go_on(run: BulkRun, *, now: datetime, most: int | None = None) -> int:
    """Look at the rest of a run, or do the rest of one that was confirmed, or so many cases of it; how many.

    Safe to stop and to repeat. One that nobody confirmed is thrown away after a time.
    """
    if run.confirmed_at is not None:
        return work_run(run, now=now, most=most)
    if run.looked_at is None:
        return look_run(run, now=now, most=most)
    if run.made_at + KEPT < now:
        discard_run(run)
    return 0


def look_run(run: BulkRun, *, now: datetime, most: int | None = None) -> int:
    """What the move would do to each case, by making it and taking it back; how many were looked at."""
    worked = 0
    for item in _open(run, State.LOOKING, most):
        _look(run, item, now)
        worked += 1
    if not run.items.filter(state=State.LOOKING).exists():
        _show(run, now)
    return worked


def _look(run: BulkRun, item: BulkItem, now: datetime) -> None:
    found = _forecast(run, item, now)
    told = [item.version, found.stage, found.amount, list(found.problems), _words(run, item)]
    shown = digest(json.dumps([str(item.case.handle), *told], ensure_ascii=False).encode())
    if found.problems:
        _leave(run, item, found.problems, now, shown=shown)
        return
    looking = BulkItem.objects.filter(pk=item.pk, state=State.LOOKING)
    looking.update(state=State.WAITING, to_stage=found.stage, amount=found.amount, shown=shown)


def _words(run: BulkRun, item: BulkItem) -> list[object]:
    """What was written; nothing of somebody who was erased."""
    try:
        step = written_in(run, item)
    except RegistryError:
        return []
    return [step.to, step.reason, list(step.items)]


def _forecast(run: BulkRun, item: BulkItem, now: datetime) -> Forecast:
    case = item.case
    try:
        with transaction.atomic():
            raise _Undone(_moved(run, item, now))
    except _Undone as undone:
        return undone.found
    except (CaseError, RegistryError) as refusal:
        return Forecast(case.stage, None, tuple(refusal.problems))


def _moved(run: BulkRun, item: BulkItem, now: datetime) -> Forecast:
    """Make the move, and say what came of it. Raises: CaseError, RegistryError."""
    after = move(item.case, written_in(run, item), version=item.version, actor=run.actor, now=now)
    return Forecast(after.stage, _amount(after))


def _amount(case: Case) -> int | None:
    """What is granted, or would be by the last answer of the rules."""
    award = case.awards.filter(voided_at=None).first()
    if award is not None:
        return award.amount
    settlement = standing_record(case)
    if settlement is not None:
        return settlement.amount
    row = case.decisions.order_by("-number").first()
    if row is None or row.outcome != "yes":
        return None
    return settled(case, row, on=row.on).amount


def _show(run: BulkRun, now: datetime) -> None:
    """All is looked at: a text for exactly this; another case, version, way, amount or reason gives another."""
    lines = run.items.order_by("id").values_list("shown", flat=True)
    shown = digest("\n".join([run.move, *lines]).encode())
    BulkRun.objects.filter(pk=run.pk, looked_at=None).update(digest=shown, looked_at=now)
    run.refresh_from_db()


def confirm_run(run: BulkRun, *, shown: str, actor: "User", now: datetime) -> None:
    """Confirm what was shown, once; it is done from then on.

    Raises: StaleCase where it is not what was shown, InvalidCase where nothing would happen.
    """
    if run.confirmed_at is not None:
        raise StaleCase(_("已经确认过了，正在办理或者已经办完，不用再确认"))
    able = run.items.filter(state=State.WAITING).count()
    if run.looked_at is not None and not able:
        raise InvalidCase(_("没有可以办理的事项"))
    with transaction.atomic():
        rows = BulkRun.objects.filter(pk=run.pk, actor=actor, digest=shown, confirmed_at=None)
        if not shown or not rows.exclude(looked_at=None).update(confirmed_at=now):
            raise StaleCase(_("情况已有变化，请核对新的结果后再确认"))
        details = {"programme": run.programme, "move": run.move, "cases": able}
        record("bulk.started", run, actor=actor, details=details, at=now)
    run.refresh_from_db()


def discard_run(run: BulkRun) -> None:
    """Throw away what was not confirmed; nothing had happened. Raises: StaleCase where it was confirmed."""
    with transaction.atomic():
        held = BulkRun.objects.select_for_update().filter(pk=run.pk, confirmed_at=None).first()
        if held is None:
            raise StaleCase(_("批量办理已经确认，不能再放弃"))
        held.items.all().delete()
        held.delete()


def work_run(run: BulkRun, *, now: datetime, most: int | None = None) -> int:
    """Do the rest of a confirmed run, or so many cases of it; how many were looked at."""
    worked = 0
    for item in _open(run, State.WAITING, most):
        work_item(run, item, now=now)
        worked += 1
    if not run.items.filter(state=State.WAITING).exists():
        _end(run, now)
    return worked


def _open(run: BulkRun, state: str, most: int | None) -> list[BulkItem]:
    items = run.items.filter(state=state).select_related("case__subject").order_by("id")
    return list(items[:most] if most else items)


def work_item(run: BulkRun, item: BulkItem, *, now: datetime) -> None:
    """Do one case of a run, once, whoever else is at it; never otherwise than it was shown."""
    try:
        with transaction.atomic():
            # The line is held first, so that two who are at it take turns.
            if not _become(item, State.DONE, now):
                return
            if _moved(run, item, now) != Forecast(item.to_stage, item.amount):
                raise StaleCase(_("办理结果会与确认时不同，没有办理；请单独核对"))
    except (CaseError, RegistryError) as refusal:
        _leave(run, item, refusal.problems, now)


def _become(item: BulkItem, state: str, now: datetime) -> bool:
    waiting = BulkItem.objects.filter(pk=item.pk, state=State.WAITING)
    return waiting.update(state=state, done_at=now) == 1


def written_in(run: BulkRun, item: BulkItem) -> Step:
    """The move with its words, as it was asked for. Raises: Erased, NotSealed."""
    said = taken(item.case, _field(run), item.sealed)
    step = Step(run.move, to=said["to"], reason=said["reason"])
    return replace(step, items=tuple(said["items"]))


def _leave(
    run: BulkRun, item: BulkItem, problems: Sequence[str], now: datetime, *, shown: str = ""
) -> None:
    try:
        told = put(item.case, f"{_field(run)}/told", list(problems))
    except RegistryError:  # the subject was erased; nothing is kept of him
        told = None
    waiting = BulkItem.objects.filter(pk=item.pk, state__in=[State.LOOKING, State.WAITING])
    waiting.update(
        state=State.LEFT, done_at=now, sealed_told=told, **({"shown": shown} if shown else {})
    )


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
