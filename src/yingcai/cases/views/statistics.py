"""办件统计: how the work goes, for whoever works on cases or oversees them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.cases.queries.rule_book import rule_book
from yingcai.cases.queries.scope import desk_cases
from yingcai.cases.queries.statistics import by_programme, by_stage, by_unit
from yingcai.identity.access import roles_required
from yingcai.identity.queries import Role

READERS = (
    Role.OFFICE, Role.AUDITOR, Role.HEAD, Role.OFFICER, Role.WINDOW, Role.COUNTY, Role.FINANCE,
)  # fmt: skip


@require_safe
@roles_required(*READERS, act=gettext_lazy("查看办件统计"))
def case_statistics(request: HttpRequest) -> HttpResponse:
    """Counts alone: nobody is named."""
    on, book = clock.today(), rule_book()
    rows = desk_cases(request.user, on)
    context = {
        "on": on,
        "none": book is None or not rows.exists(),
        "tables": [
            ("programme", by_programme(rows, book, on)),
            ("unit", by_unit(rows, on)),
        ]
        if book
        else [],
        "stages": by_stage(rows, book, on) if book else [],
    }
    return render(request, "cases/statistics.html", context)
