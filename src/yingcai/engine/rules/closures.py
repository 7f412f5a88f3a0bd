"""The readable back end: a tree becomes nested functions. It is the oracle of the others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import cast

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import Condition, Outcome, Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.tables import matches
from yingcai.engine.rules.types import Known, from_civil

Facts = Mapping[str, Known]
Evaluate = Callable[[Facts], Known]

STEP = "step."  # before the name of a step, among the facts; no fact is called so

_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip


def decide(rules: RuleSet, facts: Facts) -> list[RuleOutcome]:
    """The outcome of every rule for one subject, with conditions and steps. Slow, and easy to read."""
    return [_decide_rule(rule, rules, facts) for rule in rules.rules]


def _decide_rule(rule: Rule, rules: RuleSet, facts: Facts) -> RuleOutcome:
    facts = with_steps(rule, facts)
    values = tuple(facts[STEP + step.name] for step in rule.steps)
    tests = [evaluate(condition.test, facts) for condition in rule.conditions]
    conditions = tuple(None if test is None else bool(test) for test in tests)
    outcome = _outcome(rule, conditions, rules, facts)
    amount = 0 if outcome == "no" and rule.amount is not None else None
    result = None
    if outcome == "yes":
        amount = None if rule.amount is None else evaluate(rule.amount, facts)
        result = None if rule.result is None else evaluate(rule.result, facts)
    return RuleOutcome(outcome, amount, result, conditions, values)


def with_steps(rule: Rule, facts: Facts) -> dict[str, Known]:
    """The facts and the values of a rule's steps, as its trees read them."""
    values = dict(facts)
    for step in rule.steps:
        values[STEP + step.name] = evaluate(step.value, values)
    return values


def _outcome(
    rule: Rule, conditions: tuple[bool | None, ...], rules: RuleSet, facts: Facts
) -> Outcome:
    if False in conditions:
        return "no"
    open_ones = [
        one for one, value in zip(rule.conditions, conditions, strict=True) if value is None
    ]
    if not open_ones:
        return "yes"
    waiting = any(waits_for_facts(one, rules, facts) for one in open_ones)
    return "unknown" if waiting else "person"


def waits_for_facts(condition: Condition, rules: RuleSet, facts: Facts) -> bool:
    """Whether an undecided condition names an unknown fact that nobody has to judge."""
    return any(facts.get(name) is None and not rules.facts[name].judged for name in condition.facts)


def evaluate(node: n.Node, facts: Facts) -> Known:
    """The value of a tree; ``facts`` also holds the values of earlier steps. None is unknown."""
    return closure(node)(facts)


def closure(node: n.Node) -> Evaluate:
    """A tree as one function of the facts."""
    make = cast("Callable[[n.Node], Evaluate]", _MAKERS[type(node)])
    return make(node)


def _const(node: n.Const) -> Evaluate:
    return lambda facts: node.value


def _fact(node: n.Fact) -> Evaluate:
    return lambda facts: facts.get(node.name)


def _step(node: n.Step) -> Evaluate:
    return lambda facts: facts.get(STEP + node.name)


def _param(node: n.Param) -> Evaluate:
    if node.by is None:
        return lambda facts: node.values[0][1]
    by = closure(node.by)
    days = [day for day, _ in node.values]

    def dated(facts: Facts) -> Known:
        day = by(facts)
        if day is None:
            return None
        place = bisect_right(days, day) - 1
        return node.values[place][1] if place >= 0 else None

    return dated


def _lookup(node: n.Lookup) -> Evaluate:
    keys = [closure(key) for key in node.keys]
    column = node.table.column(node.output)

    def lookup(facts: Facts) -> Known:
        values = [key(facts) for key in keys]
        if None in values:
            return None
        for row in node.table.rows:
            if all(matches(cell, value) for cell, value in zip(row.cells, values, strict=True)):  # type: ignore[arg-type]  # none is None
                return row.outputs[column]
        return None if node.table.otherwise is None else node.table.otherwise[column]

    return lookup


def _covered(node: n.Covered) -> Evaluate:
    keys = [closure(key) for key in node.keys]

    def covered(facts: Facts) -> Known:
        values = [key(facts) for key in keys]
        if None in values:
            return None
        return any(
            all(matches(cell, value) for cell, value in zip(row.cells, values, strict=True))  # type: ignore[arg-type]  # none is None
            for row in node.table.rows
        )

    return covered


def _and(node: n.And) -> Evaluate:
    return _kleene(node.items, stop=False)


