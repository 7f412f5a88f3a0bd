"""申诉和投诉: from one's own case; what is missing in one, handed in later."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yingcai.audit import clock
from yingcai.cases.actions.appealing import LONGEST, answer_notice, appeal
from yingcai.cases.errors import CaseError, InvalidCase
from yingcai.cases.models import Case
from yingcai.cases.queries.appeals import doors, paper_appeal
from yingcai.cases.queries.flows import in_correction
from yingcai.cases.queries.scope import own_case
from yingcai.cases.queries.seats import acts_as_applicant
from yingcai.cases.queries.story import asked_for, letters, title_of
from yingcai.cases.viewers import viewer_of
from yingcai.cases.views.looking import look_at
from yingcai.identity.access import StaffRequest, signed_in

MOST_SENT = 40  # files at a time


@signed_in
@require_http_methods(["GET", "POST"])
def my_appeal(request: StaffRequest, handle: UUID, kind: str) -> HttpResponse:
    """The form of an appeal or a complaint about one's own case."""
    case = _own(request, handle)
    if case.on_paper and kind in (Case.Kind.APPEAL, Case.Kind.COMPLAINT):
        messages.info(request, paper_appeal(case))
        return redirect("cases:my_case", case.handle)
    door = next((one for one in doors(case, request.user, clock.today()) if one.kind == kind), None)
    if door is None:
        raise Http404
    text, told, wrong = request.POST.get("text", "")[: LONGEST + 1], list[str](), dict[str, str]()
    if request.method == "POST":
        try:
            made = appeal(case, kind, text, files_of(request), actor=request.user, now=clock.now())
        except CaseError as refusal:
            told = refusal.problems
            wrong = refusal.fields if isinstance(refusal, InvalidCase) else {}
        else:
            messages.success(request, _("已提交，编号 %(number)s。") % {"number": made.number})
            return redirect("cases:my_case", made.handle)
    look_at(case, viewer_of(case, request.user, clock.today()))
    context = {"door": door, "label": Case.Kind(kind).label, "text": text, "told": told}
    return _form(request, case, {**context, "wrong": wrong, "closed": door.why and not told})


@signed_in
@require_http_methods(["GET", "POST"])
def my_appeal_answer(request: StaffRequest, handle: UUID) -> HttpResponse:
    """What a notice said to be missing in an appeal of one's own."""
    case = _own(request, handle)
    waits = not case.asks_rules and in_correction(case)
    if not waits or not acts_as_applicant(case, request.user, clock.today()):
        raise Http404
    text, told, wrong = request.POST.get("text", "")[: LONGEST + 1], list[str](), dict[str, str]()
    if request.method == "POST":
        try:
            answer_notice(
                case, text, files_of(request), version=_version(request), actor=request.user,
                now=clock.now(),
            )  # fmt: skip
        except CaseError as refusal:
            told = refusal.problems
            wrong = refusal.fields if isinstance(refusal, InvalidCase) else {}
        else:
            messages.success(request, _("补正已提交。"))
            return redirect("cases:my_case", handle)
    look_at(case, viewer_of(case, request.user, clock.today()))
    items = asked_for(letters(case))
    context: dict[str, object] = {
        "label": _("补正"),
        "items": items,
        "text": text,
        "told": told,
        "wrong": wrong,
    }
    return _form(request, case, context)


def _form(request: HttpRequest, case: Case, context: dict[str, object]) -> HttpResponse:
    base = {"case": case, "title": title_of(case), "longest": LONGEST}
    status = 422 if context["told"] else 200
    return render(request, "cases/my_appeal.html", {**base, **context}, status=status)


def _own(request: StaffRequest, handle: UUID) -> Case:
    case = own_case(request.user, handle, clock.today())
    if case is None or case.submitted_at is None:
        raise Http404
    return case


def files_of(request: HttpRequest) -> list[tuple[str, bytes]]:
    """The files that came with a form."""
    return [(one.name or "", one.read()) for one in request.FILES.getlist("files")[:MOST_SENT]]


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
