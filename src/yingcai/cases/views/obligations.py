"""履约: what one owes for an award, to report from a phone; and the desk that checks it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.obligations import LONGEST, find, report
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.errors import CaseError, InvalidCase, StaleCase
from yingcai.cases.models import Obligation
from yingcai.cases.queries import obligations as owing
from yingcai.cases.queries.scope import case_scope
from yingcai.cases.queries.seats import Held, acts_as_applicant, held_seats, may_apply_as
from yingcai.cases.viewers import viewer_of
from yingcai.cases.views.appeals import files_of
from yingcai.cases.views.desk import READERS, SEATS
from yingcai.cases.views.looking import look_at
from yingcai.cases.views.paging import place_of, query_of
from yingcai.cases.views.reading import refuse_readers
from yingcai.identity.access import StaffRequest, roles_required, signed_in
from yingcai.registry.actions.looking import NAME, note_looks


@signed_in
@require_safe
def my_obligations(request: StaffRequest) -> HttpResponse:
    """What one owes for awards, what waits and is due first on top."""
    on = clock.today()
    rows = owing.own_obligations(request.user, on)
    waiting = rows.filter(state__in=owing.WAITING)
    found, place = owing.page_of(waiting, place_of(request.GET.get("after", "")))
    first = "after" not in request.GET
    settled = rows.exclude(state__in=owing.WAITING).reverse()[: owing.PAGE] if first else []
    context = {
        "waiting": [owing.owed(row, on) for row in found],
        "settled": [owing.owed(row, on) for row in settled],
        "next": query_of(place),
        "first": first,
        "may": bool(may_apply_as(request.user, on)),
    }
    return render(request, "cases/my_obligations.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def my_obligation(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One of them: when it is due, what was said of it, and the form of a report."""
    on = clock.today()
    row = owing.own_obligation(request.user, handle, on)
    if row is None:
        raise Http404
    text, problems = request.POST.get("text", "")[: LONGEST + 1], dict[str, str]()
    told: list[str] = []
    if request.method == "POST":
        try:
            report(
                row, text, files_of(request), version=_version(request), actor=request.user,
                now=clock.now(),
            )  # fmt: skip
        except CaseError as refusal:
            told = refusal.problems
            problems = refusal.fields if isinstance(refusal, InvalidCase) else {}
        else:
            messages.success(request, _("已报告，等牵头单位核实。"))
            return redirect("cases:my_obligation", handle)
        row = owing.own_obligation(request.user, handle, on) or row
    viewer = viewer_of(row.award.case, request.user, on)
    look_at(row.award.case, viewer)
    context = {
        **_story(row),
        "viewer": viewer,
        "may_report": row.waits and acts_as_applicant(row.award.case, request.user, on),
        "text": text,
        "told": told,
        "problems": problems,
        "longest": LONGEST,
    }
    return render(request, "cases/my_obligation.html", context, status=422 if told else 200)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _story(row: Obligation) -> dict[str, object]:
    settled_at, by_facts = owing.settled_words(row)
    return {
        "one": owing.owed(row, clock.today()),
        "row": row,
        "case": row.award.case,
        "spoken": owing.spoken(row),
        "files": owing.brought_for(row),
        "settled_at": settled_at,
        "by_facts": by_facts,
    }


@require_safe
@roles_required(*READERS, act=gettext_lazy("查看履约情况"))
def desk_obligations(request: StaffRequest) -> HttpResponse:
    """What was reported and waits, what is overdue, what is to come, what is settled."""
    on, held = clock.today(), held_seats(request.user, clock.today())
    which = request.GET.get("show", "reported")
    which = which if which in owing.SHOWN else "reported"
    rows = owing.desk_obligations(request.user, on, held)
    after = place_of(request.GET.get("after", ""))
    found, place = owing.page_of(owing.listed(rows, which, on), after)
    if found:
        scope = case_scope(request.user, found[0].award.case, on, held)
        subjects = {row.award.case.subject_id: row.award.case.subject for row in found}
        note_looks(scope, subjects.values(), NAME, now=clock.now())
    counted = owing.tallies(rows, on)
    tabs = [(name, TABS[name], counted[name]) for name in owing.SHOWN]
    context = {
        "which": which,
        "tabs": tabs,
        "rows": [owing.owed(row, on) for row in found],
        "next": f"?show={which}&after={query_of(place)}" if place else "",
    }
    return render(request, "cases/desk_obligations.html", context)


TABS = {
    "reported": gettext_lazy("待核实"),
    "overdue": gettext_lazy("逾期未报"),
    "open": gettext_lazy("未到期"),
    "settled": gettext_lazy("已有结论"),
}


@require_http_methods(["GET", "POST"])
@roles_required(*READERS, act=gettext_lazy("核实履约情况"))
def desk_obligation(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One of them with its reports and files, and what an officer of the lead unit may find."""
    refuse_readers(request)
    held = held_seats(request.user, clock.today())
    row = _found(request, handle, held)
    told: list[str] = []
    if request.method == "POST":
        try:
            find(
                row, request.POST.get("move", ""), request.POST.get("text", "")[:LONGEST],
                version=_version(request), actor=request.user, now=clock.now(),
            )  # fmt: skip
        except CaseError as refusal:
            told, status = refusal.problems, 409 if isinstance(refusal, StaleCase) else 422
        else:
            messages.success(request, _("已记录，并已告知对方。"))
            return redirect("cases:desk_obligation", handle)
        row = _found(request, handle, held)
    case = row.award.case
    scope = case_scope(request.user, case, clock.today(), held)
    note_looks(scope, [case.subject], INSIDE, now=clock.now())
    checks = owing.checks_as(request.user, case, clock.today(), held)
    context = {
        **_story(row),
        "may_find": row.waits and checks and bool(set(request.held_roles) & set(SEATS)),
        "over": row.due_on < clock.today(),
        "typed": request.POST.get("text", "")[:LONGEST],
        "told": told,
        "longest": LONGEST,
    }
    return render(request, "cases/desk_obligation.html", context, status=status if told else 200)


def _found(request: StaffRequest, handle: UUID, held: Held) -> Obligation:
    row = owing.desk_obligation(request.user, handle, clock.today(), held)
    if row is None:
        raise Http404
    return row
