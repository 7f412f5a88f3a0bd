"""Pieces of SQL as SQLGlot nodes, and the layers of subqueries in which generated columns stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from sqlglot import exp

from yingcai.engine.rules.types import Boolean, Date, Enum, Type, Value, from_civil

Arms = Sequence[tuple[exp.Expr, exp.Expr]]

_OPERATORS = (exp.Binary, exp.Not, exp.Neg, exp.Between)


@dataclass(frozen=True, slots=True)
class Piece:
    """A lowered value. ``depth`` is the first layer it can stand in; layer 0 reads facts only.

    ``nullable``: it can be unknown. ``natural``: never below zero where it is known.
    ``simple``: a column or a constant, so that writing it twice costs nothing.
    """

    sql: exp.Expr
    depth: int = 0
    nullable: bool = False
    natural: bool = False
    simple: bool = False

    def again(self) -> exp.Expr:
        """A node of its own: a SQLGlot node has one parent."""
        return self.sql.copy()


@dataclass(slots=True)
class Layers:
    """Generated columns, each in the first layer that sees all it reads."""

    layers: list[list[exp.Expr]] = field(default_factory=list)
    helpers: int = 0

    def add(self, name: str, piece: Piece) -> Piece:
        """Give a value a column; what comes back stands one layer higher."""
        while len(self.layers) <= piece.depth:
            self.layers.append([])
        self.layers[piece.depth].append(alias(piece.sql, name))
        return replace(piece, sql=column(name), depth=piece.depth + 1, simple=True)

    def helper(self, piece: Piece) -> Piece:
        """A column that nobody asked for, so that a value is computed once."""
        self.helpers += 1
        return self.add(f"h{self.helpers}", piece)

    def over(self, base: exp.Select) -> exp.Select:
        """All layers as nested subqueries, every column of all of them visible at the top."""
        for place, columns in enumerate(self.layers):
            base = select([exp.Star(), *columns], derived(base, f"q{place}"))
        return base


def select(columns: Sequence[exp.Expr], source: exp.Expr) -> exp.Select:
    return exp.Select(expressions=list(columns), from_=exp.From(this=source))


def derived(query: exp.Select, name: str) -> exp.Subquery:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(name)))


def alias(sql: exp.Expr, name: str) -> exp.Alias:
    return exp.Alias(this=sql, alias=exp.to_identifier(name))


def column(name: str, *, quoted: bool = False) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=name, quoted=quoted))


def fact_column(fact: str) -> str:
    """The column of a fact in a population table."""
    return fact.replace(".", "__")


def cast(sql: exp.Expr, kind: exp.DType) -> exp.Cast:
    return exp.Cast(this=sql, to=exp.DataType(this=kind))


def kind_of(kind: Type) -> exp.DType:
    """The column type of values of a type."""
    match kind:
        case Boolean():
            return exp.DType.BOOLEAN
        case Enum():
            return exp.DType.SMALLINT
        case Date():
            return exp.DType.DATE
        case _:
            return exp.DType.BIGINT


def number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def plain(value: Value, kind: Type) -> exp.Expr:
    """A constant where the other operand fixes its type: a comparison with a column."""
    if isinstance(kind, Boolean):
        return exp.Boolean(this=bool(value))
    if isinstance(kind, Date):
        return cast(exp.Literal.string(from_civil(value).isoformat()), exp.DType.DATE)
    return number(value)


def typed(value: Value | None, kind: Type) -> exp.Expr:
    """A constant with its type, so that every engine computes in 64 bits; None is NULL."""
    if value is None:
        return cast(exp.Null(), kind_of(kind))
    node = plain(value, kind)
    return node if isinstance(kind, Boolean | Date) else cast(node, kind_of(kind))


def wrapped(sql: exp.Expr) -> exp.Expr:
    """An operand in brackets where precedence could tear it apart."""
    return exp.Paren(this=sql) if isinstance(sql, _OPERATORS) else sql


def binary(operator: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Binary:
    return operator(this=wrapped(left), expression=wrapped(right))


def conjunction(items: Iterable[exp.Expr]) -> exp.Expr:
    return _together(exp.And, list(items), otherwise=True)


def disjunction(items: Iterable[exp.Expr]) -> exp.Expr:
    return _together(exp.Or, list(items), otherwise=False)


def _together(operator: type[exp.Connector], items: list[exp.Expr], *, otherwise: bool) -> exp.Expr:
    if len(items) < 2:
        return items[0] if items else exp.Boolean(this=otherwise)
    return reduce(lambda one, other: operator(this=one, expression=other), map(wrapped, items))


def is_null(sql: exp.Expr) -> exp.Is:
    return exp.Is(this=wrapped(sql), expression=exp.Null())


def case(arms: Arms, otherwise: exp.Expr | None = None) -> exp.Expr:
    """CASE without an ELSE is NULL there; without arms it is its ELSE."""
    if not arms:
        return otherwise if otherwise is not None else exp.Null()
    ifs = [exp.If(this=test, true=value) for test, value in arms]
    return exp.Case(ifs=ifs, default=otherwise)
