"""What is published of cases now, as everybody may read it: names of persons masked, nothing else of them."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from yingcai.cases.models import Case, ExceptionalDecision
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import language
from yingcai.engine.rules.types import Enum
from yingcai.engine.rules.words import money_words

PAGE = 40
SHORT = 2  # a name of two signs keeps its first alone


@dataclass(frozen=True)
class Published:
    """One line of the list. ``given``: level or amount in words; ``until``: the last day for objections.

    ``exceptional``: people settled it, the rules did not.
    """

    handle: UUID
    number: str
    title: str
    name: str
    place: str
    given: str
    since: date | None
    until: date | None
    exceptional: bool = False


@dataclass(frozen=True)
class Listing:
    rows: list[Published]
    next: tuple[date, int] | None


def published(on: date, *, after: tuple[date, int] | None = None) -> Listing:
    """The cases in publicity on a day, what ends first first. Keyset-paged."""
    rows = _open(on)
    if after is not None:
        day, pk = after
        rows = rows.filter(Q(public_until__gt=day) | Q(public_until=day, pk__gt=pk))
    found = list(rows.order_by("public_until", "pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    place = (last.public_until, last.pk) if last and last.public_until else None
    return Listing([_line(case) for case in found[:PAGE]], place)


def published_case(handle: UUID, on: date) -> tuple[Case, Published] | None:
    """A case in publicity, and what may be read of it; None where there is none."""
    case = _open(on).filter(handle=handle).first()
    return (case, _line(case)) if case else None


def _open(on: date) -> QuerySet[Case]:
    rows = Case.objects.filter(status=Case.Status.RUNNING, public_until__gte=on)
    return rows.exclude(subject__standing="erased").select_related("subject", "county", "lead")


def _line(case: Case) -> Published:
    person = case.subject.kind == "person"
    title = in_language(book_of_case(case).rules.programmes[case.programme].title)
    settled = case.exceptional.filter(status=ExceptionalDecision.Status.SETTLED).first()
    return Published(
        handle=case.handle,
        number=case.number,
        title=title,
        name=masked_name(case.subject.name) if person else case.subject.name,
        place=case.county.label if case.county else "",
        given=_given(case, settled),
        exceptional=settled is not None,
        since=case.entered_on,
        until=case.public_until,
    )


def _given(case: Case, settled: ExceptionalDecision | None) -> str:
    """What would be granted: as people settled it, else by the last answer of the rules less what was received before.

    Empty where they gave none.
    """
    if settled is not None:
        return given_words(case, settled.amount, settled.result)
    row = case.decisions.order_by("-number").first()
    if row is None or row.outcome != "yes":
        return ""
    left = case.published_amount
    return given_words(case, row.amount if left is None else left, row.result)


def given_words(case: Case, amount: int | None, result: str) -> str:
    """An amount in fen, or a level, in the language of the page."""
    if amount is not None:
        return money_words(amount, language())
    book = book_of_case(case)
    rules = [book.rules.rules[number] for number in book.rules.programmes[case.programme].rules]
    kinds = [one.result.type for one in rules if one.result is not None]
    names = {kind.name for kind in kinds if isinstance(kind, Enum)}
    labels = [book.rules.facts[name].value_labels.get(result) for name in names]
    return next((in_language(one) for one in labels if one), result)


def masked_name(name: str) -> str:
    """A person's name as lists for everybody show it (GB/T 37964 masking): first and last sign stay.

    >>> masked_name("林之川"), masked_name("林川"), masked_name("Lin Zhichuan")
    ('林*川', '林*', 'L***')
    """
    text = unicodedata.normalize("NFC", name.strip())
    if not text or text[0].isascii():
        return f"{text[:1]}***"
    if len(text) <= SHORT:
        return f"{text[0]}*"
    return f"{text[0]}{'*' * (len(text) - SHORT)}{text[-1]}"
