"""Values as people write them to values inside, and back: yuan, percent, days, words.

Inside values are described in `types.py`. Everything is exact; a binary float is taken by the
digits that it prints.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from yingcai.engine.rules.types import (
    LIMIT,
    RATIO_SCALE,
    Boolean,
    Date,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
    Value,
    civil,
    from_civil,
)

_YES = {"yes", "true", "是", "1"}
_NO = {"no", "false", "否", "0"}
_NUMBER = re.compile(r"-?(\d{1,18}|\d{1,3}(,\d{3}){1,5})(\.\d{1,18})?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d\d)(\d\d)")


class NotReadable(ValueError):
    """A value that is not of its type; the text says what would be."""


def read_value(written: object, kind: Type) -> Value:
    """A written value as it stands inside.

    Money in yuan with at most 2 decimals, ratios in percent with at most 4, days as 2019-05-06
    (also 2019/5/6, 20190506, 2019年5月6日), booleans as true/false, yes/no, 是/否, 1/0.

    Raises: NotReadable.
    """
    if isinstance(kind, Boolean):
        return _boolean(written)
    if isinstance(kind, Enum):
        return _word(written, kind)
    if isinstance(kind, Date):
        return _day(written)
    return _number(written, kind)


def _boolean(written: object) -> bool:
    if isinstance(written, bool):
        return written
    text = str(written).strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise NotReadable(f"{written!r} is neither yes nor no")


def _word(written: object, kind: Enum) -> int:
    text = "" if isinstance(written, bool) else str(written).strip()
    if text not in kind.codes:
        shown = ", ".join(kind.values[:12]) + (", …" if len(kind.values) > 12 else "")
        raise NotReadable(f"{written!r} is not one of: {shown}")
    return kind.codes[text]


def _day(written: object) -> int:
    if isinstance(written, date):
        return civil(written)
    found = _DAY.fullmatch(str(written).strip())
    try:
        parts = [int(part) for part in found.groups() if part] if found else []
        return civil(date(*parts))
    except (TypeError, ValueError):
        raise NotReadable(f"{written!r} is not a day; write 2019-05-06") from None


def _number(written: object, kind: Integer | Money | Ratio) -> int:
    text = str(written).strip()
    if isinstance(written, bool) or not _NUMBER.fullmatch(text):
        raise NotReadable(f"{written!r} is not a number")
    value = Fraction(text.replace(",", "")) * inside_factor(kind)
    if value.denominator != 1:
        raise NotReadable(f"{written!r} has more decimals than {kind} can hold")
    if abs(value) > LIMIT:
        raise NotReadable(f"{written!r} is too large")
    return int(value)


def inside_factor(kind: Integer | Money | Ratio) -> Fraction:
    """What one written unit (1, a yuan, a percent) is inside."""
    if isinstance(kind, Money):
        return Fraction(100)
    return Fraction(kind.scale, 100) if isinstance(kind, Ratio) else Fraction(1)


def write_value(value: Value, kind: Type) -> str:
    """An inside value as people write it: the opposite of `read_value`.

    >>> write_value(30000050, Money()), write_value(125000, Ratio()), write_value(775021, Date())
    ('300000.5', '12.5', '2018-04-13')
    """
    if isinstance(kind, Boolean):
        return "yes" if value else "no"
    if isinstance(kind, Enum):
        return kind.values[value]
    if isinstance(kind, Date):
        return from_civil(value).isoformat()
    if isinstance(kind, Integer):
        return str(value)
    exact = value / inside_factor(kind)
    return plain(Decimal(exact.numerator) / exact.denominator)


def plain(number: Decimal) -> str:
    """A decimal without exponent and without idle zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(written: object) -> tuple[int, int]:
    """A percentage as the smallest pair (numerator, denominator): 50 gives (1, 2).

    Raises: NotReadable.
    """
    text = str(written).strip()
    if not _NUMBER.fullmatch(text):
        raise NotReadable(f"{written!r} is not a percentage")
    exact = Fraction(text.replace(",", "")) / 100
    if RATIO_SCALE % exact.denominator or abs(exact) > 10**4:
        raise NotReadable(f"{written!r} has more than 4 decimals, or is too large")
    return exact.numerator, exact.denominator
