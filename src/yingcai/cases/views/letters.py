"""The letter of a case as a Word file or a PDF, for whoever applies and for whoever works on it."""

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.letters import letter_document, letter_of
from yingcai.cases.models import Case
from yingcai.cases.queries.scope import case_scope, desk_case, own_case
from yingcai.cases.views.paper_case import no_replay
from yingcai.engine.documents import DocumentError
from yingcai.engine.documents.docx import write_docx
from yingcai.engine.documents.pdf import PdfUnavailable, write_pdf
from yingcai.identity.access import held_roles, signed_in
from yingcai.identity.views.downloads import attachment
from yingcai.registry.access import held_capacities
from yingcai.registry.actions.looking import note_looks
from yingcai.registry.errors import Erased

if TYPE_CHECKING:
    from yingcai.identity.models import User

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {"docx": WORD, "pdf": "application/pdf"}


@require_safe
@signed_in
def letter(request: HttpRequest, handle: UUID, kind: str) -> HttpResponse:
    """The last letter of a case; an officer's look is written."""
    case, own = _case(request, handle)
    if case.on_paper and kind in TYPES:
        return no_replay(request, case, own=own)
    notice = letter_of(case)
    if kind not in TYPES or notice is None:
        raise Http404
    if not own:
        scope = case_scope(cast("User", request.user), case, clock.today())
        note_looks(scope, [case.subject], INSIDE, now=clock.now())
    try:
        document = letter_document(case, notice)
        data = write_docx(document) if kind == "docx" else write_pdf(document)
        return attachment(data, f"{document.title}{case.number}.{kind}", TYPES[kind])
    except Erased:
        raise Http404 from None
    except PdfUnavailable as error:
        messages.error(request, str(error))
    except DocumentError as error:
        for problem in error.problems:
            messages.error(request, problem)
    return redirect("home")


def _case(request: HttpRequest, handle: UUID) -> tuple[Case, bool]:
    """The case, and whether it is one's own. Raises: Http404; PermissionDenied for who acts as nobody."""
    on = clock.today()
    found = own_case(request.user, handle, on)
    if found is not None:
        return found, True
    found = desk_case(request.user, handle, on)
    if found is None and not (held_roles(request) or held_capacities(request)):
        raise PermissionDenied
    if found is None:
        raise Http404
    return found, False
