"""Who may see which subjects and which classes of facts, for which purpose. Deny by default.

This is the one place that answers it; every page, list, export and API begins here.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Union

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value

from yingcai.identity.queries import Role, counties, grants_on, units_of
from yingcai.registry.errors import OutOfScope
from yingcai.registry.models import Consent, Mandate, Relation, Subject
from yingcai.registry.queries.merged import kept_ids, members, members_of_ids
from yingcai.registry.vocabulary import Purpose, vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User

OFFICE, COUNTY, AUDITOR = str(Role.OFFICE), str(Role.COUNTY), str(Role.AUDITOR)
EMPLOYER, SELF = str(Mandate.Kind.EMPLOYER), str(Mandate.Kind.SELF)
GUARDIAN = str(Mandate.Kind.GUARDIAN)
# A guardian is in none of them: he comes by his own page only.
# The widest first: where a login may use a purpose in several capacities, it uses the first.
CAPACITIES = (OFFICE, COUNTY, AUDITOR, EMPLOYER, SELF)
# What a page of each capacity is for, unless the page says otherwise.
USUAL = {
    OFFICE: "casework",
    COUNTY: "casework",
    AUDITOR: "audit",
    EMPLOYER: "employment",
    SELF: "own",
    GUARDIAN: "own",
}
EMPLOYED = "employed-by"
GONE = (Subject.Standing.MERGED, Subject.Standing.ERASED)

Asker = Union["User", AnonymousUser]


@dataclass(frozen=True)
class Scope:
    """What one login may see, for one purpose, in one capacity, on one day."""

    user: "User"
    purpose: Purpose
    capacity: str
    on: date
    firms: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Organisations of the scope that were looked for, by handle: see `filters.firm_in`."""

    def shows(self, data_class: str) -> bool:
        """Whether values of this class may be shown (sensitive ones only one by one, by `reveal`)."""
        return data_class in self.purpose.classes

    def subjects(self) -> QuerySet[Subject]:
        """The subjects in scope.

        Those that are restricted are in no scope but their own, and that of a purpose which says so.
        """
        found = Subject.objects.exclude(standing__in=GONE)
        if self.capacity not in (SELF, GUARDIAN) and not self.purpose.restricted:
            found = found.exclude(standing=Subject.Standing.RESTRICTED)
        if self.purpose.needs_consent:
            found = _agreeing(found, self.purpose)
        return found.filter(self._reach())

    def ever(self) -> QuerySet[Subject]:
        """Subjects in reach whatever became of them: only for telling that one is gone."""
        return Subject.objects.filter(self._reach())

    def places(self) -> "QuerySet[Unit]":
        """Where an officer registers subjects: the city's counties, or his own."""
        if self.capacity == COUNTY:
            return units_of(self.user, {Role.COUNTY}, self.on)
        return counties()

    def _reach(self) -> Q:
        if self.capacity in (OFFICE, AUDITOR):
            return Q()
        if self.capacity == COUNTY:
            # The ids themselves: with one county the database can go along its index.
            return Q(county__in=list(units_of(self.user, {Role.COUNTY}, self.on)))
        mandates = mandates_on(self.user, self.on).filter(kind=self.capacity)
        held = kept_ids(mandates.values("subject_id"))
        if self.capacity in (SELF, GUARDIAN):
            return Q(pk__in=held)
        staff = relations_on(self.on).filter(kind=EMPLOYED, other__in=members_of_ids(held))
        # One union, not two conditions: PostgreSQL then begins at the few, not at all subjects by name.
        return Q(pk__in=held.union(kept_ids(staff.values("subject_id"))))


def scope(user: Asker, purpose: str, *, on: date, held: frozenset[str] | None = None) -> Scope:
    """What ``user`` may see for a purpose of the pack on a day. ``held``: his capacities, if asked before.

    Raises: OutOfScope for a purpose that there is not, or that is not open to the user.
    """
    found = vocabulary().purposes.get(purpose)
    held = capacities(user, on) if held is None else held
    if found is None or not user.is_authenticated:
        raise OutOfScope("没有这个处理目的，或者尚未登录")
    for capacity in CAPACITIES:
        if capacity in held and capacity in found.roles:
            return Scope(user, found, capacity, on)
    raise OutOfScope("您的身份不能用于这个处理目的")


