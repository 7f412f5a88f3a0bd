"""改用新流程: running cases that go by an older text of their workflow, what the new one would do, two persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.versions import (
    Effect,
    confirm_move,
    digest_of,
    effects_now,
    effects_of,
    propose_move,
    take_back_move,
)
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.errors import CaseError
from yingcai.cases.models import Case, VersionCase, VersionMove
from yingcai.cases.queries.flows import flow, flow_of, stages_of
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import RuleBook, rule_book
from yingcai.cases.queries.scope import case_scope
from yingcai.cases.queries.versions import (
    MOST,
    cases_to_move,
    outdated,
    version_move,
    version_moves,
)
from yingcai.engine.workflow.model import Stage
from yingcai.identity.access import StaffRequest, once_per_form, roles_required
from yingcai.identity.queries import Role, same_person
from yingcai.registry.actions.looking import note_looks

CHANGES = {
    "stage": gettext_lazy("环节"),
    "who": gettext_lazy("办理人"),
    "term": gettext_lazy("本环节时限"),
    "whole": gettext_lazy("全程时限"),
    "ways": gettext_lazy("去向"),
}
PLACE = "place."  # before the names of fields


@dataclass(frozen=True)
class Line:
    """What would happen to one case, in words; nobody is named."""

    number: str
    before: str
    after: str
    due_on: date | None
    changes: tuple[str, ...]
    problem: str


@require_safe
@roles_required(Role.OFFICE, act=gettext_lazy("查看可以改用新流程的事项"))
def versions(request: StaffRequest) -> HttpResponse:
    """Workflows with cases on older texts, and what was proposed and done."""
    book = rule_book()
    titles = _titles(book)
    context = {
        "outdated": outdated(book) if book else [],
        "moves": [(row, titles.get(row.workflow, row.workflow)) for row in version_moves()],
    }
    return render(request, "cases/versions.html", context)


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("预览、提议改用新流程"))
@once_per_form
def version_preview(request: StaffRequest, name: str) -> HttpResponse:
    """What the published text would do to each case; the proposal of exactly that."""
    book = rule_book()
    if book is None or name not in book.pack.workflows:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    new = flow(book.digest, name)
    cases = list(cases_to_move(book, name)[:MOST])
    _note(request, cases)
    places = _places(asked, new.workflow.by_name)
    problems: list[str] = []
    if request.method == "POST":
        shown = request.POST.get("shown", "")
        try:
            row = propose_move(book, name, places, shown=shown, actor=request.user, now=clock.now())
        except CaseError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已提议，请另一个人确认。"))
            return redirect("cases:version_move", row.handle)
    effects = effects_of(cases, new, places, on=clock.today())
    context = {
        "name": name,
        "title": _titles(book)[name],
        "lines": _lines(effects, new.workflow.by_name),
        "fit": sum(not one.problem for one in effects),
        "gone": _gone(cases, new.workflow.by_name, places),
        "stages": [(one.name, in_language(one.words)) for one in new.workflow.stages],
        "places": [(f"{PLACE}{old}", stage) for old, stage in places.items()],
        "shown": digest_of(effects, book.digest, places),
        "problems": [{"text": one} for one in problems],
    }
    return render(request, "cases/version_preview.html", context, status=409 if problems else 200)


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("确认或者撤回改用新流程"))
def version_page(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One proposal: confirmed by somebody else, or taken back; then how far it has come."""
    row = version_move(handle)
    if row is None:
        raise Http404
    if row.confirmed_at is None and row.ended_at is None:
        _note(request, [one.case for one in row.cases.select_related("case__subject")])
    problems: list[str] = []
    if request.method == "POST":
        word = request.POST.get("word", "")
        act = confirm_move if word == "confirm" else take_back_move
        try:
            act(row, actor=request.user, now=clock.now())
        except CaseError as refusal:
            problems = refusal.problems
        else:
            done = _("已确认，正在逐件改用。") if word == "confirm" else _("已撤回。")
            messages.success(request, done)
            return redirect("cases:version_move", row.handle)
    context = {**_page(request, row), "problems": [{"text": one} for one in problems]}
    return render(request, "cases/version_move.html", context, status=409 if problems else 200)


def _note(request: StaffRequest, cases: list[Case]) -> None:
    """What would become of a case is read from its sealed state: a look at each person."""
    if cases:
        scope = case_scope(request.user, cases[0], clock.today())
        subjects = {case.subject_id: case.subject for case in cases}
        note_looks(scope, subjects.values(), INSIDE, now=clock.now())


def _page(request: StaffRequest, row: VersionMove) -> dict[str, object]:
    open_row = row.confirmed_at is None and row.ended_at is None
    items = list(row.cases.select_related("case").order_by("case_id"))
    states = [item.state for item in items]
    stages = flow(row.pack, row.workflow).workflow.by_name
    return {
        "row": row,
        "title": _titles(rule_book()).get(row.workflow, row.workflow),
        "open": open_row,
        "own": same_person(request.user, row.made_by),
        "lines": _lines(effects_now(row, on=clock.today()), stages) if open_row else [],
        "items": [] if open_row else items,
        "done": states.count(VersionCase.State.DONE),
        "left": states.count(VersionCase.State.LEFT),
        "working": row.confirmed_at is not None and row.ended_at is None,
    }


def _titles(book: RuleBook | None) -> dict[str, str]:
    files = book.pack.workflows.items() if book else ()
    return {name: in_language(file["title"]) for name, file in files}


def _places(asked: QueryDict, stages: Mapping[str, Stage]) -> dict[str, str]:
    """For stages that are gone those that take their place, as the form says."""
    names = [name for name in asked if name.startswith(PLACE)]
    pairs = [(name.removeprefix(PLACE), str(asked[name])) for name in names]
    return {old[:60]: new for old, new in pairs if old not in stages and new in stages}


def _gone(
    cases: list[Case], stages: Mapping[str, Stage], places: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """The stages of the older texts that the new one lacks: name, words, what takes its place so far."""
    old: dict[str, Stage] = {}
    for case in cases:
        old |= flow_of(case).workflow.by_name
    gone = {name: one for name, one in old.items() if name not in stages}
    return [(name, in_language(one.words), places.get(name, "")) for name, one in gone.items()]


def _lines(effects: list[Effect], stages: Mapping[str, Stage]) -> list[Line]:
    return [
        Line(
            number=one.case.number,
            before=in_language(stages_of(one.case)[one.case.stage].words),
            after=in_language(stages[one.stage].words) if one.stage in stages else "",
            due_on=one.due_on,
            changes=tuple(str(CHANGES[name]) for name in one.changes),
            problem=one.problem,
        )
        for one in effects
    ]
