"""Who acts for a subject: given by an officer, agreed by a second one for people, covered during leave, ended."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.identity.forms import CoverForm
from yingcai.identity.queries import is_behind, same_person
from yingcai.identity.views.downloads import brought
from yingcai.registry.access import scoped, subject_or_404
from yingcai.registry.actions.mandates import (
    agree_mandate,
    cover_mandate,
    end_mandate,
    give_guardian,
    give_mandate,
)
from yingcai.registry.actions.papers import open_paper
from yingcai.registry.actions.requests import Upload
from yingcai.registry.errors import RegistryError
from yingcai.registry.evidence_files import SIZE_LIMIT, place_of
from yingcai.registry.forms import MandateForm, ReasonForm
from yingcai.registry.models import Mandate, Subject
from yingcai.registry.queries.scope import AUDITOR, COUNTY, EMPLOYER, OFFICE, Scope
from yingcai.registry.queries.search import mandate_of, mandates_of
from yingcai.registry.tabs import is_open
from yingcai.registry.views.subject import named

HERE = "registry:acting"


@require_safe
@scoped(OFFICE, COUNTY, AUDITOR, EMPLOYER, act=gettext_lazy("查看谁为某个主体经办"))
def acting(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """Who acts for the subject, or waits to, or did; who gave it, who agreed."""
    found = _found(scope, handle)
    given = mandates_of(found)
    rows = [
        {
            "row": row,
            "state": _state(row, scope.on),
            "may_agree": row.waiting and _may_agree(row, scope),
            "may_cover": _may_arrange(row, scope) and _coverable(row, scope.on),
            "may_end": row.ended_on is None and _may_end(row, scope),
            "paper": _paper_of(row) if scope.capacity in (OFFICE, COUNTY) else "",
        }
        for row in given
    ]
    connected = any(row.ended_on is None and row.kind != Mandate.Kind.GUARDIAN for row in given)
    office = scope.capacity in (OFFICE, COUNTY)
    context = {
        **named(found, scope, HERE),
        "rows": rows,
        "may_give": office and not (found.kind == Subject.Kind.PERSON and connected),
        "may_guard": office and found.kind == Subject.Kind.PERSON,
    }
    return render(request, "registry/acting.html", context)


def _state(row: Mandate, on: date) -> tuple[str, str]:
    """A tone and a word: what a mandate is worth on a day."""
    if row.ended_on is not None and row.ended_on <= on:
        return "info", _("已终止")
    if row.waiting:
        return "warn", _("待第二人确认")
    covered = row.stands_in_for
    if covered is not None and covered.ended_on is not None:
        return "info", _("随被代理人终止")
    if row.ends_on is not None and row.ends_on < on:
        return "info", _("已到期")
    if row.starts_on > on:
        return "info", _("尚未开始")
    return "ok", _("有效")


def _coverable(row: Mandate, on: date) -> bool:
    over = row.ended_on is not None or (row.ends_on is not None and row.ends_on < on)
    return row.kind == Mandate.Kind.EMPLOYER and row.stands_in_for_id is None and not over


def _may_arrange(row: Mandate, scope: Scope) -> bool:
    """An officer for somebody who is ill; a firm's officer for himself."""
    return scope.capacity in (OFFICE, COUNTY) or (
        scope.capacity == EMPLOYER and is_behind(scope.user, row.user)
    )


def _may_end(row: Mandate, scope: Scope) -> bool:
    """An officer whatever it is; a firm's officer the cover of himself."""
    covered = row.stands_in_for
    return scope.capacity in (OFFICE, COUNTY) or (
        scope.capacity == EMPLOYER and covered is not None and is_behind(scope.user, covered.user)
    )


def _may_agree(row: Mandate, scope: Scope) -> bool:
    since = clock.day_of(row.given_at) if row.given_at else None
    return scope.capacity in (OFFICE, COUNTY) and not any(
        same_person(scope.user, who, since=since, on=scope.on) for who in (row.given_by, row.user)
    )


