"""What can be done with a file of papers: hand in, give up, approve, refuse, take back, get the faulty rows."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.papers.applying import DIRECT_ROWS, apply_papers
from yingcai.cases.actions.papers.deciding import approve_papers, refuse_papers, submit_papers
from yingcai.cases.actions.papers.exporting import export_faulty_papers
from yingcai.cases.actions.papers.receiving import withdraw_papers
from yingcai.cases.actions.papers.undoing import ask_undo, confirm_undo, drop_undo, undo_papers
from yingcai.cases.errors import CaseError, StaleCase
from yingcai.cases.models import PaperBatch
from yingcai.cases.queries.paper_batches import DECIDERS
from yingcai.cases.views.paper_files import UNPROCESSABLE, batch_context, batch_or_404
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.views.downloads import attachment
from yingcai.registry.errors import RegistryError
from yingcai.registry.importing.sheets import faulty_csv, faulty_xlsx

CONFLICT = 409
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Act = Callable[[StaffRequest, PaperBatch], str]


@require_POST
@roles_required(*DECIDERS, act=gettext_lazy("提交、撤回、审批、撤销纸质决定补录"))
def step(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One act on a file, named by the button that was pressed."""
    batch = batch_or_404(request, handle)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        done = act(request, batch)
    except (CaseError, RegistryError) as refusal:
        fresh = batch_or_404(request, handle)
        context = {**batch_context(request, fresh), "problems": refusal.problems}
        status = CONFLICT if isinstance(refusal, StaleCase) else UNPROCESSABLE
        return render(request, "cases/paper_batch.html", context, status=status)
    messages.success(request, done)
    return redirect("cases:paper_batch", handle)


def _submit(request: StaffRequest, batch: PaperBatch) -> str:
    submit_papers(batch, actor=request.user, now=clock.now())
    return _("已提交，等待另一位工作人员审批。")


def _withdraw(request: StaffRequest, batch: PaperBatch) -> str:
    withdraw_papers(batch, actor=request.user, now=clock.now())
    return _("已撤回，文件内容已销毁，没有补录任何事项。")


def _approve(request: StaffRequest, batch: PaperBatch) -> str:
    """A small file is taken in while the officer waits, a large one by the command or the thread."""
    now = clock.now()
    approve_papers(batch, shown=request.POST.get("digest", ""), actor=request.user, now=now)
    if batch.rows <= DIRECT_ROWS and apply_papers(batch, now=now):
        return _("已批准并补录。")
    return _("已批准，正在分批补录，可以离开本页。")


def _refuse(request: StaffRequest, batch: PaperBatch) -> str:
    answer = request.POST.get("answer", "")
    refuse_papers(batch, answer=answer, actor=request.user, now=clock.now())
    return _("已退回，上传人在本页看得到理由。")


def _ask_undo(request: StaffRequest, batch: PaperBatch) -> str:
    reason = request.POST.get("reason", "")
    ask_undo(batch, reason=reason, actor=request.user, now=clock.now())
    return _("已提出撤销，等待另一位工作人员批准。")


def _drop_undo(request: StaffRequest, batch: PaperBatch) -> str:
    drop_undo(batch, actor=request.user, now=clock.now())
    return _("不撤销，补录的事项照旧有效。")


def _confirm_undo(request: StaffRequest, batch: PaperBatch) -> str:
    now = clock.now()
    confirm_undo(batch, actor=request.user, now=now)
    if batch.rows <= DIRECT_ROWS and undo_papers(batch, now=now):
        return _("已撤销：补录的认定和兑现不再有效，记录都保留。")
    return _("已批准撤销，正在分批进行，可以离开本页。")


ACTS: dict[str, Act] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "approve": _approve,
    "refuse": _refuse,
    "ask-undo": _ask_undo,
    "drop-undo": _drop_undo,
    "confirm-undo": _confirm_undo,
}


@require_safe
@roles_required(*DECIDERS, act=gettext_lazy("下载纸质决定文件中有错误的行"))
def faulty(request: StaffRequest, handle: UUID) -> HttpResponse:
    """The faulty rows as they were sent, with what is wrong with each, as CSV or ``?format=xlsx``."""
    batch = batch_or_404(request, handle)
    try:
        head, rows = export_faulty_papers(batch, actor=request.user, now=clock.now())
    except CaseError:
        raise Http404 from None
    name = _("有错误的行")
    if request.GET.get("format") != "xlsx":
        return attachment(faulty_csv(head, rows), f"{name}.csv", "text/csv; charset=utf-8")
    mark = _("%(who)s 于 %(day)s 下载") % {
        "who": str(request.user),
        "day": clock.today().isoformat(),
    }
    return attachment(faulty_xlsx(head, rows, mark=mark), f"{name}.xlsx", XLSX)
