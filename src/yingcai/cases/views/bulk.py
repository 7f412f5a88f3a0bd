"""批量办理: what one move would do to several cases, its confirmation, and how far it has come."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.bulk import (
    MOST,
    MOVES,
    confirm_run,
    discard_run,
    go_on,
    prepare_run,
    told_of,
    written_in,
)
from yingcai.cases.actions.moving import Step
from yingcai.cases.desk.lights import INSIDE, programme_titles
from yingcai.cases.errors import CaseError, StaleCase
from yingcai.cases.models import BulkItem, BulkRun, Case
from yingcai.cases.queries.bulk import Effect, counts_of, effects_of, items_of, own_run, said_in
from yingcai.cases.queries.flows import flow_of
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.inbox import lines
from yingcai.cases.queries.scope import case_scope, desk_cases
from yingcai.cases.queries.story import move_words
from yingcai.cases.views.desk import SEATS
from yingcai.engine.workflow.model import BACK
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import Erased

LONGEST = 4000  # letters of a reason
SOON = 40  # cases that are looked at before the page is shown; more are looked at beside the server
State = BulkItem.State


@require_POST
@roles_required(*SEATS, act=gettext_lazy("批量办理：预览"))
def preview(request: StaffRequest) -> HttpResponse:
    """Look at what would happen to every chosen case; nothing does."""
    cases = _chosen(request)
    step = _with_way(_step(request.POST), cases)
    try:
        with transaction.atomic():
            run = prepare_run(cases, step, actor=request.user, now=clock.now())
            if request.POST.get("run"):  # what was shown before is not wanted any more
                discard_run(_own(request, _handle(request.POST["run"])))
    except CaseError as refusal:
        return _back(request, refusal)
    if len(cases) <= SOON:
        go_on(run, now=clock.now())
    return redirect("cases:desk_run", run.handle)


@require_POST
@roles_required(*SEATS, act=gettext_lazy("批量办理：确认"))
def confirm(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Do what was shown, and nothing else."""
    run = _own(request, handle)
    try:
        confirm_run(run, shown=request.POST.get("shown", ""), actor=request.user, now=clock.now())
    except CaseError as refusal:
        return _page(request, run, problems=refusal.problems, status=409)
    return redirect("cases:desk_run", run.handle)


@require_POST
@roles_required(*SEATS, act=gettext_lazy("批量办理：放弃"))
def discard(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Throw away what was shown; nothing had happened."""
    run = _own(request, handle)
    try:
        discard_run(run)
    except StaleCase as refusal:
        return _page(request, run, problems=refusal.problems, status=409)
    messages.info(request, _("已放弃，没有办理任何事项"))
    return redirect("cases:desk")


@require_safe
@roles_required(*SEATS, act=gettext_lazy("批量办理：进度"))
def run_page(request: StaffRequest, handle: UUID) -> HttpResponse:
    """What a run would do, or how far it has come; it goes on when this page is left."""
    return _page(request, _own(request, handle))


def _own(request: StaffRequest, handle: UUID) -> BulkRun:
    run = own_run(request.user, handle)
    if run is None:
        raise Http404
    return run


def _back(request: HttpRequest, refusal: CaseError) -> HttpResponse:
    for problem in refusal.problems:
        messages.error(request, problem)
    return redirect("cases:desk")


def _page(
    request: StaffRequest, run: BulkRun, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    counts, after, left = counts_of(run), request.GET.get("after", ""), "left" in request.GET
    rows, following = items_of(run, after=_number(after), left=left)
    _note(request, rows)
    done, unable = counts.get(State.DONE, 0), counts.get(State.LEFT, 0)
    total = sum(counts.values())
    context = {
        "run": run,
        "phase": _phase(run),
        "title": programme_titles([run.programme])[run.programme],
        "move": move_words(run.move),
        "rows": [(one, _told(run, one), _leads(one)) for one in rows],
        "effects": [(_stage(run, one), one) for one in effects_of(run)],
        "total": total,
        "able": counts.get(State.WAITING, 0),
        "looked": total - counts.get(State.LOOKING, 0),
        "done": done,
        "left": unable,
        "only_left": left,
        "next": following,
        "problems": problems or [],
        **_again(run),
    }
    return render(request, "cases/desk_run.html", context, status=status)


def _phase(run: BulkRun) -> str:
    if run.looked_at is None:
        return "looking"
    if run.confirmed_at is None:
        return "shown"
    return "working" if run.ended_at is None else "over"


def _note(request: StaffRequest, rows: list[BulkItem]) -> None:
    """Looks at the persons whom a page names."""
    if rows:
        subjects = {one.case.subject_id: one.case.subject for one in rows}
        scope = case_scope(request.user, rows[0].case, clock.today())
        note_looks(scope, subjects.values(), INSIDE, now=clock.now())


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 19 else 0


def _told(run: BulkRun, item: BulkItem) -> list[str]:
    try:
        return told_of(run, item) if item.state == State.LEFT else []
    except Erased:
        return []


def _leads(item: BulkItem) -> str:
    """The stage to which a case goes, in words."""
    if not item.to_stage:
        return ""
    return in_language(flow_of(item.case).workflow.by_name[item.to_stage].words)


def _stage(run: BulkRun, effect: Effect) -> str:
    item = said_in(run)
    return in_language(flow_of(item.case).workflow.by_name[effect.to_stage].words) if item else ""


def _again(run: BulkRun) -> dict[str, object]:
    """What was written, for the form that looks anew at the same cases; empty once it was confirmed."""
    item = said_in(run) if run.confirmed_at is None else None
    if item is None:
        return {}
    try:
        step = written_in(run, item)
    except Erased:
        return {}
    stages = flow_of(item.case).workflow.by_name
    return {
        "step": step,
        "items": "\n".join(step.items),
        "moves": [(name, move_words(name)) for name in MOVES],
        "ways": [
            (name, in_language(stages[name].words)) for name in _ways(item.case).get(step.move, [])
        ],
    }


def _chosen(request: StaffRequest) -> list[Case]:
    """The chosen cases that the login may see, or all that wait at a stage, or those of an earlier run."""
    posted, on = request.POST, clock.today()
    programme, _sign, stage = posted.get("range", "").partition("/")
    if stage:
        rows = lines(request.user, on, programme=programme).filter(stage=stage)
        return [row.case for row in rows.select_related("case__subject")[: MOST + 1]]
    cases = desk_cases(request.user, on)
    if posted.get("run"):
        earlier = _own(request, _handle(posted["run"]))
        return list(cases.filter(pk__in=earlier.items.values("case")).order_by("id"))
    handles = [_handle(one) for one in posted.getlist("case")[: SOON * 10]]
    chosen = cases.filter(handle__in=handles).exclude(kind=Case.Kind.PAPER)
    return list(chosen.order_by("id"))


def _handle(written: str) -> UUID:
    """A handle as it was sent; one that is none names nothing."""
    try:
        return UUID(written)
    except ValueError:
        return UUID(int=0)


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
