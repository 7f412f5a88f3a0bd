"""公示: what is published, for everybody; an objection, by somebody who is signed in."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.errors import CaseError
from yingcai.cases.queries.publicity import published, published_case
from yingcai.cases.views.paging import place_of, query_of
from yingcai.identity.access import once_per_form, signed_in

UNPROCESSABLE = 422
LONGEST = 1000


@require_safe
def publicity(request: HttpRequest) -> HttpResponse:
    """The list of today; names of persons are masked."""
    found = published(clock.today(), after=place_of(request.GET.get("after", "")))
    context = {
        "rows": found.rows,
        "next": query_of(found.next),
        "first": "after" not in request.GET,
    }
    return render(request, "cases/publicity.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
@once_per_form
def objection(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Object to what is published, with reasons."""
    found = published_case(handle, clock.today())
    if found is None:
        raise Http404
    case, line = found
    reason, problems = request.POST.get("reason", "").strip()[:LONGEST], list[str]()
    if request.method == "POST" and not reason:
        problems.append(_("请写明异议的事实和理由。"))
    elif request.method == "POST":
        try:
            step = Step("object", reason=reason)
            move(case, step, version=case.version, actor=request.user, now=clock.now())  # type: ignore[arg-type]
        except CaseError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("异议已提交，受理机关会在公示期满前答复。"))
            return redirect("cases:publicity")
    context = {"line": line, "reason": reason, "problems": problems, "longest": LONGEST}
    return render(
        request, "cases/objection.html", context, status=UNPROCESSABLE if problems else 200
    )
