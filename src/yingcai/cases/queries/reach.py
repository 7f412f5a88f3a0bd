"""For whom a login may apply, and in which capacity: himself, his firm and its staff, somebody who comes in."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from yingcai.cases.models import Case
from yingcai.cases.queries.scope import CASEWORK
from yingcai.cases.queries.seats import may_apply_as
from yingcai.identity.queries import Role, roles_on
from yingcai.registry.errors import OutOfScope
from yingcai.registry.queries.scope import COUNTY, EMPLOYER, OFFICE, SELF, Scope, usual_scope
from yingcai.registry.queries.search import subject_in
from yingcai.registry.vocabulary import vocabulary

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


def takes_walk_ins(user: "User", on: date) -> bool:
    """Whether a login files for who comes in and shows a document, without a reach in the register."""
    return Role.WINDOW in roles_on(user, on) and filing_scope(user, Side.WINDOW, on) is None


def walk_in_scope(user: "User", on: date) -> Scope:
    """As what such a login looks at whom it files for: it learns no value that the city knows."""
    purpose = replace(vocabulary().purposes[CASEWORK], classes=frozenset({"public"}))
    return Scope(user, purpose, str(Role.WINDOW), on)


def oneself(user: "User", on: date) -> "Subject | None":
    """The person that a login is."""
    scope = filing_scope(user, Side.SELF, on)
    return scope.subjects().filter(kind="person").first() if scope else None
