"""From claims and facts to the best bundle, with a reason for every programme left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from yingcai.engine.rules.bundle.model import Bundle, Claim, LeftOut, Open
from yingcai.engine.rules.bundle.reasons import reason_before, reasons_against
from yingcai.engine.rules.bundle.relations import Relations, components
from yingcai.engine.rules.bundle.search import best, highest, payments
from yingcai.engine.rules.bundle.situation import Situation
from yingcai.engine.rules.bundle.trace import total, trace
from yingcai.engine.rules.closures import Facts

_WAITS: Mapping[str, Literal["facts", "person", "amount"]] = {
    "unknown": "facts",
    "person": "person",
    "yes": "amount",
}


def best_bundle(relations: Relations, claims: Mapping[str, Claim], facts: Facts) -> Bundle:
    """The best lawful bundle of one subject. Each programme of ``claims`` appears in it once.

    ``facts``: inside values by id; of them only ``received.*``, the facts of ceilings and what the
    amounts of ceilings name are read. Absent is unknown. See the package for the meaning.
    """
    situation = Situation(relations, facts)
    left_out, contenders = _sort(situation, claims)
    paid: dict[str, int] = {}
    for names in components(contenders, relations.linked):
        component = situation.component({name: contenders[name] for name in names})
        places = best(component)
        for place, amount in payments(component, places).items():
            paid[component.contenders[place].name] = amount
        left_out += reasons_against(situation, component, places)
    chosen = trace(situation, {name: contenders[name] for name in paid})
    asks = (one for name in situation.order(contenders) for one in situation.unknown_facts(name))
    return Bundle(
        payments=chosen,
        left_out=tuple(sorted(left_out, key=lambda one: one.programme)),
        open=tuple(
            Open(name, _WAITS[claim.outcome], _adds(situation, contenders, paid, (name, claim)))
            for name, claim in sorted(claims.items())
            if _is_open(claim)
        ),
        total=sum(paid.values()),
        payable=total(chosen),
        asks=tuple(dict.fromkeys(asks)),
    )


def _is_open(claim: Claim) -> bool:
    undecided = claim.outcome in ("unknown", "person")
    return claim.money and (undecided or (claim.outcome == "yes" and claim.amount is None))


def _sort(
    situation: Situation, claims: Mapping[str, Claim]
) -> tuple[list[LeftOut], dict[str, int]]:
    """Those that can be paid nothing whatever else is paid, and the contenders' amounts."""
    left_out: list[LeftOut] = []
    contenders: dict[str, int] = {}
    for name, claim in sorted(claims.items()):
        source = (situation.relations.sources[name],)
        if claim.outcome == "no":
            left_out.append(LeftOut(name, "not_entitled", sources=source))
        elif not claim.money:
            left_out.append(LeftOut(name, "no_money", sources=source))
        elif claim.outcome == "yes" and claim.amount is not None:
            reason = reason_before(situation, name, claim.amount)
            if reason is None:
                contenders[name] = claim.amount
            else:
                left_out.append(reason)
    return left_out, contenders


def _adds(
    situation: Situation,
    contenders: Mapping[str, int],
    paid: Mapping[str, int],
    wanted: tuple[str, Claim],
) -> int | None:
    """By how much the total would rise if an open programme were a contender, too."""
    name, claim = wanted
    if claim.amount is None:
        return None
    if reason_before(situation, name, claim.amount) is not None:
        return 0
    more = {**contenders, name: claim.amount}
    parts = components(more, situation.relations.linked)
    around = next(part for part in parts if name in part)
    component = situation.component({one: more[one] for one in around})
    return highest(component) - sum(paid.get(one, 0) for one in around)
