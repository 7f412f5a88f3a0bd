"""Programmes over HTTP, and what somebody can get by what he says: open to everyone, nothing is kept."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema
from ninja.errors import HttpError, ValidationError

from yingcai.audit import clock
from yingcai.cases.api.door import ANSWERS, ByAddress
from yingcai.cases.queries import guides as found
from yingcai.cases.queries.entitlement import (
    Answer,
    Told,
    entitlement,
    question_of,
    readable,
    subjects_of,
)
from yingcai.cases.queries.questions import Asked, asked, range_words
from yingcai.cases.queries.rule_book import RuleBook, rule_book
from yingcai.engine.rules.model import FactType

router = Router(tags=["cases"])
Name = Annotated[str, Path(max_length=60, description="`name` of a programme")]
Written = Annotated[str, Field(max_length=100)]
MOST_TOLD = 400  # a pack has fewer facts


class ProgrammeOut(Schema):
    """A programme. ``standing``: open, future or over; ``sample``: no known rule of the city."""

    name: str
    title: str
    summary: str
    kind: str
    subject: str
    lead: str
    sample: bool
    standing: str
    first: date
    last: date | None


class RequirementOut(Schema):
    words: str
    clause: str
    verified_by: str


class VersionOut(Schema):
    """What holds for those of one window of days; ``answer``: the amount or level in words."""

    name: str
    sample: bool
    requirements: list[RequirementOut]
    answer: str


class MaterialOut(Schema):
    """``need``: required, deferrable (it may follow) or exempt (the city has it)."""

    words: str
    need: str


class StepOut(Schema):
    words: str
    who: str
    term: str


class GuideOut(ProgrammeOut):
    """Who, how much, with what, in how many working days. ``applies``: one can apply now."""

    applies: bool
    versions: list[VersionOut]
    materials: list[MaterialOut]
    together: list[str]
    steps: list[StepOut]
    term: str


class QuestionOut(Schema):
    """A fact as a question: its values where it is chosen, its unit where it is a number, or a day."""

    fact: str
    words: str
    label: str
    choices: list[tuple[str, str]]
    unit: str
    hint: str
    is_day: bool


class ToldIn(Schema):
    """What is said of a person, firm or project: values as written, by fact; what is unclear is passed over."""

    subject: Annotated[str, Field(max_length=20)] = "person"
    facts: Annotated[dict[str, Written], Field(max_length=MOST_TOLD)] = {}
    passed: Annotated[list[Written], Field(max_length=MOST_TOLD)] = []


class AnswerOut(Schema):
    """What one programme says. ``beside``: why it is not paid beside the others; ``asks``: what is missing;
    ``ways``: what would turn a no."""

    programme: str
    title: str
    outcome: str
    given: str
    beside: str
    sample: bool
    applies: bool
    asks: list[str]
    ways: list[str]


class EntitlementOut(Schema):
    """``total``: what is payable together; ``question``: the one that settles most, none at the end."""

    answers: list[AnswerOut]
    total: str
    question: QuestionOut | None


@router.get(
    "/programmes",
    auth=None,
    response={200: list[ProgrammeOut], **ANSWERS},
    summary="Programmes, those that are open first",
)
def list_programmes(request: HttpRequest) -> list[ProgrammeOut]:
    return [_programme(one) for one in found.guides(book_or_404(), on=clock.today())]


@router.get(
    "/programmes/{name}",
    auth=None,
    response={200: GuideOut, **ANSWERS},
    summary="One programme: who, how much, with what, how long",
)
def read_programme(request: HttpRequest, name: Name) -> GuideOut:
    book, on = book_or_404(), clock.today()
    one = found.guide(book, name, on=on)
    if one is None:
        raise HttpError(404, "there is no such programme")
    way = found.way(book, name)
    return GuideOut(
        **_programme(one).dict(),
        applies=found.can_apply(book, name, on),
        versions=[_version(version) for version in found.versions(book, name)],
        materials=[
            MaterialOut(words=each.words, need=each.need) for each in found.materials(book, name)
        ],
        together=found.together(book, name),
        steps=[StepOut(words=step.words, who=step.who, term=step.term) for step in way.steps]
        if way
        else [],
        term=way.whole if way else "",
    )


@router.post(
    "/entitlement",
    auth=None,
    throttle=[ByAddress()],
    response={200: EntitlementOut, **ANSWERS},
    summary="What somebody can get by what is said of him; nothing is kept",
)
def ask_entitlement(request: HttpRequest, body: ToldIn) -> EntitlementOut:
    book = book_or_404()
    problems = _problems(book, body)
    if problems:
        raise ValidationError(problems)
    told = Told(body.subject, body.facts, frozenset(body.passed))
    answer = entitlement(book, told, on=clock.today())
    return EntitlementOut(
        answers=[_answer(one) for ones in answer.answers.values() for one in ones],
        total=answer.total,
        question=question(asked(answer.question)) if answer.question else None,
    )


def book_or_404() -> RuleBook:
    """The rules of today. Raises: HttpError 404."""
    book = rule_book()
    if book is None:
        raise HttpError(404, "no programmes are published")
    return book


def question(one: Asked) -> QuestionOut:
    return QuestionOut(
        fact=one.name,
        words=one.words,
        label=one.about,
        choices=list(one.choices),
        unit=one.unit,
        hint=one.hint,
        is_day=one.day,
    )


def unread(fact: FactType | None) -> str:
    """What is wrong with a value that cannot be read."""
    if fact is None:
        return "there is no such question"
    return range_words(fact) or "this is no value of the fact"


def _problems(book: RuleBook, body: ToldIn) -> list[dict[str, object]]:
    found_problems: list[dict[str, object]] = []
    if body.subject not in subjects_of(book):
        wrong = "no programme is for such subjects"
        found_problems.append({"type": "refused", "loc": ["body", "subject"], "msg": wrong})
    for name, written in body.facts.items():
        fact = question_of(book, name)
        if fact is None or not readable(fact, written):
            said = unread(fact)
            found_problems.append({"type": "refused", "loc": ["body", "facts", name], "msg": said})
    return found_problems


def _programme(one: found.Guide) -> ProgrammeOut:
    return ProgrammeOut(
        name=one.name,
        title=one.title,
        summary=one.summary,
        kind=one.kind,
        subject=one.subject,
        lead=one.lead,
        sample=one.sample,
        standing=one.standing,
        first=one.first,
        last=one.last,
    )


def _version(one: found.Version) -> VersionOut:
    return VersionOut(
        name=one.name,
        sample=one.sample,
        requirements=[
            RequirementOut(words=line.words, clause=line.clause, verified_by=line.verified_by)
            for line in one.requirements
        ],
        answer=one.answer,
    )


def _answer(one: Answer) -> AnswerOut:
    return AnswerOut(
        programme=one.name,
        title=one.title,
        outcome=one.outcome,
        given=one.given,
        beside=one.beside,
        sample=one.sample or one.partly_sample,
        applies=one.open,
        asks=list(one.asks),
        ways=list(one.ways),
    )
