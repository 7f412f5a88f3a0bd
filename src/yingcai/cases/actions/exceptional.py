"""One case, one decision (一事一议): proposing what is settled beside the rules, signing it, taking it back.

A change is a new record, so that a signature is always over exactly what stands there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.deciding import decide
from yingcai.cases.actions.files import file_faults, lay_down
from yingcai.cases.actions.moving import locked, vote_by_rules
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Case, CaseFile, ExceptionalDecision, ExceptionalSignature
from yingcai.cases.queries.awards import works_on_awards
from yingcai.cases.queries.exceptional import (
    REFUSED_TEXT,
    SETTLED_TEXT,
    Path,
    Signer,
    digest_kept,
    digest_of,
    limit_words,
    open_record,
    path_of,
    results_of,
    seats_held,
    signers_of,
)
from yingcai.cases.queries.exceptional_register import page_of, records
from yingcai.cases.queries.materials import EXCEPTIONAL
from yingcai.cases.queries.seats import HOLDERS, Held, acts_as_applicant
from yingcai.cases.sealed import put
from yingcai.engine.packs.exceptional import SIGNERS
from yingcai.engine.rules.types import Money
from yingcai.engine.rules.written import NotReadable, read_value
from yingcai.identity.queries import same_person

if TYPE_CHECKING:
    from yingcai.identity.models import User

Status = ExceptionalDecision.Status
LONGEST = 4000
LONGEST_BASIS = 200
MOST_TERMS = 20
SIGNING = frozenset().union(*(HOLDERS[one] for one in SIGNERS))  # roles that may have to sign


@dataclass(frozen=True)
class Settlement:
    """What somebody wants to be settled, as written. ``amount`` in yuan; ``keep``: attachments that stay, by row."""

    reason: str
    basis: str
    basis_on: date | None
    amount: str = ""
    result: str = ""
    terms: tuple[str, ...] = ()
    files: Sequence[tuple[str, bytes]] = ()
    keep: frozenset[int] = field(default_factory=frozenset)


def propose_exceptional(
    case: Case, wish: Settlement, *, version: int, actor: "User", now: datetime
) -> ExceptionalDecision:
    """Propose what is to be settled; what was proposed or signed before no longer counts.

    Raises: InvalidCase with every reason, NotAllowed, StaleCase, Erased.
    """
    case, on = locked(case, version), clock.day_of(now)
    path = _open_path(case, actor, on)
    amount = _fen(wish.amount) if "amount" in path.settles else None
    problems = {name: text for name, text in _faults(case, path, wish, amount, on) if text}
    if problems:
        raise InvalidCase(problems.values(), fields=problems)
    with transaction.atomic():
        _touch(case, now)
        before = open_record(case)
        if before is not None:
            _close(before, Status.REPLACED, actor=actor, now=now)
        row = _drafted(case, wish, amount, actor=actor, now=now)
        rows = _kept(before, wish.keep)
        rows += [
            lay_down(case, EXCEPTIONAL, name, data, actor=actor, now=now)
            for name, data in wish.files
        ]
        said = {"reason": wish.reason.strip()[:LONGEST], "terms": _terms(wish)}
        row.files = [one.pk for one in rows]
        row.sealed = put(case, f"{SETTLED_TEXT}/{row.handle}", said)
        row.digest = digest_of(row, said, [one.sha256 for one in rows])
        row.save(force_insert=True)
        record("exceptional.proposed", row, actor=actor, details=_details(row), at=now)
    return row


def _open_path(case: Case, actor: "User", on: date) -> Path:
    """Raises: NotAllowed with the reason why nothing can be settled by somebody in a case now."""
    path, why = path_of(case), why_not_propose(case, actor, on)
    if path is None or why:
        raise NotAllowed(why)
    return path


def why_not_propose(case: Case, actor: "User", on: date) -> str:
    """Why somebody cannot propose what is settled in a case now; empty where he can."""
    problems = {
        _("该事项没有一事一议：本市规定没有允许，只能按规则办理"): path_of(case) is None,
        _("这件事项已经结束"): not case.live,
        _("已经作出决定；要更改，请先把事项退回"): case.awards.filter(voided_at=None).exists(),
        _("由牵头单位或人才办提出"): not works_on_awards(actor, case, on),
        _("本人的事项应当回避"): acts_as_applicant(case, actor, on),
    }
    return next((why for why, holds in problems.items() if holds), "")


def _fen(written: str) -> int | None:
    try:
        found = read_value(written.strip(), Money())
    except NotReadable:
        return None
    return int(found)


def _faults(
    case: Case, path: Path, wish: Settlement, amount: int | None, on: date
) -> Iterator[tuple[str, str]]:
    """What is wrong with each field of a proposal; empty where nothing is."""
    basis, level = wish.basis.strip(), wish.result
    yield "reason", "" if wish.reason.strip() else _("请写明理由")
    yield "basis", "" if basis else _("请写明依据：会议纪要文号或者条款")
    if len(basis) > LONGEST_BASIS:
        yield "basis", _("依据不能超过%(most)s个字") % {"most": LONGEST_BASIS}
    dated = wish.basis_on is not None and wish.basis_on <= on
    yield "basis_on", "" if dated else _("请填写会议或者文件的日期，不能晚于今天")
    if "amount" in path.settles:
        yield "amount", _amount_fault(case, path, wish, amount)
    yield "result", _level_fault(case, path, level)
    too_many = len(_terms(wish)) > MOST_TERMS
    yield "terms", _("约定最多%(most)s条") % {"most": MOST_TERMS} if too_many else ""
    yield "files", file_faults(wish.files)


def _level_fault(case: Case, path: Path, level: str) -> str:
    if not level:
        return "" if "amount" in path.settles else _("请选择议定的层次")
    known = dict(results_of(case)) if "result" in path.settles else {}
    return "" if level in known else _("没有这个层次")


def _amount_fault(case: Case, path: Path, wish: Settlement, amount: int | None) -> str:
    if not wish.amount.strip() and wish.result:
        return ""
    if amount is None or amount <= 0:
        return _("请填写议定金额：大于零的元数，最多两位小数")
    return limit_words(case, path) if path.limit is not None and amount > path.limit else ""


def _terms(wish: Settlement) -> list[str]:
    return [one.strip()[:500] for one in wish.terms if one.strip()]


def _drafted(
    case: Case, wish: Settlement, amount: int | None, *, actor: "User", now: datetime
) -> ExceptionalDecision:
    """The row with what the rules say today beside it."""
    on = clock.day_of(now)
    return ExceptionalDecision(
        case=case,
        number=case.exceptional.count() + 1,
        decision=decide(case, on=on, now=now),
        amount=amount,
        result=wish.result,
        basis=wish.basis.strip(),
        basis_on=wish.basis_on or on,
        proposed_by=actor,
        proposed_at=now,
    )


def _kept(before: ExceptionalDecision | None, keep: frozenset[int]) -> list[CaseFile]:
    """The attachments of the record before that stay."""
    if before is None:
        return []
    wanted = [pk for pk in before.files if pk in keep]
    found = {one.pk: one for one in before.case.files.filter(pk__in=wanted, removed_at=None)}
    return [found[pk] for pk in wanted if pk in found]


def sign_exceptional(
    row: ExceptionalDecision, *, shown: str, actor: "User", now: datetime
) -> ExceptionalDecision:
    """Sign exactly what was shown (its digest); with the last signature it stands, and the rules are asked anew.

    Raises: NotAllowed, StaleCase where it was changed since, Erased.
    """
    case, on = row.case, clock.day_of(now)
    seat = _free_seat(row, actor, on)
    if shown != row.digest or digest_kept(row) != row.digest:
        raise StaleCase(_("记录已经更改，请刷新页面，核对后再签署"))
    try:
        with transaction.atomic():
            _touch(case, now)
            if not ExceptionalDecision.objects.filter(pk=row.pk, status=Status.PROPOSED).exists():
                raise StaleCase(_("这份记录已经有了结果，请刷新页面查看"))
            ExceptionalSignature.objects.create(
                record=row,
                seat=seat.number,
                role=seat.seat.role,
                unit=seat.seat.unit,
                signed_by=actor,
                signed_at=now,
                digest=row.digest,
            )
            details = {**_details(row), "seat": f"{seat.seat.role} {seat.seat.unit}"}
            record("exceptional.signed", row, actor=actor, details=details, at=now)
            if all(one.signature for one in signers_of(case, row)):
                _close(row, Status.SETTLED, actor=actor, now=now)
                decide(case, on=on, now=now)
                vote_by_rules(case, now=now)
    except IntegrityError:
        raise StaleCase(_("这份记录已经有了结果，请刷新页面查看")) from None
    return row


def why_not_sign(row: ExceptionalDecision, actor: "User", on: date) -> str:
    """Why somebody cannot sign a record, or say no to it; empty where he can. Raises: Erased, NotSealed."""
    if row.status != Status.PROPOSED or not row.case.live:
        return _("这份记录已经有了结果，请刷新页面查看")
    if acts_as_applicant(row.case, actor, on):
        return _("本人的事项应当回避")
    since = clock.day_of(row.proposed_at)
    if same_person(row.proposed_by, actor, since=since, on=on):
        return _("提出的人不能自己签署，请由他人签署")
    signers = signers_of(row.case, row)
    if any(
        one.signature and same_person(one.signature.signed_by, actor, since=since, on=on)
        for one in signers
    ):
        return _("您已经签署；另一签署由他人作出")
    held = seats_held(row.case, actor, on)
    if not any(one.number in held and one.signature is None for one in signers):
        return _("由规定的签署人签署：%(who)s") % {
            "who": _("、").join(one.words for one in signers if one.signature is None)
        }
    return ""


def to_sign(user: "User", on: date, held: Held) -> int:
    """How many records wait for somebody's signature, as far as a page of them goes. Raises: Erased, NotSealed."""
    if not {role for role, _unit in held} & SIGNING:
        return 0
    rows, _following = page_of(records(user, on, held), "proposed", None)
    return sum(not why_not_sign(row, user, on) for row in rows)


