"""Accounts and roles, for the talent office."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.audit.queries import last_sign_ins
from yingcai.identity import queries
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.actions import (
    close_account,
    create_program_account,
    create_user,
    grant_role,
    reset_password,
    revoke_role,
)
from yingcai.identity.errors import IdentityError
from yingcai.identity.forms import GrantForm, NewAccountForm
from yingcai.identity.models import RoleGrant, User
from yingcai.identity.passwords import age_in_days
from yingcai.identity.queries import Role

PAGE = 50
CONFLICT = 409
UNPROCESSABLE = 422


@require_safe
@roles_required(Role.OFFICE, act=gettext_lazy("查看账号"))
def users(request: HttpRequest) -> HttpResponse:
    """All accounts by name, with the roles in force today."""
    search = request.GET.get("q", "").strip()
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    found = queries.users_page(
        search=search, after=after, before=before, limit=PAGE, on=clock.today()
    )
    shown = found[-PAGE:] if before else found[:PAGE]
    more = len(found) > PAGE
    last = last_sign_ins(row.pk for row in shown)
    context = {
        "search": search,
        "rows": [{"account": row, "last_sign_in": last.get(row.pk)} for row in shown],
        "shown": len(shown),
        "newer_href": _page(search, before=shown[0].username)
        if shown and (after or (before and more))
        else "",
        "older_href": _page(search, after=shown[-1].username) if shown and (before or more) else "",
    }
    return render(request, "identity/users.html", context)


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("开通账号"))
def new_user(request: HttpRequest) -> HttpResponse:
    """Open an account; the temporary password is shown once, on the answer itself."""
    form = NewAccountForm(request.POST or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            return _opened(request, **form.cleaned_data)
        except IdentityError as refusal:
            problems = refusal.problems
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(
        request, "identity/new_user.html", {"form": form, "problems": problems}, status=status
    )


def _opened(request: HttpRequest, *, program: bool, **given: Any) -> HttpResponse:
    """The account is there: its temporary password, or the page of a program's account."""
    if program:
        account = create_program_account(**given, actor=_actor(request), now=clock.now())
        messages.success(request, _("已开通，请接着授予角色、开通接口凭证。"))
        return redirect("identity:user", username=account.username)
    made = create_user(**given, actor=_actor(request), now=clock.now())
    return _handed_over(request, made.user, made.password)


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("查看账号、授予角色"))
def user(request: HttpRequest, username: str) -> HttpResponse:
    """One account: its roles past and present, and a form to give one."""
    account = get_object_or_404(User.objects.select_related("unit"), username=username)
    form = GrantForm(request.POST or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            grant_role(account, **form.cleaned_data, actor=_actor(request), now=clock.now())
        except IdentityError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已授予角色。"))
            return redirect("identity:user", username=account.username)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(
        request,
        "identity/user.html",
        {**_about(account), "form": form, "problems": problems},
        status=status,
    )


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("收回角色"))
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a role away."""
    grant = get_object_or_404(RoleGrant.objects.select_related("user", "unit"), pk=pk)
    back = reverse("identity:user", args=[grant.user.username])
    if request.method == "POST":
        try:
            revoke_role(grant, actor=_actor(request), now=clock.now())
        except IdentityError as refusal:
            return _refused(request, grant.user, refusal)
        messages.success(request, _("已收回角色，立即生效。"))
        return redirect(back)
    context = {
        "account": grant.user,
        "title": _("收回角色"),
        "text": _("收回后立即生效，对方的下一次操作就不再有这个角色的权限。记录会保留。"),
        "items": [
            {"label": _("账号"), "value": grant.user.username},
            {"label": _("角色"), "value": grant.get_role_display()},
            {"label": _("单位"), "value": grant.unit.label if grant.unit else _("全市")},
        ],
        "action": request.path,
        "cancel_href": back,
        "submit_label": _("收回角色"),
    }
    return render(request, "identity/confirm.html", context)


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("停用账号"))
def close(request: HttpRequest, username: str) -> HttpResponse:
    """Ask, then close an account."""
    account = get_object_or_404(User, username=username)
    back = reverse("identity:user", args=[account.username])
    if request.method == "POST":
        try:
            close_account(account, actor=_actor(request), now=clock.now())
        except IdentityError as refusal:
            return _refused(request, account, refusal)
        messages.success(request, _("账号已停用，其全部登录立即失效。"))
        return redirect(back)
    context = {
        "account": account,
        "title": _("停用账号"),
        "text": _("停用后立即退出全部登录，收回全部角色，不能恢复；经手的记录都保留。"),
        "items": [{"label": _("账号"), "value": account.username}],
        "action": request.path,
        "cancel_href": back,
        "submit_label": _("停用账号"),
        "tone": "bad",
    }
    return render(request, "identity/confirm.html", context)


@require_http_methods(["GET", "POST"])
@roles_required(Role.OFFICE, act=gettext_lazy("重置密码"))
def reset(request: HttpRequest, username: str) -> HttpResponse:
    """Ask, then give an account a temporary password, shown once."""
    account = get_object_or_404(User, username=username)
    if request.method == "POST":
        try:
            password = reset_password(account, actor=_actor(request), now=clock.now())
        except IdentityError as refusal:
            return _refused(request, account, refusal)
        return _handed_over(request, account, password)
    context = {
        "account": account,
        "title": _("重置密码"),
        "text": _("将生成一个临时密码，原密码和全部登录立即失效，登录锁定同时解除。"),
        "items": [{"label": _("账号"), "value": account.username}],
        "action": request.path,
        "cancel_href": reverse("identity:user", args=[account.username]),
        "submit_label": _("重置密码"),
    }
    return render(request, "identity/confirm.html", context)


def _actor(request: HttpRequest) -> User:
    return cast("StaffRequest", request).user


def _about(account: User) -> dict[str, object]:
    grants = queries.with_covers(account.grants.all(), clock.today())
    grants = grants.select_related(
        "unit", "stands_in_for__user", "granted_by", "revoked_by"
    ).order_by("-id")
    current = set(queries.grants_on(account, clock.today()).values_list("pk", flat=True))
    return {
        "account": account,
        "rows": [{"grant": grant, "current": grant.pk in current} for grant in grants],
        "second_factor": queries.has_second_factor(account),
        "last_sign_in": last_sign_ins([account.pk]).get(account.pk),
        "password_days": age_in_days(account.password_changed_at, now=clock.machine_now()),
    }


def _refused(request: HttpRequest, account: User, refusal: IdentityError) -> HttpResponse:
    """The account's page with what was refused and why."""
    context = {**_about(account), "form": GrantForm(), "problems": refusal.problems}
    return render(request, "identity/user.html", context, status=CONFLICT)


def _handed_over(request: HttpRequest, account: User, password: str) -> HttpResponse:
    """No redirect and no message: a password must not be stored in a cookie or a session."""
    return render(request, "identity/handed_over.html", {"account": account, "password": password})


def _page(search: str, **place: str) -> str:
    return "?" + urlencode({"q": search, **place} if search else place)
