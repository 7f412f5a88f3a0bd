"""Guards for views, and who asks from where. Deny by default: a stranger gets 403, a visitor the sign-in page."""

import hashlib
import ipaddress
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.digests import keyed_digest
from yingcai.identity.actions.once import once_leading_to
from yingcai.identity.models import User
from yingcai.identity.queries import seats_on

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request whose user is signed in and holds a role; what guarded views receive."""

    user: User
    htmx: Any
    held_roles: frozenset[str]
    held_seats: frozenset[tuple[str, str]]


def held_seats(request: HttpRequest) -> frozenset[tuple[str, str]]:
    """The roles of who asks with the codes of their units, today.

    Read once a request, so a change counts from the next request on.
    """
    staff = cast("StaffRequest", request)
    if not hasattr(staff, "held_seats"):
        staff.held_seats = seats_on(request.user, clock.today())
    return staff.held_seats


def held_roles(request: HttpRequest) -> frozenset[str]:
    """The roles of who asks, today, whatever the unit."""
    staff = cast("StaffRequest", request)
    if not hasattr(staff, "held_roles"):
        staff.held_roles = frozenset(role for role, _unit in held_seats(request))
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


def once_per_form(view: View, *, back: str = "") -> View:
    """A form that is sent again just as it was does nothing again, and leads where it led at first.

    Each form that is shown carries its own mask of the token against forgery, so one that was filled in anew is
    another. Only for views that lead elsewhere where they did what was asked, and then alone; or, with ``back``,
    that show something once: who sends such a form again is led there.
    """

    @wraps(view)
    def sent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        answers: list[HttpResponse] = []

        def act() -> str:
            answers.append(view(request, *args, **kwargs))
            shown = reverse(back) if back and answers[0].status_code == 200 else ""
            return str(answers[0].headers.get("Location", shown))

        user, now = cast("StaffRequest", request).user, clock.machine_now()
        made = once_leading_to(user, _form_key(request), act, now=now)
        if made.again:
            messages.info(request, _("这张表已经提交过，没有重复办理。"))
            return redirect(made.body["to"])
        return answers[0]

    return sent


def _form_key(request: HttpRequest) -> str:
    """The same for the same fields and files at the same address, however the browser wraps them."""
    files: Any = request.FILES
    sent = sorted((name, one.name, _digest(one)) for name in files for one in files.getlist(name))
    said = json.dumps([request.get_full_path(), sorted(request.POST.lists()), sent])
    return f"form/{keyed_digest(said, purpose='form')}"


def _digest(file: Any) -> str:
    made = hashlib.sha256()
    for block in file.chunks():
        made.update(block)
    file.seek(0)
    return made.hexdigest()


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
