"""The card of somebody who was recognised, and the page on which anybody checks one."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from yingcai.audit import clock
from yingcai.cases.models import Award, Case
from yingcai.cases.queries.cards import (
    card_of,
    checked_card,
    code_of,
    paper_behind,
    signed_card,
    standing_award,
    still_stands,
)
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.scope import own_case
from yingcai.cases.queries.seats import is_about
from yingcai.engine.packs.card import MOST_SIGNS, NotACard
from yingcai.identity.access import StaffRequest, signed_in


@require_safe
@signed_in
def card(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One's own card, to show on a telephone or to print."""
    case, award = _recognised(request, handle)
    city = book_of_case(case).pack.pack["city"]
    context = {
        "case": case,
        "city": in_language({"zh": city["name"], "en": city.get("name_en") or city["name"]}),
        "card": card_of(case, award, clock.today()),
        "title": in_language(book_of_case(case).rules.programmes[case.programme].title),
        "text": signed_card(case, award, clock.today()),
    }
    return render(request, "cases/card.html", context)


@require_safe
@signed_in
def card_code(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Its QR code."""
    case, award = _recognised(request, handle)
    return HttpResponse(
        code_of(signed_card(case, award, clock.today())), content_type="image/svg+xml"
    )


@require_http_methods(["GET", "POST"])
def check_card(request: HttpRequest) -> HttpResponse:
    """Whether the text of a code was signed by this city, and whether what it says still stands."""
    text, problem, found = request.POST.get("text", "").strip()[: MOST_SIGNS * 2], "", None
    if request.method == "POST":
        try:
            found = checked_card(text)
        except NotACard as error:
            problem = in_language(error.words)
    context = {
        "text": text,
        "problem": problem,
        "card": found,
        "stands": found is not None
        and still_stands(found, clock.today())
        and found.holds_on(clock.today()),
        "paper": paper_behind(found) if found else "",
        "most": MOST_SIGNS,
    }
    return render(request, "cases/check_card.html", context, status=422 if problem else 200)


def _recognised(request: StaffRequest, handle: UUID) -> tuple[Case, Award]:
    on = clock.today()
    case = own_case(request.user, handle, on)
    award = standing_award(case) if case and is_about(case, request.user, on) else None
    if case is None or award is None:
        raise Http404
    return case, award
