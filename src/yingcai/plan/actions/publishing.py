"""Two people publish a plan: one signs what was confirmed, another one checks and publishes."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.plan.actions.lineage import carry_over
from yingcai.plan.actions.targets import make_targets
from yingcai.plan.errors import DigestChanged, Invalid, NotOpen, SamePerson, Stale, Undecided
from yingcai.plan.models import Plan
from yingcai.plan.queries.digest import reading_digest
from yingcai.plan.queries.readiness import signed_by, what_is_open

if TYPE_CHECKING:
    from yingcai.identity.models import User

Status = Plan.Status


@transaction.atomic
def submit_plan(plan: Plan, *, actor: "User", now: datetime) -> Plan:
    """The first person signs the digest of the confirmed reading; the plan is closed to changes.

    Raises: NotOpen, Stale, Undecided with the list of everything that still waits for a person.
    """
    locked = _locked(plan, Status.DRAFT)
    waiting = what_is_open(locked)
    if waiting:
        raise Undecided(*waiting)
    _move(
        locked,
        Status.SUBMITTED,
        digest=reading_digest(locked),
        submitted_by=actor,
        submitted_at=now,
        returned_note="",
    )
    record("plan.submitted", locked, actor=actor, at=now, details={"digest": locked.digest})
    return locked


@transaction.atomic
def publish_plan(plan: Plan, *, digest: str, actor: "User", now: datetime) -> Plan:
    """The second person publishes what the first one signed; ``digest`` is what was on the screen.

    Makes the targets; the edition in force before is superseded and its history carried over.

    Raises: NotOpen, Stale, SamePerson (another natural person is needed), DigestChanged.
    """
    locked = _locked(plan, Status.SUBMITTED)
    if locked.submitted_by is None or signed_by(locked, actor, on=clock.day_of(now)):
        raise SamePerson(
            _("提交人与发布人必须是两个不同的自然人。请由另一位人才办工作人员复核后发布。")
        )
    if not locked.digest == digest == reading_digest(locked):
        raise DigestChanged(
            _("确认内容的摘要与提交时签署的不一致。请退回计划，核对改动后重新提交。")
        )
    targets = make_targets(locked)
    _move(locked, Status.PUBLISHED, published_by=actor, published_at=now)
    carried = _supersede_others(locked, actor=actor, now=now)
    details = {"digest": digest, "targets": len(targets), "carried_over": carried}
    record("plan.published", locked, actor=actor, at=now, details=details)
    return locked


@transaction.atomic
def return_plan(plan: Plan, *, reason: str, actor: "User", now: datetime) -> Plan:
    """Open a submitted plan for changes again; the signature falls.

    Raises: NotOpen, Stale, Invalid (no reason given).
    """
    locked = _locked(plan, Status.SUBMITTED)
    if not reason.strip():
        raise Invalid(_("请写明退回的理由，提交人会看到。"))
    note = reason.strip()[:300]
    _move(locked, Status.DRAFT, digest="", submitted_by=None, submitted_at=None, returned_note=note)
    record("plan.returned", locked, actor=actor, at=now)
    return locked


def _locked(plan: Plan, status: str) -> Plan:
    locked = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if locked.status != status:
        raise NotOpen(
            _("《%(title)s》现在是“%(status)s”，不能这样处理；请刷新页面后再看。")
            % {"title": locked.title, "status": locked.get_status_display()}
        )
    return locked


def _move(plan: Plan, status: str, **new: Any) -> None:
    hit = Plan.objects.filter(pk=plan.pk, status=plan.status, version=plan.version).update(
        status=status, version=F("version") + 1, **new
    )
    if hit != 1:
        raise Stale(_("《%(title)s》刚刚被别人处理过，请刷新页面后再看。") % {"title": plan.title})
    plan.refresh_from_db()


def _supersede_others(plan: Plan, *, actor: "User", now: datetime) -> int:
    """Earlier editions of the plan give way; returns how many targets go on in the new one."""
    carried: Counter[str] = Counter()
    for old in Plan.objects.filter(slug=plan.slug, status=Status.PUBLISHED).exclude(pk=plan.pk):
        carried["targets"] += carry_over(old, plan, actor=actor, now=now)
        _move(old, Status.SUPERSEDED)
        record("plan.superseded", old, actor=actor, at=now, details={"by_edition": plan.edition})
    return carried["targets"]
