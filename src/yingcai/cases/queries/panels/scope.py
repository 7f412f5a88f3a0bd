"""Who may see what of a panel: an expert his own seat and sheets, and nothing of a project in conflict."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from yingcai.cases.models import Case, Conflict, Panel, PanelCase, PanelExpert, ScoreSheet
from yingcai.cases.queries.scope import Asker
from yingcai.identity.queries import Role, roles_on

EXPERT = str(Role.EXPERT)
State = ScoreSheet.State


def panel_by(handle: UUID) -> Panel | None:
    """For the office and the auditor; the view has looked at the role."""
    return Panel.objects.select_related("call", "asked_by").filter(handle=handle).first()


def seats_of(user: Asker, on: date) -> QuerySet[PanelExpert]:
    """The panels to which somebody was invited, by whatever login of his; none without the role."""
    if not user.is_authenticated or EXPERT not in roles_on(user, on):
        return PanelExpert.objects.none()
    rows = PanelExpert.objects.filter(user__person_key=user.person_key)
    return rows.select_related("panel__call", "user")


def seat_by(user: Asker, handle: UUID, on: date) -> PanelExpert | None:
    return seats_of(user, on).filter(handle=handle).first()


def sheets_of(user: Asker, on: date) -> QuerySet[ScoreSheet]:
    """The sheets that an expert may open: his own, not set aside, of a project without a conflict that stays."""
    conflict = Conflict.objects.filter(case=OuterRef("case"), expert=OuterRef("expert"))
    rows = ScoreSheet.objects.filter(expert__in=seats_of(user, on), case__left=0)
    rows = rows.filter(~Exists(conflict)).exclude(state=State.SET_ASIDE)
    return rows.select_related("case__case__subject", "case__panel__call", "expert__user")


def sheet_by(user: Asker, handle: UUID, on: date) -> ScoreSheet | None:
    return sheets_of(user, on).filter(handle=handle).first()


def projects_for(seat: PanelExpert) -> QuerySet[PanelCase]:
    """The numbers that an expert may see before sheets are given: those without a conflict of his."""
    conflict = Conflict.objects.filter(case=OuterRef("pk"), expert=seat)
    return seat.panel.cases.filter(~Exists(conflict), left=0)


def before_panel(case: Case) -> PanelCase | None:
    """The panel that a case is before now, or was before last."""
    rows = PanelCase.objects.filter(case=case).select_related("panel__call", "case__subject")
    return rows.order_by("-id").first()
