"""Which plan a request may see: drafts for staff, published plans for everyone."""

from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from yingcai.audit import clock
from yingcai.identity.queries import Role, roles_on
from yingcai.plan.models import Clause, Measure, Plan
from yingcai.plan.queries.desk import clause_of, measure_of
from yingcai.plan.queries.plans import FINAL, plan_edition


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, asked once a request."""

    signed_in: bool
    staff: bool
    office: bool


def viewer_of(request: HttpRequest) -> Viewer:
    held = roles_on(request.user, clock.today())
    return Viewer(request.user.is_authenticated, staff=bool(held), office=Role.OFFICE in held)


def closed_to(viewer: Viewer, request: HttpRequest, plan: Plan) -> HttpResponse | None:
    """None when the plan may be read; a visitor to a draft is sent to the sign-in page.

    Raises: PermissionDenied for a signed-in user without any role.
    """
    if plan.status in FINAL or viewer.staff:
        return None
    if not viewer.signed_in:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied


def plan_or_404(slug: str, edition: int) -> Plan:
    plan = plan_edition(slug, edition)
    if plan is None:
        raise Http404
    return plan


def clause_or_404(plan: Plan, pk: int) -> Clause:
    clause = clause_of(plan, pk)
    if clause is None:
        raise Http404
    clause.plan = plan
    return clause


def measure_or_404(plan: Plan, pk: int) -> Measure:
    measure = measure_of(plan, pk)
    if measure is None:
        raise Http404
    measure.plan = plan
    return measure


def seen(request: HttpRequest, clause: Clause) -> Clause:
    """``clause`` as it was on the page that the form came from, for compare-and-set."""
    posted = request.POST.get("version", "")
    if posted.isdecimal():
        clause.version = int(posted)
    return clause
