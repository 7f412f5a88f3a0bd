"""Kept lists: one's own and the unit's, opening one, picking subjects, taking a list out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.engine.documents.sheet import Sheet, SheetColumn, write_csv, write_sheet
from yingcai.identity.access import once_per_form
from yingcai.identity.views.downloads import attachment
from yingcai.registry.access import scoped, subject_or_404
from yingcai.registry.actions.finding import find_subjects
from yingcai.registry.actions.list_export import MOST, Taken, export_list
from yingcai.registry.actions.lists import (
    change_list,
    delete_list,
    drop_subject,
    keep_list,
    pick_subjects,
)
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import OutOfScope, RegistryError
from yingcai.registry.models import SavedList, Subject
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.lists import (
    SHOWN,
    list_for,
    lists_for,
    notes_of,
    opened,
    picked_page,
)
from yingcai.registry.queries.scope import AUDITOR, COUNTY, EMPLOYER, OFFICE, Scope
from yingcai.registry.queries.search import Found
from yingcai.registry.views.filtering import described, query
from yingcai.registry.views.finding import UNPROCESSABLE, after_in, listed, next_in

STAFF = (OFFICE, COUNTY, AUDITOR, EMPLOYER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = SavedList.Kind


def list_or_404(scope: Scope, handle: UUID) -> SavedList:
    """A list that is open to who asks; somebody else's is not there."""
    saved = list_for(scope.user, handle)
    if saved is None:
        raise Http404
    return saved


@require_safe
@scoped(*STAFF, act=gettext_lazy("查看名单"))
def lists(request: HttpRequest, scope: Scope) -> HttpResponse:
    """One's own lists and those of the unit."""
    rows = list(lists_for(scope.user)[:SHOWN])
    return render(request, "registry/lists.html", {"rows": rows, "user_id": scope.user.pk})


