"""办件统计: how the work goes, for whoever works on cases or oversees them."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.cases.queries.qualified import TakeUp, take_up
from yingcai.cases.queries.rule_book import RuleBook, rule_book
from yingcai.cases.queries.scope import CITY, desk_cases
from yingcai.cases.queries.seats import held_seats
from yingcai.cases.queries.statistics import (
    awards_by_programme,
    by_programme,
    by_stage,
    by_unit,
)
from yingcai.identity.access import StaffRequest, held_roles, roles_required
from yingcai.identity.queries import Role

READERS = (
    Role.OFFICE, Role.AUDITOR, Role.HEAD, Role.OFFICER, Role.WINDOW, Role.COUNTY, Role.FINANCE,
)  # fmt: skip

SMALL = 5  # where the pack says nothing


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
        "granted": awards_by_programme(rows, book) if book else [],
        "take_up": _take_up(request, book) if book else [],
        "names_open": Role.OFFICE in held_roles(request),
    }
    return render(request, "cases/statistics.html", context)


def _take_up(request: HttpRequest, book: RuleBook) -> list[TakeUp]:
    """Of all programmes for who oversees the city, else of those that one's units lead."""
    held = held_seats(cast("StaffRequest", request).user, clock.today())
    city = any(role in CITY for role, _unit in held)
    least = int(book.pack.pack.get("small_cells", SMALL))
    return take_up(book, None if city else {unit for _role, unit in held}, least=least)
