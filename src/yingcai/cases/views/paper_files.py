"""纸质决定补录: the files, the upload, the matching of columns, the report, the template."""

import io
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
from yingcai.cases.actions.papers.checking import DIRECT_BYTES, check_papers
from yingcai.cases.actions.papers.receiving import agree_columns, proposed_columns, receive_papers
from yingcai.cases.errors import CaseError, StaleCase
from yingcai.cases.models import PaperBatch, PaperProblem
from yingcai.cases.paper.columns import fields
from yingcai.cases.paper.sheets import template
from yingcai.cases.paper.words import UNTOLD, problem_words, title_of
from yingcai.cases.paper_forms import PaperForm
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.paper_batches import (
    DECIDERS,
    PAGE,
    PROBLEMS,
    SENDERS,
    batch_in_reach,
    cells_of,
    counted_problems,
    head_of,
    may_confirm_undo,
    may_decide,
    offers_of,
    page_of,
    problems_page,
    sending_units,
)
from yingcai.cases.queries.rule_book import rule_book
from yingcai.engine.documents.sheet import write_csv
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.views.downloads import attachment
from yingcai.registry.actions.imports.receiving import Upload
from yingcai.registry.importing.columns import LEFT_OUT
from yingcai.registry.importing.words import file_words

UNPROCESSABLE = 422
Status = PaperBatch.Status
TONES = {
    Status.UPLOADED: "info",
    Status.CHECKED: "warn",
    Status.WAITING: "warn",
    Status.APPLYING: "info",
    Status.APPLIED: "ok",
    Status.REFUSED: "bad",
    Status.WITHDRAWN: "muted",
    Status.UNDO_ASKED: "warn",
    Status.UNDOING: "info",
    Status.UNDONE: "muted",
}
PLACES = {
    Status.CHECKED: 3, Status.WAITING: 3, Status.APPLYING: 4, Status.REFUSED: 3,
    Status.WITHDRAWN: 0,
}  # fmt: skip


