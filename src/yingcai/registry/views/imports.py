"""Files to import: the list, the upload, the matching of columns, the report, the template."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.identity.views.downloads import attachment
from yingcai.registry.access import scoped
from yingcai.registry.actions.imports.checking import (
    DIRECT_BYTES,
    DIRECT_ROWS,
    TooLong,
    check_batch,
)
from yingcai.registry.actions.imports.receiving import (
    Upload,
    agree_columns,
    proposed_columns,
    receive_file,
)
from yingcai.registry.errors import RegistryError
from yingcai.registry.import_forms import UploadForm
from yingcai.registry.importing.columns import LEFT_OUT, fields_of, title_of
from yingcai.registry.importing.rows import problem_words
from yingcai.registry.importing.sheets import template
from yingcai.registry.importing.words import file_words, row_words
from yingcai.registry.models import ImportBatch
from yingcai.registry.queries.facts import source_words
from yingcai.registry.queries.imports import (
    PAGE,
    PROBLEMS,
    STATED,
    batch_in,
    counted_problems,
    head_of,
    may_decide,
    page_of,
    problems_page,
)
from yingcai.registry.queries.scope import COUNTY, EMPLOYER, OFFICE, Scope

SENDERS = (OFFICE, COUNTY, EMPLOYER)
UNPROCESSABLE = 422
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Status = ImportBatch.Status
TONES = {
    Status.UPLOADED: "info",
    Status.CHECKED: "warn",
    Status.WAITING: "warn",
    Status.APPLYING: "info",
    Status.APPLIED: "ok",
    Status.REFUSED: "bad",
    Status.WITHDRAWN: "muted",
}


@require_safe
@scoped(*SENDERS, act=gettext_lazy("查看导入文件"))
def imports(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The files in scope, newest first."""
    before = request.GET.get("before", "")
    rows = page_of(scope, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    shown = rows[:PAGE]
    context = {
        "rows": [
            {"batch": row, "tone": TONES[Status(row.status)], "source": source_words(row.source)}
            for row in shown
        ],
        "shown": len(shown),
        "older_href": f"?before={shown[-1].pk}" if len(rows) > PAGE else "",
        "newer_href": "?" if before else "",
        "employer": scope.capacity == EMPLOYER,
    }
    return render(request, "registry/imports.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@scoped(*SENDERS, act=gettext_lazy("上传导入文件"))
def import_new(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Take a file into quarantine; its columns are matched on the next page."""
    if request.method != "POST":
        form = UploadForm(scope, initial={"as_of": scope.on})
        return render(request, "registry/import_new.html", {"form": form})
    form = UploadForm(scope, request.POST, request.FILES)
    problems: list[str] = []
    if form.is_valid():
        try:
            batch = receive_file(
                _upload(form.cleaned_data["file"]),
                form.wanted(),
                scope=scope,
                actor=scope.user,
                now=clock.now(),
            )
            return redirect("registry:import_columns", batch.handle)
        except RegistryError as refusal:
            problems = refusal.problems
    context = {"form": form, "problems": problems}
    return render(request, "registry/import_new.html", context, status=UNPROCESSABLE)


def _upload(file: UploadedFile) -> Upload:
    """The file such that it can be opened anew; what is large lies in a temporary file."""
    name, size = file.name or "", file.size or 0
    if isinstance(file, TemporaryUploadedFile):
        path = file.temporary_file_path()
        return Upload(name, size, lambda: Path(path).open("rb"))
    data = file.read()
    return Upload(name, size, lambda: io.BytesIO(data))


@require_safe
@scoped(*SENDERS, act=gettext_lazy("下载导入模板"))
def import_template(request: HttpRequest, scope: Scope) -> HttpResponse:
    """An empty file with the right columns, lists of choices and notes."""
    kind = request.GET.get("kind", "")
    if kind not in ImportBatch.Kind.values or scope.capacity == EMPLOYER:
        kind = str(ImportBatch.Kind.PERSON)
    mark = _("%(who)s 于 %(day)s 下载") % {"who": str(scope.user), "day": scope.on.isoformat()}
    name = _("人员导入模板") if kind == ImportBatch.Kind.PERSON else _("单位导入模板")
    return attachment(template(kind, STATED, mark=mark), f"{name}.xlsx", XLSX)


def batch_or_404(scope: Scope, handle: UUID) -> ImportBatch:
    """A file of the scope; one out of scope is not there."""
    batch = batch_in(scope, handle)
    if batch is None:
        raise Http404
    return batch


@require_http_methods(["GET", "HEAD", "POST"])
@scoped(*SENDERS, act=gettext_lazy("核对导入文件的列"))
def import_columns(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """Which column is which field, as proposed or corrected; then the rows are checked."""
    batch = batch_or_404(scope, handle)
    if batch.status != Status.UPLOADED or (batch.columns is not None and batch.rows):
        return redirect("registry:import_batch", handle)
    columns, problems = proposed_columns(batch), []
    if request.method == "POST":
        columns = [request.POST.get(f"column-{place}", "")[:50] for place in range(len(columns))]
        try:
            agree_columns(batch, columns, scope=scope, actor=scope.user, now=clock.now())
            _check_now(batch, scope, clock.now())
            return redirect("registry:import_batch", handle)
        except RegistryError as refusal:
            problems = refusal.problems
    context = {
        "batch": batch,
        "columns": _matched(batch, columns),
        "fields": list(fields_of(batch.kind, batch.source).items()),
        "left_out": LEFT_OUT,
        "problems": problems,
        "open_columns": sum(not field for field in columns),
    }
    status = UNPROCESSABLE if problems else 200
    return render(request, "registry/import_columns.html", context, status=status)


def _matched(batch: ImportBatch, columns: list[str]) -> list[dict[str, Any]]:
    return [
        {"place": place, "number": place + 1, "title": title, "field": field}
        for place, (title, field) in enumerate(zip(head_of(batch), columns, strict=True))
    ]


def _check_now(batch: ImportBatch, scope: Scope, now: datetime) -> None:
    """A small file at once, a large one by the command."""
    if batch.size > DIRECT_BYTES:
        return
    try:
        check_batch(batch, actor=scope.user, now=now, most=DIRECT_ROWS)
    except TooLong:
        return


@require_safe
@scoped(*SENDERS, act=gettext_lazy("查看导入结果"))
def import_batch(request: HttpRequest, scope: Scope, handle: UUID) -> HttpResponse:
    """One file: how far it is, what is wrong with it, and what can be done next."""
    batch = batch_or_404(scope, handle)
    return render(request, "registry/import_batch.html", batch_context(request, scope, batch))


def batch_context(request: HttpRequest, scope: Scope, batch: ImportBatch) -> dict[str, Any]:
    """What the page of one file shows."""
    kinds = counted_problems(batch)
    code = request.GET.get("problem", "")
    code = code if code in {one.code for one in kinds} else ""
    rows = problems_page(batch, code=code, after=_after(request))
    shown = rows[:PROBLEMS]
    last = {"problem": code, "row": shown[-1].number, "id": shown[-1].pk} if shown else {}
    unreadable = batch.unreadable or {}
    return {
        "batch": batch,
        "tone": TONES[Status(batch.status)],
        "source": source_words(batch.source),
        "steps": _steps(batch),
        "good": batch.rows - batch.faulty,
        "percent": batch.done * 100 // batch.rows if batch.rows else 0,
        "working": batch.status == Status.APPLYING
        or (batch.status == Status.UPLOADED and batch.columns is not None),
        "decides": batch.status == Status.WAITING and may_decide(scope.user, batch, scope.on),
        "kinds": [(one.code, row_words(one.code), one.rows, one.fault) for one in kinds],
        "code": code,
        "problems_shown": [
            {
                "number": one.number,
                "column": title_of(one.field) if one.field else "",
                "text": problem_words(one.code, one.field, one.other),
                "fault": one.fault,
            }
            for one in shown
        ],
        "shown": len(shown),
        "older_href": f"?{urlencode(last)}" if len(rows) > PROBLEMS else "",
        "newer_href": f"?{urlencode({'problem': code})}" if _after(request) else "",
        "refusal": file_words(unreadable["code"], unreadable["places"]) if unreadable else "",
        "splits": list(batch.splits.order_by("id")),
    }


def _after(request: HttpRequest) -> tuple[int, int] | None:
    row, pk = request.GET.get("row", ""), request.GET.get("id", "")
    if row.isdecimal() and pk.isdecimal() and len(row) < 10 and len(pk) < 19:
        return int(row), int(pk)
    return None


def _steps(batch: ImportBatch) -> list[dict[str, str]]:
    """The way of a file, with where it stands."""
    labels = [_("上传"), _("核对列"), _("检查"), _("审批"), _("写入")]
    place = {
        Status.UPLOADED: 1 if batch.columns is None else 2,
        Status.CHECKED: 2 if batch.faulty else 3,
        Status.WAITING: 3,
        Status.APPLYING: 4,
        Status.APPLIED: 5,
        Status.REFUSED: 2 if batch.unreadable else 3,
        Status.WITHDRAWN: 0,
    }[Status(batch.status)]
    states = ["done"] * place + ["current"] + ["todo"] * len(labels)
    if batch.status in (Status.REFUSED, Status.WITHDRAWN):
        states[place] = "todo"
    return [{"label": label, "state": states[n]} for n, label in enumerate(labels)]
