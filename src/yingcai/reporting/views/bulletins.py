"""Pages of the monthly bulletin: list, page, annexes, and what the office does with it."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.engine.documents import DocumentError
from yingcai.identity.access import StaffRequest, held_roles, once_per_form, roles_required
from yingcai.identity.queries import Role
from yingcai.plan.queries import active_pack, current_plan
from yingcai.reporting.actions import bulletins as actions
from yingcai.reporting.bulletin.errors import BulletinExists, BulletinRefused
from yingcai.reporting.bulletin.snapshot import Json
from yingcai.reporting.bulletin_files import layout_findings
from yingcai.reporting.models import Bulletin
from yingcai.reporting.queries import bulletins as reads
from yingcai.reporting.views import bulletin_page as page
from yingcai.reporting.views.year_month import month_of

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

LIST_LIMIT = 36
ANNEXES = {1: "reporting/bulletin_annex1.html", 2: "reporting/bulletin_annex2.html"}


def plan_in_force() -> "Plan":
    """The published plan; without one there is nothing to report on."""
    plan = current_plan()
    if plan is None:
        raise Http404
    return plan


def bulletin_or_404(request: StaffRequest, month: date, *, draft: bool = False) -> Bulletin:
    """The bulletin of a month; a draft exists only for the office that writes it."""
    bulletin = reads.bulletin_of(plan_in_force(), month)
    if bulletin is None:
        raise Http404
    is_draft = bulletin.status == Bulletin.Status.DRAFT
    if is_draft and Role.OFFICE not in held_roles(request):
        raise Http404
    if draft and not is_draft:
        raise Http404
    return bulletin


def frozen(bulletin: Bulletin) -> Json:
    """The snapshot as published; of a draft, as it would be published today."""
    return page.frozen_of(bulletin, on=clock.today(), head=reads.head_of(active_pack()))


@roles_required()
@require_safe
def bulletin_list(request: StaffRequest) -> HttpResponse:
    """All bulletins of the plan; for the office also the months that wait for one."""
    plan = current_plan()
    before = month_of(request.GET.get("before", ""))
    office = Role.OFFICE in held_roles(request)
    found: list[Bulletin] = []
    if plan is not None:
        every = reads.bulletins(plan) if office else reads.published(plan)
        rows = every.filter(month__lt=before) if before else every
        found = list(rows[: LIST_LIMIT + 1])
    context = {
        "plan": plan,
        "bulletins": found[:LIST_LIMIT],
        "older": found[LIST_LIMIT - 1].month if len(found) > LIST_LIMIT else None,
        "newer": before is not None,
        "waiting": reads.months_without_bulletin(plan) if office and plan and not before else [],
        "office": office,
    }
    return render(request, "reporting/bulletins.html", context)


@roles_required(Role.OFFICE)
@require_POST
def draft(request: StaffRequest) -> HttpResponse:
    """Draft the bulletin of a month with one click."""
    month = month_of(request.POST.get("month", ""))
    if month is None:
        messages.error(request, gettext("请选择要通报的月份"))
        return redirect("reporting:bulletins")
    try:
        actions.draft_bulletin(plan_in_force(), month, actor=request.user, now=clock.now())
    except BulletinExists as refusal:
        messages.warning(request, str(refusal))
    except BulletinRefused as refusal:
        for problem in refusal.problems:
            messages.error(request, problem)
        return redirect("reporting:bulletins")
    return redirect("reporting:bulletin", month)


@roles_required()
@require_safe
def bulletin(request: StaffRequest, month: date) -> HttpResponse:
    """The bulletin as an official page, every figure linked to its target."""
    found = bulletin_or_404(request, month)
    context = {
        "bulletin": found,
        "page": page.page_of(frozen(found)),
        "corrections": found.corrections.all(),
        "office": Role.OFFICE in held_roles(request),
        "is_draft": found.status == Bulletin.Status.DRAFT,
    }
    return render(request, "reporting/bulletin.html", context)


@roles_required()
@require_safe
def annex(request: StaffRequest, month: date, number: int) -> HttpResponse:
    """Annex 1 (all targets) or annex 2 (all units) of a bulletin."""
    if number not in ANNEXES:
        raise Http404
    found = bulletin_or_404(request, month)
    content = frozen(found)
    context = {
        "bulletin": found,
        "page": page.page_of(content),
        "targets": page.annex_targets(content) if number == 1 else [],
        "units": page.annex_units(content) if number == 2 else [],
    }
    return render(request, ANNEXES[number], context)


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, month: date) -> HttpResponse:
    """Edit the words of a draft, with the generated words beside them."""
    found = bulletin_or_404(request, month, draft=True)
    posted: dict[str, str] = {}
    problems: list[str] = []
    if request.method == "POST":
        posted = {name: request.POST[name] for name in reads.BLOCK_TITLES if name in request.POST}
        try:
            actions.edit_bulletin(
                found, posted, version=_version(request), actor=request.user, now=clock.now()
            )
        except BulletinRefused as refusal:
            problems = refusal.problems
        else:
            messages.success(request, gettext("文字已保存"))
            return redirect("reporting:bulletin_edit", month)
    context = {
        "bulletin": found,
        "blocks": page.edit_blocks(found, posted),
        "problems": problems,
        "version": found.version,
    }
    return render(request, "reporting/bulletin_edit.html", context, status=409 if problems else 200)


@roles_required(Role.OFFICE)
@require_POST
def restore(request: StaffRequest, month: date, name: str) -> HttpResponse:
    """Go back to the generated words of one block."""
    found = bulletin_or_404(request, month, draft=True)
    _try(
        request,
        lambda: actions.restore_block(
            found, name, version=_version(request), actor=request.user, now=clock.now()
        ),
        gettext("已恢复生成稿"),
    )
    return redirect("reporting:bulletin_edit", month)


@roles_required(Role.OFFICE)
@require_POST
def refresh(request: StaffRequest, month: date) -> HttpResponse:
    """Take the month's figures anew."""
    found = bulletin_or_404(request, month, draft=True)
    _try(
        request,
        lambda: actions.refresh_bulletin(
            found, version=_version(request), actor=request.user, now=clock.now()
        ),
        gettext("已按最新数据重新生成，编辑过的文字保留"),
    )
    return redirect("reporting:bulletin_edit", month)


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: StaffRequest, month: date) -> HttpResponse:
    """Show what will be frozen and what the checks found; then publish."""
    found = bulletin_or_404(request, month, draft=True)
    if request.method == "POST":
        done = _try(
            request,
            lambda: actions.publish_bulletin(
                found, version=_version(request), actor=request.user, now=clock.now()
            ),
            gettext("通报已发布并冻结"),
        )
        return redirect("reporting:bulletin" if done else "reporting:bulletin_publish", month)
    content = frozen(found)
    context = {
        "bulletin": found,
        "page": page.page_of(content),
        "version": found.version,
        "doubtful": page.doubtful_numbers(found),
        **_checked(content, found.digest),
    }
    return render(request, "reporting/bulletin_publish.html", context)