@require_http_methods(["GET", "POST"])
@scoped(*STAFF, act=gettext_lazy("建立名单"))
@once_per_form
def list_new(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Keep the conditions in the address, or begin an empty list to pick for."""
    filters = Filters.read(request.GET.dict())
    kind = Kind.SEARCH if filters.written() else Kind.PICKED
    problems: list[str] = []
    if request.method == "POST":
        name, shared = request.POST.get("name", "")[:200], "shared" in request.POST
        try:
            saved = keep_list(scope, kind, name, filters=filters, shared=shared, now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已建立名单。"))
            return redirect("registry:list", saved.handle)
    context = {
        "problems": problems,
        "name": request.POST.get("name", ""),
        "conditions": described(filters, scope),
        "query": query(filters),
        "may_share": scope.user.unit is not None,
    }
    status = UNPROCESSABLE if problems else 200
    return render(request, "registry/list_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@scoped(*STAFF, act=gettext_lazy("打开名单"))
def list_one(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """Whom a list shows today in the scope of who opens it; its owner changes it."""
    saved, problems = list_or_404(scope, handle), []
    if request.method == "POST":
        try:
            _act(request, scope, saved)
        except OutOfScope:
            raise Http404 from None
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已保存。"))
            return redirect("registry:list", saved.handle)
    return _opened(request, scope, saved, problems)


def _act(request: HttpRequest, scope: Scope, saved: SavedList) -> None:
    if "drop" in request.POST:
        subject = subject_or_404(scope, request.POST["drop"])
        return drop_subject(scope, saved, subject, now=clock.now())
    name, shared = request.POST.get("name", "")[:200], "shared" in request.POST
    return change_list(scope, saved, name, shared=shared, now=clock.now())


def _opened(
    request: HttpRequest, scope: Scope, saved: SavedList, problems: list[str]
) -> HttpResponse:
    found, filters = Found([], None), Filters.read(saved.filters)
    notes: dict[int, str] = {}
    try:
        if saved.kind == Kind.SEARCH:
            found = find_subjects(scope, filters, after=after_in(request), now=clock.now())
        else:
            found = picked_page(scope, saved, after=after_in(request))
            notes = notes_of(saved, found.rows)
            note_looks(scope, found.rows, ["name"], now=clock.now())
    except RegistryError as refusal:
        problems = [*problems, *refusal.problems]
    context = {
        "saved": saved,
        "mine": saved.owner_id == scope.user.pk,
        "rows": [(row, sort, notes.get(row.pk, "")) for row, sort in listed(found.rows)],
        "counts": opened(scope, saved) if saved.kind == Kind.PICKED else None,
        "conditions": described(filters, scope),
        "shown": len(found.rows),
        "older_href": query(Filters(), **next_in(found)) if found.next else "",
        "may_share": scope.user.unit is not None,
        "problems": problems,
        "most": MOST,
    }
    status = UNPROCESSABLE if problems else 200
    return render(request, "registry/list.html", context, status=status)


@require_http_methods(["GET", "POST"])
@scoped(*STAFF, act=gettext_lazy("删除名单"))
def list_delete(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """Asks once more; the subjects themselves stay."""
    saved = list_or_404(scope, handle)
    if saved.owner_id != scope.user.pk:
        raise Http404
    if request.method == "POST":
        delete_list(scope, saved, now=clock.now())
        messages.success(request, _("名单已删除。"))
        return redirect("registry:lists")
    return render(request, "registry/list_delete.html", {"saved": saved})


@require_http_methods(["GET", "POST"])
@scoped(*STAFF, act=gettext_lazy("向名单添加主体"))
@once_per_form
def list_pick(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The subjects that were ticked, and onto which list with which note."""
    chosen = _chosen(request, scope)
    own = list(lists_for(scope.user).filter(owner=scope.user, kind=Kind.PICKED)[:SHOWN])
    problems: list[str] = []
    if request.method == "POST":
        try:
            saved = _pick(request, scope, own, chosen)
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已添加到名单。"))
            return redirect("registry:list", saved.handle)
    context = {
        "chosen": chosen,
        "own": own,
        "problems": problems,
        "note": request.POST.get("note", ""),
        "to": request.POST.get("to", ""),
        "name": request.POST.get("name", ""),
    }
    status = UNPROCESSABLE if problems else 200
    return render(request, "registry/list_pick.html", context, status=status)


def _chosen(request: HttpRequest, scope: Scope) -> list[Subject]:
    given = request.POST if request.method == "POST" else request.GET
    handles = []
    for text in given.getlist("s")[:100]:
        try:
            handles.append(UUID(text))
        except ValueError:
            continue
    rows = list(scope.subjects().filter(handle__in=handles).order_by("pinyin", "id"))
    note_looks(scope, rows, ["name"], now=clock.now())
    return rows


def _pick(
    request: HttpRequest, scope: Scope, own: list[SavedList], chosen: list[Subject]
) -> SavedList:
    """Onto the list that was chosen, or onto a new one of the name that was typed."""
    saved = next((one for one in own if str(one.handle) == request.POST.get("to")), None)
    if saved is None:
        name = request.POST.get("name", "")[:200]
        saved = keep_list(
            scope, Kind.PICKED, name, filters=Filters(), shared=False, now=clock.now()
        )
    note = request.POST.get("note", "")[:1000]
    pick_subjects(scope, saved, chosen, note=note, now=clock.now())
    return saved


@require_POST
@scoped(*STAFF, act=gettext_lazy("导出名单"))
def list_export(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """The list as a file, for a reason that is typed in."""
    saved = list_or_404(scope, handle)
    form, reason = request.POST.get("form", ""), request.POST.get("reason", "")[:1000]
    try:
        taken = export_list(scope, saved, reason=reason, form=form, now=clock.now())
    except RegistryError as refusal:
        return _opened(request, scope, saved, refusal.problems)
    name = _("名单")
    if form == "csv":
        data = write_csv([taken.head, *taken.rows])
        return attachment(data, f"{name}.csv", "text/csv; charset=utf-8")
    return attachment(_workbook(scope, taken), f"{name}.xlsx", XLSX)


def _workbook(scope: Scope, taken: Taken) -> bytes:
    mark = _("%(who)s 于 %(day)s 下载") % {"who": str(scope.user), "day": scope.on.isoformat()}
    columns = tuple(SheetColumn(title) for title in taken.head)
    return write_sheet([Sheet(_("名单"), columns, taken.rows)], mark=mark, on=scope.on)


def context_of(scope: Scope, handle: str) -> SavedList | None:
    """The list that an address names, if it names one. Raises: Http404."""
    if not handle:
        return None
    try:
        return list_or_404(scope, UUID(handle))
    except ValueError:
        raise Http404 from None
