"""The time machine of a decision, its sealed proof, and the public key by which proofs are checked."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.deciding import wanted_facts
from yingcai.cases.actions.proving import Comparison, compare, prove
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.models import Case, Decision
from yingcai.cases.queries.exceptional import award_record
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import in_language, teller
from yingcai.cases.queries.publicity import given_words
from yingcai.cases.queries.rule_book import language
from yingcai.cases.queries.scope import case_scope, desk_case, own_case
from yingcai.cases.queries.seats import is_about
from yingcai.cases.signing import public_key
from yingcai.cases.views.desk import READERS
from yingcai.cases.views.paper_case import no_replay
from yingcai.engine.rules.decide import Decision as Answer
from yingcai.engine.rules.words import outcome_words
from yingcai.identity.access import StaffRequest, roles_required, signed_in
from yingcai.identity.views.downloads import attachment
from yingcai.registry.actions.looking import note_looks

HIDDEN = "***"


@require_safe
@signed_in
def comparison(request: StaffRequest, handle: UUID, number: int) -> HttpResponse:
    """A decision on oneself as it was made, made again, and as it would be today."""
    case = _own(request, handle)
    if case.on_paper:
        return no_replay(request, case, own=True)
    return _page(request, case, number, own=True)


@require_safe
@roles_required(*READERS, act=gettext_lazy("比较事项的决定"))
def desk_comparison(request: StaffRequest, handle: UUID, number: int) -> HttpResponse:
    """The same for whoever works on the case or audits it; that he looked is written down."""
    case = desk_case(request.user, handle, clock.today())
    if case is None:
        raise Http404
    if case.on_paper:
        return no_replay(request, case, own=False)
    return _page(request, case, number, own=False)


def _page(request: StaffRequest, case: Case, number: int, *, own: bool) -> HttpResponse:
    row = _decision(case, number)
    if not own:
        scope = case_scope(request.user, case, clock.today())
        fields = sorted({*INSIDE, *wanted_facts(book_of_case(case), case.programme)})
        note_looks(scope, [case.subject], fields, now=clock.now())
    found = compare(row, now=clock.now())
    context = {
        "case": case,
        "own": own,
        "settled": award_record(case),
        "title": in_language(book_of_case(case).rules.programmes[case.programme].title),
        "found": found,
        "answers": _answers(case, found),
        "changed": [_shown(case, found, one, own=own) for one in found.changed],
    }
    return render(request, "cases/comparison.html", context)


@require_POST
@signed_in
def proof(request: StaffRequest, handle: UUID, number: int) -> HttpResponse:
    """The sealed proof, for the one whom the case is about: it holds every value that it stands on."""
    case = _own(request, handle)
    if case.on_paper:
        return no_replay(request, case, own=True)
    data = prove(_decision(case, number), actor=request.user, now=clock.now())
    return attachment(data, f"{case.number}-{number}.proof.json", "application/json")


@require_safe
def city_key(request: HttpRequest) -> HttpResponse:
    """The public key of the city, base64, one line."""
    return HttpResponse(f"{public_key()}\n", content_type="text/plain; charset=ascii")


def _own(request: StaffRequest, handle: UUID) -> Case:
    """A case of the one who asks himself. Raises: Http404."""
    on = clock.today()
    case = own_case(request.user, handle, on)
    if case is None or not is_about(case, request.user, on):
        raise Http404
    return case


def _decision(case: Case, number: int) -> Decision:
    row = case.decisions.filter(number=number).first()
    if row is None:
        raise Http404
    row.case = case
    return row


def _answers(case: Case, found: Comparison) -> list[tuple[str, str, str]]:
    """Each of the answers: which, the outcome, what it gives."""
    rows: list[tuple[str, Answer | None]] = [
        ("then", found.then),
        ("facts", found.facts_now),
        ("rules", found.rules_now),
    ]
    return [
        (
            name,
            outcome_words(one.outcome, language()),
            given_words(case, one.amount, one.result or ""),
        )
        for name, one in rows
        if one is not None
    ]


def _shown(
    case: Case, found: Comparison, changed: tuple[str, str, str], *, own: bool
) -> tuple[str, str, str]:
    """A fact that differs today; of a sensitive one staff see that it does, not how."""
    name, old, new = changed
    book = book_of_case(case)
    fact = book.rules.facts[name]
    sensitive = any(
        one["id"] == name and one["class"] == "sensitive" for one in book.pack.facts["facts"]
    )
    if sensitive and not own:
        old, new = (HIDDEN if old else "", HIDDEN if new else "")
    return teller(book).label(fact), old, new
