"""One's own page: what the city knows about me, what is missing, what ends soon, who looked."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.registry.access import scoped
from yingcai.registry.actions.accounts import end_account
from yingcai.registry.actions.consent import give_consent, withdraw_consent
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.actions.requests import (
    Upload,
    Wish,
    request_change,
    request_relation_change,
    withdraw_request,
)
from yingcai.registry.errors import RegistryError
from yingcai.registry.evidence_files import SIZE_LIMIT
from yingcai.registry.forms import ChangeForm, RelationWishForm
from yingcai.registry.lines import lines_of, steps_of
from yingcai.registry.models import Subject
from yingcai.registry.queries.accounts import account_in_use, accounts_of
from yingcai.registry.queries.asked import other_side, request_label, tie_words
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.facts import missing, source_words, standing
from yingcai.registry.queries.merged import kept
from yingcai.registry.queries.scope import GUARDIAN, SELF, Scope, has_agreed
from yingcai.registry.queries.search import numbers_of, relation_of, requests_in, requests_of
from yingcai.registry.queries.terms import coming_for
from yingcai.registry.views.relations import tie_rows
from yingcai.registry.views.subject import about, answers_of, looks_page
from yingcai.registry.vocabulary import FactWord, Purpose, in_language, number_words, vocabulary


def _own(scope: Scope) -> Subject:
    found = scope.subjects().filter(kind=Subject.Kind.PERSON).first()
    if found is None:
        raise Http404
    return found


@require_safe
@scoped(SELF, act=gettext_lazy("查看自己的信息"))
def me(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The page for a telephone: what is known, what is missing, what ends soon."""
    own = _own(scope)
    lines = lines_of(scope, own, on=scope.on, now=clock.now())
    asked = _requests(own)
    waiting = [row for row, _label in asked if row.status == "open"]
    context = {
        **about(own),
        "lines": lines,
        "contradicted": [line for line in lines if line.others],
        "soon": [line for line in lines if line.ends_soon],
        "going": _going(own, scope),
        "missing": missing(own, on=scope.on),
        "numbers": [(row, number_words(row.kind)) for row in numbers_of(own)],
        "accounts": accounts_of(own),
        "requests": asked,
        "ties": tie_rows(own, scope),
        "answers": answers_of(own),
        "ask_address": reverse("registry:ask_own"),
        "open_names": {row.name for row in waiting},
        "open_ties": {row.relation_id for row in waiting},
    }
    return render(request, "registry/me.html", context)


def _going(own: Subject, scope: Scope) -> list[tuple[str, date, int]]:
    """What goes because its term is over: of which fact, from which day, how many values."""
    words = vocabulary().facts
    found = Counter((words[one.name].label, one.on) for one in coming_for(own, on=scope.on))
    return [(label, day, count) for (label, day), count in found.items()]


def _requests(own: Subject) -> list[tuple[Any, str]]:
    """Each with its words; of a relation with the name of the other side."""
    found = []
    for row in requests_of(own):
        label = request_label(row)
        if row.relation is not None:
            label += _("：") + other_side(row, row.relation).name
        found.append((row, label))
    return found


@require_safe
@scoped(SELF, act=gettext_lazy("查看自己的历程"))
def my_steps(request: HttpRequest, scope: Scope) -> HttpResponse:
    own = _own(scope)
    context = {**about(own), "steps": steps_of(scope, own, now=clock.now())}
    return render(request, "registry/my_steps.html", context)


@require_safe
@scoped(SELF, act=gettext_lazy("查看谁看过自己"))
def my_looks(request: HttpRequest, scope: Scope) -> HttpResponse:
    own = _own(scope)
    return render(request, "registry/my_looks.html", {**about(own), **looks_page(request, own)})