def _or(node: n.Or) -> Evaluate:
    return _kleene(node.items, stop=True)


def _kleene(items: tuple[n.Node, ...], *, stop: bool) -> Evaluate:
    tests = [closure(item) for item in items]

    def kleene(facts: Facts) -> Known:
        values = [test(facts) for test in tests]
        if stop in values:
            return stop
        return None if None in values else not stop

    return kleene


def _not(node: n.Not) -> Evaluate:
    return _strict((node.item,), lambda value: not value)


def _compare(node: n.Compare) -> Evaluate:
    return _strict((node.left, node.right), _COMPARE[node.op])


def _member(node: n.Member) -> Evaluate:
    return _strict((node.item,), lambda code: code in node.codes)


def _arithmetic(node: n.Arithmetic) -> Evaluate:
    operation: dict[str, Callable[[int, int], int]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
    }
    return _strict((node.left, node.right), operation[node.op])


def _negative(node: n.Negative) -> Evaluate:
    return _strict((node.item,), lambda value: -value)


def _extreme(node: n.Extreme) -> Evaluate:
    pick: Callable[..., int] = min if node.kind == "least" else max
    return _strict(node.items, pick)


def _portion(node: n.Portion) -> Evaluate:
    return _strict(
        (node.money, node.share),
        lambda money, share: divide(money * share, node.scale, node.rounding),
    )


def _round_to(node: n.RoundTo) -> Evaluate:
    return _strict(
        (node.money,),
        lambda money: divide(money, node.unit_fen, node.rounding) * node.unit_fen,
    )


def divide(number: int, by: int, rounding: n.Rounding) -> int:
    """``number`` / ``by`` (at least 1) as a whole number; rounding is the same on both sides of zero.

    >>> [divide(-7, 2, way) for way in ("down", "half_up", "up")]
    [-3, -4, -4]
    """
    size = abs(number)
    if rounding == "down":
        quotient = size // by
    elif rounding == "up":
        quotient = (size + by - 1) // by
    else:
        quotient = (2 * size + by) // (2 * by)
    return quotient if number >= 0 else -quotient


def _case(node: n.Case) -> Evaluate:
    arms = [(closure(test), closure(value)) for test, value in node.arms]
    otherwise = closure(node.otherwise)

    def case(facts: Facts) -> Known:
        for test, value in arms:
            holds = test(facts)
            if holds is None:
                return None
            if holds:
                return value(facts)
        return otherwise(facts)

    return case


def _months(node: n.Months) -> Evaluate:
    def months(start: int, end: int) -> int:
        count = full_months(start, end, month_end=node.month_end)
        return count // 12 if node.years else count

    return _strict((node.start, node.end), months)


def full_months(start: int, end: int, *, month_end: bool) -> int:
    """Whole months between two civil codes, never negative.

    ``month_end``: the last day of a month completes it, as 28 February does for 31 January.
    """
    complete = (end & 31) >= (start & 31) or (month_end and _is_month_end(end))
    return max((end >> 5) - (start >> 5) - (not complete), 0)


def _is_month_end(code: int) -> bool:
    day = from_civil(code)
    following = day.toordinal() + 1
    return type(day).fromordinal(following).day == 1


def _days(node: n.Days) -> Evaluate:
    return _strict(
        (node.start, node.end),
        lambda start, end: from_civil(end).toordinal() - from_civil(start).toordinal(),
    )


def _year_of(node: n.YearOf) -> Evaluate:
    return _strict((node.item,), lambda code: (code >> 5) // 12)


def _strict(items: tuple[n.Node, ...], apply: Callable[..., Known]) -> Evaluate:
    """A function that is unknown as soon as one of its arguments is."""
    arguments = [closure(item) for item in items]

    def strict(facts: Facts) -> Known:
        values = [argument(facts) for argument in arguments]
        return None if None in values else apply(*values)

    return strict


_MAKERS = {
    n.Const: _const,
    n.Fact: _fact,
    n.Step: _step,
    n.Param: _param,
    n.Lookup: _lookup,
    n.Covered: _covered,
    n.And: _and,
    n.Or: _or,
    n.Not: _not,
    n.Compare: _compare,
    n.Member: _member,
    n.Arithmetic: _arithmetic,
    n.Negative: _negative,
    n.Extreme: _extreme,
    n.Portion: _portion,
    n.RoundTo: _round_to,
    n.Case: _case,
    n.Months: _months,
    n.Days: _days,
    n.YearOf: _year_of,
}
