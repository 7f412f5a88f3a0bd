"""免申即享: the person's answer to what he was told, and the office's list of who has not applied."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.finding import hear_no_more, take_up
from yingcai.cases.errors import CaseError
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.qualified import last_run, qualified_for, told_to
from yingcai.cases.queries.rule_book import rule_book
from yingcai.identity.access import StaffRequest, roles_required, signed_in
from yingcai.identity.queries import Role
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.queries.scope import OFFICE, usual_scope


@signed_in
@require_POST
def my_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin what was prepared, or hear of it no more."""
    row = told_to(request.user, clock.today()).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        if request.POST.get("word") == "apply":
            case = take_up(row, actor=request.user, now=clock.now())
            return redirect("cases:apply_form", case.handle)
        hear_no_more(row, actor=request.user, now=clock.now())
    except CaseError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("好的，不再提示这一项。需要时仍可以从办事指南申请。"))
    return redirect("cases:my_cases")


@require_safe
@roles_required(Role.OFFICE, act=gettext_lazy("查看符合条件而没有申请的人"))
def qualified(request: StaffRequest, name: str) -> HttpResponse:
    """Who qualifies for a programme by what the city knows and has not applied; each leaves a look."""
    book = rule_book()
    programme = book.rules.programmes.get(name) if book else None
    if programme is None:
        raise Http404
    text = request.GET.get("after", "")
    after = int(text) if text.isdecimal() and len(text) < 19 else 0
    rows, following = qualified_for(name, after=after)
    scope = usual_scope(request.user, on=clock.today(), among=(OFFICE,))
    note_looks(scope, [row.subject for row in rows], NAME, now=clock.now())
    context = {
        "name": name,
        "title": in_language(programme.title),
        "rows": rows,
        "run": last_run(),
        "older_href": f"?after={following}" if following else "",
        "first": not after,
    }
    return render(request, "cases/qualified.html", context)
