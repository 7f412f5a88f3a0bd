"""办件: the inbox of whoever holds a seat, and one case with everything that it stands on."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.bulk import MOVES
from yingcai.cases.actions.exceptional import to_sign
from yingcai.cases.actions.files import file_name, read_file
from yingcai.cases.actions.revealing import note_value_revealed
from yingcai.cases.desk.found import found_in
from yingcai.cases.desk.lights import (
    INSIDE,
    light_of,
    line_of,
    programme_stages,
    programme_titles,
    stage_words,
)
from yingcai.cases.desk.moves import Moves, look_at, moves_of
from yingcai.cases.desk.papers import papers_of
from yingcai.cases.models import Case
from yingcai.cases.queries import inbox as waiting
from yingcai.cases.queries.accounts import told_account
from yingcai.cases.queries.appeals import about, said_of
from yingcai.cases.queries.awards import award_of
from yingcai.cases.queries.bulk import open_runs
from yingcai.cases.queries.exceptional import award_record, path_of
from yingcai.cases.queries.flows import book_of_case, flow_of, state_now
from yingcai.cases.queries.paper_batches import DECIDERS
from yingcai.cases.queries.rule_book import language
from yingcai.cases.queries.scope import WORKING, case_scope, desk_case
from yingcai.cases.queries.seats import Held
from yingcai.cases.queries.story import (
    clocks_of,
    deeds_of,
    letters,
    move_words,
    stills_of,
    title_of,
)
from yingcai.cases.reasons import Reasons, kept_reasons, value_revealed
from yingcai.cases.sealed import STATE, Opened
from yingcai.cases.viewers import officer_of
from yingcai.cases.views.paper_case import desk_paper
from yingcai.engine.workflow.diagram import svg
from yingcai.engine.workflow.state import state_of
from yingcai.identity.access import StaffRequest, held_seats, roles_required
from yingcai.identity.queries import Role
from yingcai.identity.views.downloads import brought, brought_picture
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.errors import Damaged, Erased, RegistryError
from yingcai.registry.queries.scope import Scope

SEATS = tuple(sorted(WORKING))
READERS = (*SEATS, str(Role.AUDITOR))
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@require_safe
@roles_required(*SEATS, act=gettext_lazy("办理事项：查看待办"))
def inbox(request: StaffRequest) -> HttpResponse:
    """What waits for one's seats, what is due first; reminders on top."""
    on, held = clock.today(), held_seats(request)
    programme, overdue = request.GET.get("programme", "")[:60], "overdue" in request.GET
    found = waiting.inbox(
        request.user,
        on,
        programme=programme,
        overdue=overdue,
        after=place_in(request.GET.get("after", "")),
        held=held,
    )
    marks = waiting.marks(request.user, on, held)
    counted = waiting.tallies(request.user, on, held)
    listed = [*(row.case for row in found.rows), *(mark.case for mark in marks)]
    if listed:
        scope = case_scope(request.user, listed[0], on, held)
        subjects = {case.subject_id: case.subject for case in listed}
        note_looks(scope, subjects.values(), NAME, now=clock.now())
    lines = [line_of(row, on) for row in found.rows]
    titles = programme_titles(one.programme for one in counted)
    context = {
        "rows": lines,
        "marks": [(mark, line_of(mark, on)) for mark in marks],
        "programmes": _programmes(counted, titles),
        "ranges": _ranges(counted, programme),
        "total": sum(one.many for one in counted),
        "late": sum(one.late for one in counted),
        "programme": programme,
        "overdue": overdue,
        "first_href": _first(programme, overdue=overdue) if "after" in request.GET else "",
        "older_href": _older(found, programme, overdue=overdue),
        "runs": open_runs(request.user),
        "to_sign": to_sign(request.user, on, held),
        "bulk_moves": [(name, move_words(name)) for name in MOVES],
        "papers_open": any(role in DECIDERS for role, _unit in held),
    }
    return render(request, "cases/desk.html", context)


