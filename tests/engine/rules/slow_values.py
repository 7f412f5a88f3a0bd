"""Values as the slow model holds them, and how people write them.

A kind is (family, detail): ``("money", "")``, ``("integer", "month")``, ``("enum", domain)`` and so on.
Values: bool, int, ``Fraction`` of yuan, ``Fraction`` for a ratio (12.5 % is 1/8), ``date``, ``str`` for an enum, and
None for unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

Kind = tuple[str, str]
Domains = Mapping[str, Sequence[str]]
Truth = bool | None

BOOLEAN: Kind = ("boolean", "")
MONEY: Kind = ("money", "")
RATIO: Kind = ("ratio", "")
DATE: Kind = ("date", "")

YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def read(kind: Kind, raw: Any, domains: Domains) -> Any:
    """The value that a person wrote: money in yuan, a ratio in percent, dates as YYYY-MM-DD.

    Raises: ValueError where ``raw`` is no value of ``kind``.
    """
    family, detail = kind
    if family == "boolean":
        return raw if isinstance(raw, bool) else YES_NO[raw]
    if family == "enum":
        if raw not in domains[detail]:
            raise ValueError(f"{raw!r} is no value of {detail}")
        return raw
    if family == "date":
        return raw if isinstance(raw, date) else date.fromisoformat(raw)
    if isinstance(raw, bool):
        raise ValueError(f"{raw!r} is no number")
    number = Fraction(Decimal(str(raw)))
    if family == "ratio":
        return number / 100
    if (number * (100 if family == "money" else 1)).denominator != 1:
        raise ValueError(f"{raw!r} is too fine for {family}")
    return number if family == "money" else int(number)


def kind_of_unit(unit: str, kinds: Mapping[str, Kind]) -> Kind:
    """What a unit of a parameter or of a table's output stands for; ``kinds`` are those of the facts."""
    if unit == "CNY":
        return MONEY
    if unit == "percent":
        return RATIO
    return kinds[unit] if "." in unit else ("integer", unit)


def cell(kind: Kind, raw: Any, domains: Domains) -> tuple[Any, ...]:
    """A cell of a key column: ("any",), ("one of", values) or ("span", low, above, high, below).

    ``above`` and ``below`` say that the bound itself does not belong to the span.
    """
    if raw == "*":
        return ("any",)
    if kind[0] == "enum":
        return ("one of", frozenset(read(kind, word, domains) for word in raw.split("|")))
    if kind[0] == "boolean":
        return ("one of", frozenset([read(kind, raw, domains)]))
    text = str(raw)
    for sign in (">=", "<=", ">", "<"):
        if text.startswith(sign):
            bound = read(kind, text.removeprefix(sign), domains)
            strict = len(sign) == 1
            low, high = (bound, None) if sign[0] == ">" else (None, bound)
            return ("span", low, strict, high, strict)
    if ".." in text:
        low, high = (read(kind, part, domains) for part in text.split(".."))
        return ("span", low, False, high, False)
    value = read(kind, raw, domains)
    return ("span", value, False, value, False)


def accepts(cell: tuple[Any, ...], value: Any) -> bool:
    """Whether a cell accepts a known value."""
    if cell[0] == "any":
        return True
    if cell[0] == "one of":
        return value in cell[1]
    _, low, above, high, below = cell
    if low is not None and (value < low or (above and value == low)):
        return False
    return not (high is not None and (value > high or (below and value == high)))


def rounded(number: Fraction, mode: str) -> int:
    """A whole number: down towards zero, up away from zero, half_up to the nearest, half away from zero."""
    size = abs(number)
    if mode == "down":
        whole = math.floor(size)
    elif mode == "up":
        whole = math.ceil(size)
    else:
        whole = math.floor(size + Fraction(1, 2))
    return whole if number >= 0 else -whole


def portion(money: Fraction, ratio: Fraction, mode: str) -> Fraction:
    """Yuan times ratio, rounded to the fen; in yuan."""
    return Fraction(rounded(money * ratio * 100, mode), 100)


def round_to(money: Fraction, step: Fraction, mode: str) -> Fraction:
    """Yuan, rounded to a multiple of ``step`` yuan."""
    return rounded(money / step, mode) * step


def full_months(first: date, last: date, mode: str) -> int:
    """Whole months from ``first`` to ``last``; 0 where ``last`` comes before ``first``."""
    months = (last.year - first.year) * 12 + last.month - first.month
    ends_its_month = (last + timedelta(days=1)).day == 1
    full = last.day >= first.day or (mode == "month_end" and ends_its_month)
    return max(0, months if full else months - 1)


def both(left: Truth, right: Truth) -> Truth:
    """Kleene's AND."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: Truth, right: Truth) -> Truth:
    """Kleene's OR."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def denied(value: Truth) -> Truth:
    """Kleene's NOT."""
    return None if value is None else not value
