"""Which events of cases a login may be told, and what a message says: handle and number, nothing else."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from yingcai.audit.queries import objects_of
from yingcai.cases.models import Award, Case
from yingcai.cases.queries.scope import desk_cases, own_cases

if TYPE_CHECKING:
    from yingcai.identity.models import User

CASE, AWARD = "cases.case", "cases.award"


def reached(user: "User", events: Mapping[int, int], on: date) -> set[int]:
    """Of some events by key, those about cases that a login may see on a day."""
    cases = _cases(events.values())
    seen: set[int] = set()
    for rows in (desk_cases(user, on), own_cases(user, on)):
        seen |= set(rows.filter(pk__in=set(cases.values())).order_by().values_list("pk", flat=True))
    return {key for key, event in events.items() if cases.get(event) in seen}


def told(event: int) -> dict[str, str]:
    """What a message says of the case that an event is about."""
    case = Case.objects.filter(pk__in=_cases([event]).values()).first()
    return {"case": str(case.handle), "number": case.number} if case else {}


def _cases(events: Iterable[int]) -> dict[int, int]:
    """By event the row of its case."""
    objects = objects_of(events)
    awards = {int(number) for kind, number in objects.values() if kind == AWARD}
    of_award = dict(Award.objects.filter(pk__in=awards).values_list("pk", "case_id"))
    found: dict[int, int] = {}
    for event, (kind, number) in objects.items():
        if kind == CASE:
            found[event] = int(number)
        elif kind == AWARD and int(number) in of_award:
            found[event] = of_award[int(number)]
    return found
