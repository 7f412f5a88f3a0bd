"""The audit, for auditors and the talent office. It shows handles only, no names of people.

The page lives here and not in ``audit``: the lowest app knows no roles.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.audit.actions import record_export
from yingcai.audit.queries import PAGE, EventFilter, events, events_page, sealing_state
from yingcai.audit.vocabulary import action_label
from yingcai.engine.documents.sheet import write_csv
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.forms import EventFilterForm
from yingcai.identity.queries import Role

if TYPE_CHECKING:
    from yingcai.audit.models import Event

EXPORT_CAP = 20_000
UNPROCESSABLE = 422


@require_safe
@roles_required(Role.AUDITOR, Role.OFFICE, act=gettext_lazy("查看审计记录"))
def index(request: HttpRequest) -> HttpResponse:
    """Who did what to which row, when; newest first."""
    form = EventFilterForm(request.GET)
    if not form.is_valid():
        return _page(request, form, [], status=UNPROCESSABLE)
    before, after = _number(request, "before"), _number(request, "after")
    found = events_page(form.wanted(), before=before, after=after)
    more = len(found) > PAGE
    shown = found[-PAGE:] if after is not None else found[:PAGE]
    links: dict[str, Any] = {}
    if shown and (before is not None or (after is not None and more)):
        links["newer_href"] = _link(request, after=shown[0].pk)
    if shown and (after is not None or more):
        links["older_href"] = _link(request, before=shown[-1].pk)
    return _page(request, form, shown, **links)


@require_safe
@roles_required(Role.AUDITOR, act=gettext_lazy("导出审计记录"))
def export(request: HttpRequest) -> HttpResponse:
    """The rows that match as CSV; taking them out is itself recorded. More than the cap is refused."""
    form = EventFilterForm(request.GET)
    if not form.is_valid():
        return _page(request, form, [], status=UNPROCESSABLE)
    wanted = form.wanted()
    rows = list(events(wanted)[: EXPORT_CAP + 1])
    if len(rows) > EXPORT_CAP:
        problem = _("符合条件的记录超过 %(cap)s 条：请缩小日期或其他条件，分次导出。") % {
            "cap": EXPORT_CAP
        }
        return _page(request, form, [], status=UNPROCESSABLE, problems=[problem])
    now = clock.now()
    actor = cast("StaffRequest", request).user
    record_export(actor=actor, rows=len(rows), wanted=_filter_handles(wanted), at=now)
    heading = [_("序号"), _("时间"), _("写入时间"), _("操作账号"), _("动作"), _("对象类型"), _("对象编号"), _("内容"), _("请求编号")]  # fmt: skip
    body = [_line(event) for event in rows]
    response = HttpResponse(write_csv([heading, *body]), content_type="text/csv; charset=utf-8")
    name = f"audit-{clock.day_of(now):%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(
    request: HttpRequest,
    form: EventFilterForm,
    shown: "list[Event]",
    *,
    status: int = 200,
    **extra: object,
) -> HttpResponse:
    context = {
        "form": form,
        "rows": [{"event": event, "label": action_label(event.action)} for event in shown],
        "shown": len(shown),
        "sealing": sealing_state(now=clock.machine_now()),
        "export_href": reverse("audit:export") + "?" + _query(request),
        **extra,
    }
    return render(request, "audit/index.html", context, status=status)


def _line(event: "Event") -> list[str | int]:
    return [
        event.pk,
        _moment(event.at),
        _moment(event.written_at),
        event.actor.get_username() if event.actor else "",
        event.action,
        event.object_type,
        event.object_id,
        ", ".join(f"{key}={value}" for key, value in event.details.items()),
        event.request_id,
    ]


def _moment(at: datetime) -> str:
    return at.astimezone(clock.SHANGHAI).isoformat(sep=" ", timespec="seconds")


def _filter_handles(wanted: EventFilter) -> dict[str, str]:
    return {name: str(value) for name, value in vars(wanted).items() if value}


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _query(request: HttpRequest, **place: int) -> str:
    kept = {k: v for k, v in request.GET.items() if v and k not in {"before", "after"}}
    return urlencode({**kept, **place})


def _link(request: HttpRequest, **place: int) -> str:
    return "?" + _query(request, **place)
