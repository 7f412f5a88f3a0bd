"""An officer adds a number of a subject, or takes a wrong one out of use."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yingcai.audit import clock
from yingcai.registry.access import asked_from, scoped, subject_or_404
from yingcai.registry.actions.looking import NAME, note_looks, note_search
from yingcai.registry.actions.subjects import KINDS_OF, add_identifier, retire_identifier
from yingcai.registry.errors import RegistryError
from yingcai.registry.forms import NumberForm, RetireForm
from yingcai.registry.models import Subject
from yingcai.registry.queries.scope import COUNTY, OFFICE, Scope
from yingcai.registry.queries.search import numbers_of
from yingcai.registry.views.recording import STATED
from yingcai.registry.views.subject import about
from yingcai.registry.vocabulary import number_words


@sensitive_post_parameters("number")
@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("登记主体的号码"))
def number_new(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """One more number: a passport beside the identity card, the right one after a wrong one."""
    found = subject_or_404(scope, handle)
    kinds = KINDS_OF[Subject.Kind(found.kind)]
    if not kinds:
        raise Http404
    form = NumberForm(request.POST or None, kinds=kinds)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        kind, number = form.cleaned_data["kind"], form.cleaned_data["number"]
        try:
            note_search(
                kind, number, actor=scope.user, address=asked_from(request), now=clock.now()
            )
            add_identifier(found, kind, number, source=STATED, actor=scope.user, now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已登记。"))
            return redirect("registry:subject", found.handle)
    note_looks(scope, [found], NAME, now=clock.now())
    status = 422 if request.method == "POST" else 200
    context = {**about(found), "form": form, "problems": problems}
    return render(request, "registry/number_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("停用主体的号码"))
def number_retire(request: HttpRequest, scope: Scope, handle: str, pk: int) -> HttpResponse:
    """The number no longer finds the subject and may name another; it stays in the history."""
    found = subject_or_404(scope, handle)
    row = next((one for one in numbers_of(found) if one.pk == pk), None)
    if row is None:
        raise Http404
    form = RetireForm(request.POST or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            retire_identifier(row, reason=reason, actor=scope.user, now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已停用。如有误，可以重新登记这个号码。"))
            return redirect("registry:subject", found.handle)
    note_looks(scope, [found], [row.kind], now=clock.now())
    status = 422 if request.method == "POST" else 200
    label = number_words(row.kind)
    context = {**about(found), "form": form, "problems": problems, "row": row, "label": label}
    return render(request, "registry/number_retire.html", context, status=status)
