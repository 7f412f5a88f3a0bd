"""The guards every change of a reading passes: the plan is open, the row is the one that was seen."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.plan.errors import NotOpen, Stale
from yingcai.plan.fields import fields_of, plain
from yingcai.plan.models import Clause, ClauseDecision, Plan

if TYPE_CHECKING:
    from yingcai.identity.models import User


def lock_draft(plan_id: int) -> Plan:
    """The plan, locked until the transaction ends, so that nobody signs it meanwhile.

    Raises: NotOpen when it has been signed or published.
    """
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    if plan.status != Plan.Status.DRAFT:
        raise NotOpen(
            _("《%(title)s》%(status)s，不能再改动条款。如需修改，请先退回，或导入新版本。")
            % {"title": plan.title, "status": plan.get_status_display()}
        )
    return plan


def change_clause(clause: Clause, *, status: str, actor: "User", now: datetime, **new: Any) -> None:
    """Move ``clause`` from the state that was seen to a new one, or refuse.

    Raises: Stale when the row is no longer the one that was seen.
    """
    hit = Clause.objects.filter(pk=clause.pk, status=clause.status, version=clause.version).update(
        status=status, version=F("version") + 1, decided_by=actor, decided_at=now, **new
    )
    if hit != 1:
        raise Stale(
            _("“%(text)s”刚刚被别人处理过，请刷新页面后再看。") % {"text": clause.text[:30]}
        )
    clause.refresh_from_db()


def note_decision(
    clause: Clause,
    action: str,
    *,
    before: Mapping[str, Any],
    actor: "User",
    now: datetime,
    reason: str = "",
) -> ClauseDecision:
    """Keep what was decided on ``clause``, with its fields before and after."""
    return ClauseDecision.objects.create(
        clause=clause,
        action=action,
        before=dict(before),
        after=state(clause),
        reason=reason[:300],
        actor=actor,
        at=now,
    )


def state(clause: Clause) -> dict[str, Any]:
    """The fields and the status of ``clause`` as JSON values."""
    return {**plain(fields_of(clause)), "status": clause.status}
