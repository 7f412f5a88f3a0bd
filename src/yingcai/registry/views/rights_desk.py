"""The officers' desk for requests on rights: what waits, what is over, who is restricted; one request."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.identity.queries import same_person
from yingcai.registry.access import for_purpose, scoped, subject_or_404
from yingcai.registry.actions import rights as acts
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import RegistryError
from yingcai.registry.forms import ReplyForm, StartForm
from yingcai.registry.models import RightsRequest, Subject
from yingcai.registry.queries.effects import counts_of, effects, erasure_obstacles
from yingcai.registry.queries.merged import kept, merged_into
from yingcai.registry.queries.rights import (
    PAGE,
    PURPOSE,
    closed_page,
    grounds_for,
    live_page,
    possible_kinds,
    restricted_page,
    right_in,
)
from yingcai.registry.queries.scope import OFFICE, Scope
from yingcai.registry.views.rights import letter
from yingcai.registry.vocabulary import vocabulary
from yingcai.registry.written import REASON, remark

LIVE, CLOSED, RESTRICTED = "live", "closed", "restricted"
TABS = {
    LIVE: gettext_lazy("待办理"),
    CLOSED: gettext_lazy("已办结"),
    RESTRICTED: gettext_lazy("限制处理中的人"),
}
Kind, Status = RightsRequest.Kind, RightsRequest.Status


@require_safe
@scoped(OFFICE, act=gettext_lazy("查看权利申请"))
def rights(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What waits, due first on top; what is over; who is restricted. That persons were listed is written down."""
    reach = for_purpose(request, PURPOSE)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else LIVE
    rows, older = _page(reach, tab, request)
    people = [row if isinstance(row, Subject) else kept(row.subject) for row in rows]
    note_looks(reach, {one.pk: one for one in people}.values(), ["name"], now=clock.now())
    context = {
        "rows": list(zip(rows, people, strict=True)),
        "tabs": TABS.items(),
        "tab": tab,
        "on": scope.on,
        "shown": len(rows),
        "older_href": f"?{urlencode({'tab': tab, **older})}" if older else "",
    }
    return render(request, "registry/rights_desk.html", context)


def _page(scope: Scope, tab: str, request: HttpRequest) -> tuple[list[Any], dict[str, Any]]:
    """A page of a tab, and how the next one is asked for (empty at the end)."""
    pk = _number(request.GET.get("id", ""))
    found: list[Any]
    if tab == CLOSED:
        found = list(closed_page(scope, pk))
    elif tab == RESTRICTED:
        found = list(restricted_page(scope, pk))
    else:
        found = list(live_page(scope, _term(request.GET.get("due", ""), pk)))
    rows = found[:PAGE]
    if len(found) <= PAGE:
        return rows, {}
    last = rows[-1]
    return rows, {"id": last.pk, **({"due": last.due_on.isoformat()} if tab == LIVE else {})}


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _term(day: str, pk: int | None) -> tuple[date, int] | None:
    try:
        return (date.fromisoformat(day), pk) if pk is not None else None
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, act=gettext_lazy("办理权利申请"))
def right(request: HttpRequest, scope: Scope, pk: int) -> HttpResponse:
    """What is asked and what it would do; propose an answer, confirm it, take it back."""
    reach = for_purpose(request, PURPOSE)
    row = right_in(reach, pk)
    if row is None:
        raise Http404
    form = ReplyForm(
        request.POST if request.method == "POST" else None, grounds=grounds_for(row.kind)
    )
    problems: list[str] = []
    if request.method == "POST":
        try:
            done = _act(request.POST, row, form, reach)
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, done)
            return redirect("registry:right", pk)
        row = right_in(reach, pk) or row
    context = _context(reach, row, form, problems)
    return render(request, "registry/right.html", context, status=422 if problems else 200)


def _act(given: Any, row: RightsRequest, form: ReplyForm, scope: Scope) -> str:
    """Do what the pressed button says; what was done, in words. Raises: RegistryError."""
    word, now = given.get("word", ""), clock.now()
    if given.get("version", "") != str(row.version):
        raise RegistryError(_("这件申请已经处理或有变动，请刷新页面查看"))
    if word == "confirm":
        acts.confirm_answer(row, second=scope.user, now=now)
        return _("已确认并办结，申请人可以看到答复。")
    if word == "take-back":
        acts.take_back_answer(row, actor=scope.user, now=now)
        return _("答复已撤回，可以重新提出。")
    if word == "withdraw":
        acts.withdraw_right(row, actor=scope.user, now=now)
        return _("申请已撤回。")
    ground = vocabulary().grounds.get(given.get("ground", ""))
    reply = acts.Reply(
        ground.answer if ground else "", ground.name if ground else "", given.get("remark", "")
    )
    acts.propose_answer(row, reply, actor=scope.user, now=now)
    return _("已提出，等待另一个人确认。")


def _context(
    scope: Scope, row: RightsRequest, form: ReplyForm, problems: list[str]
) -> dict[str, Any]:
    subject = kept(row.subject)
    erasing = row.live and row.kind == Kind.ERASE
    if row.subject.standing != Subject.Standing.ERASED:
        note_looks(scope, [row.subject], ["name", REASON], now=clock.now())
    proposed = vocabulary().grounds.get(row.ground)
    return {
        **letter(row),
        "subject": subject,
        "merged": merged_into(subject),
        "effects": effects(counts_of(subject)) if erasing else [],
        "obstacles": erasure_obstacles(subject) if erasing else [],
        "proposed": proposed if row.status == Status.PROPOSED else None,
        "proposed_remark": remark(row) if row.status == Status.PROPOSED else "",
        "own_proposal": same_person(row.proposed_by, scope.user),
        "own_request": row.live and row.made_by_id == scope.user.pk,
        "late": row.live and row.due_on < scope.on,
        "form": form,
        "problems": problems,
    }


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, act=gettext_lazy("主动或代近亲属提出权利申请"))
def right_new(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """Start a request on a person's behalf: for a close relative of the deceased, or by duty."""
    reach = for_purpose(request, PURPOSE)
    subject = subject_or_404(reach, handle)
    kinds = possible_kinds(subject)
    if not kinds:
        raise Http404
    note_looks(reach, [subject], ["name"], now=clock.now())
    form = StartForm(request.POST if request.method == "POST" else None, kinds=kinds)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wish = acts.Wish(given["kind"], given["asker"], given["reason"])
        try:
            row = acts.ask_right(subject, wish, actor=scope.user, now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已登记，编号 %(number)s。") % {"number": row.number})
            return redirect("registry:right", row.pk)
    context = {"subject": subject, "form": form, "problems": problems}
    status = 422 if request.method == "POST" else 200
    return render(request, "registry/right_new.html", context, status=status)
