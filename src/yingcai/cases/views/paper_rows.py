"""What a file of papers says row by row, for whoever approves it; afterwards the cases that came of it."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.cases.actions.papers.checking import Looked, read_again
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.errors import CaseError
from yingcai.cases.models import Case, PaperBatch, PaperRow
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.paper import paper_given
from yingcai.cases.queries.paper_batches import DECIDERS
from yingcai.cases.queries.rule_book import book_of
from yingcai.cases.queries.scope import desk_scope
from yingcai.cases.views.paper_files import batch_or_404
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.registry.actions.looking import note_looks

if TYPE_CHECKING:
    from yingcai.registry.models import Subject

PAGE = 50
BEFORE = (PaperBatch.Status.CHECKED, PaperBatch.Status.WAITING)


@dataclass(frozen=True)
class Line:
    """A row, or the case that came of it. ``given``: what the paper grants, in words."""

    number: int
    name: str
    title: str
    paper_number: str
    applied_on: date | None
    decided_on: date | None
    agreed: bool | None
    given: str
    valid_until: date | None
    paid_on: date | None
    archive: str
    remark: str = ""
    status: str = ""
    case: Case | None = None


@require_safe
@roles_required(*DECIDERS, act=gettext_lazy("逐行核对纸质决定"))
def rows(request: StaffRequest, handle: UUID) -> HttpResponse:
    """A page of rows by number. Who is named has a look."""
    batch = batch_or_404(request, handle)
    text = request.GET.get("after", "")
    after = int(text) if text.isdecimal() and len(text) < 10 else 0
    found = (
        _before(request, batch, after) if batch.status in BEFORE else _cases(request, batch, after)
    )
    shown = found[:PAGE]
    context = {
        "batch": batch,
        "rows": shown,
        "older_href": f"?after={shown[-1].number}" if len(found) > PAGE else "",
        "newer_href": "?" if after else "",
        "shown": len(shown),
    }
    return render(request, "cases/paper_rows.html", context)


def _before(request: StaffRequest, batch: PaperBatch, after: int) -> list[Line]:
    good = PaperRow.objects.filter(batch=batch, number__gt=after).exclude(
        status=PaperRow.Status.FAULTY
    )
    kept = list(good.order_by("number")[: PAGE + 1])
    try:
        looked = read_again(batch, kept, clock.now())
    except CaseError:
        raise Http404 from None
    subjects = {one.match.subject.pk: one.match.subject for one in looked if one.match.subject}
    _look(request, list(subjects.values()))
    return [_line(batch, one) for one in looked]


def _line(batch: PaperBatch, one: Looked) -> Line:
    said, book = one.said, book_of(batch.pack_digest)
    programme = book.rules.programmes[said.offer.name] if said.offer else None
    return Line(
        number=one.line.number,
        name=one.match.subject.name if one.match.subject else "",
        title=in_language(programme.title) if programme else "",
        paper_number=said.paper_number,
        applied_on=said.applied_on,
        decided_on=said.decided_on,
        agreed=said.agreed,
        given=paper_given(
            Case(pack=book.digest, programme=said.offer.name), said.amount, said.result
        )
        if said.offer
        else "",
        valid_until=said.valid_until,
        paid_on=said.paid_on,
        archive=said.archive,
        remark=said.remark,
        status=str(PaperRow.Status(one.status).label),
    )


def _cases(request: StaffRequest, batch: PaperBatch, after: int) -> list[Line]:
    found = batch.decisions.filter(row__gt=after).select_related("case__subject", "case__lead")
    papers = list(found.exclude(case__subject__standing="erased").order_by("row")[: PAGE + 1])
    _look(request, [one.case.subject for one in papers])
    return [
        Line(
            number=one.row,
            name=one.case.subject.name,
            title=in_language(book_of(one.case.pack).rules.programmes[one.programme].title),
            paper_number=one.paper_number,
            applied_on=one.applied_on,
            decided_on=one.decided_on,
            agreed=one.agreed,
            given=paper_given(one.case, one.amount, one.result),
            valid_until=one.valid_until,
            paid_on=one.paid_on,
            archive=one.archive,
            status=str(one.case.get_status_display()),
            case=one.case,
        )
        for one in papers
    ]


def _look(request: StaffRequest, subjects: "list[Subject]") -> None:
    if subjects:
        scope = desk_scope(request.user, clock.today())
        note_looks(scope, subjects, INSIDE, now=clock.now())
