"""One's own account, and keeping the session alive."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.audit.queries import sign_ins_of
from yingcai.identity import queries, sessions
from yingcai.identity.access import client_address, held_roles, signed_in
from yingcai.identity.lockout import address_digest
from yingcai.identity.models import User
from yingcai.identity.passwords import age_in_days

SIGN_INS_SHOWN = 8
NO_CONTENT = 204


@require_safe
@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """Name, unit, roles, second factor, the last sign-ins."""
    user = cast("User", request.user)
    here = address_digest(client_address(request))
    context = {
        "account": user,
        "grants": queries.with_covers(queries.grants_on(user, clock.today()), clock.today()),
        "second_factor": queries.has_second_factor(user),
        "required": queries.owes_second_factor(held_roles(request)),
        "maximum_days": settings.PASSWORD_MAXIMUM_DAYS,
        "password_days": age_in_days(user.password_changed_at, now=clock.machine_now()),
        "sign_ins": [
            {
                "at": event.at,
                "here": event.details.get("address") == here,
                "second_factor": any(
                    method.startswith("mfa") for method in event.details.get("methods", [])
                ),
            }
            for event in sign_ins_of(user, limit=SIGN_INS_SHOWN)
        ],
    }
    return render(request, "identity/me.html", context)


@require_POST
@signed_in
def extend(request: HttpRequest) -> HttpResponse:
    """Go on working: the time without a request starts anew. The 8 hours in all do not."""
    at = clock.machine_now()
    request.session[sessions.SEEN] = int(at.timestamp())
    if request.headers.get("Accept", "").startswith("application/json"):
        left = sessions.seconds_left(request.session, at=at)
        return HttpResponse(status=NO_CONTENT, headers={"X-Session-Seconds": str(left)})
    return redirect("identity:me")
