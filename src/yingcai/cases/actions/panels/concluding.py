"""The result of a panel: its ranks are kept, and its experts' votes go into each case as it says."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.panels.keeping import by_office, held, keep
from yingcai.cases.errors import CaseError, InvalidCase
from yingcai.cases.models import Case, Panel, PanelCase
from yingcai.cases.queries.panels.published import archive
from yingcai.cases.queries.panels.rounds import counted, ranking
from yingcai.engine.matching.rank import Result

if TYPE_CHECKING:
    from yingcai.identity.models import User


def conclude_panel(panel: Panel, *, version: int, actor: "User", now: datetime) -> Panel:
    """Make the result the votes of the stage, case by case, all or none. Raises: NotAllowed, InvalidCase, StaleCase."""
    by_office(actor, now)
    panel = held(panel, version, (Panel.State.OPENED,), actor=actor, now=now)
    found = ranking(panel)
    voices: dict[int, list[User]] = {}
    for sheet in counted(panel):
        voices.setdefault(sheet.case.number, []).append(sheet.expert.user)
    cases = {one.number: one for one in panel.cases.select_related("case")}
    with transaction.atomic():
        for one in found:
            project = cases[int(one.project)]
            PanelCase.objects.filter(pk=project.pk).update(
                rank=one.rank, score=one.score, admitted=one.admitted
            )
            _vote(project, one, voices[project.number], now)
        files = archive(panel, clock.day_of(now))
        keep(panel, state=Panel.State.CONCLUDED, concluded_at=now, published=files)
        details = {"ranked": len(found), "admitted": sum(one.admitted for one in found)}
        record("panel.concluded", panel, actor=actor, details=details, at=now)
    return panel


def _vote(project: PanelCase, one: Result, experts: "list[User]", now: datetime) -> None:
    """Each expert in turn until the stage is settled; whoever withdrew since is left alone."""
    words = {"score": one.score, "rank": one.rank}
    told = (
        _("评审得分%(score)s，第%(rank)s名，入选")
        if one.admitted
        else _("评审得分%(score)s，第%(rank)s名，未入选")
    )
    step = Step("agree" if one.admitted else "refuse", reason=told % words)
    case = project.case
    for expert in experts:
        case = Case.objects.get(pk=case.pk)
        if not case.live or case.stage != project.panel.stage:
            return
        try:
            case = move(case, step, version=case.version, actor=expert, now=now, by_panel=True)
        except CaseError as refusal:
            told_of = {"number": project.number, "why": "；".join(refusal.problems)}
            raise InvalidCase(_("第%(number)s号项目不能形成结果：%(why)s") % told_of) from None