def _programmes(
    counted: list[waiting.Tally], titles: Mapping[str, str]
) -> list[tuple[str, str, int]]:
    """Programmes with their titles and how many cases of each wait, the most first."""
    many: Counter[str] = Counter()
    for one in counted:
        many[one.programme] += one.many
    return [(name, titles[name], number) for name, number in many.most_common()]


def _ranges(counted: list[waiting.Tally], programme: str) -> list[tuple[str, str, int]]:
    """The stages of one programme at which all that waits may be worked on at once."""
    words = programme_stages(programme)
    return [
        (f"{programme}/{one.stage}", words.get(one.stage, one.stage), one.many)
        for one in counted
        if one.programme == programme
    ]


def place_in(written: str) -> tuple[date, int] | None:
    """A place of the inbox as addresses and forms carry it; None for what is none."""
    day, _sign, pk = written.partition("_")
    try:
        return (date.fromisoformat(day), int(pk)) if pk.isdecimal() and len(pk) < 19 else None
    except ValueError:
        return None


def _first(programme: str, *, overdue: bool) -> str:
    """The first page of the list as it is filtered."""
    return "?" + urlencode(_filter(programme, overdue=overdue))


def _older(found: waiting.Inbox, programme: str, *, overdue: bool) -> str:
    if found.next is None:
        return ""
    sort_on, pk = found.next
    place = {"after": f"{sort_on.isoformat()}_{pk}"}
    return "?" + urlencode({**_filter(programme, overdue=overdue), **place})


def _filter(programme: str, *, overdue: bool) -> dict[str, str]:
    asked = {"programme": programme} if programme else {}
    return {**asked, "overdue": "1"} if overdue else asked


