"""A parameter set free: its value becomes a fact, so that many values are tried with one compilation."""

from __future__ import annotations

from dataclasses import replace

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import FactType, Parameter, Rule, RuleSet, StepValue, facts_of
from yingcai.engine.rules.types import Date

FREE = "draft.value"  # no fact of a vocabulary begins so


def free_parameter(
    rules: RuleSet, programme: str, parameter: str, *, low: int, high: int
) -> RuleSet:
    """One programme whose parameter is the fact ``FREE``, with inside values from low to high.

    Of dated values it is the last one that is set free, from its own day on. Raises: ValueError
    where the programme has no such parameter, or one that is a day.
    """
    only = rules.only(frozenset([programme]))
    found = [one for rule in only.rules for one in rule.parameters if one.name == parameter]
    if not found or isinstance(found[0].type, Date):
        known = sorted({one.name for rule in only.rules for one in rule.parameters})
        raise ValueError(f"`{programme}` has no number `{parameter}`; it has: {', '.join(known)}")
    fact = FactType(FREE, found[0].type, _LABEL, low=low, high=high, always=True)
    own = only.programmes[programme]
    ceilings = tuple(
        replace(one, amount=_freed(one.amount, parameter)) for one in own.stacking.ceilings
    )
    return RuleSet(
        {**only.facts, FREE: fact},
        {programme: replace(own, stacking=replace(own.stacking, ceilings=ceilings))},
        tuple(_free_rule(rule, parameter) for rule in only.rules),
    )


_LABEL = {"zh": "拟定的参数值", "en": "Value of the draft"}


def _free_rule(rule: Rule, parameter: str) -> Rule:
    steps: list[StepValue] = []
    behind: dict[str, tuple[str, ...]] = {}
    for step in rule.steps:
        value = _freed(step.value, parameter)
        behind[step.name] = facts_of(value, behind)
        steps.append(replace(step, value=value, facts=behind[step.name]))
    tests = [(one, _freed(one.test, parameter)) for one in rule.conditions]
    conditions = tuple(replace(one, test=test, facts=facts_of(test, behind)) for one, test in tests)
    amount = None if rule.amount is None else _freed(rule.amount, parameter)
    paid = () if amount is None else facts_of(amount, behind)
    named = dict.fromkeys([*(name for one in conditions for name in one.facts), *paid, *rule.facts])
    return replace(
        rule,
        conditions=conditions,
        steps=tuple(steps),
        amount=amount,
        facts=tuple(named),
        amount_facts=tuple(dict.fromkeys([*paid, *rule.amount_facts])),
    )


def _freed(node: n.Node, parameter: str) -> n.Node:
    def swap(one: n.Node) -> n.Node | None:
        if not isinstance(one, n.Param) or one.name != parameter:
            return None
        value = n.Fact(FREE, one.type)
        if one.by is None:
            return value
        last, _ = one.values[-1]
        earlier = replace(one, values=one.values[:-1]) if one.values[1:] else None
        after = n.Compare(">=", one.by, n.Const(last, n.DATE))
        # Before its first value a parameter is unknown; a table-less lookup would not be, a Param is.
        before: n.Node = earlier or replace(one, values=((last, one.values[-1][1]),))
        return n.Case(((after, value),), before, one.type)

    return n.swapped(node, swap)


def written_parameter(rules: RuleSet, programme: str, parameter: str) -> Parameter | None:
    """The parameter as the programme writes it, of its last version that has it."""
    numbers = rules.programmes[programme].rules if programme in rules.programmes else ()
    found = [
        one for number in numbers for one in rules.rules[number].parameters if one.name == parameter
    ]
    return found[-1] if found else None
