"""评审管理: the calls with their panels, announcing a call, opening a panel."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.panels.calling import Announced, announce_call, open_panel
from yingcai.cases.errors import CaseError, InvalidCase
from yingcai.cases.models import Call
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.panels import calls as found
from yingcai.cases.queries.rule_book import rule_book
from yingcai.cases.views.paging import place_of, query_of
from yingcai.identity.access import StaffRequest, held_roles, roles_required
from yingcai.identity.queries import Role

READERS = (Role.OFFICE, Role.LEADER, Role.AUDITOR)
KEPT = ("programme", "title", "opens_on", "closes_on", "places")
MOST_PLACES = 100_000


@require_safe
@roles_required(*READERS, act=gettext_lazy("查看评审管理"))
def panels(request: StaffRequest) -> HttpResponse:
    """Every call with its panels."""
    return _shown(request)


@require_POST
@roles_required(Role.OFFICE, act=gettext_lazy("发布申报批次"))
def announce(request: StaffRequest) -> HttpResponse:
    """Announce another call."""
    posted = request.POST
    try:
        places, wrong = _places(posted.get("places", "").strip())
        if wrong:
            raise InvalidCase(_("入选名额请填正整数，或者不填"), fields={"places": ""})
        wanted = Announced(
            programme=posted.get("programme", ""),
            title=posted.get("title", ""),
            opens_on=day_in(posted.get("opens_on", "")),
            closes_on=day_in(posted.get("closes_on", "")),
            places=places,
        )
        announce_call(wanted, actor=request.user, now=clock.now())
    except CaseError as refusal:
        typed = {name: posted.get(name, "")[:120] for name in KEPT}
        return _shown(request, problems=refusal.problems, typed=typed, status=422)
    messages.success(request, _("批次已发布，办事指南上可以看到"))
    return redirect("cases:panels")


def _places(written: str) -> tuple[int | None, bool]:
    if not written:
        return None, False
    right = written.isascii() and written.isdecimal() and 0 < int(written[:9]) <= MOST_PLACES
    return (int(written[:9]), False) if right else (None, True)


def day_in(written: str) -> date | None:
    """A day as forms carry it; None for what is none."""
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def _shown(
    request: StaffRequest,
    *,
    problems: list[str] | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    book = rule_book()
    rows, following = found.calls(place_of(request.GET.get("after", "")))
    programmes = book.rules.programmes if book else {}
    titles = {name: in_language(one.title) for name, one in programmes.items()}
    names = found.panelled(book) if book else []
    context = {
        "rows": [(call, titles.get(call.programme, call.programme)) for call in rows],
        "next": query_of(following),
        "first": "after" not in request.GET,
        "programmes": [(name, titles[name]) for name in names],
        "office": Role.OFFICE in held_roles(request),
        "today": clock.today(),
        "problems": problems or [],
        "typed": typed or {},
    }
    return render(request, "cases/panels/calls.html", context, status=status)


@require_POST
@roles_required(Role.OFFICE, act=gettext_lazy("为申报批次组成评审组"))
def start_panel(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Open a panel for the cases of a call that wait for it."""
    call = Call.objects.filter(handle=handle).first()
    if call is None:
        raise Http404
    try:
        day = day_in(request.POST.get("opens_on", ""))
        if day is None:
            raise InvalidCase(_("请填写启封日期"))
        panel = open_panel(call, opens_on=day, actor=request.user, now=clock.now())
    except CaseError as refusal:
        return _shown(request, problems=refusal.problems, status=422)
    messages.success(request, _("评审组已建立，请邀请专家"))
    return redirect("cases:panel", panel.handle)
