"""Guards for views. Deny by default: a stranger gets 403, a visitor the sign-in page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

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


def roles_required(*roles: str) -> Callable[[View], View]:
    """Open the view to signed-in users who hold one of ``roles`` today (any role if none named)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            held = roles_on(request.user, clock.today())
            if not held or (roles and not held & set(roles)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
