"""批量办理: what one move would do to several cases, its confirmation, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.bulk import (
    MOST,
    MOVES,
    Forecast,
    digest_of,
    forecast,
    start_run,
    told_of,
)
from yingcai.cases.actions.moving import Step
from yingcai.cases.bulk_models import BulkItem, BulkRun
from yingcai.cases.desk.lights import INSIDE, programme_titles
from yingcai.cases.desk.story import move_words
from yingcai.cases.errors import CaseError, InvalidCase
from yingcai.cases.models import Case
from yingcai.cases.queries.bulk import items_of, own_run
from yingcai.cases.queries.flows import flow_of
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import language
from yingcai.cases.queries.scope import case_scope, desk_cases
from yingcai.cases.queries.story import title_of
from yingcai.cases.views.desk import SEATS
from yingcai.engine.rules.words import money_words
from yingcai.engine.workflow.model import BACK
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import Erased

LONGEST = 4000  # letters of a reason


@dataclass(frozen=True)
class Shown:
    """What would happen to one case, in words."""

    case: Case
    stage: str
    money: str
    problems: tuple[str, ...]


@require_POST
@roles_required(*SEATS, act=gettext_lazy("批量办理：预览"))
def preview(request: StaffRequest) -> HttpResponse:
    """For every chosen case what would happen; nothing does."""
    cases = _chosen(request)
    step = _with_way(_step(request.POST), cases)
    try:
        found = forecast(cases, step, actor=request.user, now=clock.now())
    except InvalidCase as refusal:
        for problem in refusal.problems:
            messages.error(request, problem)
        return redirect("cases:desk")
    return _shown(request, found, step)


@require_POST
@roles_required(*SEATS, act=gettext_lazy("批量办理：确认"))
def confirm(request: StaffRequest) -> HttpResponse:
    """Do what was shown, and nothing else."""
    cases, step = _chosen(request), _step(request.POST)
    shown, now = request.POST.get("shown", ""), clock.now()
    try:
        run = start_run(cases, step, shown=shown, actor=request.user, now=now)
    except CaseError as refusal:
        if not cases or isinstance(refusal, InvalidCase):
            for problem in refusal.problems:
                messages.error(request, problem)
            return redirect("cases:desk")
        found = forecast(cases, step, actor=request.user, now=now)
        return _shown(request, found, step, problems=refusal.problems, status=409)
    return redirect("cases:desk_run", run.handle)


@require_safe
@roles_required(*SEATS, act=gettext_lazy("批量办理：进度"))
def run_page(request: StaffRequest, handle: UUID) -> HttpResponse:
    """How far a run has come; it goes on when this page is left."""
    run = own_run(request.user, handle)
    if run is None:
        raise Http404
    items = items_of(run)
    scope = case_scope(request.user, items[0].case, clock.today())
    note_looks(
        scope,
        {one.case.subject_id: one.case.subject for one in items}.values(),
        INSIDE,
        now=clock.now(),
    )
    states = [one.state for one in items]
    context = {
        "run": run,
        "title": programme_titles([run.programme])[run.programme],
        "move": move_words(run.move),
        "rows": [(one, _told(run, one)) for one in items],
        "total": len(items),
        "done": states.count(BulkItem.State.DONE),
        "left": states.count(BulkItem.State.LEFT),
        "working": run.ended_at is None,
    }
    return render(request, "cases/desk_run.html", context)


def _told(run: BulkRun, item: BulkItem) -> list[str]:
    try:
        return told_of(run, item) if item.state == BulkItem.State.LEFT else []
    except Erased:
        return []


def _chosen(request: StaffRequest) -> list[Case]:
    """The chosen cases that the login may see, in the order of their numbers."""
    handles = []
    for written in request.POST.getlist("case")[: MOST + 1]:
        try:
            handles.append(UUID(written))
        except ValueError:
            continue
    rows = desk_cases(request.user, clock.today()).filter(handle__in=handles)
    return list(rows.order_by("id"))


def _step(posted: QueryDict) -> Step:
    name = posted.get("move", "")
    return Step(
        name,
        to=posted.get("to", ""),
        reason=posted.get("reason", "").strip()[:LONGEST],
        items=_items(posted.get("items", "")) if name == "return" else (),
    )


def _with_way(step: Step, cases: list[Case]) -> Step:
    """With a stage that the move can lead to: the chosen one, else the first to which a case may be returned."""
    if not cases:
        return step
    ways = _ways(cases[0]).get(step.move, [])
    if step.to in ways:
        return step
    return replace(step, to=ways[0] if ways and step.move == "return" else "")


def _ways(case: Case) -> dict[str, list[str]]:
    """The stages to which several cases may be agreed or returned together."""
    stage = flow_of(case).workflow.by_name[case.stage]
    return {
        "agree": [one for one in stage.next if one != BACK],
        "return": list(stage.return_to),
    }


def _items(written: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in written[:LONGEST].splitlines() if one.strip())


def _shown(
    request: StaffRequest,
    found: Sequence[Forecast],
    step: Step,
    *,
    problems: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    cases = [one.case for one in found]
    scope = case_scope(request.user, cases[0], clock.today())
    note_looks(
        scope, {case.subject_id: case.subject for case in cases}.values(), INSIDE, now=clock.now()
    )
    stages = flow_of(cases[0]).workflow.by_name
    stage, ways = stages[cases[0].stage], _ways(cases[0])
    context = {
        "rows": [_words(one) for one in found],
        "able": sum(not one.problems for one in found),
        "title": title_of(cases[0]),
        "stage": in_language(stage.words),
        "step": step,
        "items": "\n".join(step.items),
        "moves": [(name, move_words(name)) for name in MOVES],
        "move": move_words(step.move),
        "ways": [(name, in_language(stages[name].words)) for name in ways.get(step.move, [])],
        "shown": digest_of(found, step),
        "problems": problems,
    }
    return render(request, "cases/desk_bulk.html", context, status=status)


def _words(one: Forecast) -> Shown:
    stage = flow_of(one.case).workflow.by_name[one.stage]
    money = money_words(one.amount, language()) if one.amount else ""
    return Shown(one.case, in_language(stage.words), money, one.problems)