def usual_scope(
    user: Asker,
    *,
    on: date,
    among: tuple[str, ...] = CAPACITIES,
    held: frozenset[str] | None = None,
) -> Scope:
    """The scope of the user's widest capacity, for what that capacity is there for.

    Raises: OutOfScope for somebody without one.
    """
    held = capacities(user, on) if held is None else held
    if among == (GUARDIAN,) and GUARDIAN in held and not isinstance(user, AnonymousUser):
        # Never by the way, beside another capacity: a guardian decides on consents and sees no values.
        return Scope(user, vocabulary().purposes[USUAL[GUARDIAN]], GUARDIAN, on)
    for capacity in among:
        if capacity in held:
            return scope(user, USUAL[capacity], on=on, held=held)
    raise OutOfScope("没有可以查看主体信息的身份")


def capacities(user: Asker, on: date) -> frozenset[str]:
    """In which capacities a login may ask on a day: roles of staff, mandates of others."""
    return held_by(user, on)[1]


def held_by(
    user: Asker, on: date, *, roles: frozenset[str] | None = None
) -> tuple[frozenset[str], frozenset[str]]:
    """The roles of a login on a day, and in which capacities it may ask; read in one query.

    ``roles``: those of the login that day, if asked before.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset(), frozenset()
    mandates = mandates_on(user, on).order_by().values_list(Value("mandate"), "kind")
    if roles is None:
        grants = grants_on(user, on).order_by().values_list(Value("role"), "role")
        told = list(grants.union(mandates, all=True))
        roles = frozenset(name for held, name in told if held == "role")
    else:
        told = list(mandates)
    others = {name for held, name in told if held == "mandate"}
    return roles, (roles & {OFFICE, COUNTY, AUDITOR}) | others


def mandates_on(user: Asker, on: date) -> QuerySet[Mandate]:
    """The mandates of a login that count on a day; a cover ends with what it covers."""
    if not user.is_authenticated:
        return Mandate.objects.none()
    return mandates_in_force(on).filter(user=user)


def mandates_in_force(on: date) -> QuerySet[Mandate]:
    """Everybody's mandates that count on a day."""
    covered = Q(stands_in_for=None) | _in_force("stands_in_for__", on)
    return Mandate.objects.filter(_in_force("", on) & covered)


def acts_for(user: "User", subject: Subject, on: date) -> bool:
    """Whether the natural person behind a login may act for an organisation on a day, by whatever login."""
    held = mandates_in_force(on).filter(kind=EMPLOYER, user__person_key=user.person_key)
    return held.filter(subject__in=members([subject])).exists()


def covered_by(user: "User", on: date) -> list[int]:
    """The logins of officers of firms for which a login stands in on a day."""
    held = mandates_on(user, on).filter(stands_in_for__isnull=False)
    return list(held.values_list("stands_in_for__user_id", flat=True).distinct().order_by())


def _in_force(prefix: str, on: date) -> Q:
    not_over = Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": on})
    not_ended = Q(**{f"{prefix}ended_on": None}) | Q(**{f"{prefix}ended_on__gt": on})
    begun = Q(**{f"{prefix}starts_on__lte": on, f"{prefix}waiting": False})
    return begun & not_over & not_ended


def relations_on(on: date) -> QuerySet[Relation]:
    """The relations that hold on a day, by what is known now."""
    not_over = Q(ends_on=None) | Q(ends_on__gte=on)
    return relations_known().filter(not_over, starts_on__lte=on)


def relations_known() -> QuerySet[Relation]:
    """The relations that are held to be so now, past ones too."""
    return Relation.objects.filter(replaced_by=None, retracts=False)


def _agreeing(subjects: QuerySet[Subject], purpose: Purpose) -> QuerySet[Subject]:
    """Those who agree, now, to a purpose by its present notice."""
    own = Q(subject=OuterRef("pk")) | Q(subject__merged_into=OuterRef("pk"))
    last = Consent.objects.filter(own, purpose=purpose.name).order_by("-id")
    return subjects.annotate(
        last_granted=Subquery(last.values("granted")[:1]),
        last_version=Subquery(last.values("version")[:1]),
        last_asked=Subquery(last.values("notice_digest")[:1]),
    ).filter(last_granted=True, last_version=purpose.version, last_asked=purpose.asked)


def has_agreed(subject: Subject, purpose: Purpose) -> bool:
    """Whether a subject agrees, now, to a purpose by its present notice."""
    last = last_word(subject, purpose)
    if last is None or not last.granted:
        return False
    return (last.version, last.notice_digest) == (purpose.version, purpose.asked)


def last_word(subject: Subject, purpose: Purpose) -> Consent | None:
    """What a subject said last about a purpose, to whatever notice."""
    said = Consent.objects.filter(subject__in=members([subject]), purpose=purpose.name)
    return said.order_by("-id").first()
