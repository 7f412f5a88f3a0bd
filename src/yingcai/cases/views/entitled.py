"""我能享受什么: a question at a time, without an account; what was said travels in the form, not in the address."""

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yingcai.audit import clock
from yingcai.cases.actions.knowing import Known, own_facts
from yingcai.cases.queries.entitlement import (
    OUTCOMES,
    Entitlement,
    Told,
    entitlement,
    question_of,
    readable,
    subjects_of,
)
from yingcai.cases.queries.questions import asked, range_words
from yingcai.cases.queries.rule_book import RuleBook, rule_book
from yingcai.cases.views.guides import SUBJECTS
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.subject import Origin
from yingcai.engine.rules.types import Boolean, Enum

PERSON = "person"
MOST_TOLD = 400  # answers in a form; a pack has fewer facts


@require_http_methods(["GET", "POST"])
def entitled(request: HttpRequest) -> HttpResponse:
    """The answers so far, what they entitle to, and the next question."""
    book = rule_book()
    if book is None:
        return render(request, "cases/entitled.html", {"none": True})
    own = own_facts(request.user, now=clock.now()) if request.user.is_authenticated else None
    told = _told(request.POST, book, own or {})
    if told is None:
        kinds = subjects_of(book)
        subjects = [(one, words) for one, words in SUBJECTS.items() if one in kinds]
        context = {"subjects": subjects, "own": own is not None and PERSON in kinds}
        return render(request, "cases/entitled.html", context)
    told, wrong, again = _answered(told, request.POST, book)
    found = entitlement(book, told, on=clock.today())
    fact = again or found.question
    chooses = own is not None and told.subject == PERSON and _several(found)
    context = {
        **_context(told, found, book),
        "chooses": chooses,
        "unfolded": _unfolded(found, chooses=chooses),
        "asked": asked(fact) if fact else None,
        "concerns": 0 if again else found.concerns,
        "problem": wrong,
        "written": request.POST.get("value", "")[:40] if wrong else "",
    }
    return render(request, "cases/entitled.html", context, status=422 if wrong else 200)


def _told(posted: QueryDict, book: RuleBook, own: Mapping[str, Known]) -> Told | None:
    """What the form has carried so far; None before the first step. What is no answer is dropped."""
    subject = posted.get("subject", "")
    if subject not in subjects_of(book) or "restart" in posted:
        return None
    pairs = (line.partition("=") for line in posted.getlist("told")[:MOST_TOLD])
    values = {
        name: written
        for name, _sign, written in pairs
        if (fact := question_of(book, name)) and readable(fact, written)
    }
    passed = frozenset(
        one for one in posted.getlist("passed")[:MOST_TOLD] if question_of(book, one)
    )
    known = {name: (one.written, Origin(one.source, one.on)) for name, one in own.items()}
    return Told(subject, values, passed, known if "own" in posted else {})


def _answered(told: Told, posted: QueryDict, book: RuleBook) -> tuple[Told, str, FactType | None]:
    """With the answer just given; what is wrong with it; the question to put again."""
    changed = question_of(book, posted.get("change", ""))
    if changed is not None:
        left = {name: one for name, one in told.values.items() if name != changed.name}
        return replace(told, values=left, passed=told.passed - {changed.name}), "", changed
    skipped = question_of(book, posted.get("pass", ""))
    if skipped is not None:
        return replace(told, passed=told.passed | {skipped.name}), "", None
    fact, written = question_of(book, posted.get("fact", "")), posted.get("value", "").strip()
    if fact is None:
        return told, "", None
    if not readable(fact, written):
        return told, _problem(fact), fact
    kept = {**told.values, fact.name: written[:40]}
    return replace(told, values=kept), "", None


def _problem(fact: FactType) -> str:
    if isinstance(fact.type, Boolean | Enum):
        return _("请选一项，或者选“不清楚”。")
    return range_words(fact) or _("这个回答读不懂，请看下面的说明。")


def _several(found: Entitlement) -> bool:
    """Whether there is anything that could be applied for together."""
    hopeful = [one for name in OUTCOMES if name != "no" for one in found.answers[name]]
    return sum(one.open for one in hopeful) > 1


def _unfolded(found: Entitlement, *, chooses: bool) -> set[str]:
    """The groups that stand open: what can be had; else, where something is to be ticked, what may be had."""
    hopeful = found.answers["yes"] or found.answers["person"]
    return {"unknown"} if chooses and not hopeful else {"yes", "person"}


def _context(told: Told, found: Entitlement, book: RuleBook) -> dict[str, object]:
    headings = {
        "yes": _("可以享受"),
        "person": _("还需人工认定"),
        "unknown": _("还缺信息"),
        "no": _("暂不符合"),
    }
    return {
        "subject": told.subject,
        "subject_words": SUBJECTS[told.subject],
        "carried": [f"{name}={value}" for name, value in told.values.items()],
        "passed": sorted(told.passed),
        "uses_own": bool(told.known),
        "told": found.told,
        "total": found.total,
        "groups": [(one, headings[one], found.answers[one]) for one in OUTCOMES],
        "open": len(found.answers["unknown"]),
    }
