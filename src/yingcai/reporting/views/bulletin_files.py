"""Downloads of a bulletin; each is made from the snapshot at the moment it is asked for."""

from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from yingcai.audit.clock import SHANGHAI
from yingcai.engine.documents import DocumentError
from yingcai.engine.documents.docx import write_docx
from yingcai.engine.documents.pdf import PdfUnavailable, write_pdf
from yingcai.engine.documents.sheet import SheetError
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.reporting.bulletin.snapshot import Json, canonical
from yingcai.reporting.bulletin_files import KINDS, bulletin_sheets
from yingcai.reporting.documents import bulletin_document
from yingcai.reporting.models import Bulletin
from yingcai.reporting.views.bulletins import bulletin_or_404, frozen

Corrections = Sequence[tuple[date, str]]


@roles_required()
@require_safe
def bulletin_file(request: StaffRequest, month: date, kind: str) -> HttpResponse:
    """The bulletin as docx, pdf, xlsx, or the JSON snapshot that its digest is taken of."""
    if kind not in KINDS:
        raise Http404
    found = bulletin_or_404(request, month)
    corrections = [
        (row.at.astimezone(SHANGHAI).date(), row.text) for row in found.corrections.all()
    ]
    try:
        content = MAKERS[kind](frozen(found), found, corrections)
    except PdfUnavailable as error:
        messages.error(request, str(error))
        return redirect("reporting:bulletin", month)
    except (DocumentError, SheetError) as error:
        for problem in error.problems:
            messages.error(request, problem)
        return redirect("reporting:bulletin", month)
    return attachment(content, name=f"{found.title}.{kind}", kind=KINDS[kind])


def _docx(content: Json, bulletin: Bulletin, corrections: Corrections) -> bytes:
    return write_docx(bulletin_document(content, digest=bulletin.digest, corrections=corrections))


def _pdf(content: Json, bulletin: Bulletin, corrections: Corrections) -> bytes:
    return write_pdf(bulletin_document(content, digest=bulletin.digest, corrections=corrections))


def _xlsx(content: Json, bulletin: Bulletin, corrections: Corrections) -> bytes:
    return bulletin_sheets(content, digest=bulletin.digest, corrections=corrections)


def _json(content: Json, bulletin: Bulletin, corrections: Corrections) -> bytes:
    return canonical(content)


MAKERS: dict[str, Callable[[Json, Bulletin, Corrections], bytes]] = {
    "docx": _docx,
    "pdf": _pdf,
    "xlsx": _xlsx,
    "json": _json,
}


def attachment(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """A download whose name survives in every browser."""
    response = HttpResponse(content, content_type=kind)
    plain = name.rsplit(".", 1)[-1]
    response["Content-Disposition"] = (
        f"attachment; filename=\"bulletin.{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
