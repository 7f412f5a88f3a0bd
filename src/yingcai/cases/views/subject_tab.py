"""The tab of a subject that shows its cases and what they granted."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.cases.queries.of_subject import cases_of
from yingcai.registry.access import scoped, subject_or_404
from yingcai.registry.queries.scope import AUDITOR, COUNTY, OFFICE, Scope
from yingcai.registry.tabs import Tab, add_tab
from yingcai.registry.views.subject import named

HERE = "cases:subject_cases"
CASE_VIEWERS = frozenset({OFFICE, COUNTY, AUDITOR})
add_tab(Tab(gettext_lazy("事项"), HERE, CASE_VIEWERS))


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
