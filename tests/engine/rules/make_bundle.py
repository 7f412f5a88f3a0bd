"""Rule sets, claims and facts for bundles, by hand; amounts in yuan as a policy says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from yingcai.engine.rules.bundle import Claim, received_fact
from yingcai.engine.rules.model import Ceiling, FactType, Programme, Rule, RuleSet, Stacking
from yingcai.engine.rules.nodes import MONEY, Const, Node
from yingcai.engine.rules.types import Known

Per = Literal["person", "household", "firm"]


def yuan(amount: int) -> int:
    return amount * 100


def ceiling(
    name: str,
    amount: int | Node,
    *,
    group: tuple[str, ...] = (),
    share: Literal["pro_rata", "by_date"] = "by_date",
    per: Per = "firm",
    within: Literal["ever", "year"] = "ever",
) -> Ceiling:
    """A ceiling of ``amount`` yuan, written in the file of ``name``."""
    return Ceiling(
        per=per,
        amount=Const(yuan(amount), MONEY) if isinstance(amount, int) else amount,
        share=share,
        within=within,
        group=group or (name,),
        source=f"{name}#ceiling",
        fact=f"ceiling.{name.replace('-', '_')}_{per}",
    )


def programme(name: str, stacking: Stacking, *, rules: tuple[int, ...] = ()) -> Programme:
    return Programme(
        name=name,
        title={"zh": f"{name}补助", "en": f"{name} grant"},
        kind="benefit",
        subject="person",
        lead="office",
        source=f"{name}#1",
        sample=True,
        rules=rules,
        stacking=stacking,
        details={},
    )


def rule(number: int, name: str, amount: Node | None, version: str = "") -> Rule:
    return Rule(
        number=number,
        programme=name,
        version=version,
        conditions=(),
        steps=(),
        amount=amount,
        result=None,
        parameters=(),
        facts=(),
        amount_facts=(),
    )


def rule_set(stacking: Mapping[str, Stacking], *, moneyless: tuple[str, ...] = ()) -> RuleSet:
    """One rule a programme; those of ``moneyless`` have no amount."""
    facts: dict[str, FactType] = {}
    rules = tuple(
        rule(number, name, None if name in moneyless else Const(yuan(1), MONEY))
        for number, name in enumerate(stacking)
    )
    programmes = {
        name: programme(name, one, rules=(number,))
        for number, (name, one) in enumerate(stacking.items())
    }
    return RuleSet(facts, programmes, rules)


def entitled(**amounts: int) -> dict[str, Claim]:
    """Programmes with the outcome yes and an amount in yuan; underscores become hyphens."""
    return {name.replace("_", "-"): Claim("yes", yuan(one)) for name, one in amounts.items()}


def known(
    rules: RuleSet, received: Mapping[str, int] | None = None, **ceilings: int
) -> dict[str, Known]:
    """All facts about the past, in yuan: nothing, but for what is named."""
    facts: dict[str, Known] = {received_fact(name): 0 for name in rules.programmes}
    for one in rules.programmes.values():
        facts |= {ceiling.fact: 0 for ceiling in one.stacking.ceilings}
    facts |= {received_fact(name): yuan(amount) for name, amount in (received or {}).items()}
    return facts | {f"ceiling.{name}": yuan(amount) for name, amount in ceilings.items()}
