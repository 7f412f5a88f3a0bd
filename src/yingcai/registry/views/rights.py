"""My rights: what one may do, asking for erasure or restriction, following a request, its answer as a letter."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.identity.access import signed_in
from yingcai.identity.actions.leaving import leave
from yingcai.identity.errors import IdentityError
from yingcai.registry.access import held_capacities
from yingcai.registry.actions.requests import DAYS
from yingcai.registry.actions.rights import Wish, ask_right, withdraw_right
from yingcai.registry.errors import RegistryError
from yingcai.registry.forms import RightForm
from yingcai.registry.models import RightsRequest, Subject
from yingcai.registry.queries.effects import counts_of, effects
from yingcai.registry.queries.rights import (
    live_request,
    possible_kinds,
    rights_by,
    rights_of,
)
from yingcai.registry.queries.scope import SELF, usual_scope
from yingcai.registry.vocabulary import vocabulary
from yingcai.registry.written import asked_reason, remark

Kind, Status = RightsRequest.Kind, RightsRequest.Status


def _own(request: HttpRequest) -> Subject | None:
    """The person who asks; None once he is erased, and for everybody who is no person here."""
    held = held_capacities(request)
    if SELF not in held:
        return None
    scope = usual_scope(request.user, on=clock.today(), among=(SELF,), held=held)
    return scope.subjects().filter(kind=Subject.Kind.PERSON).first()


def _mine(request: HttpRequest, own: Subject | None) -> list[RightsRequest]:
    """Requests about oneself, and those that one made before one was erased."""
    about = rights_of(own) if own else []
    made = [row for row in rights_by(request.user) if row.pk not in {one.pk for one in about}]
    return [*about, *made]


@require_safe
@signed_in
def my_rights(request: HttpRequest) -> HttpResponse:
    """Every right in plain words with its article, and how one's requests stand."""
    own = _own(request)
    mine = _mine(request, own)
    if own is None and not mine:
        raise Http404
    live = next((row for row in mine if row.live), None)
    context = {
        "subject": own,
        "rows": mine,
        "live": live,
        "kinds": possible_kinds(own) if own and not live else (),
        "days": DAYS,
        "restricted": bool(own) and own.standing == Subject.Standing.RESTRICTED if own else False,
    }
    return render(request, "registry/my_rights.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def ask(request: HttpRequest, right: str) -> HttpResponse:
    """What it would do, said before; then the request."""
    own = _own(request)
    if own is None or right not in Kind.values:
        raise Http404
    form = RightForm(request.POST if request.method == "POST" else None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        wish = Wish(right, RightsRequest.Asker.SELF, form.cleaned_data["reason"])
        try:
            row = ask_right(own, wish, actor=_user(request), now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已提交。请记下编号 %(number)s。") % {"number": row.number})
            return redirect("registry:my_right", row.pk)
    context = {
        "subject": own,
        "kind": right,
        "title": Kind(right).label,
        "effects": effects(counts_of(own)) if right == Kind.ERASE else [],
        "form": form,
        "problems": problems,
        "days": DAYS,
        "live": live_request(own),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "registry/right_ask.html", context, status=status)


@require_safe
@signed_in
def my_right(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: how it stands, and the answer as a letter that can be printed."""
    own = _own(request)
    row = _row(request, own, pk)
    context = {
        **letter(row),
        "subject": own,
        "erased": row.subject.standing == Subject.Standing.ERASED,
        "may_withdraw": row.live and row.made_by_id == request.user.pk,
    }
    return render(request, "registry/my_right.html", context)


@require_POST
@signed_in
def withdraw_own(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row(request, _own(request), pk)
    try:
        withdraw_right(row, actor=_user(request), now=clock.now())
    except RegistryError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤回，信息没有任何变动。"))
    return redirect("registry:my_right", pk)


@require_POST
@signed_in
def leave_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account of somebody who was erased; nothing is left to sign in for."""
    row = _row(request, None, pk)
    if row.subject.standing != Subject.Standing.ERASED or held_capacities(request):
        raise Http404
    try:
        leave(_user(request), now=clock.now())
    except IdentityError as refusal:
        messages.error(request, str(refusal))
        return redirect("registry:my_right", pk)
    return redirect("home")


def letter(row: RightsRequest) -> dict[str, Any]:
    """What an answer says, for the person and for the officers alike."""
    answered = row.status in (Status.GRANTED, Status.REFUSED)
    ground = vocabulary().grounds.get(row.ground) if answered else None
    granted = row.status == Status.GRANTED
    erased = granted and row.kind == Kind.ERASE
    return {
        "row": row,
        "answered": answered,
        "ground": ground,
        "reason": asked_reason(row),
        "remark": remark(row) if answered else "",
        "done": effects(row.effects) if erased else [],
        "instead": row.status == Status.REFUSED and ground is not None and ground.restricts,
    }


def _row(request: HttpRequest, own: Subject | None, pk: int) -> RightsRequest:
    found = next((row for row in _mine(request, own) if row.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> Any:
    return request.user