@require_safe
@roles_required(*DECIDERS, act=gettext_lazy("查看纸质决定文件"))
def papers(request: StaffRequest) -> HttpResponse:
    """The files in reach, newest first."""
    on, before = clock.today(), request.GET.get("before", "")
    place = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = page_of(request.user, on, before=place)
    shown = rows[:PAGE]
    context = {
        "rows": [(row, TONES[Status(row.status)]) for row in shown],
        "shown": len(shown),
        "older_href": f"?before={shown[-1].pk}" if len(rows) > PAGE else "",
        "newer_href": "?" if before else "",
        "may_send": bool(sending_units(request.user, on)),
    }
    return render(request, "cases/papers.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*SENDERS, act=gettext_lazy("上传纸质决定文件"))
def paper_new(request: StaffRequest) -> HttpResponse:
    """Take a file into quarantine; its columns are matched on the next page."""
    units = sending_units(request.user, clock.today())
    if request.method != "POST":
        return render(request, "cases/paper_new.html", {"form": PaperForm(units)})
    form = PaperForm(units, request.POST, request.FILES)
    problems: list[str] = []
    if form.is_valid():
        upload = _upload(form.cleaned_data["file"])
        try:
            batch = receive_papers(upload, form.chosen(), actor=request.user, now=clock.now())
            return redirect("cases:paper_columns", batch.handle)
        except CaseError as refusal:
            problems = refusal.problems
    context = {"form": form, "problems": problems}
    return render(request, "cases/paper_new.html", context, status=UNPROCESSABLE)


def _upload(file: UploadedFile) -> Upload:
    """The file such that it can be opened anew; what is large lies in a temporary file."""
    name, size = file.name or "", file.size or 0
    if isinstance(file, TemporaryUploadedFile):
        path = file.temporary_file_path()
        return Upload(name, size, lambda: Path(path).open("rb"))
    data = file.read()
    return Upload(name, size, lambda: io.BytesIO(data))


@require_safe
@roles_required(*SENDERS, act=gettext_lazy("下载纸质决定模板"))
def paper_template(request: StaffRequest) -> HttpResponse:
    """The titles and two invented rows, of programmes that one may bring."""
    book, units = rule_book(), sending_units(request.user, clock.today())
    offers = offers_of(book, PaperBatch(unit=units[0])) if book and units else {}
    single = {one.name: one for one in offers.values() if one.reach and one.kind != "project"}
    titles = (
        {name: in_language(book.rules.programmes[name].title) for name in single} if book else {}
    )
    table = template((titles[name], one) for name, one in sorted(single.items()))
    return attachment(write_csv(table), f"{_('纸质决定模板')}.csv", "text/csv; charset=utf-8")


def batch_or_404(request: StaffRequest, handle: UUID) -> PaperBatch:
    """A file in reach; any other is not there."""
    batch = batch_in_reach(request.user, handle, clock.today())
    if batch is None:
        raise Http404
    return batch


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*SENDERS, act=gettext_lazy("核对纸质决定文件的列"))
def paper_columns(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Which column is which field, as proposed or corrected; then the rows are checked."""
    batch = batch_or_404(request, handle)
    if batch.status != Status.UPLOADED or batch.columns is not None:
        return redirect("cases:paper_batch", handle)
    columns, problems = proposed_columns(batch), []
    if request.method == "POST":
        columns = [request.POST.get(f"column-{place}", "")[:50] for place in range(len(columns))]
        try:
            agree_columns(batch, columns, actor=request.user, now=clock.now())
            _check_now(batch, request)
            return redirect("cases:paper_batch", handle)
        except CaseError as refusal:
            problems = refusal.problems
    matched = zip(head_of(batch), columns, strict=True)
    context = {
        "batch": batch,
        "columns": [
            {"place": place, "number": place + 1, "title": title, "field": field}
            for place, (title, field) in enumerate(matched)
        ],
        "fields": [(name, title_of(name)) for name in fields()],
        "left_out": LEFT_OUT,
        "problems": problems,
        "open_columns": sum(not field for field in columns),
    }
    status = UNPROCESSABLE if problems else 200
    return render(request, "cases/paper_columns.html", context, status=status)


def _check_now(batch: PaperBatch, request: StaffRequest) -> None:
    """A small file at once, a large one by the command or the thread, which may have been first."""
    if batch.size > DIRECT_BYTES:
        return
    try:
        check_papers(batch, actor=request.user, now=clock.now())
    except StaleCase:
        return


@require_safe
@roles_required(*DECIDERS, act=gettext_lazy("查看纸质决定补录的结果"))
def paper_batch(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One file: how far it is, what is wrong with it, and what can be done next. It names nobody."""
    batch = batch_or_404(request, handle)
    return render(request, "cases/paper_batch.html", batch_context(request, batch))


def batch_context(request: StaffRequest, batch: PaperBatch) -> dict[str, Any]:
    """What the page of one file shows."""
    on, rows = clock.today(), problems_page(batch, after=_after(request))
    shown = rows[:PROBLEMS]
    last = {"row": shown[-1].number, "id": shown[-1].pk} if shown else {}
    unreadable, agreed = batch.unreadable or {}, batch.columns is not None
    return {
        "batch": batch,
        "tone": TONES[Status(batch.status)],
        "steps": _steps(batch),
        "fresh": batch.rows - batch.faulty - batch.known,
        "percent": batch.done * 100 // batch.rows if batch.rows else 0,
        "working": batch.status in (Status.APPLYING, Status.UNDOING)
        or (batch.status == Status.UPLOADED and agreed),
        "decides": batch.status == Status.WAITING and may_decide(request.user, batch, on),
        "confirms": batch.status == Status.UNDO_ASKED and may_confirm_undo(request.user, batch, on),
        "readable": batch.status in (Status.CHECKED, Status.WAITING) or batch.done > batch.left,
        "summary": _summary(batch),
        "kinds": [(problem_words(code), many) for code, many in counted_problems(batch)],
        "problems_shown": _told(batch, shown),
        "shown": len(shown),
        "older_href": f"?{urlencode(last)}" if len(rows) > PROBLEMS else "",
        "newer_href": "?" if _after(request) else "",
        "refusal": file_words(unreadable["code"], unreadable["places"]) if unreadable else "",
    }


def _told(batch: PaperBatch, rows: list[PaperProblem]) -> list[dict[str, Any]]:
    """Problems with what was written, but for what names somebody."""
    cells = cells_of(batch, {one.number for one in rows})
    places = {name: place for place, name in enumerate(batch.columns or [])}
    return [
        {
            "number": one.number,
            "column": title_of(one.field) if one.field else "",
            "value": cells[one.number][places[one.field]]
            if one.field in places and one.field not in UNTOLD and one.number in cells
            else "",
            "text": problem_words(one.code, one.other),
        }
        for one in rows
    ]


def _summary(batch: PaperBatch) -> list[tuple[str, int, int, int]]:
    """By programme how many rows grant and refuse, and fen in all."""
    book = rule_book()
    programmes = book.rules.programmes if book else {}
    return [
        (in_language(programmes[name].title) if name in programmes else name, *counted)
        for name, *counted in batch.summary or []
    ]


def _after(request: HttpRequest) -> tuple[int, int] | None:
    row, pk = request.GET.get("row", ""), request.GET.get("id", "")
    if row.isdecimal() and pk.isdecimal() and len(row) < 10 and len(pk) < 19:
        return int(row), int(pk)
    return None


def _steps(batch: PaperBatch) -> list[dict[str, str]]:
    """The way of a file, with where it stands."""
    labels = [_("上传"), _("核对列"), _("检查"), _("审批"), _("补录")]
    place = PLACES.get(Status(batch.status), 5)
    if batch.status == Status.UPLOADED:
        place = 1 if batch.columns is None else 2
    elif batch.unreadable or (batch.status == Status.CHECKED and batch.faulty):
        place = 2
    states = ["done"] * place + ["current"] + ["todo"] * len(labels)
    if batch.status in (Status.REFUSED, Status.WITHDRAWN):
        states[place] = "todo"
    return [{"label": label, "state": states[n]} for n, label in enumerate(labels)]
