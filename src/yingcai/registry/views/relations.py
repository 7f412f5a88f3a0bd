"""Relations of a subject: shown, added, ended, corrected."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.identity.access import once_per_form
from yingcai.registry.access import scoped, subject_or_404
from yingcai.registry.actions.finding import find_subjects
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.actions.relations import (
    correct_relation,
    end_relation,
    relate,
    retract_relation,
)
from yingcai.registry.errors import RegistryError
from yingcai.registry.forms import BACK, LastDayForm, TieCorrectionForm, TieForm
from yingcai.registry.models import Relation, Subject
from yingcai.registry.queries.asked import tie_words
from yingcai.registry.queries.facts import related, source_words
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.imports import STATED as BY_EMPLOYER
from yingcai.registry.queries.merged import kept
from yingcai.registry.queries.scope import AUDITOR, COUNTY, EMPLOYED, EMPLOYER, OFFICE, Scope
from yingcai.registry.queries.search import Found, relation_of
from yingcai.registry.views.filtering import asked_in
from yingcai.registry.views.finding import TOO_MANY, after_in, found_by_number, list_page
from yingcai.registry.views.recording import STATED
from yingcai.registry.views.subject import named, page_of
from yingcai.registry.vocabulary import in_language, vocabulary

HERE = "registry:relations"


@require_safe
@scoped(OFFICE, COUNTY, AUDITOR, EMPLOYER, act=gettext_lazy("查看主体的关系"))
def relations(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """Each relation in words, with the other side, its days, its source."""
    found = subject_or_404(scope, handle)
    rows = tie_rows(found, scope)
    note_looks(scope, [found, *(row["other"] for row in rows)], NAME, now=clock.now())
    context = {
        **page_of(found, scope, HERE),
        "rows": rows,
        "may_add": scope.capacity in (OFFICE, COUNTY),
    }
    return render(request, "registry/relations.html", context)


def tie_rows(found: Subject, scope: Scope) -> list[dict[str, Any]]:
    """The relations of a subject; to an employer only those whose other side it sees."""
    rows = related(found)
    others = [other.pk for _row, other, _back in rows]
    reach = set(scope.subjects().filter(pk__in=others).values_list("pk", flat=True))
    return [
        {
            "row": row,
            "label": tie_words(row.kind, back=back),
            "other": other,
            "open": other.pk in reach,
            "source": source_words(row.source),
            "percent": "" if row.share is None else f"{row.share / 10_000:g}",
            "may_correct": scope.capacity in (OFFICE, COUNTY),
            "may_end": row.ends_on is None and _may_end(row, scope),
        }
        for row, other, back in rows
        if scope.capacity != EMPLOYER or other.pk in reach
    ]


def _may_end(row: Relation, scope: Scope) -> bool:
    """An officer every relation; a firm the employment of its own people."""
    return scope.capacity in (OFFICE, COUNTY) or (
        scope.capacity == EMPLOYER and row.kind == EMPLOYED
    )


@sensitive_post_parameters("number")
@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("查找要建立关系的另一方"))
def relation_find(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """The other side, by name or exactly by a number."""
    found = subject_or_404(scope, handle)
    problem, status = "", 200
    if request.method == "POST":
        other, problem, answer = found_by_number(request, scope)
        if other is not None:
            return redirect("registry:relation_new", found.handle, other.handle)
        status = answer if answer == TOO_MANY else 422  # the page itself is there
    asked = asked_in(request, scope)
    wanted = Filters(text=asked.filters.text)
    listed = (
        find_subjects(scope, wanted, after=after_in(request), now=clock.now())
        if wanted.text
        else Found([], None)
    )
    context = {
        **named(found, scope, HERE),
        **list_page(replace(asked, filters=wanted), scope, listed),
        "problems": [problem] if problem else [],
    }
    return render(request, "registry/relation_find.html", context, status=status)


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("登记关系"))
@once_per_form
def relation_new(request: HttpRequest, scope: Scope, handle: str, other: UUID) -> HttpResponse:
    """What the other one is to the subject, from when to when, by which source."""
    found, second = subject_or_404(scope, handle), subject_or_404(scope, str(other))
    form = TieForm(request.POST or None, kinds=_kinds(found, second), initial={"source": STATED})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        tie, back = form.tie()
        one, two = (second, found) if back else (found, second)
        try:
            relate(one, tie, two, actor=scope.user, now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已登记关系。"))
            return redirect(HERE, found.handle)
    note_looks(scope, [second], ["name"], now=clock.now())
    context = {
        "form": form,
        "problems": problems,
        "title": _("登记关系"),
        "other": second,
        "none_fits": not _kinds(found, second),
        "submit": _("登记"),
    }
    return _form(request, scope, found, context)


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, EMPLOYER, act=gettext_lazy("登记关系结束"))
def relation_end(request: HttpRequest, scope: Scope, handle: str, pk: int) -> HttpResponse:
    """It ended on a day; a firm says so of its own people."""
    found = subject_or_404(scope, handle)
    row, other = _row(scope, found, pk)
    if row.ends_on is not None or not _may_end(row, scope):
        raise Http404
    form = LastDayForm(request.POST or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        source = BY_EMPLOYER if scope.capacity == EMPLOYER else STATED
        until = form.cleaned_data["until"]
        try:
            end_relation(row, until=until, source=source, actor=scope.user, now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已登记结束日期；本人可以看到。"))
            return _after_end(scope, found)
    context = {
        "form": form,
        "problems": problems,
        "title": _("登记关系结束"),
        "other": other,
        "row": row,
        "submit": _("登记结束"),
    }
    return _form(request, scope, found, context)


def _after_end(scope: Scope, found: Subject) -> HttpResponse:
    """Back to the subject, unless it has left the scope by this."""
    if scope.subjects().filter(pk=found.pk).exists():
        return redirect(HERE, found.handle)
    return redirect("registry:subjects")


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("更正或撤销关系"))
def relation_correct(request: HttpRequest, scope: Scope, handle: str, pk: int) -> HttpResponse:
    """Other words or other days for the same two, or that it was never so."""
    found = subject_or_404(scope, handle)
    row, other = _row(scope, found, pk)
    form = _correction(request, row, _kinds(kept(row.subject), kept(row.other)))
    never = request.POST.get("word") == "never"
    problems: list[str] = []
    if request.method == "POST" and (never or form.is_valid()):
        try:
            _correct(request, scope, row, form, never=never)
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已更正，原来的记录保留。"))
            return redirect(HERE, found.handle)
    context = {
        "form": form,
        "problems": problems,
        "title": _("更正关系"),
        "other": other,
        "row": row,
        "submit": _("更正"),
        "may_retract": True,
    }
    return _form(request, scope, found, context)


def _correction(
    request: HttpRequest, row: Relation, kinds: list[tuple[str, str]]
) -> TieCorrectionForm:
    own = [(kind, label) for kind, label in kinds if not kind.endswith(BACK)]
    sent = request.POST if request.POST.get("word") != "never" else None
    initial = {
        "kind": row.kind,
        "since": row.starts_on,
        "until": row.ends_on,
        "percent": None if row.share is None else f"{row.share / 10_000:g}",
        "source": row.source,
        "reason": request.POST.get("reason", ""),
    }
    return TieCorrectionForm(sent or None, kinds=own, initial=initial)


def _correct(
    request: HttpRequest, scope: Scope, row: Relation, form: TieCorrectionForm, *, never: bool
) -> None:
    if never:
        reason = request.POST.get("reason", "")
        retract_relation(row, reason=reason, actor=scope.user, now=clock.now())
        return
    tie, _back = form.tie()
    reason = form.cleaned_data["reason"]
    correct_relation(row, tie, reason=reason, actor=scope.user, now=clock.now())


def _kinds(found: Subject, other: Subject) -> list[tuple[str, str]]:
    """The kinds of relations that fit two subjects, by what the other one is then."""
    words = vocabulary().relations.values()
    own = [
        (word.name, in_language(word.label))
        for word in words
        if (word.first, word.second) == (found.kind, other.kind)
    ]
    back = [
        (word.name + BACK, in_language(word.back))
        for word in words
        if (word.first, word.second) == (other.kind, found.kind)
        and in_language(word.back) != in_language(word.label)
    ]
    return own + back


def _row(scope: Scope, found: Subject, pk: int) -> tuple[Relation, Subject]:
    """A relation of the subject and its other side; to an employer only with one it sees. Raises: Http404."""
    row = relation_of(found, pk)
    if row is None:
        raise Http404
    other = kept(row.other) if kept(row.subject).pk == found.pk else kept(row.subject)
    if scope.capacity == EMPLOYER and not scope.subjects().filter(pk=other.pk).exists():
        raise Http404
    return row, other


def _form(
    request: HttpRequest, scope: Scope, found: Subject, context: dict[str, Any]
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    page = {**named(found, scope, HERE), **context}
    return render(request, "registry/relation_form.html", page, status=status)
