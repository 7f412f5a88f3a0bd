"""Who may see what of a panel: an expert his own seat and sheets, and nothing of a project in conflict."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from yingcai.cases.models import Case, Conflict, Panel, PanelCase, PanelExpert, ScoreSheet
from yingcai.cases.queries.scope import Asker
from yingcai.identity.queries import Role, roles_on
from yingcai.registry.queries.merged import members_of_ids
from yingcai.registry.queries.scope import mandates_on

if TYPE_CHECKING:
    from yingcai.identity.models import User

EXPERT = str(Role.EXPERT)
State = ScoreSheet.State


def panel_by(handle: UUID) -> Panel | None:
    """For everybody: of it only numbers are shown."""
    return Panel.objects.select_related("call", "asked_by").filter(handle=handle).first()


def panel_for(user: "User", handle: UUID, on: date) -> Panel | None:
    """For the office and the auditor, whose role the view has looked at.

    None for somebody with a project of his own before it, and for its experts until it is over.
    """
    rows = Panel.objects.select_related("call", "asked_by").filter(handle=handle)
    rows = rows.exclude(has_part(user, on))
    judges = PanelExpert.objects.filter(panel=OuterRef("pk"), user__person_key=user.person_key)
    judges = judges.exclude(state=PanelExpert.State.DECLINED)
    return rows.exclude(Exists(judges) & ~Q(state=Panel.State.CONCLUDED)).first()


def has_part(user: "User", on: date) -> Exists:
    """Whether a panel has a project that somebody filed, or for whose subject he acts."""
    held = mandates_on(user, on).values("subject_id")
    mine = Q(case__subject__in=members_of_ids(held))
    filed = Q(case__applicant__person_key=user.person_key, case__side=Case.Side.SELF)
    return Exists(PanelCase.objects.filter(mine | filed, panel=OuterRef("pk")))


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
