"""我能享受什么: a question at a time, without an account; what was said travels in the form, not in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import RuleBook, language, rule_book
from yingcai.cases.views.guides import SUBJECTS
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.subject import Origin
from yingcai.engine.rules.types import Boolean, Date, Enum, Integer, Money, Ratio
from yingcai.engine.rules.words import UNITS
from yingcai.engine.rules.written import write_value

PERSON = "person"
MOST_BUTTONS = 8  # more values than that are chosen from a list
MOST_TOLD = 400  # answers in a form; a pack has fewer facts


@dataclass(frozen=True)
class Asked:
    """How a question is put: as buttons, a list, or a field with its unit and what may be typed."""

    name: str
    words: str
    about: str
    choices: tuple[tuple[str, str], ...] = ()
    listed: bool = False
    unit: str = ""
    hint: str = ""
    number: bool = False


@require_http_methods(["GET", "POST"])
def entitled(request: HttpRequest) -> HttpResponse:
    """The answers so far, what they entitle to, and the next question."""
    book = rule_book()
    if book is None:
        return render(request, "cases/entitled.html", {"none": True})
    own = own_facts(request.user, now=clock.now()) if request.user.is_authenticated else None
    told = _told(request.POST, book, own or {})
    if told is None:
        subjects = [(one, SUBJECTS[one]) for one in subjects_of(book)]
        context = {"subjects": subjects, "own": own is not None and PERSON in subjects_of(book)}
        return render(request, "cases/entitled.html", context)
    told, wrong, again = _answered(told, request.POST, book)
    found = entitlement(book, told, on=clock.today())
    fact = again or found.question
    context = {
        **_context(told, found, book),
        "asked": _asked(fact) if fact else None,
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
    if fact.low is None or fact.high is None:
        return _("这个回答读不懂，请看下面的说明。")
    low, high = write_value(fact.low, fact.type), write_value(fact.high, fact.type)
    return _("请填写 %(low)s 至 %(high)s 之间的值。") % {"low": low, "high": high}


def _asked(fact: FactType) -> Asked:
    words = fact.question.get(language()) or in_language(fact.label)
    about = in_language(fact.label)
    kind = fact.type
    if isinstance(kind, Boolean):
        return Asked(fact.name, words, about, (("yes", _("是")), ("no", _("否"))))
    if isinstance(kind, Enum):
        choices = tuple((one, _label(fact.value_labels, one)) for one in kind.values)
        return Asked(fact.name, words, about, choices, listed=len(choices) > MOST_BUTTONS)
    if isinstance(kind, Date):
        return Asked(fact.name, words, about, hint=_("如 2018-06-08。"))
    return Asked(fact.name, words, about, unit=_unit(kind), number=True)


def _label(labels: Mapping[str, Mapping[str, str]], value: str) -> str:
    return in_language(labels.get(value, {})) or value


def _unit(kind: Integer | Money | Ratio) -> str:
    if isinstance(kind, Money):
        return _("元")
    if isinstance(kind, Ratio):
        return "%"
    zh, _one, many = UNITS.get(kind.unit or "count", (kind.unit,) * 3)
    return zh if language() == "zh" else many


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
