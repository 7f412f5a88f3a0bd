"""An officer registers a subject, and records what a document or an office says about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yingcai.audit import clock
from yingcai.engine.identifiers import KINDS
from yingcai.identity.access import once_per_form
from yingcai.registry.access import asked_from, scoped, subject_or_404
from yingcai.registry.actions.facts import Said, correct_fact, record_fact
from yingcai.registry.actions.looking import NAME, note_looks, note_search
from yingcai.registry.actions.subjects import register_subject
from yingcai.registry.errors import RegistryError
from yingcai.registry.forms import FactForm, SubjectForm
from yingcai.registry.models import Fact, Subject
from yingcai.registry.queries.facts import facts_for, known
from yingcai.registry.queries.scope import COUNTY, OFFICE, Scope
from yingcai.registry.views.subject import about

STATED = "personnel"


@sensitive_post_parameters("number")
@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("新登记主体"))
@once_per_form
def new(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Register one subject; many come by a file."""
    form = SubjectForm(request.POST or None, places=scope.places())
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = _register(scope, form.cleaned_data, asked_from(request))
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已登记。"))
            return redirect("registry:subject", made.handle)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "problems": problems}
    return render(request, "registry/new.html", context, status=status)


def _register(scope: Scope, given: dict[str, Any], address: str) -> Subject:
    kind, number = given["number_kind"], given["number"].strip()
    place = given["county"]
    if place is None and scope.capacity == COUNTY:
        place = scope.places().first()
    now = clock.now()
    if kind in KINDS and number:
        note_search(kind, number, actor=scope.user, address=address, now=now)
    return register_subject(
        given["kind"],
        given["name"],
        sort=given["sort"],
        county=place,
        numbers={kind: number} if kind or number else {},
        source=STATED,
        actor=scope.user,
        now=now,
    )


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("记录主体的信息"))
@once_per_form
def record(request: HttpRequest, scope: Scope, handle: str, name: str) -> HttpResponse:
    """Record one fact; a row of the same source that it contradicts is replaced by it."""
    found = subject_or_404(scope, handle)
    word = next((one for one in facts_for(found) if one.name == name), None)
    if word is None:
        raise Http404
    form = FactForm(request.POST or None, word=word)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            _record(scope, found, name, form.cleaned_data)
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已记录。"))
            return redirect("registry:subject", found.handle)
    note_looks(scope, [found], NAME, now=clock.now())
    status = 422 if request.method == "POST" else 200
    context = {**about(found), "form": form, "problems": problems, "word": word}
    return render(request, "registry/record.html", context, status=status)


def _record(scope: Scope, found: Subject, name: str, given: dict[str, Any]) -> Fact:
    said = Said(
        name,
        given["value"],
        given["source"],
        since=given["since"],
        until=given["until"],
        reference=given["reference"],
    )
    now = clock.now()
    own = (
        known([found]).filter(name=name, source=said.source, valid_to=None).order_by("-id").first()
    )
    if own is not None and own.valid_from == said.since:
        return correct_fact(own, said, actor=scope.user, now=now)
    return record_fact(found, said, verified_by=scope.user, actor=scope.user, now=now)
