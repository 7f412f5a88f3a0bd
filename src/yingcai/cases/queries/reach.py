"""For whom a login may apply, and in which capacity: himself, his firm and its staff, somebody who comes in."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from yingcai.cases.models import Case
from yingcai.cases.queries.seats import may_apply_as
from yingcai.registry.errors import OutOfScope
from yingcai.registry.queries.scope import COUNTY, EMPLOYER, OFFICE, SELF, Scope, usual_scope
from yingcai.registry.queries.search import subject_in

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.registry.models import Subject

Side = Case.Side
SIDES = (Side.SELF, Side.EMPLOYER, Side.WINDOW)
# Through which capacity of the register whoever files reaches the subject.
REACH = {Side.SELF: (SELF,), Side.EMPLOYER: (EMPLOYER,), Side.WINDOW: (OFFICE, COUNTY)}


def filing_scope(user: "User", side: Side, on: date) -> Scope | None:
    """The scope of a capacity in which a login applies; None where it does not."""
    if side not in may_apply_as(user, on):
        return None
    try:
        return usual_scope(user, on=on, among=REACH[side])
    except OutOfScope:
        return None


def reached(user: "User", side: Side, handle: str, on: date) -> "Subject | None":
    """A subject that a login may apply for in a capacity."""
    scope = filing_scope(user, side, on)
    try:
        return subject_in(scope, handle) if scope else None
    except ValidationError:  # no handle at all
        return None


def reached_at_all(user: "User", handle: str, on: date) -> "tuple[Subject, Side] | None":
    """A subject with the nearest capacity in which a login may apply for it."""
    for side in SIDES:
        subject = reached(user, side, handle, on)
        if subject is not None:
            return subject, side
    return None


def oneself(user: "User", on: date) -> "Subject | None":
    """The person that a login is."""
    scope = filing_scope(user, Side.SELF, on)
    return scope.subjects().filter(kind="person").first() if scope else None
