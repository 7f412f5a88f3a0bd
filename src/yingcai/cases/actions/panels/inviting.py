"""Inviting experts, and their answers: yes or no, in which fields, how many sheets at most."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.panels.keeping import by_office, held
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Conflict, Panel, PanelExpert
from yingcai.cases.queries.panels.rounds import field_words, rules_of
from yingcai.cases.queries.panels.sides import conflicts_found
from yingcai.identity.queries import Role, is_behind, roles_on

if TYPE_CHECKING:
    from yingcai.identity.models import User

State = PanelExpert.State


def invite_experts(
    panel: Panel, users: Collection["User"], *, version: int, actor: "User", now: datetime
) -> list[PanelExpert]:
    """Invite experts; what the register knows of conflicts is kept with each. Raises: NotAllowed, InvalidCase."""
    by_office(actor, now)
    panel = held(panel, version, (Panel.State.INVITING, Panel.State.SCORING), actor=actor, now=now)
    on = clock.day_of(now)
    if not users:
        raise InvalidCase(_("请勾选要邀请的专家"))
    for user in users:
        if Role.EXPERT not in roles_on(user, on):
            raise InvalidCase(_("%s没有专家角色，请先在人员页授予") % user)
        if any(is_behind(one.user, user) for one in panel.experts.select_related("user")):
            raise InvalidCase(_("%s已经在评审组里") % user)
    with transaction.atomic():
        return [_invite(panel, user, actor, now) for user in users]


def _invite(panel: Panel, user: "User", actor: "User", now: datetime) -> PanelExpert:
    rules, on = rules_of(panel), clock.day_of(now)
    seat = PanelExpert.objects.create(panel=panel, user=user, limit=rules["limit"], invited_at=now)
    found = [
        Conflict(case=case, expert=seat, kind=kind, round=1, found_at=now)
        for case in panel.cases.select_related("case__subject", "case__applicant")
        for kind in conflicts_found(case.case, user, rules.get("conflicts", []), on)
    ]
    Conflict.objects.bulk_create(found)
    details = {"panel": panel.pk, "conflicts": len({one.case_id for one in found})}
    record("panel.invited", seat, actor=actor, details=details, at=now)
    return seat


def answer_invitation(
    seat: PanelExpert,
    *,
    accept: bool,
    fields: Collection[str],
    limit: int,
    actor: "User",
    now: datetime,
) -> PanelExpert:
    """Accept or decline, once; before sheets are given an acceptance may be changed.

    Raises: NotAllowed, InvalidCase, StaleCase.
    """
    if not is_behind(seat.user, actor):
        raise NotAllowed(_("只有被邀请的专家本人可以答复"))
    if seat.number is not None or not seat.panel.sealed:
        raise NotAllowed(_("评分已经分配，不能再改答复；有回避情形请逐项申明"))
    most, known = rules_of(seat.panel)["limit"], field_words(seat.panel)
    problems = []
    if accept and not 1 <= limit <= most:
        problems.append(_("评分份数请填1到%(most)s") % {"most": most})
    if accept and not {*fields} <= {*known}:
        problems.append(_("没有这个领域，请重新选择"))
    if problems:
        raise InvalidCase(problems)
    state = State.ACCEPTED if accept else State.DECLINED
    chosen = [name for name in known if name in fields]
    limit = limit if accept else seat.limit
    if (seat.state, seat.fields, seat.limit) == (state, chosen, limit):
        return seat  # said again
    with transaction.atomic():
        rows = PanelExpert.objects.filter(pk=seat.pk, state=seat.state, number=None)
        if not rows.update(state=state, fields=chosen, limit=limit, answered_at=now):
            raise StaleCase(_("这份邀请已经答复，请刷新页面"))
        record("panel.answered", seat, actor=actor, details={"answer": str(state)}, at=now)
    seat.refresh_from_db()
    return seat
