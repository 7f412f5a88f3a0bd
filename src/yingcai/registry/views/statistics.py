"""How many subjects of the register or of a list there are, by one trait or two."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.registry.access import scoped
from yingcai.registry.actions.counting import count_run, many
from yingcai.registry.actions.finding import note_counted
from yingcai.registry.errors import RegistryError
from yingcai.registry.models import SavedList
from yingcai.registry.queries.counting import Counted, as_table, grouped, traits_for
from yingcai.registry.queries.filters import Filters, matching
from yingcai.registry.queries.lists import subjects_of
from yingcai.registry.queries.scope import AUDITOR, COUNTY, EMPLOYER, OFFICE, Scope
from yingcai.registry.views.filtering import asked_in, described, form_of
from yingcai.registry.views.finding import UNPROCESSABLE
from yingcai.registry.views.lists import context_of

STAFF = (OFFICE, COUNTY, AUDITOR, EMPLOYER)


@require_safe
@scoped(*STAFF, act=gettext_lazy("统计"))
def statistics(request: HttpRequest, scope: Scope) -> HttpResponse:
    """A table of counts in scope; small ones are hidden where the purpose does not handle cases."""
    saved, asked = context_of(scope, request.GET.get("list", "")), asked_in(request, scope)
    filters = Filters.read(saved.filters) if saved else asked.filters
    form = form_of(asked, scope)
    traits = traits_for(scope, dict(form["counties"]))
    rows = traits.get(request.GET.get("rows", "county"))
    columns = traits.get(request.GET.get("columns", ""))
    problems, counted, run = list(asked.problems), None, None
    if rows is None or (request.GET.get("columns") and columns is None) or rows == columns:
        problems.append(_("没有这项统计，或者您的处理目的不能按它统计；行和列也不能相同"))
    elif asked.answerable:
        try:
            subjects = subjects_of(scope, saved) if saved else matching(scope, asked.filters)
            names = [one.name for one in (rows, columns) if one]
            note_counted(scope, filters, subjects, names, clock.now())
            picked = saved is not None and saved.kind == SavedList.Kind.PICKED
            if not picked and many(subjects):
                run = count_run(scope, filters, names, now=clock.now())
            kept = run.found if run else grouped(scope, subjects, names)
            counted = None if kept is None else as_table(scope, rows, columns, kept)
        except RegistryError as refusal:
            problems += refusal.problems
    context: dict[str, Any] = {
        **form,
        "saved": saved,
        "conditions": described(filters, scope),
        "traits": list(traits.values()),
        "rows_name": rows.name if rows else "",
        "columns_name": columns.name if columns else "",
        "counted": counted,
        "run": run,
        "problems": problems,
        "title": _title(counted),
    }
    status = UNPROCESSABLE if problems else 200
    return render(request, "registry/statistics.html", context, status=status)


def _title(counted: Counted | None) -> str:
    if counted is None:
        return ""
    if counted.columns is None:
        return counted.rows.label
    return _("%(rows)s × %(columns)s") % {
        "rows": counted.rows.label,
        "columns": counted.columns.label,
    }
