"""How far the audit is sealed, the roots, and the sealed rows as a file that an auditor verifies offline."""

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.audit.actions import record_sealed_export
from yingcai.audit.export import export_lines, span_of
from yingcai.audit.queries import LAG_SECONDS, newest_roots, sealing_state
from yingcai.audit.root_files import newest_published
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.forms import DaysForm
from yingcai.identity.queries import Role

if TYPE_CHECKING:
    from yingcai.audit.models import Root

ROOTS_SHOWN = 31
GROUP = 8  # digits of a digest that are read aloud in one breath
UNPROCESSABLE = 422


@require_safe
@roles_required(Role.AUDITOR, Role.OFFICE, act=gettext_lazy("查看审计封存"))
def index(request: HttpRequest) -> HttpResponse:
    """The end of the chain, the newest roots to print, and how to verify."""
    return _page(request, DaysForm())


@require_safe
@roles_required(Role.AUDITOR, act=gettext_lazy("导出封存的审计记录"))
def export(request: HttpRequest) -> HttpResponse:
    """The sealed rows of some days as JSON Lines; taking them out is itself recorded."""
    form = DaysForm(request.GET)
    if not form.is_valid():
        return _page(request, form, status=UNPROCESSABLE)
    now, days = clock.now(), form.cleaned_data
    span = span_of(days["first"], days["last"])
    actor = cast("StaffRequest", request).user
    record_sealed_export(actor=actor, span=span, at=now)
    lines = export_lines(span, now=clock.machine_now())
    response = StreamingHttpResponse(lines, content_type="application/jsonl; charset=utf-8")
    name = f"audit-sealed-{clock.day_of(now):%Y%m%d}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # Guards are written for answers in one piece; what they do to one fits a stream as well.
    return cast("HttpResponse", response)


def _page(request: HttpRequest, form: DaysForm, *, status: int = 200) -> HttpResponse:
    state = sealing_state(now=clock.machine_now())
    roots = newest_roots(limit=ROOTS_SHOWN)
    context = {
        "form": form,
        "sealing": state,
        "lag_limit": LAG_SECONDS,
        "roots": [{"root": root, "groups": _groups(root)} for root in roots],
        "rolled_back": newest_published() > (state.root.number if state.root else 0),
        "profile": {"default": "SHA-256", "gm": "SM3"}[settings.CRYPTO],
    }
    return render(request, "audit/sealing.html", context, status=status)


def _groups(root: "Root") -> list[str]:
    return [root.digest[place : place + GROUP] for place in range(0, len(root.digest), GROUP)]