def _free_seat(row: ExceptionalDecision, actor: "User", on: date) -> Signer:
    """The first open seat that somebody holds. Raises: NotAllowed."""
    why = why_not_sign(row, actor, on)
    if why:
        raise NotAllowed(why)
    held = seats_held(row.case, actor, on)
    return next(
        one for one in signers_of(row.case, row) if one.number in held and one.signature is None
    )


def refuse_exceptional(
    row: ExceptionalDecision, text: str, *, actor: "User", now: datetime
) -> None:
    """A signer says no, with his reason. Raises: InvalidCase, NotAllowed, StaleCase, Erased."""
    why = why_not_sign(row, actor, clock.day_of(now))
    if why:
        raise NotAllowed(why)
    if not text.strip():
        problem = _("请写明不签署的理由")
        raise InvalidCase(problem, fields={"text": problem})
    sealed = put(row.case, f"{REFUSED_TEXT}/{row.handle}", {"text": text.strip()[:LONGEST]})
    with transaction.atomic():
        _touch(row.case, now)
        _close(row, Status.REFUSED, actor=actor, now=now, sealed_answer=sealed)
        vote_by_rules(row.case, now=now)


def withdraw_exceptional(row: ExceptionalDecision, *, actor: "User", now: datetime) -> None:
    """Who proposed it takes it back while it is not signed by all. Raises: NotAllowed, StaleCase."""
    if row.proposed_by_id != actor.pk or row.status != Status.PROPOSED:
        raise NotAllowed(_("只有提出的人可以撤回，签署完成后不能撤回"))
    with transaction.atomic():
        _touch(row.case, now)
        _close(row, Status.WITHDRAWN, actor=actor, now=now)
        vote_by_rules(row.case, now=now)


def _touch(case: Case, now: datetime) -> None:
    """The case changes with its record, so that nobody decides on one that is being changed. Raises: StaleCase."""
    rows = Case.objects.filter(pk=case.pk, version=case.version)
    if not rows.update(version=case.version + 1, changed_at=now):
        raise StaleCase(_("这件事项已有新的办理动作，请刷新页面，核对后再操作"))
    case.version += 1


def _close(
    row: ExceptionalDecision, status: str, *, actor: "User", now: datetime, **fields: object
) -> None:
    """Give an open record its end. Raises: StaleCase where somebody was first."""
    fields = {**fields, "status": status, "ended_by": actor, "ended_at": now}
    if not ExceptionalDecision.objects.filter(pk=row.pk, status=row.status).update(**fields):
        raise StaleCase(_("这份记录已经有了结果，请刷新页面查看"))
    for name, value in fields.items():
        setattr(row, name, value)
    record(f"exceptional.{status}", row, actor=actor, details=_details(row), at=now)


def _details(row: ExceptionalDecision) -> dict[str, object]:
    return {
        "case": row.case_id,
        "number": row.number,
        "amount": row.amount,
        "result": row.result,
        "basis": row.basis,
        "digest": row.digest[:12],
    }
