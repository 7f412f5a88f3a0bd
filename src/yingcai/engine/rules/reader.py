"""SQLGlot's tree to ours: a reader for each part of the language; everything else is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import cast

from sqlglot import exp

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.scope import Scope
from yingcai.engine.rules.syntax import PERCENT
from yingcai.engine.rules.types import (
    Boolean,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
    civil,
    common_scale,
)

_ORDERS: dict[type[exp.Expr], n.Comparison] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_SIGNS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}

Call = Callable[["Reader", exp.Expr], n.Node]


class Refused(Exception):
    """Something below was refused; the reader holds the words."""


class Reader:
    """Turns SQLGlot's nodes into ours; goes on after a problem to find the others."""

    def __init__(self, scope: Scope, call: Call) -> None:
        self.scope = scope
        self.call = call
        self.problems: list[str] = []

    def refuse(self, words: str) -> Refused:
        self.problems.append(words)
        return Refused()

    def read(self, tree: exp.Expr, want: Enum | None = None) -> n.Node:
        """``want``: the enum against whose values a text literal is read."""
        if isinstance(tree, exp.Literal) and tree.is_string:
            return self._word(tree, want)
        reader = _READERS.get(type(tree))
        if reader is None:
            written = tree.sql("duckdb").replace(f"{PERCENT}(", "PERCENT(")
            raise self.refuse(f"{written[:60]!r} is not part of the language")
        return reader(self, tree, want)

    def all(self, trees: Iterable[exp.Expr], want: Enum | None = None) -> tuple[n.Node, ...]:
        """Read several, each of them even when another is refused."""
        found: list[n.Node] = []
        refused = False
        for tree in trees:
            try:
                found.append(self.read(tree, want))
            except Refused:
                refused = True
        if refused:
            raise Refused
        return tuple(found)

    def typed(self, tree: exp.Expr, kind: type[Type], place: str) -> n.Node:
        node = self.read(tree)
        if not isinstance(node.type, kind):
            raise self.refuse(f"{place} is {node.type}; it must be {named(kind)}")
        return node

    def same(self, trees: list[exp.Expr], want: Enum | None) -> tuple[n.Node, ...]:
        """Several of one type. Text literals take the enum of the others; ratios get one scale."""
        plain = [tree for tree in trees if not is_text(tree)]
        read = dict(zip(map(id, plain), self.all(plain, want), strict=True))
        enums = [node.type for node in read.values() if isinstance(node.type, Enum)]
        wanted = enums[0] if enums else want
        nodes = tuple(
            read[id(tree)] if id(tree) in read else self.read(tree, wanted) for tree in trees
        )
        return self.agree(nodes)

    def agree(self, nodes: tuple[n.Node, ...]) -> tuple[n.Node, ...]:
        first = nodes[0].type
        for node in nodes[1:]:
            if not _compatible(first, node.type):
                raise self.refuse(f"{first} and {node.type} do not go together")
        if isinstance(first, Ratio):
            return _one_scale(nodes)
        if isinstance(first, Integer):
            self._unit(nodes)
        return nodes

    def _unit(self, nodes: tuple[n.Node, ...]) -> Integer:
        units = list(
            dict.fromkeys(unit for node in nodes if (unit := cast(Integer, node.type).unit))
        )
        if len(units) > 1:
            raise self.refuse(f"counts of different units: {' and '.join(units)}")
        return Integer(units[0] if units else "")

    # -- leaves ----------------------------------------------------------------------------------

    def _word(self, tree: exp.Literal, want: Enum | None) -> n.Node:
        text = str(tree.this)
        if want is None:
            raise self.refuse(f"{text!r} stands where no list of values is known")
        if text not in want.codes:
            raise self.refuse(f"{text!r} is not a value of {want.name}: {', '.join(want.values)}")
        return n.Const(want.codes[text], want)

    def number(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        text = str(tree.this)
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise self.refuse(f"{text} is not a whole number; use YUAN(…) or PERCENT(…)")
        return n.Const(int(text), Integer())

    def flag(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        return n.Const(bool(tree.this), n.BOOLEAN)

    def day(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        literal = tree.this
        is_date = cast(exp.Cast, tree).to.is_type(exp.DataType.Type.DATE)
        if not is_date or not is_text(literal):
            raise self.refuse("casts are not part of the language; a day is DATE '2018-04-13'")
        try:
            return n.Const(civil(date.fromisoformat(str(literal.this))), n.DATE)
        except ValueError:
            raise self.refuse(
                f"there is no day {literal.this!r}; write DATE '2018-04-13'"
            ) from None

    def name(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        parts = [part for part in cast(exp.Column, tree).parts if isinstance(part, exp.Identifier)]
        if len(parts) != 2 or any(part.quoted for part in parts):
            raise self.refuse(f"{tree.sql('duckdb')!r} is no name; names look like person.degree")
        space, word = (str(part.this) for part in parts)
        if space == "param":
            return self._known(self.scope.parameters, word, "parameter")
        if space == "step":
            return self._known(self.scope.steps, word, "earlier step")
        name = f"{space}.{word}"
        if name not in self.scope.facts:
            raise self.refuse(f"there is no fact `{name}`")
        return n.Fact(name, self.scope.facts[name])

    def _known(
        self, named: Mapping[str, n.Step] | Mapping[str, n.Param], word: str, what: str
    ) -> n.Node:
        if word not in named:
            others = ", ".join(named) or "none"
            raise self.refuse(f"there is no {what} `{word}`; there is: {others}")
        return named[word]

    # -- operators -------------------------------------------------------------------------------

    def paren(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        return self.read(tree.this, want)

    def connective(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        kind = n.And if isinstance(tree, exp.And) else n.Or
        parts = self.all(tree.flatten())
        for part in parts:
            if not isinstance(part.type, Boolean):
                raise self.refuse(f"AND and OR join conditions; {part.type} is none")
        return kind(parts)

    def negation(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        return n.Not(self.typed(tree.this, Boolean, "what stands after NOT"))

    def compare(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        op = _ORDERS[type(tree)]
        left, right = self.same([tree.this, tree.expression], None)
        return self._ordered(n.Compare(op, left, right))

    def _ordered(self, node: n.Compare) -> n.Compare:
        kind = node.left.type
        unordered = isinstance(kind, Boolean) or (isinstance(kind, Enum) and not kind.ordered)
        if node.op not in ("=", "<>") and unordered:
            raise self.refuse(f"{kind} has no order; use = or <>")
        return node

    def between(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        if tree.args.get("symmetric"):
            raise self.refuse("BETWEEN SYMMETRIC is not part of the language")
        item, low, high = self.same([tree.this, tree.args["low"], tree.args["high"]], None)
        return n.And(
            (
                self._ordered(n.Compare(">=", item, low)),
                self._ordered(n.Compare("<=", item, high)),
            )
        )

    def member(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        item = self.read(tree.this)
        values = tree.expressions
        if not isinstance(item.type, Enum) or not values or not all(map(is_text, values)):
            raise self.refuse("IN takes a fact with a list of values and some of them: x IN ('a')")
        codes = {cast(n.Const, self.read(value, item.type)).value for value in values}
        return n.Member(item, tuple(sorted(codes)))

    def arithmetic(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        op = _SIGNS[type(tree)]
        left, right = self.all([tree.this, tree.expression])
        if op == "*":
            return self._product(left, right)
        left, right = self.agree((left, right))
        if not isinstance(left.type, Integer | Money):
            raise self.refuse(f"{left.type} cannot be added or subtracted")
        kind = self._unit((left, right)) if isinstance(left.type, Integer) else n.MONEY
        return n.Arithmetic("+" if op == "+" else "-", left, right, kind)

    def _product(self, left: n.Node, right: n.Node) -> n.Node:
        if isinstance(right.type, Money):
            left, right = right, left
        if isinstance(left.type, Money) and isinstance(right.type, Integer):
            return n.Arithmetic("*", left, right, n.MONEY)
        if isinstance(left.type, Integer) and isinstance(right.type, Integer):
            plain = not (left.type.unit and right.type.unit)
            return n.Arithmetic(
                "*", left, right, Integer(left.type.unit or right.type.unit if plain else "")
            )
        raise self.refuse(f"{left.type} * {right.type} is not allowed; a share is PORTION(…)")

    def minus(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        item = self.read(tree.this)
        if not isinstance(item.type, Integer | Money):
            raise self.refuse(f"{item.type} has no negative")
        return n.Negative(item, item.type)

    def extreme(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        if not tree.expressions:
            raise self.refuse("LEAST and GREATEST take at least two values")
        items = self.same([tree.this, *tree.expressions], want)
        kind = items[0].type
        if isinstance(kind, Boolean) or (isinstance(kind, Enum) and not kind.ordered):
            raise self.refuse(f"{kind} has no order, so there is no least or greatest")
        if isinstance(kind, Integer):
            kind = self._unit(items)
        return n.Extreme("least" if isinstance(tree, exp.Least) else "greatest", items, kind)

    def case(self, tree: exp.Expr, want: Enum | None) -> n.Node:
        if tree.this is not None or tree.args.get("default") is None:
            raise self.refuse("write CASE WHEN condition THEN value … ELSE value END, with ELSE")
        arms = tree.args["ifs"]
        tests = self.all(arm.this for arm in arms)
        for test in tests:
            if not isinstance(test.type, Boolean):
                raise self.refuse(f"what stands after WHEN is {test.type}; it must be a condition")
        values = self.same([*(arm.args["true"] for arm in arms), tree.args["default"]], want)
        kind = self._unit(values) if isinstance(values[0].type, Integer) else values[0].type
        return n.Case(tuple(zip(tests, values[:-1], strict=True)), values[-1], kind)


def is_text(tree: object) -> bool:
    return isinstance(tree, exp.Literal) and bool(tree.is_string)


def _compatible(left: Type, right: Type) -> bool:
    return left == right if isinstance(left, Enum) else type(left) is type(right)


def _one_scale(nodes: tuple[n.Node, ...]) -> tuple[n.Node, ...]:
    scale = 1
    for node in nodes:
        scale = common_scale(Ratio(scale), cast(Ratio, node.type))
    return tuple(scaled(node, scale) for node in nodes)


def scaled(node: n.Node, scale: int) -> n.Node:
    """A ratio over ``scale``, a multiple of its own."""
    factor = scale // cast(Ratio, node.type).scale
    if factor == 1:
        return node
    if isinstance(node, n.Const):
        return n.Const(node.value * factor, Ratio(scale))
    return n.Arithmetic("*", node, n.Const(factor, Integer()), Ratio(scale))


_READERS: dict[type[exp.Expr], Callable[[Reader, exp.Expr, Enum | None], n.Node]] = {
    exp.Literal: Reader.number,
    exp.Boolean: Reader.flag,
    exp.Cast: Reader.day,
    exp.Column: Reader.name,
    exp.Paren: Reader.paren,
    exp.And: Reader.connective,
    exp.Or: Reader.connective,
    exp.Not: Reader.negation,
    exp.Between: Reader.between,
    exp.In: Reader.member,
    exp.Neg: Reader.minus,
    exp.Least: Reader.extreme,
    exp.Greatest: Reader.extreme,
    exp.Case: Reader.case,
    exp.Anonymous: lambda reader, tree, want: reader.call(reader, tree),
    **dict.fromkeys(_ORDERS, Reader.compare),
    **dict.fromkeys(_SIGNS, Reader.arithmetic),
}


def named(want: type[Type] | Type) -> str:
    return want.__name__.lower() if isinstance(want, type) else str(want)
