"""The inbox: the steps that wait for somebody, what is due first. Keyset-paged."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from yingcai.cases.models import Case, CaseAct, CaseMark, CaseTask
from yingcai.cases.queries.seats import Held, held_seats, mine, seats_of
from yingcai.engine.workflow.model import EXPERT

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
    return _open_to(user, reduce(or_, _doors(user, on, held)))


def _doors(user: "User", on: date, held: Held | None) -> list[Q]:
    """The ways by which a step is somebody's, each along an index of its own: by hand, then by seat."""
    held = held_seats(user, on) if held is None else held
    key = user.person_key
    said = Q(case__in=_spoken(user))
    seats = [Q(person=None) & seat & ~said for seat in seats_of(held)]
    return [Q(person=key) | Q(delegate=key), *seats]


def _open_to(user: "User", doors: Q) -> QuerySet[CaseTask]:
    own = Case.objects.filter(applicant_id=user.pk)
    rows = CaseTask.objects.filter(doors).exclude(role=EXPERT)  # theirs are on a page of their own
    return rows.exclude(case__in=own.order_by().values("pk"))


def _spoken(user: "User") -> QuerySet[CaseAct, Any]:
    """The running cases on whose present stay a person has spoken: nobody speaks there twice."""
    again = CaseAct.objects.filter(case=OuterRef("case"), number__gt=OuterRef("number")).exclude(
        to_stage=F("from_stage")
    )
    found = CaseAct.objects.filter(
        ~Exists(again),
        case__status=Case.Status.RUNNING,
        actor__person_key=user.person_key,
        move__in=("agree", "refuse"),
        to_stage=F("from_stage"),
    )
    return found.order_by().values("case")


def lines(
    user: "User", on: date, *, programme: str = "", overdue: bool = False, held: Held | None = None
) -> QuerySet[CaseTask]:
    """What waits, one line a case, what is due first; ``overdue``: only what is past its term."""
    waiting = waiting_for(user, on, held)
    rows = _chosen(waiting.filter(~_earlier(waiting)), on, programme, overdue=overdue)
    return rows.order_by("sort_on", "pk")


def _earlier(waiting: QuerySet[CaseTask]) -> Exists:
    """Whether another step of the same case waits for somebody and stands before: one line a case."""
    return Exists(waiting.filter(case=OuterRef("case"), pk__lt=OuterRef("pk")))


def _chosen(
    rows: QuerySet[CaseTask], on: date, programme: str, *, overdue: bool
) -> QuerySet[CaseTask]:
    if programme:
        rows = rows.filter(programme=programme)
    return rows.filter(sort_on__lt=on) if overdue else rows


def _first(
    user: "User",
    on: date,
    held: Held | None,
    many: int,
    *,
    beyond: Q | None = None,
    programme: str = "",
    overdue: bool = False,
) -> QuerySet[CaseTask]:
    """The first so many lines: as many are read along the index of each door, however many wait."""
    found, doors = None, _doors(user, on, held)
    earlier = _earlier(_open_to(user, reduce(or_, doors)))
    for door in doors:
        rows = _open_to(user, door).filter(~earlier)
        rows = _chosen(rows, on, programme, overdue=overdue).order_by("sort_on", "pk")
        rows = rows.filter(beyond) if beyond is not None else rows
        some = CaseTask.objects.filter(pk__in=rows.values("pk")[:many]).order_by().values("pk")
        found = some if found is None else found.union(some)
    return CaseTask.objects.filter(pk__in=found).order_by("sort_on", "pk")[:many]


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
    beyond = None if after is None else _beyond(after)
    rows = _first(user, on, held, PAGE + 1, beyond=beyond, programme=programme, overdue=overdue)
    found = list(rows.select_related("case__subject", "case__county", "unit"))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Inbox(found[:PAGE], (last.sort_on, last.pk) if last else None)


def _beyond(place: tuple[date, int]) -> Q:
    """What comes after a place. The day stands in front, so that the index is entered there."""
    sort_on, pk = place
    return Q(sort_on__gte=sort_on) & (Q(sort_on__gt=sort_on) | Q(pk__gt=pk))


def place_of(user: "User", case: Case, on: date, held: Held | None = None) -> tuple[date, int]:
    """Where a case stands in the inbox; before all where it does not wait there."""
    row = lines(user, on, held=held).filter(case=case).values_list("sort_on", "pk").first()
    return row or (date.min, 0)


def next_case(
    user: "User", on: date, place: tuple[date, int], *, but: Case, held: Held | None = None
) -> Case | None:
    """The case after a place of the inbox; after the last one the first again; None where nothing waits."""
    for beyond in (_beyond(place), None):
        rows = _first(user, on, held, 2, beyond=beyond).select_related("case")
        row = next((one for one in rows if one.case_id != but.pk), None)
        if row is not None:
            return row.case
    return None


def marks(user: "User", on: date, held: Held | None = None) -> list[CaseMark]:
    """Reminders and escalations to a login's seats, the newest first, while what they are about lasts."""
    held = held_seats(user, on) if held is None else held
    rows = CaseMark.objects.filter(mine(held), case__status=Case.Status.RUNNING)
    rows = rows.exclude(role=EXPERT)
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
    """What waits by programme and stage, the most first. Each case is counted at the first door that it has."""
    late = Count("case", distinct=True, filter=Q(sort_on__lt=on))
    doors, parts = _doors(user, on, held), []
    for place, door in enumerate(doors):
        rows = _open_to(user, door)
        if place:  # by hand there are few
            rows = rows.exclude(case__in=_open_to(user, doors[0]).order_by().values("case"))
        for earlier in doors[1:place]:
            same = _open_to(user, earlier).filter(case=OuterRef("case"))
            rows = rows.filter(~Exists(same))
        counted = rows.order_by().values_list("programme", "stage")
        parts.append(counted.annotate(many=Count("case", distinct=True), late=late))
    many: Counter[tuple[str, str]] = Counter()
    overdue: Counter[tuple[str, str]] = Counter()
    for programme, stage, found, over in parts[0].union(*parts[1:], all=True):
        many[programme, stage] += found
        overdue[programme, stage] += over
    found_all = [Tally(*key, many[key], overdue[key]) for key in many]
    return sorted(found_all, key=lambda one: (-one.many, one.programme, one.stage))
