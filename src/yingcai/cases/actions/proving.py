"""The time machine: a decision made again as it was, by what is known and ruled today; and its sealed proof."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.deciding import (
    Basis,
    answers_of,
    as_decided,
    basis_kept,
    basis_of,
    decided,
    used_by,
    values_of,
)
from yingcai.cases.models import Case, Decision
from yingcai.cases.queries.rule_book import book_for, rule_book
from yingcai.cases.signing import signing_key
from yingcai.engine.packs.proof import proof_of
from yingcai.engine.rules import decide as engine
from yingcai.plan.queries import kept_archive

if TYPE_CHECKING:
    from yingcai.identity.models import User


@dataclass(frozen=True)
class Comparison:
    """One decision three times: as it was kept and made again (``same``: they agree), by today's facts, by
    today's rules; None where the programme is no longer there. ``changed``: facts that differ now, old and new.
    """

    row: Decision
    then: engine.Decision
    basis: Basis
    same: bool
    facts_now: engine.Decision
    rules_now: engine.Decision | None
    changed: tuple[tuple[str, str, str], ...]


def compare(row: Decision, *, now: datetime) -> Comparison:
    """A kept decision against what is known and ruled now. Raises: Erased, NotSealed, PackNotKept."""
    case, on = row.case, clock.day_of(now)
    basis = basis_kept(row)
    then = decided(case, basis)
    present = basis_of(case, answers_of(case), on=on)
    newer = used_by(case, present)
    names = sorted({*basis, *newer})
    changed = [
        (name, _written(basis, name), _written(newer, name))
        for name in names
        if _written(basis, name) != _written(newer, name)
    ]
    return Comparison(
        row=row,
        then=then,
        basis=basis,
        same=as_decided(case, then, basis, row.on).digest == row.digest,
        facts_now=decided(case, present),
        rules_now=_by_rules_now(case, present),
        changed=tuple(changed),
    )


def _written(basis: Basis, name: str) -> str:
    return basis[name].written if name in basis else ""


def _by_rules_now(case: Case, basis: Basis) -> engine.Decision | None:
    book = rule_book()
    programme = book.rules.programmes.get(case.programme) if book else None
    if book is None or programme is None:
        return None
    part = book_for(book.digest, programme.subject)
    return part.decider.decide(values_of(part, basis).values).get(case.programme)


def _settled(row: Decision) -> dict[str, Any] | None:
    """What people settled beside a decision, where the award stands on that; None where it is by the rules."""
    award = row.case.awards.filter(voided_at=None, decision=row).exclude(exceptional=None).first()
    settlement = award.exceptional if award else None
    if settlement is None:
        return None
    return {
        "by_rule": False,
        "amount": settlement.amount,
        "result": settlement.result,
        "basis": settlement.basis,
        "basis_on": settlement.basis_on.isoformat(),
        "record": settlement.digest,
        "signed": [
            {"role": one.role, "unit": one.unit, "on": clock.day_of(one.signed_at).isoformat()}
            for one in settlement.signatures.order_by("seat")
        ],
    }


def prove(row: Decision, *, actor: "User", now: datetime) -> bytes:
    """The sealed proof of a decision, for whoever may see the case; that it went out is written down.

    Raises: Erased, NotSealed, PackNotKept.
    """
    case = row.case
    basis = basis_kept(row)
    answer = decided(case, basis)
    kept = as_decided(case, answer, basis, row.on)
    proof = proof_of(
        kept,
        kept_archive(case.pack),
        case=case.number,
        made_on=clock.day_of(now),
        key=signing_key(),
        exceptional=_settled(row),
    )
    details = {"case": case.pk, "decision": row.number, "digest": kept.digest[:12]}
    record("case.proven", row, actor=actor, details=details, at=now)
    return proof
