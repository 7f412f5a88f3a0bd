"""A person decides on clauses. Each act is a plain form; htmx only swaps the item in place."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingcai.audit import clock
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import Role
from yingcai.plan import actions
from yingcai.plan.errors import PlanError
from yingcai.plan.forms.clauses import ClauseForm, PartForm, suggested_parts
from yingcai.plan.models import Clause, Measure, Plan
from yingcai.plan.phrases import phrase_at
from yingcai.plan.queries import progress
from yingcai.plan.views.access import clause_or_404, measure_or_404, plan_or_404, seen
from yingcai.plan.views.desk import desk_url

MAX_PARTS = 12


@roles_required(Role.OFFICE)
@require_POST
def confirm(request: StaffRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    return _decide(request, slug, edition, pk, actions.confirm_clause)


@roles_required(Role.OFFICE)
@require_POST
def undo(request: StaffRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    return _decide(request, slug, edition, pk, actions.undo_decision)


@roles_required(Role.OFFICE)
@require_POST
def reject(request: StaffRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")

    def act(clause: Clause, **who: Any) -> Clause:
        return actions.reject_clause(clause, reason=reason, **who)

    return _decide(request, slug, edition, pk, act)


def _decide(
    request: StaffRequest, slug: str, edition: int, pk: int, act: Callable[..., Clause]
) -> HttpResponse:
    """Do one act on one clause; answer with the item alone (htmx) or with the desk page."""
    plan = plan_or_404(slug, edition)
    clause = seen(request, clause_or_404(plan, pk))
    problems: list[str] = []
    try:
        act(clause, actor=request.user, now=clock.now())
    except PlanError as error:
        problems = list(error.problems)
    whole_page_changes = bool(clause.split_into.exists())
    if not request.htmx or (whole_page_changes and not problems):
        for problem in problems:
            messages.error(request, problem)
        return _to_desk(request, plan, clause)
    clause = clause_or_404(plan, pk)
    context = {
        "clause": clause,
        "plan": plan,
        "problems": problems,
        "may_decide": plan.status == Plan.Status.DRAFT,
        "progress": progress(plan),
        "swapped": True,
    }
    return render(request, "plan/_item.html", context, status=409 if problems else 200)


def _to_desk(request: StaffRequest, plan: Plan, clause: Clause) -> HttpResponse:
    address = f"{desk_url(plan, clause.measure)}#c-{clause.pk}"
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        response["HX-Refresh"] = "true"
        return response
    return redirect(address)


@roles_required(Role.OFFICE)
@require_POST
def confirm_measure(request: StaffRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    plan = plan_or_404(slug, edition)
    chosen = measure_or_404(plan, pk)
    return _confirm_all(
        request,
        desk_url(plan, chosen),
        lambda: actions.confirm_measure(chosen, actor=request.user, now=clock.now()),
    )


@roles_required(Role.OFFICE)
@require_POST
def confirm_outside(request: StaffRequest, slug: str, edition: int) -> HttpResponse:
    plan = plan_or_404(slug, edition)
    return _confirm_all(
        request,
        desk_url(plan, None),
        lambda: actions.confirm_outside(plan, actor=request.user, now=clock.now()),
    )


def _confirm_all(
    request: StaffRequest, back: str, act: Callable[[], actions.Confirmed]
) -> HttpResponse:
    try:
        done = act()
    except PlanError as error:
        for problem in error.problems:
            messages.error(request, problem)
        return redirect(back)
    messages.success(request, _("已确认 %(count)s 条。") % {"count": done.count})
    for left in done.left:
        messages.warning(request, _("未确认：%(left)s") % {"left": left})
    return redirect(back)


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: StaffRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    """The form with every field of a clause."""
    plan = plan_or_404(slug, edition)
    clause = clause_or_404(plan, pk)
    posted = request.POST if request.method == "POST" else None
    form = ClauseForm(posted, plan=plan, measure=clause.measure, clause=clause)
    problems: list[str] = []
    if posted is not None and form.is_valid():
        try:
            actions.correct_clause(
                seen(request, clause),
                form.clause_fields(),
                actor=request.user,
                now=clock.now(),
                reason=form.cleaned_data["note"],
            )
        except PlanError as error:
            problems = list(error.problems)
        else:
            messages.success(request, _("已更正。"))
            return redirect(f"{desk_url(plan, clause.measure)}#c-{clause.pk}")
    context = {"plan": plan, "clause": clause, "form": form, "problems": problems}
    context["here"] = desk_url(plan, clause.measure)
    return render(request, "plan/correct.html", context, status=_status(posted, form))


def _status(posted: object, form: object) -> int:
    return 200 if posted is None else 422


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    """Add what the reader did not see, by quoting it (or by selecting it on the desk)."""
    plan = plan_or_404(slug, edition)
    chosen = measure_or_404(plan, pk)
    posted = request.POST if request.method == "POST" else None
    form = ClauseForm(posted, plan=plan, measure=chosen, initial=_selected(request, plan, chosen))
    problems: list[str] = []
    if posted is not None and form.is_valid():
        try:
            given = form.clause_fields()
            made = actions.add_clause(plan, chosen, given, actor=request.user, now=clock.now())
        except PlanError as error:
            problems = list(error.problems)
        else:
            messages.success(request, _("已添加。"))
            return redirect(f"{desk_url(plan, chosen)}#c-{made.pk}")
    context = {"plan": plan, "measure": chosen, "form": form, "problems": problems}
    context["here"] = desk_url(plan, chosen)
    return render(request, "plan/add.html", context, status=_status(posted, form))


def _selected(request: StaffRequest, plan: Plan, chosen: Measure) -> dict[str, Any]:
    """What was selected in the text, if it lies within the measure."""
    defaults = {"kind": Clause.Kind.TARGET, "comparator": ">=", "per": "total"}
    start, end = request.GET.get("start", ""), request.GET.get("end", "")
    if not (start.isdecimal() and end.isdecimal()):
        return defaults
    first, last = int(start), int(end)
    if not chosen.start <= first < last <= chosen.end:
        return defaults
    words = phrase_at(plan.text, first, last)
    return {**defaults, "start": first, "end": last, "words": words}


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: StaffRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    """Cut one clause into several; 再加一条 gives another row."""
    plan = plan_or_404(slug, edition)
    clause = clause_or_404(plan, pk)
    problems: list[str] = []
    parts = _parts(request, clause)
    sent = request.method == "POST" and "more" not in request.POST
    if sent and parts.is_valid():
        try:
            actions.split_clause(
                seen(request, clause),
                [form.part_of(clause) for form in parts.forms],
                actor=request.user,
                now=clock.now(),
            )
        except PlanError as error:
            problems = list(error.problems)
        else:
            messages.success(request, _("已拆分。"))
            return redirect(f"{desk_url(plan, clause.measure)}#c-{clause.pk}")
    context = {"plan": plan, "clause": clause, "parts": parts, "problems": problems}
    context["here"] = desk_url(plan, clause.measure)
    return render(request, "plan/split.html", context, status=422 if sent else 200)


def _parts(request: StaffRequest, clause: Clause) -> "BaseFormSet[PartForm]":
    """The rows of the split form: suggested, as sent, or as sent with one more."""
    if request.method != "POST":
        suggested = suggested_parts(clause)[:MAX_PARTS]
        rows = formset_factory(PartForm, extra=0)
        return rows(initial=suggested, prefix="part")
    given = request.POST.copy()
    count = given.get("part-TOTAL_FORMS", "")
    number = min(int(count), MAX_PARTS) if count.isdecimal() else 2
    if "more" in given:
        number = min(number + 1, MAX_PARTS)
    given["part-TOTAL_FORMS"], given["part-INITIAL_FORMS"] = str(number), "0"
    rows = formset_factory(PartForm, extra=0, max_num=MAX_PARTS, absolute_max=MAX_PARTS)
    return rows(
        given,
        prefix="part",
        form_kwargs={"empty_permitted": False, "use_required_attribute": False},
    )
