"""The list of plans and editions; bringing a plan in; the downloads."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import Role
from yingcai.plan.actions import import_plan
from yingcai.plan.errors import PlanError
from yingcai.plan.forms.heads import ImportForm
from yingcai.plan.models import Plan
from yingcai.plan.queries.plans import editions
from yingcai.plan.queries.reading import reading_of
from yingcai.plan.views.access import closed_to, plan_or_404, viewer_of

PASTED = "paste.txt"


@roles_required()
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: StaffRequest) -> HttpResponse:
    """Every plan and edition with how far its confirmation has come; the form to bring one in."""
    plans = list(editions())
    if request.method == "POST":
        return _bring_in(request, plans)
    return _index(request, plans, ImportForm(plans=plans))


@roles_required(Role.OFFICE)
def _bring_in(request: StaffRequest, plans: list[Plan]) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES, plans=plans)
    if not form.is_valid():
        return _index(request, plans, form, status=422)
    data, name = _source(form.cleaned_data)
    try:
        imported = import_plan(
            data,
            name,
            actor=request.user,
            now=clock.now(),
            slug=form.cleaned_data["slug"],
        )
    except PlanError as error:
        return _index(request, plans, form, problems=error.problems, status=422)
    if imported.created:
        messages.success(request, _("已读入，请逐条核对。读不准的地方都列在页面上。"))
    else:
        messages.info(request, _("同一份文件以前已经导入过，下面就是它。"))
    return redirect("plan:read", imported.plan.slug, imported.plan.edition)


def _source(given: dict[str, Any]) -> tuple[bytes, str]:
    """The uploaded file, else the pasted text as a file."""
    file = given["file"]
    if file:
        return file.read(), file.name
    return given["pasted"].encode("utf-8", "surrogatepass"), PASTED


def _index(
    request: HttpRequest, plans: list[Plan], form: ImportForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"plans": plans, "form": form, "may_import": viewer_of(request).office, **more}
    return render(request, "plan/index.html", context, status=status)


@require_safe
def text(request: HttpRequest, slug: str, edition: int) -> HttpResponse:
    """The plan's text as it was decoded; spans of the reading are offsets into it."""
    plan = plan_or_404(slug, edition)
    closed = closed_to(viewer_of(request), request, plan)
    if closed is not None:
        return closed
    # Line ends must not be rewritten: offsets count every character.
    response = HttpResponse(plan.text.encode(), content_type="text/plain; charset=utf-8")
    name = f"{plan.slug}-{plan.edition}.txt"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""  # noqa: FBT003
    return response


@require_safe
def reading(request: HttpRequest, slug: str, edition: int) -> HttpResponse:
    """The reading as it stands, as JSON in the shape of the engine's schema."""
    plan = plan_or_404(slug, edition)
    closed = closed_to(viewer_of(request), request, plan)
    if closed is not None:
        return closed
    response = JsonResponse(
        reading_of(plan).as_dict(), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    name = f"{plan.slug}-{plan.edition}.json"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""  # noqa: FBT003
    return response
