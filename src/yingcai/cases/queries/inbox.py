"""The inbox: the steps that wait for somebody, what is due first. Keyset-paged."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from yingcai.cases.models import Case, CaseAct, CaseMark, CaseTask
from yingcai.cases.queries.seats import Held, held_seats, mine

if TYPE_CHECKING:
    from yingcai.identity.models import User

PAGE = 40
MOST_MARKS = 20  # a list of alarms that is longer is read by nobody


@dataclass(frozen=True)
class Inbox:
    """A page of tasks with their cases, and where the next one begins (None at the end)."""

    rows: list[CaseTask]
    next: tuple[date, int] | None


def waiting_for(user: "User", on: date, held: Held | None = None) -> QuerySet[CaseTask]:
    """Every open step that is a login's today: of its seats, or handed to the person. Never of his own case."""
    held = held_seats(user, on) if held is None else held
    key = user.person_key
    handed = Q(person=key) | Q(delegate=key)
    open_to_all = Q(person=None) & mine(held) & ~Exists(_spoken(user))
    return CaseTask.objects.filter(handed | open_to_all).exclude(case__applicant_id=user.pk)


def _spoken(user: "User") -> QuerySet[CaseAct]:
    """What a person has said on the present stay of a case: nobody speaks there twice."""
    again = CaseAct.objects.filter(case=OuterRef("case"), number__gt=OuterRef("number")).exclude(
        to_stage=F("from_stage")
    )
    return CaseAct.objects.filter(
        ~Exists(again),
        case=OuterRef("case"),
        actor__person_key=user.person_key,
        move__in=("agree", "refuse"),
        to_stage=F("from_stage"),
    )


def lines(
    user: "User", on: date, *, programme: str = "", overdue: bool = False, held: Held | None = None
) -> QuerySet[CaseTask]:
    """What waits, one line a case, what is due first; ``overdue``: only what is past its term."""
    waiting = waiting_for(user, on, held)
    earlier = waiting.filter(case=OuterRef("case"), pk__lt=OuterRef("pk"))
    rows = waiting.filter(~Exists(earlier))
    if programme:
        rows = rows.filter(case__programme=programme)
    return (rows.filter(sort_on__lt=on) if overdue else rows).order_by("sort_on", "pk")


def inbox(
    user: "User",
    on: date,
    *,
    programme: str = "",
    overdue: bool = False,
    after: tuple[date, int] | None = None,
    held: Held | None = None,
) -> Inbox:
    """Up to ``PAGE`` steps from the earliest term on, one line a case."""
    rows = lines(user, on, programme=programme, overdue=overdue, held=held)
    rows = rows.select_related("case__subject", "case__county", "unit")
    if after is not None:
        rows = rows.filter(_beyond(after))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Inbox(found[:PAGE], (last.sort_on, last.pk) if last else None)


def _beyond(place: tuple[date, int]) -> Q:
    sort_on, pk = place
    return Q(sort_on__gt=sort_on) | Q(sort_on=sort_on, pk__gt=pk)


def place_of(user: "User", case: Case, on: date, held: Held | None = None) -> tuple[date, int]:
    """Where a case stands in the inbox; before all where it does not wait there."""
    row = lines(user, on, held=held).filter(case=case).values_list("sort_on", "pk").first()
    return row or (date.min, 0)


def next_case(
    user: "User", on: date, place: tuple[date, int], *, but: Case, held: Held | None = None
) -> Case | None:
    """The case after a place of the inbox; after the last one the first again; None where nothing waits."""
    rows = lines(user, on, held=held).exclude(case=but).select_related("case")
    row = rows.filter(_beyond(place)).first() or rows.first()
    return row.case if row else None


def marks(user: "User", on: date, held: Held | None = None) -> list[CaseMark]:
    """Reminders and escalations to a login's seats, the newest first, while what they are about lasts."""
    held = held_seats(user, on) if held is None else held
    rows = CaseMark.objects.filter(mine(held), case__status=Case.Status.RUNNING)
    rows = rows.filter(case__stage=F("stage"), on__gte=F("case__entered_on"))
    return list(rows.select_related("case__subject").order_by("-id")[:MOST_MARKS])


@dataclass(frozen=True)
class Tally:
    """How many cases of a programme wait at a stage, and how many of them are past its term."""

    programme: str
    stage: str
    many: int
    late: int


def tallies(user: "User", on: date, held: Held | None = None) -> list[Tally]:
    """What waits by programme and stage, the most first."""
    late = Count("case", distinct=True, filter=Q(sort_on__lt=on))
    rows = waiting_for(user, on, held).order_by().values_list("case__programme", "case__stage")
    counted = rows.annotate(many=Count("case", distinct=True), late=late)
    return [Tally(*row) for row in counted.order_by("-many", "case__programme", "case__stage")]
