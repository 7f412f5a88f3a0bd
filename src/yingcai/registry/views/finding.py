"""Finding subjects: by name, pinyin, initials, or exactly by a number."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.registry.access import scoped
from yingcai.registry.actions.looking import TooMany, find_by_number, note_looks
from yingcai.registry.models import Subject
from yingcai.registry.queries.scope import AUDITOR, COUNTY, EMPLOYER, OFFICE, Scope
from yingcai.registry.queries.search import Found, Place, find
from yingcai.registry.vocabulary import in_language, vocabulary

STAFF = (OFFICE, COUNTY, AUDITOR, EMPLOYER)
TOO_MANY = 429


@require_safe
@scoped(*STAFF, act=gettext_lazy("查找人员、单位和项目"))
def subjects(request: HttpRequest, scope: Scope) -> HttpResponse:
    """A page of subjects by name. That persons were listed is written down."""
    text, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    kind = kind if kind in Subject.Kind.values else ""
    found = find(scope, kind=kind, text=text, after=place_after(request))
    note_looks(scope, found.rows, ["name"], now=clock.now())
    return render(request, "registry/subjects.html", list_page(request, scope, found))


def list_page(request: HttpRequest, scope: Scope, found: Found) -> dict[str, Any]:
    text, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    words, place = vocabulary(), found.next
    older = {"q": text, "kind": kind}
    if place is not None:
        older |= {"along": place.column, "after": place.value, "id": str(place.pk)}
    return {
        "rows": [(row, in_language(words.kinds.get(row.sort, {"zh": ""}))) for row in found.rows],
        "search": text,
        "kind": kind,
        "kinds": Subject.Kind.choices,
        "scope": scope,
        "shown": len(found.rows),
        "older_href": f"?{urlencode(older)}" if place else "",
    }


def place_after(request: HttpRequest) -> Place | None:
    column, pk = request.GET.get("along", ""), request.GET.get("id", "")
    if not column or not pk.isdecimal() or len(pk) > 18:
        return None
    return Place(column, request.GET.get("after", ""), int(pk))


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
    now: datetime = clock.now()
    kind, number = request.POST.get("number_kind", ""), request.POST.get("number", "")[:40]
    try:
        found = find_by_number(scope, kind, number, actor=scope.user, now=now) if number else None
    except TooMany as refusal:
        return None, str(refusal), TOO_MANY
    except KeyError:
        return None, _("没有这种号码"), 422
    if found is None:
        return None, _("没有找到：号码不在登记中，或不在您的职责范围内"), 404
    return found, "", 200


def _again(request: HttpRequest, scope: Scope, problem: str, *, status: int) -> HttpResponse:
    context = {**list_page(request, scope, Found([], None)), "problems": [problem], "asked": True}
    return render(request, "registry/subjects.html", context, status=status)
