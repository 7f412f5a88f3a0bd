"""Opening the scores: when enough sheets are in, by two persons, or by one from the day that was set."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.panels.assigning import note_leavers
from yingcai.cases.actions.panels.keeping import by_office, held, keep
from yingcai.cases.errors import InvalidCase, NotAllowed
from yingcai.cases.models import Panel
from yingcai.cases.queries.panels.rounds import lacking, method_for
from yingcai.identity.queries import same_person

if TYPE_CHECKING:
    from yingcai.identity.models import User


def open_scores(panel: Panel, *, version: int, actor: "User", now: datetime) -> Panel:
    """Ask that the scores be opened, or open them as the second person; from the day set one is enough.

    Raises: NotAllowed, InvalidCase with the projects that lack sheets, StaleCase.
    """
    by_office(actor, now)
    panel = held(panel, version, (Panel.State.SCORING,), actor=actor, now=now)
    if panel.experts.filter(user__person_key=actor.person_key).exclude(state="declined").exists():
        raise NotAllowed(_("评审组的专家不能启封评分"))
    with transaction.atomic():
        note_leavers(panel, panel.round + 1)
        short = lacking(panel, quorum=method_for(panel).quorum)
        if short:
            numbers = _("、").join(str(one.number) for one in short)
            raise InvalidCase(_("第%s号项目提交的评分还不够，不能启封") % numbers)
        if clock.day_of(now) < panel.opens_on and panel.asked_by is None:
            keep(panel, asked_by=actor)
            record("panel.opening_asked", panel, actor=actor, at=now)
            return panel
        if clock.day_of(now) < panel.opens_on and same_person(panel.asked_by, actor):
            raise NotAllowed(_("启封须由两人进行，请另一位工作人员确认"))
        keep(panel, state=Panel.State.OPENED, opened_at=now, opened_by=actor)
        record("panel.scores_opened", panel, actor=actor, at=now)
    return panel
