"""The evidence pack of an award: a ZIP for whoever decides on it or looks into it, with the reason."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yingcai.audit import clock
from yingcai.cases.actions.evidencing import check_reason, note_evidence
from yingcai.cases.errors import CaseError
from yingcai.cases.evidence_pack import evidence_pack
from yingcai.cases.queries.awards import award_of, works_on_awards
from yingcai.cases.queries.scope import case_scope, desk_case
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import Role
from yingcai.identity.views.downloads import attachment
from yingcai.registry.errors import RegistryError

LONGEST = 200
WHO = (Role.OFFICE, Role.AUDITOR, Role.OFFICER, Role.HEAD, Role.COUNTY)


@require_POST
@roles_required(*WHO, act=gettext_lazy("导出事项证据包"))
def evidence(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Auditors, the talent office and the lead unit; the look with its reason is written."""
    on = clock.today()
    case = desk_case(request.user, handle, on)
    award = award_of(case) if case else None
    if case is None or award is None:
        raise Http404
    if Role.AUDITOR not in request.held_roles and not works_on_awards(request.user, case, on):
        raise Http404
    scope = case_scope(request.user, case, on)
    reason = request.POST.get("reason", "")[:LONGEST]
    try:
        check_reason(reason)
        data, digest = evidence_pack(case, award, now=clock.now())
        note_evidence(award, digest, scope, reason=reason, now=clock.now())
    except (CaseError, RegistryError) as refusal:
        for problem in refusal.problems:
            messages.error(request, problem)
        return redirect("cases:desk_award", handle)
    return attachment(data, f"evidence-{case.number}.zip", "application/zip")
