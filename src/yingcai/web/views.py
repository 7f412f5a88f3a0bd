"""The home page, the switches of the page shell, the component page, and the error pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.audit.actions import request_id
from yingcai.identity.access import roles_required
from yingcai.web.context import DISPLAY_COOKIE, DISPLAYS
from yingcai.web.desk import waiting
from yingcai.web.samples import samples

YEAR_SECONDS = 31_536_000


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is; for staff, what waits for them and where their work lies."""
    piles = waiting(request.user, clock.today()) if request.user.is_authenticated else []
    return render(request, "home.html", {"piles": piles})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How the site can be used with a keyboard, a screen reader, larger type or more contrast."""
    return render(request, "accessibility.html")


@roles_required()
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with the line that includes it."""
    return render(request, "styleguide.html", samples())


def _way_back(request: HttpRequest) -> str:
    back = request.POST.get("next", "/")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/"


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language of the switch and go back to the page it was pressed on."""
    response = redirect(_way_back(request))
    chosen = request.POST.get("language", settings.LANGUAGE_CODE)
    if chosen in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@require_POST
def choose_display(request: HttpRequest) -> HttpResponse:
    """Remember larger type (elder), high contrast, or the standard display."""
    response = redirect(_way_back(request))
    chosen = request.POST.get("display", "")
    if chosen in DISPLAYS:
        _remember(response, DISPLAY_COOKIE, chosen)
    else:
        response.delete_cookie(DISPLAY_COOKIE, samesite="Lax")
    return response


def _remember(response: HttpResponse, cookie: str, value: str) -> None:
    response.set_cookie(
        cookie,
        value,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # A bad request may carry a host we do not serve: nothing of it is used.
    return _plain("400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # The database may be what failed: the page asks it nothing.
    return _plain("500.html", 500)


def _error(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"request_id": request_id.get()}, status=status)


def _plain(template: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(template, {"request_id": request_id.get()}), status=status)
