"""Whose step it is: the seats of a workflow against the roles and mandates that a login holds on a day."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q, Subquery

from yingcai.audit import clock
from yingcai.cases.models import Case
from yingcai.cases.queries.flows import in_correction
from yingcai.engine.workflow.model import ALONE, OWN, Seat
from yingcai.engine.workflow.moves import Actor
from yingcai.identity.queries import Role, as_one, number_of_unit, roles_on, seats_on
from yingcai.registry.queries.merged import members
from yingcai.registry.queries.scope import EMPLOYER, SELF, mandates_on

if TYPE_CHECKING:
    from yingcai.identity.models import User

# Which roles hold a seat of a workflow. The talent office of a county is the county's officer as well.
HOLDERS: Mapping[str, frozenset[str]] = {
    "window": frozenset({Role.WINDOW}),
    "officer": frozenset({Role.OFFICER, Role.COUNTY}),
    "head": frozenset({Role.HEAD}),
    "finance": frozenset({Role.FINANCE}),
    "office": frozenset({Role.OFFICE}),
    "leader": frozenset({Role.LEADER}),
    "expert": frozenset({Role.EXPERT}),
}
FILING = frozenset({Role.WINDOW, Role.OFFICE, Role.COUNTY})  # who files for somebody who comes in

Held = frozenset[tuple[str, str]]  # role and code of the unit; empty: the whole city


def held_seats(user: "User", on: date) -> Held:
    """The roles of a login on a day with the codes of their units."""
    return seats_on(user, on)


def holds(held: Held, seat: Seat) -> bool:
    """Whether one of some roles is the seat's. A role for the whole city counts for each unit."""
    return any(
        role in HOLDERS.get(seat.role, frozenset())
        and (seat.role in ALONE or not code or code == seat.unit)
        for role, code in held
    )


def mine(held: Held) -> Q:
    """The lines of the inbox that one's seats open. Never everything: no seat, no line."""
    return reduce(or_, seats_of(held), Q(pk__in=[]))


def seats_of(held: Held) -> list[Q]:
    """The same, seat by seat: a role for the whole city, or a role of one unit."""
    found = []
    for seat, roles in HOLDERS.items():
        codes = {code for role, code in held if role in roles}
        if "" in codes or (codes and seat in ALONE):
            found.append(Q(role=seat))
        else:
            units = [Subquery(number_of_unit(code)) for code in codes]
            found += [Q(role=seat, unit=unit) for unit in units]
    return found


def actor_in(case: Case, seats: Iterable[Seat], user: "User", on: date) -> Actor:
    """A login as the workflow knows it: the natural person, and those of ``seats`` that are his that day.

    Who stood in for whom since the case was handed in counts as one person with him.
    """
    held = held_seats(user, on)
    own = acts_as_applicant(case, user, on)
    found = [
        seat for seat in dict.fromkeys(seats) if (own if seat.role in OWN else holds(held, seat))
    ]
    if all(seat.role in OWN for seat in found):  # whoever applies is kept apart from nobody
        return Actor(str(user.person_key), tuple(found))
    since = clock.day_of(case.submitted_at) if case.submitted_at else on
    also = {str(key) for key in as_one(user, since=since, on=on) - {user.person_key}}
    return Actor(str(user.person_key), tuple(found), tuple(sorted(also)))


def acts_as_applicant(case: Case, user: "User", on: date) -> bool:
    """Whether a login speaks for whoever applies: the subject itself, or who filed it and still may."""
    if is_about(case, user, on):
        return True
    return case.applicant_id == user.pk and case.side in may_apply_as(user, on)


def is_about(case: Case, user: "User", on: date) -> bool:
    """Whether a login acts for the subject of a case itself: the person, an officer of the firm."""
    return mandates_on(user, on).filter(subject__in=members([case.subject])).exists()


def may_change(case: Case, user: "User", on: date) -> bool:
    """Whether a login may fill an application in: its own draft, or one of its side that waits for a correction."""
    if case.status == Case.Status.DRAFT:
        return case.applicant_id == user.pk and case.side in may_apply_as(user, on)
    return case.asks_rules and in_correction(case) and acts_as_applicant(case, user, on)


def may_recall(case: Case, user: "User", on: date) -> bool:
    """Whether a login may call back what waits for the person: it filled it in, and still files such cases."""
    waits = case.status == Case.Status.UNCONFIRMED and case.applicant_id == user.pk
    return waits and case.side in may_apply_as(user, on)


def may_apply_as(user: "User", on: date) -> frozenset[str]:
    """In which capacities a login applies at all: for himself, for a firm, for somebody at the window."""
    kinds = set(mandates_on(user, on).values_list("kind", flat=True))
    sides = {SELF: Case.Side.SELF, EMPLOYER: Case.Side.EMPLOYER}
    found = {str(sides[kind]) for kind in kinds & set(sides)}
    if roles_on(user, on) & FILING:
        found.add(str(Case.Side.WINDOW))
    return frozenset(found)
