"""Guards of the registry's views: each begins with the scope of who asks. Deny by default."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from yingcai.audit import clock
from yingcai.identity.access import View, client_address, described
from yingcai.identity.lockout import address_digest
from yingcai.registry.errors import OutOfScope
from yingcai.registry.models import Subject
from yingcai.registry.queries.scope import Scope, held_by, scope, usual_scope
from yingcai.registry.queries.search import subject_in


def scoped(*among: str, act: Any) -> Callable[[Callable[..., HttpResponse]], View]:
    """Open the view to who may look in one of these capacities, the widest first; it receives the scope."""

    def decorate(view: Callable[..., HttpResponse]) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            try:
                found = usual_scope(
                    request.user, on=clock.today(), among=among, held=held_capacities(request)
                )
            except OutOfScope:
                raise PermissionDenied from None
            return view(request, found, *args, **kwargs)

        return described(guarded, roles=among, act=act)

    return decorate


def for_purpose(request: HttpRequest, purpose: str) -> Scope:
    """The scope of who asks for another purpose. Raises: PermissionDenied."""
    try:
        return scope(request.user, purpose, on=clock.today(), held=held_capacities(request))
    except OutOfScope:
        raise PermissionDenied from None


def subject_or_404(found: Scope, handle: str) -> Subject:
    """A subject of the scope; one out of scope is not there."""
    subject = subject_in(found, handle)
    if subject is None:
        raise Http404
    return subject


def asked_from(request: HttpRequest) -> str:
    """A digest of the network address of who asks, for limits of questions a minute."""
    return address_digest(client_address(request))


def held_capacities(request: HttpRequest) -> frozenset[str]:
    """In which capacities who asks may look, today; read once a request, with the roles."""
    asked: Any = request
    if not hasattr(asked, "held_capacities"):
        roles: frozenset[str] | None = getattr(asked, "held_roles", None)
        asked.held_roles, asked.held_capacities = held_by(request.user, clock.today(), roles=roles)
    kept: frozenset[str] = asked.held_capacities
    return kept
