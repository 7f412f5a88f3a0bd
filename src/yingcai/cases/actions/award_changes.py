"""Suspending, taking back, cancelling, tolerating: one person proposes, another natural person decides.

Amounts are the rules' own: nobody writes them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.after_notices import tell_after
from yingcai.cases.actions.award_effects import carry_out
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Award, AwardChange, CaseNotice
from yingcai.cases.queries.awards import (
    ANSWER,
    CHANGE,
    grounds_of,
    suspended_on,
    taken_back,
    told,
    works_on_awards,
)
from yingcai.cases.queries.flows import details_of
from yingcai.cases.queries.seats import acts_as_applicant
from yingcai.cases.sealed import put
from yingcai.engine.rules.closures import full_months
from yingcai.engine.rules.months import months_later
from yingcai.engine.rules.types import civil
from yingcai.identity.queries import same_person

if TYPE_CHECKING:
    from yingcai.identity.models import User

Kind, Status = AwardChange.Kind, AwardChange.Status
OFFERED = (Kind.SUSPEND, Kind.RESUME, Kind.RECOVER, Kind.CANCEL, Kind.TOLERATE)
HEARD = (Kind.RECOVER, Kind.CANCEL)  # before them whoever is concerned is heard
LONGEST = 4000


@dataclass(frozen=True)
class Proposal:
    """What somebody wants to be done. ``heard``: when and how whoever is concerned was heard, and what he said."""

    kind: str
    ground: str = ""
    reason: str = ""
    heard: str = ""
    until: date | None = None


@dataclass
class Draft:
    """What a proposal comes to: its fields, and what stands sealed with it."""

    fields: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)


def propose(award: Award, wish: Proposal, *, actor: "User", now: datetime) -> AwardChange:
    """Propose something; a second person decides. Raises: InvalidCase with every reason, NotAllowed, StaleCase."""
    on = clock.day_of(now)
    may_work(award, actor, on)
    why = why_not(award, wish.kind, on)
    if wish.kind not in OFFERED or why:
        raise NotAllowed(why or _("没有这个办理动作"))
    _check(award, wish, on)
    return keep(award, wish.kind, _drafted(award, wish, on), actor=actor, now=now)


def keep(award: Award, kind: str, draft: Draft, *, actor: "User", now: datetime) -> AwardChange:
    """Keep a proposal; one at a time for each award. Raises: StaleCase, Erased."""
    row = AwardChange(
        award=award, kind=kind, from_on=clock.day_of(now), proposed_by=actor, proposed_at=now,
        **draft.fields,
    )  # fmt: skip
    row.sealed = put(award.case, f"{CHANGE}/{row.handle}", draft.said)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record("award.proposed", row, actor=actor, details=_details(row), at=now)
    except IntegrityError:
        raise StaleCase(_("已有一件提议等待决定，请先办结")) from None
    return row


def why_not(award: Award, kind: str, on: date) -> str:
    """Why something cannot be proposed for an award on a day; empty where it can."""
    open_one = award.changes.filter(status=Status.PROPOSED).exists()
    suspended = suspended_on(award, on) is not None
    problems = {
        _("已有一件提议等待决定，请先办结"): open_one,
        _("认定（兑现）已经撤销或者终止"): award.voided_at is not None and kind != Kind.RECOVER,
        _("已经暂停"): kind == Kind.SUSPEND and suspended,
        _("没有暂停"): kind == Kind.RESUME and not suspended,
        _("没有可以追回的金额"): kind == Kind.RECOVER and recoverable(award) <= 0,
        _("已作容错认定，不再追回"): kind == Kind.RECOVER and _tolerated(award),
        _("本市规定没有列出可用的情形"): kind != Kind.RESUME
        and kind in OFFERED
        and not grounds_of(award.case, kind),
    }
    return next((why for why, holds in problems.items() if holds), "")


def _tolerated(award: Award) -> bool:
    return award.changes.filter(status=Status.DECIDED, kind=Kind.TOLERATE).exists()


def _check(award: Award, wish: Proposal, on: date) -> None:
    """Raises: InvalidCase with every reason at once."""
    known = {one["id"] for one in grounds_of(award.case, wish.kind)}
    problems = {
        "ground": _("请选择情形") if wish.kind != Kind.RESUME and wish.ground not in known else "",
        "reason": "" if wish.reason.strip() else _("请写明事实和理由"),
        "heard": _("请写明何时、怎样听取了对方意见，对方怎么说")
        if wish.kind in HEARD and not wish.heard.strip()
        else "",
        "until": _("暂停的截止日期不能早于今天") if wish.until and wish.until < on else "",
    }
    found = {name: text for name, text in problems.items() if text}
    if found:
        raise InvalidCase(found.values(), fields=found)


def _drafted(award: Award, wish: Proposal, on: date) -> Draft:
    draft = Draft({"ground": wish.ground if wish.kind != Kind.RESUME else ""})
    draft.said = {"reason": wish.reason.strip()[:LONGEST]}
    if wish.kind in HEARD:
        draft.said["heard"] = wish.heard.strip()[:LONGEST]
    if wish.kind == Kind.SUSPEND:
        draft.fields["until_on"] = wish.until
    ground = next(
        (one for one in grounds_of(award.case, wish.kind) if one["id"] == wish.ground), {}
    )
    if wish.kind == Kind.RECOVER:
        draft.fields["amount"], draft.said["steps"] = amount_of(award, ground["share"], on)
    if wish.kind in HEARD and ground.get("bar_years"):
        draft.fields["barred_until"] = months_later(on, 12 * ground["bar_years"]) - timedelta(
            days=1
        )
    return draft


def recoverable(award: Award) -> int:
    """Fen that were granted and not taken back yet."""
    return (award.amount or 0) - taken_back(award)


def amount_of(award: Award, share: str, on: date) -> tuple[int, dict[str, int]]:
    """Fen to take back and how they come about: the whole, or for the months that were not served.

    Never more than is left of the award; parts of a fen count for whoever pays.
    """
    left = recoverable(award)
    if share == "whole":
        return left, {"granted": award.amount or 0, "taken": taken_back(award)}
    owed = max((one["months"] for one in details_of(award.case).get("obligations", [])), default=0)
    served = min(full_months(civil(award.granted_on), civil(on), month_end=True), owed)
    amount = (award.amount or 0) * (owed - served) // owed if owed else left
    steps = {
        "granted": award.amount or 0,
        "months": owed,
        "served": served,
        "taken": taken_back(award),
    }
    return min(amount, left), steps


def decide_change(
    row: AwardChange, *, agrees: bool, text: str, actor: "User", now: datetime
) -> AwardChange:
    """The second person decides; with a yes it is done, in the same transaction.

    Raises: InvalidCase (a no needs its reason), NotAllowed, StaleCase, Erased.
    """
    on = clock.day_of(now)
    may_work(row.award, actor, on)
    if same_person(row.proposed_by, actor, since=clock.day_of(row.proposed_at), on=on):
        raise NotAllowed(_("提出的人不能自己决定，请由他人决定"))
    if not agrees and not text.strip():
        problem = _("请写明不同意的理由")
        raise InvalidCase(problem, fields={"text": problem})
    status = Status.DECIDED if agrees else Status.REFUSED
    sealed = put(row.award.case, f"{ANSWER}/{row.handle}", {"text": text.strip()[:LONGEST]})
    with transaction.atomic():
        _close(row, status=status, sealed_answer=sealed, decided_by=actor, decided_at=now)
        record(f"award.{status}", row, actor=actor, details=_details(row), at=now)
        if agrees:
            carry_out(row, actor=actor, now=now)
            _tell(row, now)
    return row


def withdraw_change(row: AwardChange, *, actor: "User", now: datetime) -> None:
    """Who proposed it takes it back. Raises: NotAllowed, StaleCase."""
    if row.proposed_by_id != actor.pk:
        raise NotAllowed(_("只有提出的人可以撤回"))
    with transaction.atomic():
        _close(row, status=Status.WITHDRAWN)
        record("award.withdrawn", row, actor=actor, details=_details(row), at=now)


def _close(row: AwardChange, **fields: Any) -> None:
    """Raises: StaleCase where somebody was first."""
    if not AwardChange.objects.filter(pk=row.pk, status=Status.PROPOSED).update(**fields):
        raise StaleCase(_("这件提议已经有了结果，请刷新页面查看"))
    for name, value in fields.items():
        setattr(row, name, value)


def _tell(row: AwardChange, now: datetime) -> None:
    """The words of the decision in both languages, and what was written."""
    spoken: dict[str, tuple[str, ...]] = {}
    for name, tongue in (("zh", "zh-hans"), ("en", "en")):
        with override(tongue):
            words = told(row)
            spoken[name] = (str(row.get_kind_display()), words.ground, *words.lines)
    what, ground, *lines = [
        dict(zip(spoken, pair, strict=True)) for pair in zip(*spoken.values(), strict=True)
    ]
    reason = str(words.why.get("reason", ""))
    said = {"what": what, "items": lines, "reasons": [*([ground] if row.ground else []), reason]}
    tell_after(row.award.case, CaseNotice.Kind.AWARD, row.pk, said, now=now)


def may_work(award: Award, actor: "User", on: date) -> None:
    """Raises: NotAllowed for whoever has no seat in it, and in one's own case."""
    if not works_on_awards(actor, award.case, on):
        raise NotAllowed(_("由牵头单位或人才办办理"))
    if acts_as_applicant(award.case, actor, on):
        raise NotAllowed(_("本人的事项应当回避"))


def _details(row: AwardChange) -> dict[str, object]:
    return {
        "case": row.award.case_id,
        "kind": row.kind,
        "ground": row.ground,
        "amount": row.amount,
        "result": row.result,
    }
