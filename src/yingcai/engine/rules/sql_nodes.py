"""The lowering of one rule's trees to SQL, node by node, with the meaning of the oracle.

Nothing leans on how an engine treats NULL in LEAST, GREATEST or CASE: minima are comparisons that
fall through to NULL, and what decides a CASE is a column whose NULL is asked for first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, reduce
from typing import cast as of_type

from sqlglot import exp

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import evaluate, with_steps
from yingcai.engine.rules.model import FactType, Rule
from yingcai.engine.rules.sql_pieces import (
    Layers,
    Piece,
    binary,
    case,
    cast,
    column,
    conjunction,
    disjunction,
    fact_column,
    is_null,
    number,
    plain,
    typed,
    wrapped,
)
from yingcai.engine.rules.sql_tables import covered, lookup, member
from yingcai.engine.rules.types import Enum, Integer, Known, Value, civil, from_civil

_COMPARE: dict[str, type[exp.Binary]] = {
    "=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip
_ARITHMETIC: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}

Memo = dict[Hashable, Piece]
BIGINT = exp.DType.BIGINT
ONE_DAY = "one day"  # marks the column of a date's next day in a memo


@dataclass
class Lowering:
    """Lowers the trees of one rule. ``shared`` holds columns that any rule may use.

    While ``only_if`` is set, new columns are computed only where that column is true: they are
    good for amounts, not for conditions.
    """

    rule: Rule
    facts: Mapping[str, FactType]
    layers: Layers
    shared: Memo
    only_if: Piece | None = None
    own: Memo = field(default_factory=dict)
    guarded: Memo = field(default_factory=dict)
    constants: dict[int, bool] = field(default_factory=dict)

    @cached_property
    def steps_alone(self) -> dict[str, Known]:
        """The values of the steps when nothing is known of anybody: right for constant ones."""
        return with_steps(self.rule, {})

    def lower(self, node: n.Node) -> Piece:
        if self.is_constant(node):
            return constant(evaluate(node, self.steps_alone), node)
        make = of_type("Callable[[Lowering, n.Node], Piece]", _MAKERS[type(node)])
        return make(self, node)

    def is_constant(self, node: n.Node) -> bool:
        """Whether no fact is named, also through steps: the oracle itself gives the value."""
        known = self.constants.get(id(node))
        if known is None:
            below = (
                [self.rule.step_values[node.name]] if isinstance(node, n.Step) else n.children(node)
            )
            known = not isinstance(node, n.Fact) and all(self.is_constant(one) for one in below)
            self.constants[id(node)] = known
        return known

    def once(self, key: Hashable, make: Callable[[], Piece], *, own: bool, name: str = "") -> Piece:
        """The column of a value that is computed once; ``own``: it means something in this rule only."""
        for memo in (self.shared, self.own, self.guarded):
            if key in memo:
                return replace(memo[key], sql=memo[key].again())
        piece = make()
        made = self.named(name, piece) if name else self.helper(piece)
        memo = self.guarded if self.only_if else self.own if own else self.shared
        memo[key] = made
        return replace(made, sql=made.again())

    def named(self, name: str, piece: Piece) -> Piece:
        return self.layers.add(name, self._where_needed(piece))

    def helper(self, piece: Piece) -> Piece:
        return self.layers.helper(self._where_needed(piece))

    def _where_needed(self, piece: Piece) -> Piece:
        if self.only_if is None or isinstance(piece.sql, exp.Column):
            return piece
        sql = case([(self.only_if.again(), piece.sql)])
        return replace(piece, sql=sql, depth=max(piece.depth, self.only_if.depth), simple=False)

    def simple(self, node: n.Node) -> Piece:
        return self.settled(self.lower(node))

    def settled(self, piece: Piece) -> Piece:
        """A column or a constant of the same value."""
        return piece if piece.simple else self.helper(piece)

    def step(self, name: str) -> Piece:
        place = [step.name for step in self.rule.steps].index(name)
        value = self.rule.steps[place].value
        label = f"r{self.rule.number}_s{place + 1}"
        return self.once(n.Step(name, value.type), lambda: self.lower(value), own=True, name=label)

    def has_step(self, node: n.Node) -> bool:
        return any(isinstance(one, n.Step) for one in n.walk(node))

    def civil(self, node: n.Node, *, following: bool) -> Piece:
        """The civil code of a date, or that of the following day."""
        if self.is_constant(node):
            day = evaluate(node, self.steps_alone)
            return _civil_constant(day, following=following)
        date = self.simple(node)
        key = (of_type("exp.Column", date.sql).name, ONE_DAY if following else "")
        fact = isinstance(node, n.Fact)
        return self.once(key, lambda: _civil_code(date, following=following), own=not fact)


def constant(value: Value | None, node: n.Node) -> Piece:
    natural = value is None or value >= 0
    return Piece(typed(value, node.type), 0, nullable=value is None, natural=natural, simple=True)


def _built(sql: exp.Expr, pieces: Sequence[Piece], *, natural: bool = False) -> Piece:
    """A strict operation: unknown as soon as an operand is."""
    depth = max(piece.depth for piece in pieces)
    return Piece(sql, depth, any(piece.nullable for piece in pieces), natural)


def _fact(low: Lowering, node: n.Fact) -> Piece:
    fact = low.facts[node.name]
    natural = fact.low is not None and fact.low >= 0
    sql = column(fact_column(node.name))
    return Piece(sql, 0, nullable=not fact.always, natural=natural, simple=True)


def _step(low: Lowering, node: n.Step) -> Piece:
    return low.step(node.name)


def _param(low: Lowering, node: n.Param) -> Piece:
    """The last value whose day has come: before the first day, and on no day, NULL."""
    by = low.simple(of_type("n.Node", node.by))
    arms = [
        (binary(exp.GTE, by.again(), plain(day, n.DATE)), typed(value, node.type))
        for day, value in reversed(node.values)
    ]
    return Piece(case(arms), by.depth, nullable=True, natural=min(v for _, v in node.values) >= 0)


def _lookup(low: Lowering, node: n.Lookup) -> Piece:
    return low.once(node, lambda: _lookup_itself(low, node), own=low.has_step(node))


def _lookup_itself(low: Lowering, node: n.Lookup) -> Piece:
    table, place = node.table, node.table.column(node.output)
    keys = [low.simple(key) for key in node.keys]
    outputs = [row.outputs[place] for row in table.rows]
    if table.otherwise is not None:
        outputs.append(table.otherwise[place])
    piece = _built(
        lookup(table, node.output, node.type, keys), keys, natural=min(outputs, default=0) >= 0
    )
    return replace(piece, nullable=piece.nullable or table.otherwise is None)


def _covered(low: Lowering, node: n.Covered) -> Piece:
    def make() -> Piece:
        keys = [low.simple(key) for key in node.keys]
        return _built(covered(node.table, keys), keys)

    return low.once(node, make, own=low.has_step(node))


def _and(low: Lowering, node: n.And) -> Piece:
    items = [low.lower(item) for item in node.items]
    return _built(conjunction(item.sql for item in items), items)


def _or(low: Lowering, node: n.Or) -> Piece:
    items = [low.lower(item) for item in node.items]
    return _built(disjunction(item.sql for item in items), items)


def _not(low: Lowering, node: n.Not) -> Piece:
    item = low.lower(node.item)
    return _built(exp.Not(this=wrapped(item.sql)), [item])


def _compare(low: Lowering, node: n.Compare) -> Piece:
    left, right = _side(low, node.left), _side(low, node.right)
    return _built(binary(_COMPARE[node.op], left.sql, right.sql), [left, right])


def _side(low: Lowering, node: n.Node) -> Piece:
    """A side of a comparison: a known constant takes its type from the other side."""
    piece = low.lower(node)
    if not low.is_constant(node) or piece.nullable:
        return piece
    value = of_type("Value", evaluate(node, low.steps_alone))
    return replace(piece, sql=plain(value, node.type))


def _member(low: Lowering, node: n.Member) -> Piece:
    item = low.simple(node.item)
    size = len(of_type("Enum", node.item.type).values)
    return _built(member(item.again, node.codes, size), [item])


def _arithmetic(low: Lowering, node: n.Arithmetic) -> Piece:
    left, right = low.lower(node.left), low.lower(node.right)
    natural = node.op != "-" and left.natural and right.natural
    return _built(binary(_ARITHMETIC[node.op], left.sql, right.sql), [left, right], natural=natural)


def _negative(low: Lowering, node: n.Negative) -> Piece:
    item = low.lower(node.item)
    return _built(exp.Neg(this=wrapped(item.sql)), [item])


def _extreme(low: Lowering, node: n.Extreme) -> Piece:
    """Two at a time, those that are always known last."""
    beats = exp.LT if node.kind == "least" else exp.GT
    items = sorted((low.simple(item) for item in node.items), key=lambda item: not item.nullable)
    natural = [item.natural for item in items]
    first = reduce(lambda one, other: _better(low.settled(one), other, beats), items)
    return replace(first, natural=all(natural) if node.kind == "least" else any(natural))


def _better(one: Piece, other: Piece, beats: type[exp.Binary]) -> Piece:
    """The better of two simple pieces; where one is unknown no comparison holds, and NULL remains."""
    first = (binary(beats, other.again(), one.again()), other.again())
    if not other.nullable:
        return _built(case([first], one.again()), [one, other])
    ties = exp.LTE if beats is exp.LT else exp.GTE
    return _built(
        case([first, (binary(ties, one.again(), other.again()), one.again())]), [one, other]
    )


def _portion(low: Lowering, node: n.Portion) -> Piece:
    money, share = low.lower(node.money), low.lower(node.share)
    natural = money.natural and share.natural
    product = _built(binary(exp.Mul, money.sql, share.sql), [money, share], natural=natural)
    return _divided(low, product, node.scale, node.rounding)


def _round_to(low: Lowering, node: n.RoundTo) -> Piece:
    whole = _divided(low, low.lower(node.money), node.unit_fen, node.rounding)
    return replace(whole, sql=binary(exp.Mul, whole.sql, number(node.unit_fen)))


def _divided(low: Lowering, piece: Piece, by: int, rounding: n.Rounding) -> Piece:
    """A whole quotient. Only numbers from 0 up are divided: engines differ below."""
    if piece.natural:
        return replace(piece, sql=_quotient(piece.sql, by, rounding), simple=False)
    piece = low.settled(piece)
    size = _quotient(exp.Neg(this=piece.again()), by, rounding)
    below = binary(exp.LT, piece.again(), number(0))
    sql = case([(below, exp.Neg(this=wrapped(size)))], _quotient(piece.again(), by, rounding))
    return replace(piece, sql=sql, simple=False)


def _quotient(sql: exp.Expr, by: int, rounding: n.Rounding) -> exp.Expr:
    more = {"down": 0, "half_up": by // 2, "up": by - 1}[rounding]
    size = binary(exp.Add, sql, number(more)) if more else sql
    return binary(exp.IntDiv, size, number(by))


def _case(low: Lowering, node: n.Case) -> Piece:
    arms: list[tuple[exp.Expr, exp.Expr]] = []
    pieces = []
    for test, value in node.arms:
        holds, then = low.lower(test), low.lower(value)
        holds = low.settled(holds) if holds.nullable else holds
        arms.append((holds.again(), then.sql))
        if holds.nullable:
            arms.append((is_null(holds.again()), exp.Null()))
        pieces += [holds, then]
    otherwise = low.lower(node.otherwise)
    values = [*pieces[1::2], otherwise]
    natural = all(value.natural for value in values)
    return _built(case(arms, otherwise.sql), [*pieces, otherwise], natural=natural)


def _months(low: Lowering, node: n.Months) -> Piece:
    return low.once(node, lambda: _months_itself(low, node), own=low.has_step(node))


def _months_itself(low: Lowering, node: n.Months) -> Piece:
    """Civil codes count 32 a month, so a month is full where their difference reaches 32.

    A month's last day completes it when it is seen as the eve of the next day: one less than its code.
    """
    start = low.civil(node.start, following=False)
    end = low.civil(node.end, following=node.month_end)
    last = binary(exp.Sub, end.sql, number(1)) if node.month_end else end.sql
    difference = low.helper(_built(binary(exp.Sub, last, start.sql), [start, end]))
    divisor = 32 * 12 if node.years else 32
    arms = [
        (
            binary(exp.GTE, difference.again(), number(0)),
            binary(exp.IntDiv, difference.again(), number(divisor)),
        ),
        (binary(exp.LT, difference.again(), number(0)), cast(number(0), BIGINT)),
    ]
    return _built(case(arms), [difference], natural=True)


def _civil_code(date: Piece, *, following: bool) -> Piece:
    def part(name: str) -> exp.Expr:
        day = date.again()
        if following:
            day = exp.DateAdd(this=day, expression=number(1), unit=exp.var("DAY"))
        return cast(exp.Extract(this=exp.var(name), expression=day), BIGINT)

    months = binary(exp.Add, binary(exp.Mul, part("YEAR"), number(12)), part("MONTH"))
    code = binary(exp.Add, binary(exp.Mul, months, number(32)), part("DAY"))
    return _built(binary(exp.Sub, code, number(32)), [date], natural=True)


def _civil_constant(code: Value | None, *, following: bool) -> Piece:
    if code is not None and following:
        code = civil(from_civil(code) + timedelta(days=1))
    return constant(code, n.Const(0, Integer()))


def _days(low: Lowering, node: n.Days) -> Piece:
    start, end = low.lower(node.start), low.lower(node.end)
    days = exp.DateDiff(this=wrapped(end.sql), expression=wrapped(start.sql), unit=exp.var("DAY"))
    return _built(cast(days, BIGINT), [start, end])


def _year_of(low: Lowering, node: n.YearOf) -> Piece:
    item = low.lower(node.item)
    year = cast(exp.Extract(this=exp.var("YEAR"), expression=item.sql), BIGINT)
    return _built(year, [item], natural=True)


_MAKERS = {
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
