"""Who may see and do what in reporting. Everything outside a scope does not exist for its user."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from yingcai.identity.queries import Role, grants_on
from yingcai.reporting.models import Evidence, Report, SupervisionOrder

if TYPE_CHECKING:
    from yingcai.identity.models import User

READS_ALL = frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR})
WRITERS = frozenset({Role.REPORTER, Role.COUNTY})


@dataclass(frozen=True, slots=True)
class Scope:
    """Ids of units for which a user writes (reporter, county office) and approves (head)."""

    roles: frozenset[str]
    office: bool
    reads_all: bool
    writes: frozenset[int]
    approves: frozenset[int]

    @property
    def own(self) -> frozenset[int]:
        return self.writes | self.approves

    def may_write(self, unit_id: int) -> bool:
        return unit_id in self.writes

    def may_approve(self, unit_id: int) -> bool:
        return unit_id in self.approves


def scope_of(user: "User", on: date) -> Scope:
    """What ``user`` may do on ``on``; one query. A county office covers the units under its county."""
    grants = grants_on(user, on).values_list("role", "unit_id", "unit__children")
    held = [(str(role), unit, child) for role, unit, child in grants]
    roles = {role for role, _, _ in held}
    writes = {unit for role, unit, _ in held if role in WRITERS}
    writes |= {child for role, _, child in held if role == Role.COUNTY}
    return Scope(
        roles=frozenset(roles),
        office=Role.OFFICE in roles,
        reads_all=bool(roles & READS_ALL),
        writes=frozenset(unit for unit in writes if unit is not None),
        approves=frozenset(
            unit for role, unit, _ in held if role == Role.HEAD and unit is not None
        ),
    )


def visible_reports(scope: Scope) -> QuerySet[Report]:
    """The reports that the scope's user may read."""
    reports = Report.objects.select_related("month", "target", "target__measure", "unit")
    return reports if scope.reads_all else reports.filter(unit__in=scope.own)


def writable_reports(scope: Scope) -> QuerySet[Report]:
    """The reports that the scope's user may fill in."""
    return visible_reports(scope).filter(unit__in=scope.writes)


def visible_evidence(scope: Scope) -> QuerySet[Evidence]:
    """The files that the scope's user may open; withdrawn ones only for those who read everything."""
    files = Evidence.objects.select_related("report")
    if scope.reads_all:
        return files
    return files.filter(report__unit__in=scope.own, withdrawn_at=None)


def visible_orders(scope: Scope) -> QuerySet[SupervisionOrder]:
    """The supervision orders that the scope's user may read."""
    orders = SupervisionOrder.objects.select_related("unit", "target", "plan")
    return orders if scope.reads_all else orders.filter(unit__in=scope.own)


def waiting_for(scope: Scope) -> Q:
    """Reports on which it is the scope's user to act: fill in, approve, or check."""
    mine = Q(unit__in=scope.writes, status__in=[Report.Status.DRAFT, Report.Status.RETURNED]) | Q(
        unit__in=scope.approves, status=Report.Status.SUBMITTED
    )
    return mine | Q(status=Report.Status.APPROVED) if scope.office else mine


def is_turn_of(scope: Scope, unit_id: int, status: str) -> bool:
    """As ``waiting_for``, for one report of ``unit_id`` in ``status``."""
    if status in {Report.Status.DRAFT, Report.Status.RETURNED}:
        return unit_id in scope.writes
    if status == Report.Status.SUBMITTED:
        return unit_id in scope.approves
    return status == Report.Status.APPROVED and scope.office