@require_safe
@scoped(EMPLOYER, act=gettext_lazy("查看自己的单位"))
def own_firm(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The firm that who asks acts for; the first one, of several."""
    firm = scope.subjects().filter(kind=Subject.Kind.ORGANISATION).first()
    if firm is None:
        raise Http404
    return redirect(HERE, firm.handle)


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("授权账号为主体经办"))
def mandate_new(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """Connect an account with a person, or let it act for an organisation."""
    found = _found(scope, handle)
    kind = _asked_kind(request, found)
    form = MandateForm(request.POST or None, request.FILES or None, kind=kind)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            row = _given(found, kind, form.cleaned_data, scope)
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            told = _("已提出，待另一位工作人员确认后生效。") if row.waiting else _("已授权。")
            messages.success(request, told)
            return redirect(HERE, found.handle)
    context = {
        "form": form,
        "problems": problems,
        **_words(kind),
    }
    return _form(request, scope, found, context)


def _given(found: Subject, kind: str, said: dict[str, Any], scope: Scope) -> Mandate:
    """Raises: RegistryError."""
    days = {"starts_on": said["starts_on"], "ends_on": said["ends_on"], "reason": said["reason"]}
    by: dict[str, Any] = {"actor": scope.user, "now": clock.now()}
    if kind != Mandate.Kind.GUARDIAN:
        return give_mandate(said["login"], found, kind, **days, **by)
    sent = said["paper"]
    paper = Upload(sent.name, sent.read(SIZE_LIMIT + 1)) if sent else None
    return give_guardian(said["login"], found, paper, **days, **by)


def _asked_kind(request: HttpRequest, found: Subject) -> str:
    """What an account is to become: of a firm its officer, of a person himself, or a guardian if asked for."""
    if found.kind == Subject.Kind.ORGANISATION:
        return str(Mandate.Kind.EMPLOYER)
    asked = request.GET.get("kind") == Mandate.Kind.GUARDIAN
    return str(Mandate.Kind.GUARDIAN if asked else Mandate.Kind.SELF)


def _words(kind: str) -> dict[str, str]:
    if kind == Mandate.Kind.EMPLOYER:
        lead = _("经办人可以查看本单位和在职人员的信息、填报和导入。")
        return {"title": _("授权经办人"), "lead": lead, "submit": _("授权")}
    if kind == Mandate.Kind.GUARDIAN:
        lead = _(
            "监护人代未满十四周岁的人决定同意事项，看不到任何信息的内容，到满十四周岁前一天为止；"
            "须由两位工作人员先后办理，理由中写明核对了哪些证明（如户口簿、出生医学证明）。"
        )
        return {"title": _("登记监护人"), "lead": lead, "submit": _("提出")}
    lead = _("本人账号可以看到这个人的全部信息，须由两位工作人员先后办理；请先当面核对证件。")
    return {"title": _("连接本人账号"), "lead": lead, "submit": _("提出")}


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("确认本人账号（第二人）"))
def mandate_agree(request: HttpRequest, scope: Scope, handle: str, pk: int) -> HttpResponse:
    """A second officer looks at what the first one proposed, and agrees."""
    found = _found(scope, handle)
    row = _row(found, pk)
    problems: list[str] = []
    if request.method == "POST":
        try:
            agree_mandate(row, actor=scope.user, now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已确认，立即生效。"))
            return redirect(HERE, found.handle)
    guards = row.kind == Mandate.Kind.GUARDIAN
    context = {
        "problems": problems,
        "title": _("确认监护人") if guards else _("确认本人账号"),
        "lead": _("请核对证明。确认后，这个账号可以代未满十四周岁的人决定同意事项。")
        if guards
        else _("请核对账号与本人一致。确认后，这个账号可以看到这个人的全部信息。"),
        "row": row,
        "paper": _paper_of(row),
        "submit": _("确认"),
    }
    return _form(request, scope, found, context)


def _paper_of(row: Mandate) -> str:
    """The name of the paper with a mandate, while it is kept."""
    return row.evidence_name if row.evidence_stored_as else ""


@require_safe
@scoped(OFFICE, COUNTY, act=gettext_lazy("查看监护人的证明文件"))
def mandate_paper(request: HttpRequest, scope: Scope, handle: str, pk: int) -> HttpResponse:
    """The paper by which somebody is a guardian, as an attachment; the look is written down."""
    found = _found(scope, handle)
    row = _row(found, pk)
    if not row.evidence_stored_as or not place_of(row.evidence_stored_as).is_file():
        raise Http404
    try:
        data = open_paper(scope, row, now=clock.now())
    except RegistryError as refusal:
        messages.error(request, str(refusal))
        return redirect(HERE, found.handle)
    return brought(data, row.evidence_name)


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, EMPLOYER, act=gettext_lazy("终止授权或代理"))
def mandate_end(request: HttpRequest, scope: Scope, handle: str, pk: int) -> HttpResponse:
    """End a mandate at once, with the reason; a cover needs none."""
    found = _found(scope, handle)
    row = _row(found, pk)
    if not _may_end(row, scope):
        raise Http404
    # A cover needs no reason, so an empty form is a complete one.
    form = ReasonForm(request.POST if request.method == "POST" else None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            end_mandate(row, reason=reason, actor=scope.user, now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已终止，立即生效。"))
            return redirect(HERE, found.handle)
    context = {
        "form": form,
        "problems": problems,
        "title": _("终止授权") if row.stands_in_for_id is None else _("撤回代理"),
        "lead": _("立即生效；代理随之终止，记录保留。"),
        "row": row,
        "submit": _("终止"),
        "tone": "danger",
    }
    return _form(request, scope, found, context)


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, EMPLOYER, act=gettext_lazy("安排经办人的代理"))
def mandate_cover(request: HttpRequest, scope: Scope, handle: str, pk: int) -> HttpResponse:
    """A colleague acts for the firm from a day to a day, while its officer is on leave."""
    found = _found(scope, handle)
    row = _row(found, pk)
    if not (_may_arrange(row, scope) and _coverable(row, scope.on)):
        raise Http404
    form = CoverForm(request.POST or None, initial={"starts_on": scope.on})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            cover_mandate(row, given.pop("login"), **given, actor=scope.user, now=clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已安排代理，到期自动失效。"))
            return redirect(HERE, found.handle)
    context = {
        "form": form,
        "problems": problems,
        "title": _("请人代理"),
        "lead": _("代理人在这段时间与被代理人有同样的权限；到期自动失效，不能转托他人。"),
        "row": row,
        "submit": _("安排代理"),
    }
    return _form(request, scope, found, context)


def _found(scope: Scope, handle: str) -> Subject:
    """A subject that somebody can act for, in scope. Raises: Http404."""
    found = subject_or_404(scope, handle)
    if not is_open(HERE, found, scope.capacity):
        raise Http404
    return found


def _row(found: Subject, pk: int) -> Mandate:
    row = mandate_of(found, pk)
    if row is None:
        raise Http404
    return row


def _form(
    request: HttpRequest, scope: Scope, found: Subject, context: dict[str, Any]
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    page = {**named(found, scope, HERE), **context}
    return render(request, "registry/acting_form.html", page, status=status)
