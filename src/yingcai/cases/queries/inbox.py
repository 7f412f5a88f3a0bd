"""The inbox: the steps that wait for somebody, what is due first. Keyset-paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from yingcai.cases.models import CaseTask
from yingcai.cases.queries.seats import Held, held_seats, mine

if TYPE_CHECKING:
    from yingcai.identity.models import User

PAGE = 40
OVERDUE, TODAY, WEEK, LATER = "overdue", "today", "week", "later"


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
    open_to_all = Q(person=None) & mine(held)
    return CaseTask.objects.filter(handed | open_to_all).exclude(case__applicant_id=user.pk)


def inbox(
    user: "User",
    on: date,
    *,
    programme: str = "",
    after: tuple[date, int] | None = None,
    held: Held | None = None,
) -> Inbox:
    """Up to ``PAGE`` steps from the earliest term on, one line a case."""
    rows = waiting_for(user, on, held).select_related("case__subject", "case__county", "unit")
    if programme:
        rows = rows.filter(case__programme=programme)
    if after is not None:
        sort_on, pk = after
        rows = rows.filter(Q(sort_on__gt=sort_on) | Q(sort_on=sort_on, pk__gt=pk))
    found = list(rows.order_by("sort_on", "pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Inbox(found[:PAGE], (last.sort_on, last.pk) if last else None)


def counts(user: "User", on: date, held: Held | None = None) -> Sequence[tuple[str, int]]:
    """How many steps of each programme wait, the most first."""
    rows = waiting_for(user, on, held).values_list("case__programme")
    return list(
        rows.annotate(many=Count("case", distinct=True)).order_by("-many", "case__programme")
    )
