"""One subject: what is known, its trajectory, requests, who looked; opening a sealed value."""

from collections.abc import Callable, Mapping
from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.engine.accounts import KIND as ACCOUNT
from yingcai.registry.access import for_purpose, scoped, subject_or_404
from yingcai.registry.actions.looking import (
    NAME,
    note_looks,
    reveal_account,
    reveal_fact,
    reveal_number,
)
from yingcai.registry.actions.subjects import KINDS_OF
from yingcai.registry.errors import OutOfScope, RegistryError
from yingcai.registry.lines import field_words, lines_of, steps_of
from yingcai.registry.models import Fact, Identifier, Look, RegisterAnswer, Subject
from yingcai.registry.queries.accounts import accounts_of
from yingcai.registry.queries.asked import request_label
from yingcai.registry.queries.facts import facts_for, source_words
from yingcai.registry.queries.merged import members, merged_into
from yingcai.registry.queries.registers import last_answers
from yingcai.registry.queries.scope import AUDITOR, COUNTY, EMPLOYER, OFFICE, SELF, Scope
from yingcai.registry.queries.search import PAGE, looks_at, numbers_of, requests_of
from yingcai.registry.sealed import Secret
from yingcai.registry.tabs import is_open, tabs_of
from yingcai.registry.vocabulary import in_language, number_words, vocabulary
from yingcai.registry.written import REASON, look_reasons

STAFF = (OFFICE, COUNTY, AUDITOR, EMPLOYER)
SENSITIVE = "verification"


