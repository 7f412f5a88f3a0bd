"""The head of a plan, the units of its measures, signing, publishing, returning; editions compared."""

from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.engine.reading import compare
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import Role
from yingcai.plan import actions
from yingcai.plan.errors import PlanError
from yingcai.plan.forms.heads import (
    HeadForm,
    ReturnForm,
    UnitForm,
    head_initial,
    unit_choices,
    units_initial,
)
from yingcai.plan.models import Measure, Plan
from yingcai.plan.queries import progress
from yingcai.plan.queries.digest import reading_digest
from yingcai.plan.queries.plans import editions_before
from yingcai.plan.queries.readiness import signed_by, what_is_open
from yingcai.plan.queries.reading import reading_of
from yingcai.plan.views.access import closed_to, measure_or_404, plan_or_404, viewer_of
from yingcai.plan.views.desk import desk_url
from yingcai.plan.views.differences import rows_of

SPARE_ROWS = 2


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def head(request: StaffRequest, slug: str, edition: int) -> HttpResponse:
    """The form with title, number, issuers, date and years."""
    plan = plan_or_404(slug, edition)
    posted = request.POST if request.method == "POST" else None
    form = HeadForm(posted, initial=head_initial(plan))
    problems: list[str] = []
    if posted is not None and form.is_valid():
        try:
            actions.correct_head(
                _seen(request, plan), form.head(), actor=request.user, now=clock.now()
            )
        except PlanError as error:
            problems = list(error.problems)
        else:
            messages.success(request, _("已保存基本信息。"))
            return redirect("plan:read", slug, edition)
    context = {"plan": plan, "form": form, "problems": problems}
    return render(request, "plan/head.html", context, status=200 if posted is None else 422)


def _seen(request: StaffRequest, plan: Plan) -> Plan:
    posted = request.POST.get("version", "")
    if posted.isdecimal():
        plan.version = int(posted)
    return plan


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def units(request: StaffRequest, slug: str, edition: int, pk: int) -> HttpResponse:
    """The responsible units of one measure: printed names, whom they mean, lead or joint."""
    plan = plan_or_404(slug, edition)
    chosen = measure_or_404(plan, pk)
    choices, names = unit_choices()
    rows = _unit_rows(request, chosen, choices)
    problems: list[str] = []
    if request.method == "POST" and rows.is_valid():
        given = [form.responsible(names) for form in rows.forms if form.stands()]
        try:
            actions.set_measure_units(chosen, given, actor=request.user, now=clock.now())
        except PlanError as error:
            problems = list(error.problems)
        else:
            messages.success(request, _("已保存责任单位。"))
            return redirect(desk_url(plan, chosen))
    context = {"plan": plan, "measure": chosen, "rows": rows, "problems": problems}
    context["here"] = desk_url(plan, chosen)
    status = 422 if request.method == "POST" else 200
    return render(request, "plan/units.html", context, status=status)


def _unit_rows(
    request: StaffRequest, chosen: Measure, choices: list[tuple[str, str]]
) -> "BaseFormSet[UnitForm]":
    options: dict[str, Any] = {"prefix": "unit", "form_kwargs": {"choices": choices}}
    rows = formset_factory(UnitForm, extra=SPARE_ROWS, max_num=100)
    if request.method == "POST":
        return rows(request.POST, initial=units_initial(chosen), **options)
    return rows(initial=units_initial(chosen), **options)


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: StaffRequest, slug: str, edition: int) -> HttpResponse:
    """The first person sees what is open, or the digest to sign."""
    plan = plan_or_404(slug, edition)
    if plan.status != Plan.Status.DRAFT:
        return redirect("plan:publish", slug, edition)
    if request.method == "POST":
        try:
            actions.submit_plan(plan, actor=request.user, now=clock.now())
        except PlanError as error:
            return _signing(request, plan, problems=list(error.problems), status=422)
        messages.success(request, _("已提交，请另一位工作人员复核并发布。"))
        return redirect("plan:publish", slug, edition)
    return _signing(request, plan, problems=[])


def _signing(
    request: StaffRequest, plan: Plan, *, problems: list[str], status: int = 200
) -> HttpResponse:
    context = {
        "plan": plan,
        "waiting": problems or what_is_open(plan),
        "refused": bool(problems),
        "digest": reading_digest(plan),
        "progress": progress(plan),
    }
    return render(request, "plan/submit.html", context, status=status)


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: StaffRequest, slug: str, edition: int) -> HttpResponse:
    """The second person compares the digest and publishes."""
    plan = plan_or_404(slug, edition)
    if plan.status == Plan.Status.DRAFT:
        return redirect("plan:submit", slug, edition)
    problems: list[str] = []
    if request.method == "POST":
        digest = request.POST.get("digest", "")
        try:
            actions.publish_plan(plan, digest=digest, actor=request.user, now=clock.now())
        except PlanError as error:
            problems = list(error.problems)
        else:
            messages.success(request, _("已发布，目标台账已经生成。"))
            return redirect("plan:ledger")
    context = {
        "plan": plan,
        "problems": problems,
        "digest": reading_digest(plan),
        "same_person": signed_by(plan, request.user, on=clock.today()),
        "form": ReturnForm(),
        "progress": progress(plan),
    }
    return render(request, "plan/publish.html", context, status=409 if problems else 200)


@roles_required(Role.OFFICE)
@require_POST
def send_back(request: StaffRequest, slug: str, edition: int) -> HttpResponse:
    """Open a submitted plan for changes again."""
    plan = plan_or_404(slug, edition)
    reason = request.POST.get("reason", "")
    try:
        actions.return_plan(plan, reason=reason, actor=request.user, now=clock.now())
    except PlanError as error:
        for problem in error.problems:
            messages.error(request, problem)
        return redirect("plan:publish", slug, edition)
    messages.success(request, _("已退回，可以继续更正。"))
    return redirect("plan:read", slug, edition)


@require_safe
def difference(request: HttpRequest, slug: str, edition: int) -> HttpResponse:
    """What changed from an earlier edition (by default the one before)."""
    plan, viewer = plan_or_404(slug, edition), viewer_of(request)
    closed = closed_to(viewer, request, plan)
    if closed is not None:
        return closed
    others = editions_before(plan)
    if not others:
        raise Http404
    wanted = request.GET.get("from", "")
    old = next((one for one in others if str(one.edition) == wanted), others[0])
    closed = closed_to(viewer, request, old)
    if closed is not None:
        return closed
    rows = rows_of(compare(reading_of(old), reading_of(plan)))
    context = {"plan": plan, "old": old, "others": others, "groups": rows}
    return render(request, "plan/difference.html", context)
