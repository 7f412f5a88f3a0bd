"""The tabs of a subject that show its cases, and the money that they granted."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.cases.queries.money import money_of
from yingcai.cases.queries.of_subject import cases_of
from yingcai.registry.access import scoped, subject_or_404
from yingcai.registry.queries.scope import AUDITOR, COUNTY, EMPLOYER, OFFICE, Scope
from yingcai.registry.tabs import Tab, add_tab, is_open
from yingcai.registry.views.subject import named

HERE = "cases:subject_cases"
CASE_VIEWERS = frozenset({OFFICE, COUNTY, AUDITOR})
MONEY = "cases:subject_money"
MONEY_VIEWERS = CASE_VIEWERS | {EMPLOYER}
add_tab(Tab(gettext_lazy("办件记录"), HERE, CASE_VIEWERS))
add_tab(Tab(gettext_lazy("资金"), MONEY, MONEY_VIEWERS, of_staff=False))


@require_safe
@scoped(*sorted(CASE_VIEWERS), act=gettext_lazy("查看主体的事项"))
def subject_cases(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """Every case that was handed in for a subject, the newest first."""
    found = subject_or_404(scope, str(handle))
    context = {
        **named(found, scope, HERE),
        "rows": cases_of(found),
        "may_open": scope.capacity == OFFICE,
    }
    return render(request, "cases/subject_cases.html", context)


@require_safe
@scoped(*sorted(MONEY_VIEWERS), act=gettext_lazy("查看主体获得的资金"))
def subject_money(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """What was granted to a subject in money. A firm's officer sees that of the firm, not of its people."""
    found = subject_or_404(scope, str(handle))
    if not is_open(MONEY, found, scope.capacity):
        raise Http404
    context = {
        **named(found, scope, MONEY),
        "money": money_of([found.pk]),
        "may_open": scope.capacity == OFFICE,
    }
    return render(request, "cases/subject_money.html", context)
