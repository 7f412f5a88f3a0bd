"""Tokens for programs: one's own, and for the talent office all of them."""

from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.identity.access import (
    StaffRequest,
    held_roles,
    once_per_form,
    proven_now,
    roles_required,
    signed_in,
)
from yingcai.identity.actions.tokens import Wanted, make_token, revoke_token
from yingcai.identity.errors import IdentityError
from yingcai.identity.queries import (
    Role,
    token_by_handle,
    token_is_open,
    tokens_of,
    tokens_page,
    user_by_name,
)
from yingcai.registry.forms import TokenForm
from yingcai.registry.tokens import SCOPES, purposes

PAGE = 50


@require_safe
@signed_in
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, newest first."""
    rows = _lines(tokens_of(_user(request))[:PAGE])
    return render(request, "registry/tokens.html", {"rows": rows, "own": True})


@require_safe
@roles_required(Role.OFFICE, act=gettext_lazy("查看全部接口凭证"))
def all_tokens(request: HttpRequest) -> HttpResponse:
    """Everybody's tokens, newest first."""
    before = request.GET.get("before", "")
    place = int(before) if before.isdecimal() and len(before) < 19 else None
    found = tokens_page(before=place, limit=PAGE)
    context = {
        "rows": _lines(found[:PAGE]),
        "shown": len(found[:PAGE]),
        "older_href": f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }
    return render(request, "registry/tokens.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
@proven_now
@partial(once_per_form, back="registry:tokens")
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token of one's own."""
    return _make(request, _user(request), own=True)


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("为系统账号开通接口凭证"))
@proven_now
@partial(once_per_form, back="registry:all_tokens")
def token_new_for(request: HttpRequest, username: str) -> HttpResponse:
    """Make a token of a program's account."""
    account = user_by_name(username)
    if account is None or not account.program:
        raise Http404
    return _make(request, account, own=False)


def _make(request: HttpRequest, account: Any, *, own: bool) -> HttpResponse:
    """Ask, then make it; it is shown once, on the answer itself."""
    form = TokenForm(request.POST or None, scopes=list(SCOPES.items()), purposes=purposes())
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = make_token(
                account, Wanted(**form.cleaned_data), actor=_user(request),
                at=clock.machine_now(), now=clock.now(),
            )  # fmt: skip
        except IdentityError as refusal:
            problems = refusal.problems
        else:
            # No redirect and no message: it must not be stored in a cookie or a session.
            return render(request, "registry/token_made.html", made._asdict())
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "problems": problems, "account": account, "own": own}
    return render(request, "registry/token_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def token_revoke(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, then revoke a token: one's own, or any for the talent office."""
    found = token_by_handle(token)
    own = found is not None and found.user_id == _user(request).pk
    if found is None or not (own or Role.OFFICE in held_roles(request)):
        raise Http404
    back = "registry:tokens" if own else "registry:all_tokens"
    if request.method == "POST":
        try:
            revoke_token(found, actor=_user(request), now=clock.now())
        except IdentityError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已撤销，立即失效。"))
        return redirect(back)
    return render(request, "registry/token_revoke.html", {"token": found, "back": back})


def _lines(rows: Any) -> list[dict[str, Any]]:
    """Each token with its scopes in words, and whether it opens something now."""
    at = clock.machine_now()
    return [
        {
            "token": row,
            "scopes": [SCOPES.get(scope, scope) for scope in row.scopes],
            "open": token_is_open(row, at=at),
        }
        for row in rows
    ]


def _user(request: HttpRequest) -> Any:
    return cast("StaffRequest", request).user
