"""The functions of the language: what each takes, and the node that it makes."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import cast

from sqlglot import exp

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.reader import Reader, is_text
from yingcai.engine.rules.syntax import PERCENT
from yingcai.engine.rules.tables import Table
from yingcai.engine.rules.types import Date, Integer, Money, Ratio

_FEN = Decimal(100)
_ROUNDINGS = ("down", "half_up", "up")


def call(reader: Reader, tree: exp.Expr) -> n.Node:
    """A call of one of `FUNCTIONS`."""
    name = str(tree.this).upper()
    if name not in FUNCTIONS:
        known = ", ".join(sorted(FUNCTIONS)).replace(PERCENT, "PERCENT")
        raise reader.refuse(f"there is no function {name}; there is: {known}")
    count, make = FUNCTIONS[name]
    if len(tree.expressions) != count:
        raise reader.refuse(f"{name.rstrip('_')} takes {count} values, not {len(tree.expressions)}")
    return make(reader, tree.expressions)


def _yuan(reader: Reader, given: list[exp.Expr]) -> n.Node:
    amount = _decimal(reader, given[0], places=2)
    return n.Const(int(amount * _FEN), n.MONEY)


def _percent(reader: Reader, given: list[exp.Expr]) -> n.Node:
    share = (_decimal(reader, given[0], places=4) / 100).as_integer_ratio()
    return n.Const(share[0], Ratio(share[1]))


def _decimal(reader: Reader, tree: exp.Expr, *, places: int) -> Decimal:
    text = str(tree.this) if isinstance(tree, exp.Literal) else ""
    try:
        value = Decimal(text if re.fullmatch(r"\d{1,13}(\.\d+)?", text) else "x")
    except InvalidOperation:
        raise reader.refuse("YUAN(…) and PERCENT(…) take a plain number") from None
    if -cast(int, value.as_tuple().exponent) > places:
        raise reader.refuse(f"{text} has more than {places} decimals")
    return value


def _portion(reader: Reader, given: list[exp.Expr]) -> n.Node:
    money = reader.typed(given[0], Money, "the first value of PORTION")
    share = reader.typed(given[1], Ratio, "the second value of PORTION")
    scale = cast(Ratio, share.type).scale
    return n.Portion(money, share, scale, _rounding(reader, given[2]))


def _round_to(reader: Reader, given: list[exp.Expr]) -> n.Node:
    money = reader.typed(given[0], Money, "the first value of ROUND_TO")
    unit = reader.typed(given[1], Money, "the second value of ROUND_TO")
    if not isinstance(unit, n.Const) or unit.value < 1:
        raise reader.refuse("the second value of ROUND_TO is an amount such as YUAN(100)")
    return n.RoundTo(money, int(unit.value), _rounding(reader, given[2]))


def _rounding(reader: Reader, tree: exp.Expr) -> n.Rounding:
    return cast(n.Rounding, _choice(reader, tree, _ROUNDINGS))


def _choice(reader: Reader, tree: exp.Expr, choices: tuple[str, ...]) -> str:
    if not is_text(tree) or str(tree.this) not in choices:
        raise reader.refuse(f"the last value is one of: {', '.join(map(repr, choices))}")
    return str(tree.this)


def _two_days(reader: Reader, given: list[exp.Expr]) -> tuple[n.Node, n.Node]:
    start, end = reader.all(given[:2])
    if not isinstance(start.type, Date) or not isinstance(end.type, Date):
        raise reader.refuse(f"counts between two dates, not {start.type} and {end.type}")
    return start, end


def _full_months(reader: Reader, given: list[exp.Expr]) -> n.Node:
    return _elapsed(reader, given, years=False)


def _full_years(reader: Reader, given: list[exp.Expr]) -> n.Node:
    return _elapsed(reader, given, years=True)


def _elapsed(reader: Reader, given: list[exp.Expr], *, years: bool) -> n.Node:
    start, end = _two_days(reader, given)
    month_end = _choice(reader, given[2], ("strict", "month_end")) == "month_end"
    unit = Integer("year" if years else "month")
    return n.Months(start, end, month_end, years, unit)


def _days_between(reader: Reader, given: list[exp.Expr]) -> n.Node:
    start, end = _two_days(reader, given)
    return n.Days(start, end, Integer("day"))


def _year_of(reader: Reader, given: list[exp.Expr]) -> n.Node:
    return n.YearOf(reader.typed(given[0], Date, "the value of YEAR_OF"), Integer("year"))


def _lookup(reader: Reader, given: list[exp.Expr]) -> n.Node:
    name, _, output = _table_name(reader, given[0]).partition(".")
    table, keys = _table(reader, name)
    if not output and len(table.outputs) == 1:
        output = table.outputs[0]
    if output not in table.outputs:
        raise reader.refuse(
            f"table `{name}` gives: {', '.join(table.outputs)}; say LOOKUP('{name}.…')"
        )
    return n.Lookup(table, output, keys, table.types[table.column(output)])


def _covered(reader: Reader, given: list[exp.Expr]) -> n.Node:
    table, keys = _table(reader, _table_name(reader, given[0]))
    return n.Covered(table, keys)


def _table_name(reader: Reader, tree: exp.Expr) -> str:
    if not is_text(tree):
        raise reader.refuse("the name of a table stands in quotes: LOOKUP('rent')")
    return str(tree.this)


def _table(reader: Reader, name: str) -> tuple[Table, tuple[n.Node, ...]]:
    if name not in reader.scope.tables:
        raise reader.refuse(
            f"there is no table `{name}`; there is: {', '.join(reader.scope.tables) or 'none'}"
        )
    return reader.scope.tables[name]


FUNCTIONS: dict[str, tuple[int, Callable[[Reader, list[exp.Expr]], n.Node]]] = {
    "YUAN": (1, _yuan),
    PERCENT: (1, _percent),
    "PORTION": (3, _portion),
    "ROUND_TO": (3, _round_to),
    "FULL_MONTHS": (3, _full_months),
    "FULL_YEARS": (3, _full_years),
    "DAYS_BETWEEN": (2, _days_between),
    "YEAR_OF": (1, _year_of),
    "LOOKUP": (1, _lookup),
    "COVERED": (1, _covered),
}