@roles_required(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@once_per_form
def correct(request: StaffRequest, month: date) -> HttpResponse:
    """Add a correction to a published bulletin."""
    found = bulletin_or_404(request, month)
    text, problems = "", []
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            actions.correct_bulletin(found, text, actor=request.user, now=clock.now())
        except BulletinRefused as refusal:
            problems = refusal.problems
        else:
            messages.success(request, gettext("更正已发布，原通报保持不变"))
            return redirect("reporting:bulletin", month)
    context = {"bulletin": found, "text": text, "problems": problems}
    return render(
        request, "reporting/bulletin_correct.html", context, status=422 if problems else 200
    )


@roles_required()
@require_safe
def layout(request: StaffRequest, month: date) -> HttpResponse:
    """What the automatic check of the official layout finds in the Word file."""
    found = bulletin_or_404(request, month)
    context = {"bulletin": found, **_checked(frozen(found), found.digest)}
    return render(request, "reporting/bulletin_layout.html", context)


def _checked(content: Json, digest: str) -> dict[str, Any]:
    try:
        return {"findings": layout_findings(content, digest=digest), "unset": []}
    except DocumentError as error:
        return {"findings": [], "unset": error.problems}


def _version(request: StaffRequest) -> int:
    """The version that the person saw; anything else than a number is no version at all."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _try(request: StaffRequest, act: Any, success: str) -> bool:
    """Do ``act`` and say how it went."""
    try:
        act()
    except BulletinRefused as refusal:
        for problem in refusal.problems:
            messages.error(request, problem)
        return False
    messages.success(request, success)
    return True
