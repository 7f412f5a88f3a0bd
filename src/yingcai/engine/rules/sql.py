"""The set-based back end: a rule set becomes one statement over a table of people.

The tree is the same for every database; ``sql_print`` prints it for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import Condition, FactType, Outcome, Rule, RuleSet
from yingcai.engine.rules.sql_nodes import Lowering, Memo
from yingcai.engine.rules.sql_pieces import (
    Layers,
    Piece,
    alias,
    case,
    cast,
    column,
    conjunction,
    derived,
    disjunction,
    fact_column,
    is_null,
    number,
    select,
)

# An outcome column holds the place of its word.
OUTCOME_CODES: tuple[Outcome, ...] = ("no", "yes", "unknown", "person")

_GENERATED = re.compile(r"[rh][0-9]+(_[a-z]+[0-9]*)?", re.IGNORECASE)

SMALLINT, BIGINT = exp.DType.SMALLINT, exp.DType.BIGINT


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one rule. Conditions and steps stand in the order of the rule, or are not asked for.

    ``outcome``: SMALLINT, a place in ``OUTCOME_CODES``. ``amount``: BIGINT fen, NULL unknown.
    ``result``: SMALLINT code of the enum, NULL unless yes. None: the rule has no amount, no result.
    """

    rule: int
    outcome: str
    amount: str | None
    result: str | None
    conditions: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        ends = tuple(name for name in (self.amount, self.result) if name is not None)
        return (self.outcome, *ends, *self.conditions, *self.steps)


def select_decisions(
    rules: RuleSet, *, table: str = "people", reasons: bool = False, keep: Sequence[str] = ()
) -> tuple[exp.Select, tuple[Columns, ...]]:
    """The decisions on every row of ``table``, and the names of the columns that hold them.

    The table has ``id`` and a column a fact (``person__degree``). ``keep``: more of its columns to
    pass on. ``reasons``: a column a condition and a step, too. Print it with ``print_sql``.
    For many rules ask for groups of programmes (``RuleSet.only``): no database plans a thousand
    columns gladly.

    Raises: ValueError when a name in ``keep`` looks like a generated column (``r3_amount``).
    """
    _refuse_generated(keep)
    layers, shared = Layers(), Memo()
    decided = [
        _decide(rules, Lowering(rule, rules.facts, layers, shared), reasons=reasons)
        for rule in rules.rules
    ]
    passed = dict.fromkeys(("id", *keep))
    read = dict.fromkeys((*passed, *map(fact_column, rules.used_facts)))
    source = exp.Table(this=exp.to_identifier(table, quoted=True))
    base = select([column(name, quoted=True) for name in read], source)
    outputs: list[exp.Expr] = [column(name, quoted=True) for name in passed]
    outputs += [output for _, of_rule in decided for output in of_rule]
    columns = tuple(names for names, _ in decided)
    return select(outputs, derived(layers.over(base), "decided")), columns


def _refuse_generated(keep: Sequence[str]) -> None:
    """Facts have ``__`` in their columns, generated columns are short; a caller's may be like those."""
    bad = [name for name in keep if _GENERATED.fullmatch(name)]
    if bad:
        raise ValueError(f"kept columns have names that decisions use: {', '.join(bad)}")


def _decide(rules: RuleSet, low: Lowering, *, reasons: bool) -> tuple[Columns, list[exp.Expr]]:
    """The columns of a rule and their expressions above all layers."""
    rule, name = low.rule, f"r{low.rule.number}"
    steps = tuple(low.step(step.name).sql.name for step in rule.steps) if reasons else ()
    tests = [low.lower(condition.test) for condition in rule.conditions]
    if reasons or not all(_certain(rules, rule, one) for one in rule.conditions):
        tests = [low.named(f"{name}_c{place}", test) for place, test in enumerate(tests, 1)]
    holds = low.named(f"{name}_ok", _all(tests))
    outputs: list[exp.Expr] = [alias(_outcome(rules, rule, tests, holds), name)]
    low.only_if = holds
    amount = result = None
    if rule.amount is not None:
        amount = f"{name}_amount"
        outputs.append(alias(_amount(holds, low.lower(rule.amount)), amount))
    if rule.result is not None:
        result = f"{name}_result"
        outputs.append(alias(case([(holds.again(), low.lower(rule.result).sql)]), result))
    conditions = tuple(test.sql.name for test in tests) if reasons else ()
    outputs += [column(one) for one in (*conditions, *steps)]
    return Columns(rule.number, name, amount, result, conditions, steps), outputs


def _all(tests: Sequence[Piece]) -> Piece:
    depth = max((test.depth for test in tests), default=0)
    nullable = any(test.nullable for test in tests)
    return Piece(conjunction(test.again() for test in tests), depth, nullable)


def _outcome(rules: RuleSet, rule: Rule, tests: Sequence[Piece], holds: Piece) -> exp.Expr:
    decided = cast(cast(holds.again(), exp.DType.INT), SMALLINT)  # not every database casts at once
    if not holds.nullable:
        return decided
    return exp.Coalesce(this=decided, expressions=[_undecided(rules, rule, tests)])


def _undecided(rules: RuleSet, rule: Rule, tests: Sequence[Piece]) -> exp.Expr:
    """The outcome of a rule that is neither no nor yes: waiting for facts, or for a person."""
    unknown, person = _code("unknown"), _code("person")
    if all(_certain(rules, rule, one) for one in rule.conditions):
        return unknown
    waiting = [
        waits
        for one, test in zip(rule.conditions, tests, strict=True)
        for waits in _waits(rules, rule, one, test)
    ]
    return case([(disjunction(waiting), unknown)], person) if waiting else person


def _waits(rules: RuleSet, rule: Rule, condition: Condition, test: Piece) -> Iterator[exp.Expr]:
    """When an open condition waits for facts that nobody has to judge."""
    asked = [rules.facts[name] for name in condition.facts]
    missing = [is_null(column(fact_column(one.name))) for one in asked if _can_be_missing(one)]
    if not test.nullable or not missing:
        return
    is_open = is_null(test.again())
    yield (
        is_open
        if _certain(rules, rule, condition)
        else conjunction([is_open, disjunction(missing)])
    )


def _can_be_missing(fact: FactType) -> bool:
    return not (fact.judged or fact.always)


def _certain(rules: RuleSet, rule: Rule, condition: Condition) -> bool:
    """Whether the condition can be open only for a missing fact that nobody judges."""
    judged = rules.judged(condition.facts)
    return not judged and not _has_gaps(condition.test, rule)


def _has_gaps(node: n.Node, rule: Rule) -> bool:
    """Whether known facts can leave it unknown: before a first day, in no row of a table."""
    return any(
        (isinstance(one, n.Param) and one.by is not None)
        or (isinstance(one, n.Lookup) and one.table.otherwise is None)
        or (isinstance(one, n.Step) and _has_gaps(rule.step_values[one.name], rule))
        for one in n.walk(node)
    )


def _amount(holds: Piece, amount: Piece) -> exp.Expr:
    """Fen where the rule holds, 0 where it does not, NULL where that is open."""
    arms: list[tuple[exp.Expr, exp.Expr]] = [(holds.again(), amount.sql)]
    if holds.nullable:
        arms.append((is_null(holds.again()), exp.Null()))
    return case(arms, cast(number(0), BIGINT))


def _code(outcome: Outcome) -> exp.Expr:
    return cast(number(OUTCOME_CODES.index(outcome)), SMALLINT)
