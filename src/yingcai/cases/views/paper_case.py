"""Pages of a case that was decided on paper: what the paper says, who took it in, and that no rule decided."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.models import Case
from yingcai.cases.queries.appeals import paper_appeal
from yingcai.cases.queries.awards import award_of, changes_of, suspended_on
from yingcai.cases.queries.paper import paper_told
from yingcai.cases.queries.paper_batches import reach_of
from yingcai.cases.queries.scope import case_scope
from yingcai.cases.queries.seats import Held
from yingcai.cases.queries.story import brief, letters
from yingcai.identity.access import StaffRequest
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.errors import Erased


def no_replay(request: HttpRequest, case: Case, *, own: bool) -> HttpResponse:
    """To the page of a case, with why there is no letter, proof or comparison of it."""
    text = _("这是纸质决定：没有按规则作出的决定可以重算，本平台也没有出具过文书；请看原件。")
    messages.info(request, text)
    return redirect("cases:my_case" if own else "cases:desk_case", case.handle)


def paper_context(case: Case) -> dict[str, object]:
    """What both pages show of a paper. Raises: Erased, NotSealed."""
    award = award_of(case)
    on = clock.today()
    return {
        "case": case,
        "brief": brief(case),
        "paper": paper_told(case),
        "award": award,
        "suspended": suspended_on(award, on) if award else None,
        "appeal": paper_appeal(case),
    }


def desk_paper(
    request: StaffRequest, case: Case, held: Held, *, problems: list[str] | None, status: int
) -> HttpResponse:
    """The page of the desk: no facts, no rules, no moves."""
    on = clock.today()
    scope = case_scope(request.user, case, on, held)
    base = {"case": case, "title": brief(case).title, "scope": scope, "problems": problems or []}
    try:
        context = {
            **base,
            **paper_context(case),
            "sent": letters(case),
            "changes": _changed(case),
            "may_open_batch": _reaches(request, case),
        }
    except Erased:
        note_looks(scope, [case.subject], NAME, now=clock.now())
        return render(request, "cases/desk_gone.html", base, status=410)
    note_looks(scope, [case.subject], INSIDE, now=clock.now())
    return render(request, "cases/desk_paper_case.html", context, status=status)


def _changed(case: Case) -> list[object]:
    award = award_of(case)
    return list(changes_of(award)) if award else []


def _reaches(request: StaffRequest, case: Case) -> bool:
    """Whether the file that it came from is open to who looks."""
    return reach_of(request.user, clock.today()).holds(case.paper.batch)
