"""The desk of pairs that may be one: a list by weight, and one pair side by side."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.identity.queries import same_person
from yingcai.registry.access import scoped
from yingcai.registry.actions import merging as acts
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import RegistryError
from yingcai.registry.forms import ReasonForm
from yingcai.registry.linking import AGREE, DIFFER, NEAR, UNKNOWN
from yingcai.registry.models import Duplicate, Merge, Subject
from yingcai.registry.queries.duplicates import (
    PAGE,
    duplicate_in,
    duplicates_page,
    history_of,
    merge_in_force,
    obstacles,
)
from yingcai.registry.queries.scope import COUNTY, OFFICE, Scope
from yingcai.registry.views.sides import fact_rows, side_of
from yingcai.registry.written import merge_reason

SIGNS = {
    AGREE: (gettext_lazy("相符"), "ok"),
    NEAR: (gettext_lazy("相近"), "info"),
    DIFFER: (gettext_lazy("不同"), "bad"),
    UNKNOWN: (gettext_lazy("未知"), "muted"),
}
LABELS = {
    "name": gettext_lazy("名称"),
    "birth": gettext_lazy("出生日期"),
    "number": gettext_lazy("号码"),
    "tie": gettext_lazy("与单位等的关系"),
    "day": gettext_lazy("信息中的日期"),
    "choice": gettext_lazy("学历等选项"),
    "county": gettext_lazy("所在地"),
}
Status = Duplicate.Status


@require_safe
@scoped(OFFICE, COUNTY, act=gettext_lazy("查看疑似重复的主体"))
def duplicates(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Pairs of one status, the heaviest first. That persons were listed is written down."""
    status = request.GET.get("status", "")
    status = status if status in Status.values else str(Status.OPEN)
    found = duplicates_page(scope, status=status, after=_after(request))
    rows = found[:PAGE]
    subjects = {one.pk: one for row in rows for one in (row.first, row.second)}
    note_looks(scope, subjects.values(), ["name"], now=clock.now())
    last = rows[-1] if len(found) > PAGE else None
    older = {"status": status, "after": last.weight, "id": last.pk} if last else {}
    context = {
        "rows": [(row, _told(row, AGREE, NEAR), _told(row, DIFFER)) for row in rows],
        "statuses": Status.choices,
        "status": status,
        "shown": len(rows),
        "older_href": f"?{urlencode(older)}" if older else "",
    }
    return render(request, "registry/merge_list.html", context)


def _after(request: HttpRequest) -> tuple[int, int] | None:
    weight, pk = request.GET.get("after", ""), request.GET.get("id", "")
    plain = weight.removeprefix("-").isdecimal() and pk.isdecimal()
    return (int(weight), int(pk)) if plain and max(len(weight), len(pk)) < 10 else None


def _told(row: Duplicate, *signs: str) -> list[Any]:
    return [LABELS[name] for name, sign in row.signs.items() if sign in signs and name in LABELS]


@require_http_methods(["GET", "POST"])
@scoped(OFFICE, COUNTY, act=gettext_lazy("核对疑似重复的主体"))
def duplicate(request: HttpRequest, scope: Scope, pk: int) -> HttpResponse:
    """One pair side by side; dismiss it, propose, confirm, take back."""
    row = duplicate_in(scope, pk)
    if row is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    problems: list[str] = []
    if request.method == "POST":
        try:
            done = _act(request.POST, row, scope, clock.now())
        except RegistryError as refusal:
            problems = refusal.problems
        else:
            messages.success(request, done)
            return redirect("registry:duplicate", pk)
        row = duplicate_in(scope, pk) or row
    context = _context(scope, row, form, problems)
    return render(request, "registry/merge.html", context, status=422 if problems else 200)


def _act(given: Any, row: Duplicate, scope: Scope, now: datetime) -> str:
    """Do what the pressed button says; what was done, in words. Raises: RegistryError."""
    act = ACTS.get(given.get("word", ""))
    if act is None or given.get("version", "") != str(row.version):
        raise RegistryError(_("这一对已经处理或有变动，请刷新页面查看"))
    return act(row, given.get("reason", ""), scope, now)


def _dismiss(row: Duplicate, reason: str, scope: Scope, now: datetime) -> str:
    acts.dismiss_duplicate(row, reason=reason, actor=scope.user, now=now)
    return _("已记为不是同一主体。")


def _keep_first(row: Duplicate, reason: str, scope: Scope, now: datetime) -> str:
    acts.propose_merge(row, row.first, reason=reason, actor=scope.user, now=now)
    return _("已提出，等待另一个人确认。")


def _keep_second(row: Duplicate, reason: str, scope: Scope, now: datetime) -> str:
    acts.propose_merge(row, row.second, reason=reason, actor=scope.user, now=now)
    return _("已提出，等待另一个人确认。")


def _undo(row: Duplicate, reason: str, scope: Scope, now: datetime) -> str:
    acts.propose_undo(row, reason=reason, actor=scope.user, now=now)
    return _("已提出，等待另一个人确认。")


def _withdraw(row: Duplicate, reason: str, scope: Scope, now: datetime) -> str:
    acts.withdraw_proposal(row, actor=scope.user, now=now)
    return _("提议已撤回。")


def _confirm(row: Duplicate, reason: str, scope: Scope, now: datetime) -> str:
    if row.proposed_by is None:
        raise RegistryError(_("提议已经改变，请刷新页面查看"))
    if row.proposal == Duplicate.Proposal.UNDO:
        acts.undo_merge(row, actor=row.proposed_by, second=scope.user, now=now)
        return _("合并已撤销，两个主体恢复原样。")
    kept = row.first if row.proposal == Duplicate.Proposal.KEEP_FIRST else row.second
    acts.merge_subjects(row, kept, actor=row.proposed_by, second=scope.user, now=now)
    return _("已合并。")


ACTS: dict[str, Callable[[Duplicate, str, Scope, datetime], str]] = {
    "dismiss": _dismiss,
    "keep-first": _keep_first,
    "keep-second": _keep_second,
    "undo": _undo,
    "withdraw": _withdraw,
    "confirm": _confirm,
}


def _context(scope: Scope, row: Duplicate, form: ReasonForm, problems: list[str]) -> dict[str, Any]:
    now = clock.now()
    sides = [side_of(scope, one, now=now) for one in (row.first, row.second)]
    facts = fact_rows(*sides)
    merge = merge_in_force(row)
    return {
        "row": row,
        "sides": sides,
        "signs": [(label, *SIGNS[row.signs.get(name, UNKNOWN)]) for name, label in LABELS.items()],
        "facts": facts,
        "contradictions": [one for one in facts if one.sign == DIFFER],
        "obstacles": obstacles(row.first, row.second, on=scope.on) if merge is None else [],
        "merge": merge,
        "history": _history(row),
        "own_proposal": row.proposed_at is not None
        and same_person(
            row.proposed_by, scope.user, since=clock.day_of(row.proposed_at), on=scope.on
        ),
        "undoing": row.proposal == Duplicate.Proposal.UNDO,
        "kept": _kept(row),
        "form": form,
        "problems": problems,
    }


def _history(row: Duplicate) -> list[tuple[Merge, str]]:
    """Each merge and undoing with its reason; the looks of the page name reasons."""
    return [(one, merge_reason(one)) for one in history_of(row)]


def _kept(row: Duplicate) -> Subject | None:
    """Whom the proposal that waits would keep."""
    sides = {
        str(Duplicate.Proposal.KEEP_FIRST): row.first,
        str(Duplicate.Proposal.KEEP_SECOND): row.second,
    }
    return sides.get(row.proposal)