@require_safe
@scoped(SELF, act=gettext_lazy("下载自己的全部信息"))
def my_copy(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Everything that is known about me, for a machine to read (PIPL art. 45)."""
    own = _own(scope)
    answer = JsonResponse(
        copy_of(scope, own, now=clock.now()), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@require_http_methods(["GET", "POST"])
@scoped(SELF, act=gettext_lazy("申请更正自己的信息"))
def change(request: HttpRequest, scope: Scope, name: str) -> HttpResponse:
    """Say what is right, why, and bring what proves it."""
    own, word = _own(scope), vocabulary().facts.get(name)
    if word is None or not name.startswith("person."):
        raise Http404
    form = ChangeForm(request.POST or None, request.FILES or None, word=word)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            request_change(
                own, _wish(own, word, form, scope), evidence=_upload(request),
                actor=scope.user, now=clock.now(),
            )  # fmt: skip
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已提交，三十日内答复；在本页可以看到进展。"))
            return redirect("registry:me")
    context = {**about(own), "form": form, "problems": problems, "word": word, "limit": SIZE_LIMIT}
    status = 422 if request.method == "POST" else 200
    return render(request, "registry/change.html", context, status=status)


def _wish(own: Subject, word: FactWord, form: ChangeForm, scope: Scope) -> Wish:
    current = [one for one in standing(own, on=scope.on) if one.name == word.name]
    given = form.cleaned_data
    return Wish(
        word.name,
        given["value"],
        given["reason"],
        given["since"],
        current[0].fact if current else None,
    )


@require_http_methods(["GET", "POST"])
@scoped(SELF, act=gettext_lazy("申请更正自己的关系"))
def change_relation(request: HttpRequest, scope: Scope, pk: int) -> HttpResponse:
    """Say that a relation is over, has other days or never was, why, and bring what proves it."""
    own = _own(scope)
    row = relation_of(own, pk)
    if row is None:
        raise Http404
    form = RelationWishForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        wish = form.wish(row)
        try:
            request_relation_change(
                own, wish, evidence=_upload(request), actor=scope.user, now=clock.now()
            )
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已提交，三十日内答复；在本页可以看到进展。"))
            return redirect("registry:me")
    back = kept(row.subject).pk != own.pk
    context = {
        **about(own),
        "form": form,
        "problems": problems,
        "row": row,
        "label": tie_words(row.kind, back=back),
        "other": kept(row.subject if back else row.other),
        "source": source_words(row.source),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "registry/change_relation.html", context, status=status)


def _upload(request: HttpRequest) -> Upload | None:
    sent: Any = request.FILES.get("evidence")
    return Upload(sent.name, sent.read(SIZE_LIMIT + 1)) if sent else None


@require_POST
@scoped(SELF, act=gettext_lazy("撤回自己的更正申请"))
def withdraw(request: HttpRequest, scope: Scope, pk: int) -> HttpResponse:
    row = requests_in(scope).filter(pk=pk, subject__kind=Subject.Kind.PERSON).first()
    if row is None:
        raise Http404
    try:
        withdraw_request(row, actor=scope.user, now=clock.now())
    except RegistryError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤回。"))
    return redirect("registry:me")


@require_POST
@scoped(SELF, act=gettext_lazy("停用自己的收款账户"))
def end_own_account(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """An account of mine is no longer used."""
    row = account_in_use(_own(scope), handle)
    if row is None:
        raise Http404
    try:
        end_account(row, actor=scope.user, now=clock.now())
    except RegistryError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已停用。用它收款的事项，请到“我的事项”另选账户。"))
    return redirect("registry:me")


@require_http_methods(["GET", "POST"])
@scoped(SELF, act=gettext_lazy("决定自己的同意事项"))
def consents(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What I agreed to; agreeing and withdrawing are one press each."""
    own = _own(scope)
    if request.method == "POST":
        decide_consent(request, scope, own)
        return redirect("registry:consents")
    told = [
        _told(purpose) for purpose in vocabulary().purposes.values() if not purpose.needs_consent
    ]
    context = {**about(own), "asked": asked_of(own), "told": told}
    return render(request, "registry/consents.html", context)


def _told(purpose: Purpose) -> tuple[Purpose, str, str, str]:
    return (
        purpose, in_language(purpose.label), in_language(purpose.notice), in_language(purpose.law)
    )  # fmt: skip


def asked_of(subject: Subject) -> list[tuple[Any, ...]]:
    """The purposes that need consent, in words, each with its receiver and whether it is agreed to."""
    return [
        (*_told(purpose), in_language(purpose.receiver), has_agreed(subject, purpose))
        for purpose in vocabulary().purposes.values()
        if purpose.needs_consent
    ]


@require_http_methods(["GET", "POST"])
@scoped(GUARDIAN, act=gettext_lazy("为未满十四周岁的被监护人决定同意事项"))
def wards(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The children for whom who asks is the guardian, and their consents; no value is shown."""
    children = list(scope.subjects().filter(kind=Subject.Kind.PERSON).order_by("id"))
    if request.method == "POST":
        named = request.POST.get("child", "")
        child = next((one for one in children if str(one.handle) == named), None)
        if child is None:
            raise Http404
        decide_consent(request, scope, child)
        return redirect("registry:wards")
    note_looks(scope, children, NAME, now=clock.now())
    rows = [(child, asked_of(child)) for child in children]
    return render(request, "registry/wards.html", {"rows": rows})


def decide_consent(request: HttpRequest, scope: Scope, own: Subject) -> None:
    """What was pressed: agreed or withdrawn, by the notice that was shown."""
    purpose, version = request.POST.get("purpose", ""), request.POST.get("version", "")
    try:
        if request.POST.get("word") == "yes":
            seen = int(version) if version.isdecimal() else 0
            give_consent(own, purpose, version=seen, actor=scope.user, now=clock.now())
            messages.success(request, _("已同意，随时可以撤回。"))
        else:
            withdraw_consent(own, purpose, actor=scope.user, now=clock.now())
            messages.success(request, _("已撤回，从现在起不再使用。"))
    except RegistryError as refusal:
        messages.error(request, str(refusal))
