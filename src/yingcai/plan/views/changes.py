"""The editor of a published target: one form at a time, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from django import forms
from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yingcai.audit import clock
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import Role
from yingcai.plan import actions
from yingcai.plan.actions import Why
from yingcai.plan.errors import PlanError
from yingcai.plan.forms.ledger import (
    BaselineForm,
    CourseForm,
    DatesForm,
    OwnerForm,
    PathForm,
    PointForm,
    ReasonForm,
    SharesForm,
    owner_unit_choices,
)
from yingcai.plan.models import Target
from yingcai.plan.queries.ledger import path_of
from yingcai.plan.views.ledger import target_or_404, unit_or_404

TABS = {
    "owners": gettext_lazy("责任单位"),
    "shares": gettext_lazy("分解到各地"),
    "path": gettext_lazy("推进路径"),
    "baseline": gettext_lazy("基数"),
    "dates": gettext_lazy("起止日期"),
    "course": gettext_lazy("计数方式"),
}
# BaseFormSet takes its parameter in annotations only; Django's own class is not subscriptable.
Rows: TypeAlias = "BaseFormSet[Any] | None"
Editor: TypeAlias = "Callable[[StaffRequest, Target], tuple[forms.Form, Rows, Change]]"
Change: TypeAlias = Callable[[Why], None]


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def target_edit(request: StaffRequest, code: str) -> HttpResponse:
    """Show one form of the target (``?what=``), or make the change it asks for."""
    target = target_or_404(code)
    what = request.GET.get("what", "owners")
    what = what if what in TABS else "owners"
    form, rows, change = EDITORS[what](request, target)
    problems: list[str] = []
    if request.method == "POST" and _valid(form, rows):
        why = Why(request.user, clock.now(), form.cleaned_data["reason"])
        try:
            change(why)
        except PlanError as error:
            problems = list(error.problems)
        else:
            messages.success(request, _("已调整，历史记录里可以查到。"))
            return redirect("plan:target", code)
    unit_code = request.GET.get("unit", "")
    context = {
        "target": target,
        "plan": target.plan,
        "what": what,
        "tabs": [{"what": name, "label": label} for name, label in TABS.items()],
        "form": form,
        "rows": rows,
        "problems": problems,
        "unit_code": unit_code,
        "shares": list(target.shares.all()),
        "path": path_of(target, unit_code=unit_code),
    }
    return render(
        request, "plan/target_edit.html", context, status=422 if request.method == "POST" else 200
    )


def _valid(form: forms.Form, rows: Rows) -> bool:
    # Both are asked, so that every problem is shown at once.
    return all([form.is_valid(), rows is None or rows.is_valid()])


def _posted(request: StaffRequest, target: Target) -> Any:
    """The form that was sent, with the target as it was on the page it came from."""
    if request.method != "POST":
        return None
    version = request.POST.get("version", "")
    if version.isdecimal():
        target.version = int(version)
    return request.POST


def _owners(request: StaffRequest, target: Target) -> tuple[forms.Form, Rows, Change]:
    posted = _posted(request, target)
    initial = [{"code": owner.unit.code, "role": owner.role} for owner in target.owners.all()]
    made = formset_factory(OwnerForm, extra=2, max_num=60)
    options = {"choices": owner_unit_choices()}
    rows = made(posted, initial=initial, prefix="owner", form_kwargs=options)

    def change(why: Why) -> None:
        given = [row.cleaned_data for row in rows.forms if row.cleaned_data.get("code")]
        actions.set_owners(target, {row["code"]: row["role"] for row in given}, why)

    return ReasonForm(posted), rows, change


def _shares(request: StaffRequest, target: Target) -> tuple[forms.Form, Rows, Change]:
    form = SharesForm(_posted(request, target), target=target)
    return form, None, lambda why: actions.set_shares(target, form.shares(), why)


def _path(request: StaffRequest, target: Target) -> tuple[forms.Form, Rows, Change]:
    posted = _posted(request, target)
    unit_code = unit_or_404(request.GET.get("unit", ""))
    points = target.milestones.filter(unit__code=unit_code or None)
    initial = [{"due_on": point.due_on, "value": point.value} for point in points]
    made = formset_factory(PointForm, extra=4, max_num=80)
    rows = made(posted, initial=initial, prefix="point")
    form = PathForm(posted)

    def change(why: Why) -> None:
        given = [row.cleaned_data for row in rows.forms if row.cleaned_data.get("due_on")]
        actions.set_milestones(
            target,
            sorted((row["due_on"], row["value"]) for row in given),
            why,
            unit_code=unit_code,
            falling_is_meant=form.cleaned_data["falling_is_meant"],
        )

    return form, rows, change


def _baseline(request: StaffRequest, target: Target) -> tuple[forms.Form, Rows, Change]:
    form = BaselineForm(_posted(request, target), initial={"value": target.baseline_value})
    return (
        form,
        None,
        lambda why: actions.set_baseline(target, form.cleaned_data["value"], why),
    )


def _dates(request: StaffRequest, target: Target) -> tuple[forms.Form, Rows, Change]:
    initial = {"starts_on": target.starts_on, "due_on": target.due_on}
    form = DatesForm(_posted(request, target), initial=initial)

    def change(why: Why) -> None:
        given = form.cleaned_data
        actions.set_due(target, starts_on=given["starts_on"], due_on=given["due_on"], why=why)

    return form, None, change


def _course(request: StaffRequest, target: Target) -> tuple[forms.Form, Rows, Change]:
    form = CourseForm(_posted(request, target), initial={"course": target.course})
    return form, None, lambda why: actions.set_course(target, form.cleaned_data["course"], why)


EDITORS: dict[str, Editor] = {
    "owners": _owners,
    "shares": _shares,
    "path": _path,
    "baseline": _baseline,
    "dates": _dates,
    "course": _course,
}
