"""Who may see which cases. Deny by default; every page, list and API of cases begins here."""

from datetime import date
from typing import TYPE_CHECKING, Union
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from yingcai.cases.models import (
    Case,
    CaseParty,
    CaseTask,
    Conflict,
    ExceptionalDecision,
    PanelExpert,
)
from yingcai.cases.queries.seats import HOLDERS, Held, held_seats, may_apply_as
from yingcai.engine.packs.exceptional import SIGNERS
from yingcai.engine.workflow.model import EXPERT
from yingcai.identity.queries import Role, is_among
from yingcai.registry.queries.merged import members_of_ids, persons_behind
from yingcai.registry.queries.scope import EMPLOYER, SELF, USUAL, Scope, mandates_on
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User

Asker = Union["User", AnonymousUser]
CITY = frozenset({str(Role.OFFICE), str(Role.AUDITOR)})  # they see every case that was handed in
WORKING = frozenset().union(*HOLDERS.values())
DRAFTS = (Case.Status.DRAFT, Case.Status.UNCONFIRMED)
CASEWORK = "casework"  # the purpose for which staff look at a case


def own_cases(user: Asker, on: date) -> QuerySet[Case]:
    """The cases of whoever a login may act for, and those that it filed, while it may file such cases.

    Drafts of others are not among them. A person sees what waits for his own confirmation.
    """
    if not user.is_authenticated:
        return Case.objects.none()
    held = mandates_on(user, on).filter(kind__in=[SELF, EMPLOYER])
    mine = Q(applicant_id=user.pk, side__in=may_apply_as(user, on))
    theirs = Q(subject__in=members_of_ids(held.values("subject_id")))
    waiting = Q(status=Case.Status.UNCONFIRMED)
    rows = Case.objects.filter(mine | (theirs & (~Q(status__in=DRAFTS) | waiting)))
    # Of somebody who was erased nothing can be opened any more.
    return _whole(rows.exclude(subject__standing="erased"))


def desk_cases(user: Asker, on: date, held: Held | None = None) -> QuerySet[Case]:
    """The cases that somebody may see for his office: where his unit has a part, or he has a task.

    Whoever sees an appeal sees the case that it is about.
    """
    if not user.is_authenticated:
        return Case.objects.none()
    held = held_seats(user, on) if held is None else held
    rows = _whole(Case.objects.exclude(status__in=DRAFTS).exclude(submitted_at=None))
    rows = rows.exclude(_judged_blind(user) | _in_conflict(user))
    if any(role in CITY for role, _ in held):
        return rows
    working = [(role, code) for role, code in held if role in WORKING]
    codes = {code for _, code in working if code}
    there = Exists(CaseParty.objects.filter(case=OuterRef("pk"), unit__code__in=codes))
    # Experts read what they were drawn for on pages of their own.
    tasks = CaseTask.objects.filter(case=OuterRef("pk")).exclude(role=EXPERT)
    asked = Exists(tasks.filter(Q(person=user.person_key) | Q(delegate=user.person_key)))
    whole = _city_wide(working)
    city = Exists(tasks.filter(role__in=whole))
    settled = ExceptionalDecision.objects.filter(case=OuterRef("pk"))
    signed = Exists(settled if {*whole} & {*SIGNERS} else settled.none())  # they may have to sign
    seen = there | asked | city | signed
    appealed = Exists(Case.objects.filter(seen, about=OuterRef("pk")))
    return rows.filter(seen | appealed)


def _judged_blind(user: "User") -> Exists:
    """Whoever sits in a panel that is not over knows its projects by their numbers alone."""
    seats = PanelExpert.objects.filter(
        panel__cases__case=OuterRef("pk"), user__person_key=user.person_key
    )
    seats = seats.exclude(state=PanelExpert.State.DECLINED)
    return Exists(seats.exclude(panel__state="concluded"))


def _in_conflict(user: "User") -> Exists:
    """Somebody who must keep away from a case does not open it, in whatever office."""
    found = Conflict.objects.filter(case__case=OuterRef("pk"))
    return Exists(found.filter(expert__user__person_key=user.person_key))


def _city_wide(working: list[tuple[str, str]]) -> list[str]:
    """The seats that are held for the whole city, such as the leaders': they see what waits for them."""
    roles = {role for role, code in working if not code}
    return [seat for seat, holders in HOLDERS.items() if holders & roles]


def _whole(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With what pages name; drafts that were thrown away are nobody's."""
    rows = rows.exclude(status=Case.Status.WITHDRAWN, stage="")
    return rows.select_related("subject", "lead", "county", "applicant")


def own_case(user: Asker, handle: UUID, on: date) -> Case | None:
    return own_cases(user, on).filter(handle=handle).first()


def desk_case(user: Asker, handle: UUID, on: date) -> Case | None:
    """None for somebody whose office has no part in it, whose own case it is, and where there is none."""
    case = desk_cases(user, on).filter(handle=handle).first()
    if case is None or isinstance(user, AnonymousUser):
        return None
    # He reads it as its applicant does; what the office says of it among itself is not for him.
    return None if is_among(user, persons_behind(case.subject, on=on)) else case


def case_scope(user: "User", case: Case, on: date, held: Held | None = None) -> Scope:
    """For what and as whom staff look at the persons of a case; the caller has found the case in scope.

    Looks are written with it, as with any scope of the register.
    """
    return desk_scope(user, on, held)


def desk_scope(user: "User", on: date, held: Held | None = None) -> Scope:
    """For what and as whom staff look at people in their work on cases."""
    held = held_seats(user, on) if held is None else held
    roles = {role for role, _ in held}
    city = _city_role(held)
    capacity = str(city or next(iter(sorted(roles & WORKING)), "officer"))
    return Scope(user, vocabulary().purposes[usual_purpose(held)], capacity, on)


def usual_purpose(held: Held) -> str:
    """For what somebody with these seats looks at cases."""
    city = _city_role(held)
    return USUAL[city] if city else CASEWORK


def _city_role(held: Held) -> str:
    roles = {role for role, _ in held}
    return next(
        (str(role) for role in (Role.OFFICE, Role.COUNTY, Role.AUDITOR) if role in roles), ""
    )
