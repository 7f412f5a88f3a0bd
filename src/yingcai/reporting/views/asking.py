"""What the views of reporting share: who asks, about which plan, and how a refusal is told."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.plan.queries import current_plan
from yingcai.reporting.errors import Problem, ReportingError
from yingcai.reporting.queries.scope import Scope, scope_of

View = Callable[..., HttpResponse]
TOLD = 20  # problems shown one by one; the rest are counted


class _Scoped(StaffRequest):
    """A request on its way to a view: who asks has been looked up."""

    scope: Scope


def staff(*roles: str) -> Callable[[View], View]:
    """Open a view to staff (with one of ``roles``) and hand it the scope of who asks."""

    def decorate(view: View) -> View:
        @wraps(view)
        def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, cast("_Scoped", request).scope, *args, **kwargs)

        guarded = roles_required(*roles)(scoped)

        @wraps(guarded)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if isinstance(request.user, AbstractUser):
                staff_request = cast("_Scoped", request)
                staff_request.scope = scope_of(staff_request.user, clock.today())
                # One look at the grants answers the guard and the page as well.
                staff_request.held_roles = staff_request.scope.roles
            return guarded(request, *args, **kwargs)

        return asked

    return decorate


def staff_on_plan(*roles: str) -> Callable[[View], View]:
    """As ``staff``, and hand over the plan in force; without one the page says what to do."""

    def decorate(view: View) -> View:
        @wraps(view)
        def planned(request: StaffRequest, scope: Scope, *args: Any, **kwargs: Any) -> HttpResponse:
            plan = current_plan()
            if plan is None:
                return render(request, "reporting/no_plan.html")
            return view(request, scope, plan, *args, **kwargs)

        return staff(*roles)(planned)

    return decorate


def on_plan(view: View) -> View:
    """Open a view to all staff and hand over the plan in force, for pages that look the same to all."""

    @wraps(view)
    def planned(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = current_plan()
        if plan is None:
            return render(request, "reporting/no_plan.html")
        return view(request, plan, *args, **kwargs)

    return roles_required()(planned)


def attempt(request: HttpRequest, act: Callable[[], object], *, done: str) -> bool:
    """Do ``act`` and tell the person on the next page what came of it."""
    try:
        act()
    except ReportingError as error:
        tell(request, error.problems)
        return False
    messages.success(request, done)
    return True


def tell(request: HttpRequest, problems: "tuple[Problem, ...] | list[Problem]") -> None:
    """Put the problems on the next page, all of them or the first twenty and how many more."""
    for problem in problems[:TOLD]:
        messages.error(request, str(problem))
    if len(problems) > TOLD:
        messages.error(request, _("另有 %(n)s 处问题") % {"n": len(problems) - TOLD})


def posted_version(request: HttpRequest) -> int:
    """The version of the row that the person saw; zero, which fits no row, when it is not a number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def posted_versions(request: HttpRequest) -> dict[int, int]:
    """Ids and versions of the rows shown, from the one field ``shown``: 12:3,15:1."""
    found: dict[int, int] = {}
    for pair in request.POST.get("shown", "").split(","):
        pk, _colon, version = pair.partition(":")
        if pk.isascii() and pk.isdigit() and version.isascii() and version.isdigit():
            found[int(pk[:18])] = int(version[:9])
    return found


def shown_field(rows: "list[tuple[int, int]]") -> str:
    """What ``posted_versions`` reads."""
    return ",".join(f"{pk}:{version}" for pk, version in rows)
