"""Finding subjects: by name, pinyin, initials, or exactly by a number."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.registry.access import asked_from, scoped
from yingcai.registry.actions.finding import find_subjects
from yingcai.registry.actions.looking import find_by_number
from yingcai.registry.errors import InvalidFilter, TooMany
from yingcai.registry.models import Subject
from yingcai.registry.queries.scope import AUDITOR, COUNTY, EMPLOYER, OFFICE, Scope
from yingcai.registry.queries.search import Found, Place, place_of
from yingcai.registry.views.filtering import Asked, asked_in, form_of, query
from yingcai.registry.vocabulary import in_language, vocabulary

STAFF = (OFFICE, COUNTY, AUDITOR, EMPLOYER)
OK, UNPROCESSABLE, TOO_MANY = 200, 422, 429
COLUMNS = ("name", "pinyin", "initials", "id")


@require_safe
@scoped(*STAFF, act=gettext_lazy("查找人员、单位和项目"))
def subjects(request: HttpRequest, scope: Scope) -> HttpResponse:
    """A page of subjects that fit. About whom it says something is written down."""
    asked, found, status = asked_in(request, scope), Found([], None), OK
    problems = asked.problems
    if asked.answerable:
        try:
            found = find_subjects(scope, asked.filters, after=after_in(request), now=clock.now())
        except InvalidFilter as refusal:
            problems = refusal.problems
        except TooMany as refusal:
            problems, status = [str(refusal)], TOO_MANY
    if problems and status == OK:
        status = UNPROCESSABLE
    context = {**list_page(asked, scope, found), "problems": problems, "asked": bool(asked.firms)}
    return render(request, "registry/subjects.html", context, status=status)


def list_page(asked: Asked, scope: Scope, found: Found) -> dict[str, Any]:
    return {
        **form_of(asked, scope),
        "rows": listed(found.rows),
        "scope": scope,
        "shown": len(found.rows),
        "older_href": query(asked.filters, **next_in(found)) if found.next else "",
        "query": query(asked.filters),
    }


def listed(rows: Sequence[Subject]) -> list[tuple[Subject, str]]:
    """Subjects, each with the word for its kind of organisation."""
    words = vocabulary()
    return [(row, in_language(words.kinds.get(row.sort, {"zh": ""}))) for row in rows]


def next_in(found: Found) -> dict[str, str]:
    """Where the next page begins, for an address: a handle and no name."""
    if found.next is None:
        return {}
    return {"along": found.next.column, "after": str(found.rows[-1].handle)}


def after_in(request: HttpRequest) -> Place | None:
    """Where the page that is asked for begins."""
    column = request.GET.get("along", "")
    try:
        handle = UUID(request.GET.get("after", ""))
    except ValueError:
        return None
    return place_of(column, handle) if column in COLUMNS else None


@sensitive_post_parameters()
@require_POST
@scoped(*STAFF, act=gettext_lazy("按号码查找"))
def by_number(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Exactly one number, sent as a form so that it stands in no address and no log."""
    found, problem, status = found_by_number(request, scope)
    if found is None:
        return _again(request, scope, problem, status=status)
    return redirect("registry:subject", found.handle)


def found_by_number(request: HttpRequest, scope: Scope) -> tuple[Subject | None, str, int]:
    """The subject that the number of a form names; or why there is none, with the status of the answer."""
    kind, number = request.POST.get("number_kind", ""), request.POST.get("number", "")[:40]
    try:
        found = _found(request, scope, kind, number) if number else None
    except TooMany as refusal:
        return None, str(refusal), TOO_MANY
    except KeyError:
        return None, _("没有这种号码"), UNPROCESSABLE
    if found is None:
        return None, _("没有找到：号码不在登记中，或不在您的职责范围内"), 404
    return found, "", OK


def _found(request: HttpRequest, scope: Scope, kind: str, number: str) -> Subject | None:
    return find_by_number(
        scope, kind, number, actor=scope.user, address=asked_from(request), now=clock.now()
    )


def _again(request: HttpRequest, scope: Scope, problem: str, *, status: int) -> HttpResponse:
    page = list_page(asked_in(request, scope), scope, Found([], None))
    context = {**page, "problems": [problem], "asked": True}
    return render(request, "registry/subjects.html", context, status=status)
