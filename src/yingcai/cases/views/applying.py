"""Applying: for whom, and the form that asks only what the city does not know."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yingcai.audit import clock
from yingcai.cases.actions.opening import KINDS, start_case
from yingcai.cases.actions.walking_in import Document, start_for_walk_in
from yingcai.cases.errors import CaseError
from yingcai.cases.models import Case
from yingcai.cases.queries import guides as found
from yingcai.cases.queries.reach import (
    SIDES,
    filing_scope,
    reached,
    reached_at_all,
    takes_walk_ins,
)
from yingcai.cases.queries.rule_book import RuleBook, rule_book
from yingcai.cases.queries.seats import may_apply_as
from yingcai.cases.views.guides import NEEDS, SUBJECTS
from yingcai.identity.access import StaffRequest, signed_in
from yingcai.registry.access import asked_from
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.errors import RegistryError, TooMany
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import find

if TYPE_CHECKING:
    from yingcai.registry.models import Subject

Side = Case.Side
DOCUMENTS = {
    "person": (("resident-id", gettext_lazy("居民身份证号")), ("passport", gettext_lazy("护照号"))),
    "organisation": (("credit-code", gettext_lazy("统一社会信用代码")),),
    "project": (),
}


@dataclass(frozen=True)
class Door:
    """For whom a login may apply in one capacity. ``searched``: these are only some of them.

    ``shown``: one that is found by the document that he shows.
    """

    side: str
    rows: "tuple[Subject, ...]"
    searched: bool = False
    more: bool = False
    shown: bool = False


@sensitive_post_parameters("number", "name")
@signed_in
@require_http_methods(["GET", "POST"])
def apply(request: StaffRequest, name: str) -> HttpResponse:
    """For whom; then the draft is there and its form is shown."""
    book = rule_book()
    one = found.guide(book, name, on=clock.today()) if book else None
    if book is None or one is None:
        raise Http404
    problems: list[str] = []
    if request.method == "POST":
        try:
            case = _started(request, name)
        except (CaseError, TooMany) as refusal:
            problems = refusal.problems
        else:
            return redirect("cases:apply_form", case.handle)
    context = {
        **_about(book, one),
        **_for_whom(request, KINDS[one.subject]),
        "document_kinds": DOCUMENTS[KINDS[one.subject]],
        "problems": [{"text": problem} for problem in problems],
    }
    return render(request, "cases/apply.html", context, status=422 if problems else 200)


def _started(request: StaffRequest, name: str) -> Case:
    """The draft for whom was chosen. Raises: Http404 for a subject out of reach, CaseError, TooMany."""
    if "number" in request.POST:
        return _walked_in(request, name)
    found = reached_at_all(request.user, request.POST.get("subject", ""), clock.today())
    if found is None:
        raise Http404
    return start_case(name, *found, actor=request.user, now=clock.now())


def _walked_in(request: StaffRequest, name: str) -> Case:
    fields = ("number_kind", "number", "name")
    document = Document(*(request.POST.get(field, "")[:120] for field in fields))
    return start_for_walk_in(
        name, document, actor=request.user, address=asked_from(request), now=clock.now()
    )


def _about(book: RuleBook, one: found.Guide) -> dict[str, object]:
    return {
        "guide": one,
        "open": one.standing == found.OPEN,
        "way": found.way(book, one.name),
        "materials": [(line, *NEEDS[line.need]) for line in found.materials(book, one.name)],
        "subject_words": SUBJECTS[one.subject],
    }


def _for_whom(request: StaffRequest, kind: str) -> dict[str, object]:
    """The doors that are open, each with subjects of the kind that the programme is for."""
    text = request.GET.get("q", "").strip()[:60]
    handle = request.GET.get("subject", "") or request.POST.get("subject", "")
    doors = [door for side in SIDES if (door := _door(request, side, kind, text, handle))]
    return {
        "doors": doors,
        "search": text,
        "may": bool(may_apply_as(request.user, clock.today())),
    }


def _door(request: StaffRequest, side: Side, kind: str, text: str, handle: str) -> Door | None:
    scope = filing_scope(request.user, side, clock.today())
    if scope is None:
        walks_in = side == Side.WINDOW and takes_walk_ins(request.user, clock.today())
        return Door(side, (), shown=True) if walks_in else None
    if side == Side.SELF:
        own = scope.subjects().filter(kind=kind).first()
        return Door(side, (own,)) if own else None
    if handle:
        named = reached(request.user, side, handle, clock.today())
        return _seen(scope, Door(side, (named,))) if named and named.kind == kind else None
    if side == Side.WINDOW and not text:  # the whole register is no list to choose from
        return Door(side, (), searched=True)
    page = find(scope, Filters(text=text, kind=kind))
    return _seen(scope, Door(side, tuple(page.rows), searched=True, more=page.next is not None))


def _seen(scope: Scope, door: Door) -> Door:
    """Whoever is named has a look."""
    try:
        note_looks(scope, door.rows, NAME, now=clock.now())
    except RegistryError:
        return Door(door.side, (), door.searched)
    return door
