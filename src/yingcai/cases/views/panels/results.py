"""The result of a panel: the ranked list with how firm each rank is, and the files that everybody checks."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.models import Panel
from yingcai.cases.queries.panels.rounds import called, counted, method_for, points, score_of
from yingcai.cases.queries.panels.scope import panel_by
from yingcai.cases.queries.scope import case_scope
from yingcai.cases.views.panels.calls import READERS
from yingcai.cases.views.panels.desk import panel_or_404
from yingcai.engine.matching.rank import calibrated, variants
from yingcai.engine.matching.rank import results as ranked
from yingcai.engine.matching.sheets import total
from yingcai.identity.access import StaffRequest, held_roles, roles_required
from yingcai.identity.queries import Role
from yingcai.identity.views.downloads import attachment
from yingcai.registry.actions.looking import note_looks


@require_safe
@roles_required(*READERS, act=gettext_lazy("查看评审的得分和排名（启封以后）"))
def results(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Ranks, sheets and what would change; back to the panel while it is sealed."""
    panel = panel_or_404(request, handle)
    if panel.sealed:
        return redirect("cases:panel", panel.handle)
    method, sheets = method_for(panel), points(panel)
    _note(request, panel)
    adjusted = calibrated(method, sheets)
    cases = {str(one.number): one for one in panel.cases.select_related("case")}
    given: dict[str, list[tuple[str, int, object]]] = {}
    for sheet in sheets:
        row = (sheet.expert, total(method, sheet), adjusted[sheet.project, sheet.expert])
        given.setdefault(sheet.project, []).append(row)
    names = {called(one.expert.number): str(one.expert.user) for one in counted(panel)}
    context = {
        "panel": panel,
        "method": method,
        "office": Role.OFFICE in held_roles(request),
        "sample": score_of(panel)["status"] == "sample",
        "rows": [
            (one, cases[one.project], given[one.project])
            for one in ranked(method, sheets, panel.seed)
        ],
        "names": sorted(names.items()),
        "changes": [
            (one.name, sorted((rank, name) for name, rank in one.ranks.items())[:10])
            for one in variants(method, sheets, panel.seed)
        ],
    }
    return render(request, "cases/panels/results.html", context)


def _note(request: StaffRequest, panel: Panel) -> None:
    """Points stand sealed with each case: a look at each person whose project was scored."""
    cases = [one.case for one in panel.cases.select_related("case__subject")]
    if cases:
        scope = case_scope(request.user, cases[0], clock.today())
        subjects = {case.subject_id: case.subject for case in cases}
        note_looks(scope, subjects.values(), INSIDE, now=clock.now())


@require_safe
def files(request: HttpRequest, handle: UUID) -> HttpResponse:
    """The tables of a panel that is over, for everybody: numbers without names."""
    panel = panel_by(handle)
    if panel is None or panel.published is None:
        raise Http404
    name = f"panel-{panel.call.opens_on.isoformat()}-{panel.pk}.zip"
    return attachment(bytes(panel.published), name, "application/zip")
