"""Guards for views, and who asks from where. Deny by default: a stranger gets 403, a visitor the sign-in page."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from yingcai.audit import clock
from yingcai.identity.models import User
from yingcai.identity.queries import roles_on

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request whose user is signed in and holds a role; what guarded views receive."""

    user: User
    htmx: Any
    held_roles: frozenset[str]


def held_roles(request: HttpRequest) -> frozenset[str]:
    """The roles of who asks, today; read once a request, so a change counts from the next request on."""
    staff = cast("StaffRequest", request)
    if not hasattr(staff, "held_roles"):
        staff.held_roles = roles_on(request.user, clock.today())
    return staff.held_roles


def roles_required(*roles: str, act: Any = "") -> Callable[[View], View]:
    """Open the view to signed-in users who hold one of ``roles`` today (any role if none named).

    ``act`` says in words what the page is for; the page "who may do what" shows it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            held = held_roles(request)
            if not held or (roles and not held & set(roles)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return described(guarded, roles=roles, act=act)

    return decorate


def signed_in(view: View) -> View:
    """Open the view to everybody who is signed in, with a role or without."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return described(guarded, roles=None, act="")


def proven_now(view: View) -> View:
    """Ask anew who is there before the view, unless he proved it a few minutes ago."""
    return cast("View", reauthentication_required(view))


def described(view: View, *, roles: tuple[str, ...] | None, act: Any) -> View:
    """Note on the view who may open it: named roles, any role (empty), any account (None)."""
    noted = cast("Any", view)
    noted.yingcai_roles = roles
    noted.yingcai_act = act
    return view


def client_address(request: HttpRequest) -> str:
    """The network address of who asks, seen through as many proxies as the operator says there are.

    The last ``YINGCAI_PROXIES`` entries of X-Forwarded-For are ours, no more; a header that is shorter
    than that, or is no address, was not written by our proxy and is not believed.
    """
    direct = str(request.META.get("REMOTE_ADDR") or "")
    proxies: int = settings.PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(hops) >= proxies:
        return _address(hops[-proxies]) or direct
    return direct


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
