"""Files of decisions on paper: who may bring which programmes, which files are in reach, who may decide on one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yingcai.audit import clock
from yingcai.cases.models import Award, AwardChange, Case, PaperBatch, PaperProblem, PaperRow
from yingcai.cases.paper.rows import Offer
from yingcai.cases.queries.rule_book import RuleBook
from yingcai.cases.queries.seats import held_seats
from yingcai.engine.rules.types import Enum
from yingcai.identity.queries import Role, same_person, units_by_code
from yingcai.registry.import_files import open_cells
from yingcai.registry.importing.columns import plain_title
from yingcai.registry.queries.imports import file_key

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User

PAGE, PROBLEMS = 20, 25
Status = PaperBatch.Status
SENDERS = (str(Role.OFFICE), str(Role.OFFICER))
DECIDERS = (str(Role.OFFICE), str(Role.OFFICER), str(Role.HEAD))
OPEN = (Status.UPLOADED, Status.CHECKED, Status.WAITING, Status.APPLYING)


@dataclass(frozen=True)
class Reach:
    """Whose programmes a login works on with papers: the whole city's, or those that some units lead."""

    whole: bool
    units: frozenset[str]

    def __bool__(self) -> bool:
        return self.whole or bool(self.units)

    def holds(self, batch: PaperBatch) -> bool:
        return self.whole or (batch.unit is not None and batch.unit.code in self.units)


def reach_of(user: "User", on: date, roles: tuple[str, ...] = DECIDERS) -> Reach:
    """By the roles that a login holds on a day; an officer of no unit in particular reaches all."""
    held = [(role, code) for role, code in held_seats(user, on) if role in roles]
    whole = any(role == Role.OFFICE or not code for role, code in held)
    return Reach(whole, frozenset(code for _role, code in held if code))


def sending_units(user: "User", on: date) -> "list[Unit | None]":
    """For whom a login may bring a file: None stands for the whole city."""
    reach, units = reach_of(user, on, SENDERS), units_by_code()
    if reach.whole:
        return [None]
    return [units[code] for code in sorted(reach.units) if code in units]


def batches(user: "User", on: date) -> QuerySet[PaperBatch]:
    """The files in reach: all for the talent office, a unit's own for its officers and heads."""
    reach = reach_of(user, on)
    found = PaperBatch.objects.select_related("unit", "uploaded_by", "submitted_by", "decided_by")
    if reach.whole:
        return found
    return found.filter(unit__code__in=reach.units)


def page_of(user: "User", on: date, *, before: int | None = None) -> list[PaperBatch]:
    """Up to ``PAGE`` + 1 files, newest first, before a row."""
    rows = batches(user, on)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[: PAGE + 1])


def batch_in_reach(user: "User", handle: UUID, on: date) -> PaperBatch | None:
    return batches(user, on).filter(handle=handle).first()


def may_decide(user: "User", batch: PaperBatch, on: date) -> bool:
    """Whether somebody may approve or refuse: in reach, and neither who brought nor who handed it in."""
    since = clock.day_of(batch.uploaded_at)
    acted = [batch.uploaded_by, batch.submitted_by]
    return reach_of(user, on).holds(batch) and not any(
        same_person(user, who, since=since, on=on) for who in acted
    )


def may_confirm_undo(user: "User", batch: PaperBatch, on: date) -> bool:
    """Whether somebody may confirm that a batch is taken back: in reach, and not who asked for it."""
    if batch.undo_asked_by is None or batch.undo_asked_at is None:
        return False
    since = clock.day_of(batch.undo_asked_at)
    other = not same_person(user, batch.undo_asked_by, since=since, on=on)
    return other and reach_of(user, on).holds(batch)


def bound_for(batch: PaperBatch) -> str:
    """What the key of a batch is kept under."""
    return f"paper/{batch.handle}"


def key_of(batch: PaperBatch) -> bytes | None:
    """The key of a file; None when it is destroyed."""
    return file_key(bound_for(batch))


def head_of(batch: PaperBatch) -> tuple[str, ...]:
    """The titles of a file's columns; none when its key is destroyed."""
    key = key_of(batch)
    return open_cells(key, batch.handle, 0, bytes(batch.head)) if key else ()


