"""What can be done with a checked file: hand in, give up, split, approve, refuse, take the faulty rows back."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.identity.views.downloads import attachment
from yingcai.registry.access import scoped
from yingcai.registry.actions.imports.applying import apply_batch
from yingcai.registry.actions.imports.checking import DIRECT_ROWS
from yingcai.registry.actions.imports.deciding import (
    approve_batch,
    keep_good_rows,
    refuse_batch,
    submit_batch,
)
from yingcai.registry.actions.imports.exporting import export_faulty
from yingcai.registry.actions.imports.receiving import withdraw_batch
from yingcai.registry.errors import Erased, RegistryError
from yingcai.registry.importing.sheets import faulty_csv, faulty_xlsx
from yingcai.registry.models import ImportBatch
from yingcai.registry.queries.scope import Scope
from yingcai.registry.views.imports import (
    SENDERS,
    XLSX,
    batch_context,
    batch_or_404,
)

CONFLICT = 409
Act = Callable[[HttpRequest, Scope, ImportBatch], ImportBatch]


@require_POST
@scoped(*SENDERS, act=gettext_lazy("提交、撤回、审批导入"))
def import_step(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """One act on a file, named by the button that was pressed."""
    batch = batch_or_404(scope, handle)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        shown = act(request, scope, batch)
    except RegistryError as refusal:
        batch.refresh_from_db()
        context = {**batch_context(request, scope, batch), "problems": refusal.problems}
        return render(request, "registry/import_batch.html", context, status=CONFLICT)
    return redirect("registry:import_batch", shown.handle)


def _submit(request: HttpRequest, scope: Scope, batch: ImportBatch) -> ImportBatch:
    submit_batch(batch, scope=scope, actor=scope.user, now=clock.now())
    messages.success(request, _("已提交，等待另一位工作人员审批。"))
    return batch


def _withdraw(request: HttpRequest, scope: Scope, batch: ImportBatch) -> ImportBatch:
    withdraw_batch(batch, scope=scope, actor=scope.user, now=clock.now())
    messages.success(request, _("已撤回，文件内容已销毁，登记没有任何改动。"))
    return batch


def _split(request: HttpRequest, scope: Scope, batch: ImportBatch) -> ImportBatch:
    split = keep_good_rows(batch, scope=scope, actor=scope.user, now=clock.now())
    messages.success(request, _("无误的行已另成一批，有错误的行留在原文件中。"))
    return split


def _approve(request: HttpRequest, scope: Scope, batch: ImportBatch) -> ImportBatch:
    """A small file is written while the officer waits, a large one by the command."""
    now = clock.now()
    approve_batch(batch, actor=scope.user, now=now)
    if batch.rows > DIRECT_ROWS:
        messages.success(request, _("已批准，正在分批写入，可以离开本页。"))
    elif apply_batch(batch, now=now):
        messages.success(request, _("已批准并写入。"))
    return batch


def _refuse(request: HttpRequest, scope: Scope, batch: ImportBatch) -> ImportBatch:
    answer = request.POST.get("answer", "")
    refuse_batch(batch, answer=answer, actor=scope.user, now=clock.now())
    messages.success(request, _("已退回，上传人在本页看得到理由。"))
    return batch


ACTS: dict[str, Act] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "split": _split,
    "approve": _approve,
    "refuse": _refuse,
}


@require_safe
@scoped(*SENDERS, act=gettext_lazy("下载有错误的行"))
def import_faulty(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """The faulty rows as they were sent, with what is wrong with each, as .xlsx or ``?format=csv``."""
    batch = batch_or_404(scope, handle)
    try:
        head, rows = export_faulty(batch, scope=scope, actor=scope.user, now=clock.now())
    except Erased:
        raise Http404 from None
    name = _("有错误的行")
    if request.GET.get("format") == "csv":
        return attachment(faulty_csv(head, rows), f"{name}.csv", "text/csv; charset=utf-8")
    mark = _("%(who)s 于 %(day)s 下载") % {"who": str(scope.user), "day": scope.on.isoformat()}
    return attachment(faulty_xlsx(head, rows, mark=mark), f"{name}.xlsx", XLSX)
