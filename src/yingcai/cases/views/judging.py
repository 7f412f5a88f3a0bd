"""专家评议: an expert who was drawn by lot says what he finds of one fact of a case, or keeps away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.files import file_name, read_file
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.errors import CaseError, InvalidCase, StaleCase
from yingcai.cases.judged import Asked, asked_of_experts
from yingcai.cases.models import Case, CaseTask
from yingcai.cases.queries.experts import asked_of
from yingcai.cases.queries.scope import case_scope
from yingcai.engine.sealing import NotSealed
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import Role
from yingcai.identity.views.downloads import brought
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.errors import Damaged, Erased

DEEDS = {
    "agree": gettext_lazy("已记下您的意见：同意"),
    "refuse": gettext_lazy("已记下您的意见：不同意"),
    "recuse": gettext_lazy("已登记回避，已另抽一位专家"),
}
MOST = 1000  # letters of a reason
CASE = "case"  # the field of a look at what stands in a case


def _task_or_404(request: StaffRequest, handle: UUID) -> CaseTask:
    task = asked_of(request.user, clock.today()).filter(case__handle=handle).first()
    if task is None:
        raise Http404
    return task


@require_http_methods(["GET", "POST"])
@roles_required(Role.EXPERT, act=gettext_lazy("专家：评议事项，申明回避"))
def judged_case(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One case of which one fact is asked: the opinion with its reason, once; or a word that one keeps away."""
    task = _task_or_404(request, handle)
    if request.method == "GET":
        return _page(request, task)
    deed, reason = request.POST.get("deed", ""), request.POST.get("reason", "").strip()
    version = request.POST.get("version", "")
    try:
        if deed not in DEEDS:
            raise InvalidCase(_("请选择同意、不同意或者回避"))
        if not 2 <= len(reason) <= MOST:
            raise InvalidCase(_("请写明理由，2到1000个字"))
        number = int(version) if version.isdecimal() and len(version) < 10 else -1
        step = Step(deed, reason=reason)
        move(task.case, step, version=number, actor=request.user, now=clock.now())
    except CaseError as refusal:
        status = 409 if isinstance(refusal, StaleCase) else 422
        return _page(request, _task_or_404(request, handle), refusal.problems, status)
    messages.success(request, str(DEEDS[deed]))
    return redirect("cases:reviews")


def _page(
    request: StaffRequest, task: CaseTask, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    asked = _asked(task.case)
    _look(request, task.case, asked.names)
    context = {
        "task": task,
        "case": task.case,
        "asked": asked,
        "reason": request.POST.get("reason", "")[:MOST] if problems else "",
        "problems": problems or [],
    }
    return render(request, "cases/panels/judged.html", context, status=status)


def _asked(case: Case) -> Asked:
    try:
        return asked_of_experts(case)
    except (Erased, NotSealed):
        raise Http404 from None


def _look(request: StaffRequest, case: Case, names: tuple[str, ...]) -> None:
    told = [*NAME, CASE, *(name for name in names if name.startswith("person."))]
    scope = case_scope(request.user, case, clock.today())
    note_looks(scope, [case.subject], told, now=clock.now())


@require_safe
@roles_required(Role.EXPERT, act=gettext_lazy("专家：查看评议事项的材料"))
def judged_paper(request: StaffRequest, handle: UUID, pk: int) -> HttpResponse:
    """A document by which the fact is judged."""
    case = _task_or_404(request, handle).case
    asked = _asked(case)
    row = next((one for one, _words in asked.papers if one.pk == pk), None)
    if row is None:
        raise Http404
    row.case = case
    _look(request, case, ())
    try:
        data, name = read_file(row), file_name(row)
    except (Damaged, Erased, FileNotFoundError):
        raise Http404 from None
    return brought(data, name)
