"""Requests to correct: the desk of the offices, and the decision on one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.identity.views.downloads import brought
from yingcai.registry.access import scoped
from yingcai.registry.actions.evidence import open_evidence
from yingcai.registry.actions.looking import NAME, note_looks, open_facts
from yingcai.registry.actions.requests import asked_value, decide_request
from yingcai.registry.errors import RegistryError
from yingcai.registry.evidence_files import place_of
from yingcai.registry.forms import AnswerForm
from yingcai.registry.lines import value_words
from yingcai.registry.models import ChangeRequest
from yingcai.registry.queries.asked import asked_words, days_words, other_side, request_label
from yingcai.registry.queries.facts import source_words
from yingcai.registry.queries.scope import COUNTY, OFFICE, Scope
from yingcai.registry.queries.search import SIDES, open_requests, requests_in
from yingcai.registry.views.subject import about

SHOWN = 200


@require_safe
@scoped(OFFICE, COUNTY, act=gettext_lazy("查看更正申请"))
def requests(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What waits for a decision, due first on top."""
    found = list(open_requests(scope)[:SHOWN])
    note_looks(scope, [row.subject for row in found], ["name"], now=clock.now())
    rows = [(row, request_label(row), row.due_on < scope.on) for row in found]
    return render(request, "registry/requests.html", {"rows": rows, "limit": SHOWN})


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("审核更正申请"))
def decide(request: HttpRequest, scope: Scope, pk: int) -> HttpResponse:
    """What is recorded, what is asked for, what proves it; yes or no with a reason."""
    row = _row(scope, pk)
    form = AnswerForm(request.POST or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        accept = request.POST.get("word") == "yes"
        try:
            decide_request(
                scope, row, accept=accept, answer=answer, actor=scope.user, now=clock.now()
            )
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已办结，申请人可以看到结果。"))
            return redirect("registry:requests")
    status = 422 if request.method == "POST" else 200
    return render(
        request, "registry/decide.html", _context(scope, row, form, problems), status=status
    )


def _context(
    scope: Scope, row: ChangeRequest, form: AnswerForm, problems: list[str]
) -> dict[str, Any]:
    now = clock.now()
    wanted = asked_value(scope, row, now=now)
    return {
        **about(row.subject),
        **_now_so(scope, row),
        "row": row,
        "label": request_label(row),
        "wanted": asked_words(row, wanted),
        "form": form,
        "problems": problems,
        "open": row.status == ChangeRequest.Status.OPEN,
    }


def _now_so(scope: Scope, row: ChangeRequest) -> dict[str, Any]:
    """What is recorded now, by which source, and with whom; whoever is named or opened has a look."""
    if row.relation is not None:
        other = other_side(row, row.relation)
        note_looks(scope, [other], NAME, now=clock.now())
        return {
            "current": days_words(row.relation.starts_on, row.relation.ends_on),
            "current_source": source_words(row.relation.source),
            "other": other,
            "corrected_since": row.status == ChangeRequest.Status.OPEN
            and hasattr(row.relation, "replaced_by"),
        }
    if row.wrong is None:
        return {}
    opened = open_facts(scope, row.subject, [row.wrong], now=clock.now())
    return {
        "current": value_words(row.wrong, opened),
        "current_source": source_words(row.wrong.source),
    }


def _row(scope: Scope, pk: int) -> ChangeRequest:
    row = (
        requests_in(scope)
        .filter(pk=pk)
        .select_related(
            "subject__county",
            "subject__merged_into",
            "made_by",
            "wrong__subject",
            "relation__replaced_by",
            *SIDES,
        )
        .first()
    )
    if row is None:
        raise Http404
    return row


@require_safe
@scoped(OFFICE, COUNTY, act=gettext_lazy("查看更正申请的证明材料"))
def evidence(request: HttpRequest, scope: Scope, pk: int) -> HttpResponse:
    """What the person brought, as an attachment; the look is written down."""
    row = _row(scope, pk)
    if not row.evidence_stored_as or not place_of(row.evidence_stored_as).is_file():
        raise Http404
    try:
        data = open_evidence(scope, row, now=clock.now())
    except RegistryError as refusal:
        messages.error(request, str(refusal))
        return redirect("registry:decide", row.pk)
    return brought(data, row.evidence_name)