@require_safe
@roles_required(*READERS, act=gettext_lazy("查看事项"))
def case_page(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Facts, evidence and rules of one case side by side, its story, and what may be done."""
    case, held = case_or_404(request, handle)
    return shown(request, case, held)


def case_or_404(request: StaffRequest, handle: UUID) -> tuple[Case, Held]:
    """A case in which one's office has a part, with the seats that one holds."""
    held = held_seats(request)
    case = desk_case(request.user, handle, clock.today())
    if case is None:
        raise Http404
    return case, held


def shown(
    request: StaffRequest,
    case: Case,
    held: Held,
    *,
    typed: Mapping[str, str] | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a case; with what was typed and why it was not done, where something was refused."""
    if case.on_paper:
        return desk_paper(request, case, held, problems=problems, status=status)
    scope = case_scope(request.user, case, clock.today(), held)
    base = {"case": case, "title": title_of(case), "scope": scope, "problems": problems or []}
    try:
        context = _context(request, case, scope, held)
    except Erased:
        note_looks(scope, [case.subject], NAME, now=clock.now())
        return render(request, "cases/desk_gone.html", base, status=410)
    context = {**base, **context, "typed": typed or {}}
    return render(request, "cases/desk_case.html", context, status=status)


def _context(request: StaffRequest, case: Case, scope: Scope, held: Held) -> dict[str, object]:
    """Raises: Erased, NotSealed."""
    flow, opened, on = flow_of(case), Opened(case), scope.on
    row = case.decisions.order_by("-number").first()
    if row is not None:
        row.case = case
    reasons = (
        kept_reasons(row, officer_of(case, scope), now_on=on if case.live else None)
        if row
        else None
    )
    found = found_in(case, scope, now=clock.now())
    names = [one.name for one in found.values] if found else []
    fields = [*INSIDE, *(reasons.fields if reasons else ()), *names]
    note_looks(scope, [case.subject], fields, now=clock.now())
    sent = letters(case, opened)
    state = state_of(opened(STATE, case.sealed_state))
    papers = papers_of(case, opened)
    moves = Moves((), ())
    place, following = (date.min, 0), None
    if case.live and {role for role, _unit in held} & WORKING:
        look = look_at(case, flow, state, request.user, on)
        moves = moves_of(case, flow, look, reasons, papers, request.user)
        place = waiting.place_of(request.user, case, on, held)
        following = waiting.next_case(request.user, on, place, but=case, held=held)
    return {
        "stage": stage_words(case),
        "light": light_of(case, on),
        "reasons": reasons,
        "tone": _tone(reasons),
        "papers": papers,
        "moves": moves,
        "place": f"{place[0].isoformat()}_{place[1]}",
        "next": following,
        "clocks": clocks_of(flow, state, on),
        "stills": stills_of(flow, state),
        "deeds": deeds_of(case, opened),
        "sent": sent,
        "award": award_of(case),
        "account": told_account(case, on) if case.asks_rules else None,
        "exceptional": path_of(case) is not None,
        "settled": award_record(case),
        "found": found,
        "written": [] if case.asks_rules else said_of(case),
        "later": [(one, title_of(one)) for one in about(case)] if case.asks_rules else [],
        "has_letter": any(one.document for one in sent),
    }


def _tone(reasons: Reasons | None) -> str:
    tones = {"yes": "ok", "no": "bad", "unknown": "warn", "person": "warn"}
    return tones[reasons.outcome] if reasons else "muted"


@require_safe
@roles_required(*READERS, act=gettext_lazy("查看事项的流程图"))
def steps(request: StaffRequest, handle: UUID) -> HttpResponse:
    """The workflow as a picture, with the stage in which the case is."""
    case, held = case_or_404(request, handle)
    if case.on_paper:
        raise Http404
    scope = case_scope(request.user, case, clock.today(), held)
    note_looks(scope, [case.subject], INSIDE, now=clock.now())
    flow, book = flow_of(case), book_of_case(case)
    try:
        passed = [visit.stage for visit in state_now(case).visits]
    except Erased:
        passed = []
    picture = svg(
        flow.workflow, language(), units=book.pack.unit_words, here=case.stage, passed=passed
    )
    return HttpResponse(picture, content_type="image/svg+xml")


@require_safe
@roles_required(*READERS, act=gettext_lazy("查看事项的材料"))
def case_file(request: StaffRequest, handle: UUID, pk: int) -> HttpResponse:
    """A file that was brought; the look is written first. Pictures are shown, others saved."""
    case, held = case_or_404(request, handle)
    row = case.files.filter(pk=pk, removed_at=None).first()
    if row is None:
        raise Http404
    row.case = case
    scope = case_scope(request.user, case, clock.today(), held)
    note_looks(scope, [case.subject], INSIDE, now=clock.now())
    try:
        data, name = read_file(row), file_name(row)
    except (Damaged, Erased, FileNotFoundError) as refusal:
        text = (
            str(refusal)
            if isinstance(refusal, RegistryError)
            else _("材料文件不见了，请联系管理员从备份恢复")
        )
        return shown(request, case, held, problems=[text], status=409)
    kind = next((kind for magic, kind in PICTURES.items() if data.startswith(magic)), "")
    return brought_picture(data, name, kind) if kind else brought(data, name)


@require_http_methods(["GET", "POST"])
@roles_required(*SEATS, act=gettext_lazy("查看事项中的敏感信息（逐项留痕）"))
def reveal(request: StaffRequest, handle: UUID, name: str) -> HttpResponse:
    """Ask for the reason, write the look, show one value once."""
    case, held = case_or_404(request, handle)
    row = case.decisions.order_by("-number").first()
    if row is None:
        raise Http404
    row.case, scope = case, case_scope(request.user, case, clock.today(), held)
    found = value_revealed(row, name)
    if found is None:
        raise Http404
    context: dict[str, object] = {"case": case, "title": title_of(case), "label": found[0]}
    if request.method == "GET":
        note_looks(scope, [case.subject], INSIDE, now=clock.now())
        return render(request, "cases/desk_reveal.html", context)
    reason = request.POST.get("reason", "")[:200]
    try:
        note_value_revealed(scope, case, name, reason=reason, now=clock.now())
    except RegistryError as refusal:
        note_looks(scope, [case.subject], INSIDE, now=clock.now())
        again = {**context, "problems": refusal.problems, "reason": reason}
        return render(request, "cases/desk_reveal.html", again, status=422)
    return render(request, "cases/desk_reveal.html", {**context, "value": found[1]})
