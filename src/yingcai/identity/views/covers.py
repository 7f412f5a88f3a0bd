"""Arranging leave cover of a role, and taking it back: by its holder, or by the talent office for him."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yingcai.audit import clock
from yingcai.identity import queries
from yingcai.identity.access import StaffRequest, held_roles, roles_required
from yingcai.identity.actions import cover_role, revoke_role
from yingcai.identity.errors import IdentityError
from yingcai.identity.forms import CoverForm
from yingcai.identity.models import RoleGrant
from yingcai.identity.queries import Role


@require_http_methods(["GET", "POST"])
@roles_required(act=gettext_lazy("安排本人角色的代理"))
def cover(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a colleague and the days; he holds the role on these days beside its holder."""
    grant = queries.grant_by_number(pk)
    if grant is None or grant.stands_in_for is not None or not _may_arrange(request, grant):
        raise Http404
    form = CoverForm(request.POST or None, initial={"starts_on": clock.today()})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            cover_role(
                grant,
                given["login"],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
                actor=cast("StaffRequest", request).user,
                now=clock.now(),
            )
        except IdentityError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已安排代理，到期自动失效。"))
            return redirect(_address(request, grant))
    status = 422 if request.method == "POST" else 200
    context = {"grant": grant, "form": form, "problems": problems, "own": _is_own(request, grant)}
    return render(request, "identity/cover.html", context, status=status)


@require_http_methods(["GET", "POST"])
@roles_required(act=gettext_lazy("撤回本人角色的代理"))
def end_cover(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take the cover back, at once."""
    row = queries.grant_by_number(pk)
    covered = row.stands_in_for if row else None
    if row is None or covered is None or not _may_arrange(request, covered):
        raise Http404
    if request.method == "POST":
        try:
            revoke_role(row, actor=cast("StaffRequest", request).user, now=clock.now())
        except IdentityError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已撤回代理，立即生效。"))
        return redirect(_address(request, covered))
    context = {
        "account": covered.user,
        "own": _is_own(request, covered),
        "title": _("撤回代理"),
        "text": _("撤回后立即生效，代理人的下一次操作就不再有这个角色的权限。记录会保留。"),
        "items": [
            {"label": _("代理人"), "value": row.user.username},
            {"label": _("角色"), "value": row.get_role_display()},
            {"label": _("单位"), "value": row.unit.label if row.unit else _("全市")},
        ],
        "action": request.path,
        "cancel_href": _address(request, covered),
        "submit_label": _("撤回代理"),
    }
    return render(request, "identity/confirm.html", context)


def _is_own(request: HttpRequest, grant: RoleGrant) -> bool:
    return queries.is_behind(cast("StaffRequest", request).user, grant.user)


def _may_arrange(request: HttpRequest, grant: RoleGrant) -> bool:
    return Role.OFFICE in held_roles(request) or _is_own(request, grant)


def _address(request: HttpRequest, grant: RoleGrant) -> str:
    """Where whoever arranged it came from: one's own page, or that of the account."""
    if _is_own(request, grant):
        return reverse("identity:me")
    return reverse("identity:user", args=[grant.user.username])
