"""From the outcomes of rules to one claim a programme."""

from __future__ import annotations

from collections.abc import Sequence

from yingcai.engine.rules.bundle.model import Claim
from yingcai.engine.rules.closures import Facts, evaluate, with_steps
from yingcai.engine.rules.model import Programme, Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome


def claims_of(rules: RuleSet, outcomes: Sequence[RuleOutcome], facts: Facts) -> dict[str, Claim]:
    """The claims of one subject. ``outcomes``: one for each rule, in the order of the rule set.

    Over the versions of a programme: yes if one says yes, no if all say no, else unknown if one
    waits for facts, else person. While it is open, the amount is the highest of the open versions.
    """
    return {
        name: _claim([rules.rules[number] for number in one.rules], one, outcomes, facts)
        for name, one in rules.programmes.items()
    }


def _claim(
    versions: list[Rule], programme: Programme, outcomes: Sequence[RuleOutcome], facts: Facts
) -> Claim:
    money = any(rule.amount is not None for rule in versions)
    said = {number: outcomes[number] for number in programme.rules}
    for one in said.values():
        if one.outcome == "yes":
            return Claim("yes", one.amount, money)
    open_ones = [rule for rule in versions if said[rule.number].outcome != "no"]
    if not open_ones:
        return Claim("no", 0, money)
    waiting = any(said[rule.number].outcome == "unknown" for rule in open_ones)
    return Claim("unknown" if waiting else "person", _at_most(open_ones, facts), money)


def _at_most(versions: list[Rule], facts: Facts) -> int | None:
    """The highest amount that the versions would give; None when one of them is unknown."""
    highest = 0
    for rule in versions:
        if rule.amount is not None:
            amount = evaluate(rule.amount, with_steps(rule, facts))
            if amount is None:
                return None
            highest = max(highest, amount)
    return highest
