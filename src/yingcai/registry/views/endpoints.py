"""Where other systems are told events: proposing, confirming, pausing, sending again, for the talent office."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.audit.vocabulary import action_label
from yingcai.identity.access import StaffRequest, once_per_form, roles_required
from yingcai.identity.queries import Role, same_person
from yingcai.registry.actions.endpoints import (
    Proposed,
    confirm_endpoint,
    end_endpoint,
    pause_endpoint,
    propose_endpoint,
    resend_delivery,
    resume_endpoint,
)
from yingcai.registry.errors import RegistryError
from yingcai.registry.forms import EndpointForm
from yingcai.registry.models import Delivery, Endpoint
from yingcai.registry.queries.events import (
    endpoint_by_handle,
    endpoints,
    failed_deliveries,
    sent_deliveries,
)
from yingcai.registry.tokens import AREA_WORDS

SHOWN = 50
TONES = {"proposed": "warn", "active": "ok", "paused": "bad", "ended": "info"}
STATE_TONES = {"waiting": "warn", "sent": "ok", "dead": "bad", "dropped": "info"}


@require_safe
@roles_required(Role.OFFICE, act=gettext_lazy("查看事件接收端"))
def endpoint_list(request: HttpRequest) -> HttpResponse:
    """All endpoints, those that ended last."""
    rows = [(row, TONES[row.status], _wants(row)) for row in endpoints()]
    return render(request, "registry/endpoints.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("提议事件接收端"))
@partial(once_per_form, back="registry:endpoints")
def endpoint_new(request: HttpRequest) -> HttpResponse:
    """Propose an endpoint; the secret is shown once, on the answer itself."""
    form = EndpointForm(request.POST or None, areas=list(AREA_WORDS.items()))
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = propose_endpoint(
                Proposed(**form.cleaned_data), inside=settings.PUSH_HOSTS,
                actor=_user(request), now=clock.now(),
            )  # fmt: skip
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            return render(request, "registry/endpoint_made.html", made._asdict())
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "problems": problems}
    return render(request, "registry/endpoint_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("确认、暂停、恢复、终止事件接收端"))
def endpoint(request: HttpRequest, endpoint: UUID) -> HttpResponse:
    """One endpoint: what it is told, what did not arrive, and what can be done about it."""
    found = _found(endpoint)
    problems: list[str] = []
    if request.method == "POST":
        act, words = _acts(found, _user(request)).get(request.POST.get("word", ""), (None, ""))
        if act is None:
            raise Http404
        try:
            act()
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, words)
            return redirect("registry:endpoint", found.handle)
    context = {
        "endpoint": found,
        "tone": TONES[found.status],
        "wants": _wants(found),
        "own": same_person(_user(request), found.made_by),
        "failed": _lines(failed_deliveries(found, limit=SHOWN)),
        "sent": _lines(sent_deliveries(found, limit=SHOWN)),
        "limit": SHOWN,
        "problems": problems,
    }
    status = 409 if problems else 200
    return render(request, "registry/endpoint.html", context, status=status)


@require_POST
@roles_required(Role.OFFICE, act=gettext_lazy("重新推送事件"))
def endpoint_resend(request: HttpRequest, endpoint: UUID, pk: int) -> HttpResponse:
    """Tell one event once more."""
    found = _found(endpoint)
    row = Delivery.objects.filter(endpoint=found, pk=pk).first()
    if row is None:
        raise Http404
    try:
        resend_delivery(row, actor=_user(request), at=clock.machine_now(), now=clock.now())
    except RegistryError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("将重新推送。"))
    return redirect("registry:endpoint", found.handle)


def _found(handle: UUID) -> Endpoint:
    found = endpoint_by_handle(str(handle))
    if found is None:
        raise Http404
    return found


def _acts(found: Endpoint, user: Any) -> dict[str, tuple[Callable[[], None], str]]:
    """What can be done to an endpoint, and what is said afterwards."""
    now, at = clock.now(), clock.machine_now()
    return {
        "confirm": (
            lambda: confirm_endpoint(found, actor=user, now=now),
            _("已确认，从现在起推送。"),
        ),
        "pause": (lambda: pause_endpoint(found, actor=user, now=now), _("已暂停，事件不会丢失。")),
        "resume": (
            lambda: resume_endpoint(found, actor=user, at=at, now=now),
            _("已恢复，从暂停处继续推送。"),
        ),
        "end": (lambda: end_endpoint(found, actor=user, now=now), _("已终止，密钥已销毁。")),
    }


def _wants(found: Endpoint) -> list[str]:
    return [str(AREA_WORDS.get(name, action_label(name))) for name in found.wants]


def _lines(rows: list[Delivery]) -> list[dict[str, Any]]:
    return [
        {"row": row, "action": action_label(row.action), "tone": STATE_TONES[row.state]}
        for row in rows
    ]


def _user(request: HttpRequest) -> Any:
    return cast("StaffRequest", request).user
