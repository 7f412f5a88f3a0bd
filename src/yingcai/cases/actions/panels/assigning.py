"""Giving out the sheets: a round of the solver for what projects lack, the same for the same seed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.cases.actions.panels.keeping import by_office, held, keep
from yingcai.cases.errors import InvalidCase
from yingcai.cases.models import Panel, PanelCase, PanelExpert, ScoreSheet
from yingcai.cases.queries.panels.rounds import as_assigned, called
from yingcai.cases.queries.rule_book import language
from yingcai.engine.matching.assign import Blocked, assign
from yingcai.engine.matching.draws import drawn
from yingcai.engine.matching.shortfall import shortfall_words
from yingcai.engine.matching.verify import problem_of_round, seed_of_round

if TYPE_CHECKING:
    from yingcai.identity.models import User


def assign_sheets(panel: Panel, *, version: int, actor: "User", now: datetime) -> Panel:
    """Give every project the sheets that it lacks. Raises: NotAllowed, InvalidCase with every rule that blocks it."""
    by_office(actor, now)
    panel = held(panel, version, (Panel.State.INVITING, Panel.State.SCORING), actor=actor, now=now)
    with transaction.atomic():
        if not next_round(panel, actor=actor, now=now):
            raise InvalidCase(_("每个项目的评分都已经分配"))
    return panel


def next_round(panel: Panel, *, actor: "User", now: datetime) -> int:
    """How many sheets the next round gave; call it in a transaction. Raises: InvalidCase, StaleCase."""
    number = panel.round + 1
    note_leavers(panel, number)
    _number_experts(panel, number)
    known = as_assigned(panel)
    problem = problem_of_round(known, number, known.assignment)
    try:
        pairs = assign(problem, seed_of_round(panel.seed, number))
    except Blocked as error:
        raise InvalidCase([shortfall_words(one, language()) for one in error.found]) from None
    if not pairs:
        return 0
    cases = {str(one.number): one for one in panel.cases.all()}
    experts = {called(one.number): one for one in panel.experts.filter(number__isnull=False)}
    ScoreSheet.objects.bulk_create(
        ScoreSheet(case=cases[project], expert=experts[expert], round=number)
        for project, expert in pairs
    )
    keep(panel, round=number, state=Panel.State.SCORING)
    details = {"round": number, "sheets": len(pairs)}
    record("panel.assigned", panel, actor=actor, details=details, at=now)
    return len(pairs)


def note_leavers(panel: Panel, number: int) -> None:
    """Projects that were withdrawn or stopped need no sheets from this round on."""
    gone = panel.cases.filter(left=0).exclude(case__stage=panel.stage, case__status="running")
    PanelCase.objects.filter(pk__in=list(gone.values_list("pk", flat=True))).update(left=number)


def _number_experts(panel: Panel, number: int) -> None:
    """Who has accepted and has no number yet, in an order that tells nothing of who it is."""
    fresh = {
        str(one.handle): one
        for one in panel.experts.filter(state=PanelExpert.State.ACCEPTED, number=None)
    }
    taken = panel.experts.filter(number__isnull=False).count()
    for place, handle in enumerate(drawn(panel.seed, "expert", fresh), taken + 1):
        PanelExpert.objects.filter(pk=fresh[handle].pk).update(number=place, since=number)
