"""免申即享: what was found and told, for the person, for the office, as counts. Counts of few people are hidden."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Union

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yingcai.cases.models import Award, Case, Qualified, QualifiedRun
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import RuleBook, language, rule_book
from yingcai.engine.rules.words import money_words
from yingcai.engine.small_cells import suppressed
from yingcai.identity.queries import units_by_code
from yingcai.registry.queries.merged import members_of_ids
from yingcai.registry.queries.scope import SELF, mandates_on

if TYPE_CHECKING:
    from yingcai.identity.models import User

TELLING = "entitlement"  # the purpose of a pack for which people are told what they are entitled to
PAGE = 40


@dataclass(frozen=True)
class Told:
    """A programme that the person is told of. ``given``: the amount in words; ``sample``: no known rule."""

    row: Qualified
    title: str
    given: str
    sample: bool


@dataclass(frozen=True)
class TakeUp:
    """People by how far they came; None is hidden, for they are few."""

    name: str
    title: str
    lead: str
    untold: int | None
    told: int | None
    applied: int | None
    granted: int | None
    total: int | None


def last_run() -> QualifiedRun | None:
    """The last run that came to its end."""
    return QualifiedRun.objects.exclude(ended_at=None).order_by("-on").first()


def told_to(user: Union["User", AnonymousUser], on: date) -> QuerySet[Qualified]:
    """What the person who is signed in was told and has not answered, while the last run still found it."""
    if not user.is_authenticated:
        return Qualified.objects.none()
    own = mandates_on(user, on).filter(kind=SELF).values("subject_id")
    rows = Qualified.objects.filter(subject__in=members_of_ids(own), declined_at=None, case=None)
    last = QualifiedRun.objects.exclude(ended_at=None).order_by("-on").values("on")[:1]
    rows = rows.exclude(told_at=None).filter(seen_on=Subquery(last))
    return rows.filter(~Exists(_cases())).select_related("subject__merged_into").order_by("pk")


def prepared_for(case: Case) -> bool:
    """Whether an application began with what the city found by itself, and not with a wish of the person."""
    return Qualified.objects.filter(case=case).exists()


def notices(told: QuerySet[Qualified]) -> list[Told]:
    """The same in the words of today's rules; what they no longer have is not shown."""
    rows = list(told)
    book = rule_book() if rows else None
    if book is None:
        return []
    known = book.rules.programmes
    return [
        Told(
            row,
            in_language(known[row.programme].title),
            "" if row.amount is None else money_words(row.amount, language()),
            _is_sample(book, row.programme),
        )
        for row in rows
        if row.programme in known
    ]


def _is_sample(book: RuleBook, name: str) -> bool:
    """Whether a programme, or a number of it, is no known rule."""
    programme = book.rules.programmes[name]
    rules = [book.rules.rules[number] for number in programme.rules]
    return programme.sample or any(one.sample or one.partly_sample for one in rules)


def qualified_for(programme: str, *, after: int = 0) -> tuple[list[Qualified], int]:
    """A page of those who qualify for a programme and have not applied; where the next begins (0: nowhere)."""
    run = last_run()
    if run is None:
        return [], 0
    rows = Qualified.objects.filter(programme=programme, seen_on=run.on)
    rows = rows.filter(~Exists(_cases()), pk__gt=after, subject__standing="active")
    found = list(rows.select_related("subject__county").order_by("pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def _cases() -> QuerySet[Case]:
    """Of a row, applications for its programme that were handed in, by the person that the subject is now."""
    own = Case.objects.filter(programme=OuterRef("programme")).exclude(submitted_at=None)
    now_is = Coalesce("subject__merged_into_id", "subject_id")
    return (
        own.exclude(status=Case.Status.WITHDRAWN, stage="")
        .annotate(now_is=now_is)
        .filter(now_is=OuterRef("subject_id"))
    )


def take_up(book: RuleBook, leads: Collection[str] | None, *, least: int) -> list[TakeUp]:
    """By programme, those of some lead units (None: all); counts of 1 to ``least`` - 1 are hidden."""
    granted = Award.objects.filter(
        programme=OuterRef("programme"), subject=OuterRef("subject"), voided_at=None,
        paper=None, granted_on__gte=OuterRef("first_on"),
    )  # fmt: skip
    applied = _cases().exclude(kind=Case.Kind.PAPER)  # nobody applied because he was told
    rows = Qualified.objects.annotate(applied=Exists(applied), granted=Exists(granted))
    counted = {
        name: [untold, told, applied, got]
        for name, untold, told, applied, got in rows.order_by()
        .values_list("programme")
        .annotate(
            untold_many=Count("pk", filter=Q(told_at=None, applied=False, granted=False)),
            told_many=Count("pk", filter=Q(told_at__isnull=False, applied=False, granted=False)),
            applied_many=Count("pk", filter=Q(applied=True, granted=False)),
            granted_many=Count("pk", filter=Q(granted=True)),
        )
    }
    known = book.rules.programmes
    names = [
        name for name in counted if name in known and (leads is None or known[name].lead in leads)
    ]
    if not names:
        return []
    return _lines(names, counted, book, least)


def _lines(
    names: list[str], counted: dict[str, list[int]], book: RuleBook, least: int
) -> list[TakeUp]:
    shown = suppressed([counted[name] for name in names], least)
    units = units_by_code()
    found = []
    for place, name in enumerate(names):
        programme = book.rules.programmes[name]
        unit = units.get(programme.lead)
        lead = unit.label if unit else programme.lead
        title = in_language(programme.title)
        untold, told, applied, granted = shown.cells[place]
        total = shown.rows[place]
        found.append(TakeUp(name, title, lead, untold, told, applied, granted, total))
    return sorted(found, key=lambda one: (one.lead, one.title))