@require_safe
@scoped(*STAFF, act=gettext_lazy("查看主体"))
def subject(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """What is known about a subject, as far as the scope shows it."""
    found = subject_or_404(scope, handle)
    if str(found.handle) != str(handle):  # it was merged into another
        return redirect("registry:subject", found.handle)
    officer = scope.capacity in (OFFICE, COUNTY)
    context = {
        **page_of(found, scope, "registry:subject"),
        "lines": lines_of(scope, found, on=scope.on, now=clock.now()),
        "merged": merged_into(found),
        "numbers": [(row, number_words(row.kind)) for row in numbers_of(found)],
        "may_record": facts_for(found) if officer else [],
        "may_number": officer and KINDS_OF[Subject.Kind(found.kind)],
        "answers": answers_of(found),
        "ask_address": reverse("registry:ask", args=[found.handle]) if officer else "",
        "may_reveal": scope.capacity in vocabulary().purposes[SENSITIVE].roles
        if SENSITIVE in vocabulary().purposes
        else False,
    }
    return render(request, "registry/subject.html", context)


@require_safe
@scoped(*STAFF, act=gettext_lazy("查看主体的历程"))
def steps(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """What happened, oldest first; opened only when this page is."""
    found = subject_or_404(scope, handle)
    told = steps_of(scope, found, now=clock.now())
    context = {**page_of(found, scope, "registry:steps"), "steps": told}
    return render(request, "registry/steps.html", context)


@require_safe
@scoped(OFFICE, COUNTY, act=gettext_lazy("查看主体的更正申请"))
def subject_requests(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """What was asked to be corrected about a subject, newest first."""
    found = subject_or_404(scope, handle)
    rows = [(row, request_label(row)) for row in requests_of(found)]
    context = {**named(found, scope, "registry:subject_requests"), "rows": rows}
    return render(request, "registry/subject_requests.html", context)


def named(found: Subject, scope: Scope, tab: str) -> dict[str, object]:
    """The head of a page that opens nothing of a subject, but names it: that is written down, too."""
    note_looks(scope, [found], NAME, now=clock.now())
    return page_of(found, scope, tab)


def page_of(found: Subject, scope: Scope, tab: str) -> dict[str, object]:
    """The head of a subject's pages with its tabs; ``tab``: the name of the address that is shown."""
    return {**about(found), "scope": scope, "tabs": tabs_of(found, scope.capacity, tab)}


def about(found: Subject) -> dict[str, object]:
    """The head of a subject's pages."""
    return {
        "subject": found,
        "sort": in_language(vocabulary().kinds.get(found.sort, {"zh": ""})),
    }


def answers_of(found: Subject) -> list[tuple[RegisterAnswer, str]]:
    """The last answer of each register, with its name."""
    return [(row, source_words(row.source)) for row in last_answers(found)]


@require_safe
@scoped(*STAFF, act=gettext_lazy("查看谁看过某个主体"))
def looks(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """Who looked at a subject, when, for what."""
    found = subject_or_404(scope, handle)
    if not is_open("registry:looks", found, scope.capacity):
        raise PermissionDenied
    note_looks(scope, [found], [REASON], now=clock.now())
    context = {**page_of(found, scope, "registry:looks"), **looks_page(request, found)}
    return render(request, "registry/looks.html", context)


def looks_page(request: HttpRequest, found: Subject) -> dict[str, object]:
    """A page of looks, newest first."""
    before = request.GET.get("before", "")
    rows = looks_at(found, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    purposes, reasons = vocabulary().purposes, look_reasons(rows[:PAGE])
    listed = [
        (
            row,
            in_language(purposes[row.purpose].label) if row.purpose in purposes else row.purpose,
            field_words(row.fields),
            reasons.get(row.pk, ""),
            times,
        )
        for row, times in _together(rows[:PAGE], reasons)
    ]
    more = len(rows) > PAGE
    return {
        "rows": listed,
        "shown": min(len(rows), PAGE),
        "older_href": f"?before={rows[PAGE - 1].pk}" if more else "",
    }


def _together(rows: list[Look], reasons: Mapping[int, str]) -> list[tuple[Look, int]]:
    """Looks of one minute that say the same as one line with their number; whole values line by line."""
    groups = (
        list(same)
        for _, same in groupby(
            rows,
            lambda row: (
                (row.pk if row.revealed else 0, row.viewer_id, row.capacity, row.purpose),
                (
                    tuple(row.fields),
                    reasons.get(row.pk, ""),
                    row.at.replace(second=0, microsecond=0),
                ),
            ),
        )
    )
    return [(same[0], len(same)) for same in groups]


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("查看敏感信息（逐项留痕）"))
def reveal(request: HttpRequest, scope: Scope, handle: str, what: str, pk: int) -> HttpResponse:
    """Ask for the reason, write the look, show one value once."""
    found = subject_or_404(scope, handle)
    wanted = for_purpose(request, SENSITIVE)
    label, opener = _sealed(found, what, pk)
    context: dict[str, object] = {**about(found), "label": label, "reason": ""}
    if request.method == "GET":
        note_looks(scope, [found], NAME, now=clock.now())
        return render(request, "registry/reveal.html", context)
    reason = request.POST.get("reason", "")[:200]
    try:
        secret = opener(wanted, reason)
    except RegistryError as refusal:
        note_looks(scope, [found], NAME, now=clock.now())
        again = {**context, "problems": refusal.problems, "reason": reason}
        return render(request, "registry/reveal.html", again, status=422)
    return render(request, "registry/revealed.html", {**context, "value": secret.plain})


def _sealed(found: Subject, what: str, pk: int) -> tuple[str, Callable[[Scope, str], Secret]]:
    """What is to be opened in words, and how. Raises: Http404."""
    words = vocabulary().facts
    if what == "fact":
        fact = Fact.objects.filter(subject__in=members([found]), pk=pk).first()
        if fact is None:
            raise Http404
        label = words[fact.name].label if fact.name in words else fact.name
        return label, lambda scope, reason: _in_words(
            fact, reveal_fact(scope, fact, reason=reason, now=clock.now())
        )
    if what == "account":
        account = next((one for one in accounts_of(found) if one.pk == pk), None)
        if account is None:
            raise Http404
        return number_words(ACCOUNT), lambda scope, reason: reveal_account(
            scope, account, reason=reason, now=clock.now()
        )
    rows = Identifier.objects.filter(subject__in=members([found]), retired_at=None)
    number = rows.filter(pk=pk).first()
    if number is None:
        raise Http404
    return number_words(number.kind), lambda scope, reason: reveal_number(
        scope, number, reason=reason, now=clock.now()
    )


def _in_words(fact: Fact, secret: Secret) -> Secret:
    word = vocabulary().facts.get(fact.name)
    return Secret(word.words(secret.plain)) if word else secret


@require_POST
@scoped(SELF, act=gettext_lazy("查看自己的敏感信息"))
def reveal_own(request: HttpRequest, scope: Scope, what: str, pk: int) -> HttpResponse:
    """One's own value; no reason is asked."""
    found = scope.subjects().first()
    if found is None:
        raise Http404
    label, opener = _sealed(found, what, pk)
    try:
        secret = opener(scope, "")
    except OutOfScope:
        return redirect("registry:me")
    context = {**about(found), "label": label, "value": secret.plain, "own": True}
    return render(request, "registry/revealed.html", context)