def offers_of(book: RuleBook, batch: PaperBatch) -> Mapping[str, Offer]:
    """The programmes by every way to write them; a title that two have means none of them."""
    found: dict[str, set[str]] = {}
    for name, one in book.rules.programmes.items():
        for way in (name, *one.title.values()):
            found.setdefault(plain_title(way), set()).add(name)
    unit, units = batch.unit.code if batch.unit else "", units_by_code()
    offers = {
        name: _offer(book, name, unit)
        for name, one in book.rules.programmes.items()
        if one.lead in units
    }
    single = {way: min(names) for way, names in found.items() if len(names) == 1}
    return {way: offers[name] for way, name in single.items() if name in offers}


def _offer(book: RuleBook, name: str, unit: str) -> Offer:
    one = book.rules.programmes[name]
    rules = [book.rules.rules[number] for number in one.rules]
    results: dict[str, str] = {}
    for rule in rules:
        kind = rule.result.type if rule.result is not None else None
        if isinstance(kind, Enum):
            results.update(_levels(book, kind))
    money = any(rule.amount is not None for rule in rules)
    return Offer(name, one.subject, one.lead, money, results, unit in ("", one.lead))


def _levels(book: RuleBook, kind: Enum) -> dict[str, str]:
    """The values of a type by their words in both languages and their ids."""
    labels = book.rules.facts[kind.name].value_labels if kind.name in book.rules.facts else {}
    return {
        plain_title(way): value
        for value in kind.values
        for way in (value, *labels.get(value, {}).values())
    }


def counted_problems(batch: PaperBatch) -> list[tuple[str, int]]:
    """How many problems of each kind there are, the most frequent first."""
    rows = PaperProblem.objects.filter(batch=batch).order_by().values_list("code")
    found = list(rows.annotate(many=Count("pk")))
    return sorted(found, key=lambda one: (-one[1], one[0]))


def problems_page(batch: PaperBatch, *, after: tuple[int, int] | None = None) -> list[PaperProblem]:
    """Up to ``PROBLEMS`` + 1 problems by row, after a row and an id."""
    rows = PaperProblem.objects.filter(batch=batch)
    if after is not None:
        number, pk = after
        rows = rows.filter(Q(number__gt=number) | Q(number=number, pk__gt=pk))
    return list(rows.order_by("number", "id")[: PROBLEMS + 1])


def cells_of(batch: PaperBatch, numbers: set[int]) -> dict[int, tuple[str, ...]]:
    """Some rows of a file as they were written, by number; none when its key is destroyed."""
    key = key_of(batch)
    if key is None:
        return {}
    rows = PaperRow.objects.filter(batch=batch, number__in=numbers)
    return {
        row.number: open_cells(key, batch.handle, row.number, bytes(row.sealed)) for row in rows
    }


def to_work_on() -> list[PaperBatch]:
    """Files that wait for the command or the thread, the oldest first."""
    agreed = Q(status=Status.UPLOADED, columns__isnull=False)
    waiting = Q(status__in=[Status.APPLYING, Status.UNDOING])
    rows = PaperBatch.objects.filter(agreed | waiting).select_related("unit", "uploaded_by")
    return list(rows.select_related("decided_by", "undone_by").order_by("id"))


def why_not_undo(batch: PaperBatch) -> list[str]:
    """Numbers of the cases on whose awards something stands: decisions on them, renewals, deductions made since."""
    awards = Award.objects.filter(paper__batch=batch, voided_at=None)
    changed = AwardChange.objects.filter(award__in=awards, status__in=["proposed", "decided"])
    given_up = [Case.Status.DRAFT, Case.Status.WITHDRAWN]
    renewed = Case.objects.filter(renews__in=awards).exclude(status__in=given_up)
    since = batch.decided_at or batch.uploaded_at
    # What was granted since to the same subject with something taken off may have had it taken off for these.
    later = Award.objects.filter(
        voided_at=None, sealed_sum__isnull=False, decision__at__gte=since,
        subject__in=awards.order_by().values("subject"),
    )  # fmt: skip
    stands = awards.filter(
        Q(pk__in=changed.values("award"))
        | Q(pk__in=renewed.values("renews"))
        | Q(subject__in=later.order_by().values("subject"))
    ).select_related("case")
    return [award.case.number for award in stands.order_by("id")[:PAGE]]
