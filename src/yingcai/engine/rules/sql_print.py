"""Printing for one database: what SQLGlot alone would print wrongly, or slowly, is changed first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sqlglot import exp

from yingcai.engine.rules.model import FactType, RuleSet
from yingcai.engine.rules.sql_pieces import column, fact_column, kind_of, number

Dialect = Literal["duckdb", "postgres", "spark", "clickhouse"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "postgres", "spark", "clickhouse")

Change = Callable[[exp.Expr], exp.Expr]


def print_sql(query: exp.Expr, dialect: Dialect = "duckdb") -> str:
    """The text of a decision query, or of a query built around one."""
    changes = _CHANGES[dialect]
    printed = query.copy()
    for node in list(printed.find_all(*changes)):
        changed = changes[type(node)](node)
        if changed is not node:
            node.replace(changed)
    return printed.sql(dialect, copy=False)


def create_table(rules: RuleSet, dialect: Dialect = "duckdb", table: str = "people") -> str:
    """The table that a decision query reads: ``id`` and a column a fact, NULL where it is unknown."""
    facts = [rules.facts[name] for name in rules.used_facts]
    columns = [_column("id", exp.DType.BIGINT, always=True, quoted=True), *map(_fact_column, facts)]
    name = exp.Table(this=exp.to_identifier(table, quoted=True))
    schema = exp.Schema(this=name, expressions=columns)
    properties = _MERGE_TREE.copy() if dialect == "clickhouse" else None
    return print_sql(exp.Create(this=schema, kind="TABLE", properties=properties), dialect)


def _fact_column(fact: FactType) -> exp.ColumnDef:
    return _column(fact_column(fact.name), kind_of(fact.type), always=fact.always, quoted=False)


def _column(name: str, kind: exp.DType, *, always: bool, quoted: bool) -> exp.ColumnDef:
    return exp.ColumnDef(
        this=exp.to_identifier(name, quoted=quoted),
        kind=exp.DataType(this=kind, nullable=not always),
        constraints=[exp.ColumnConstraint(kind=exp.NotNullColumnConstraint())] if always else [],
    )


_MERGE_TREE = exp.Properties(
    expressions=[
        exp.EngineProperty(this=exp.to_identifier("MergeTree")),
        exp.Order(expressions=[exp.Ordered(this=column("id", quoted=True))]),
    ]
)


def _slash(node: exp.Expr) -> exp.Expr:
    """SQLGlot prints DIV(), a function of numerics."""
    return exp.Div(this=node.this, expression=node.expression, typed=True)


def _int_div(node: exp.Expr) -> exp.Expr:
    """SQLGlot prints a division of floats, wrong above 2**53."""
    return exp.Anonymous(this="intDiv", expressions=[node.this, node.expression])


def _plus_days(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Add(this=node.this, expression=node.expression))


def _minus_date(node: exp.Expr) -> exp.Expr:
    return exp.Sub(this=node.this, expression=node.expression)


def _spark_days(node: exp.Expr) -> exp.Expr:
    """SQLGlot names a unit, and then Spark goes through timestamps."""
    return exp.Anonymous(this="DATEDIFF", expressions=[node.this, node.expression])


def _wide_date(node: exp.Expr) -> exp.Expr:
    """ClickHouse's Date begins in 1970."""
    if node.this == exp.DType.DATE:
        node.set("this", exp.DType.DATE32)
    return node


def _fenced(node: exp.Expr) -> exp.Expr:
    """PostgreSQL would copy the columns of a layer wherever the next layer names them."""
    node.this.set("offset", exp.Offset(expression=number(0)))
    return node


_CHANGES: dict[str, dict[type[exp.Expr], Change]] = {
    "duckdb": {exp.DateAdd: _plus_days, exp.DateDiff: _minus_date},
    "postgres": {
        exp.IntDiv: _slash,
        exp.DateAdd: _plus_days,
        exp.DateDiff: _minus_date,
        exp.Subquery: _fenced,
    },
    "spark": {exp.DateDiff: _spark_days},
    "clickhouse": {
        exp.IntDiv: _int_div,
        exp.DateAdd: _plus_days,
        exp.DataType: _wide_date,
    },
}
