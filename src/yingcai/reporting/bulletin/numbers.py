"""Numbers of a bulletin: exact in the snapshot, readable in its sentences. Decimal only."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

TENTH = Decimal("0.1")
HUNDREDTH = Decimal("0.01")
YI = Decimal(100_000_000)
WAN = Decimal(10_000)


def plain(value: Decimal | None) -> str | None:
    """A decimal without exponent or trailing zeros, as kept in the snapshot: ``1000``, ``4.5``."""
    if value is None:
        return None
    return "0" if value == 0 else _trimmed(format(value, "f"))


def percent(part: int, whole: int) -> str | None:
    """``part`` of ``whole`` in percent with one decimal, half up; nothing of nothing is None.

    >>> percent(2, 3)
    '66.7'
    """
    if whole == 0:
        return None
    return str((Decimal(100 * part) / Decimal(whole)).quantize(TENTH, ROUND_HALF_UP))


def difference(now: str | None, last: str | None) -> str | None:
    """Change between two printed percentages in points, so that a reader can recount it."""
    if now is None or last is None:
        return None
    return plain(Decimal(now) - Decimal(last))


def tenth(value: Decimal | None) -> str | None:
    """A percentage or gap with one decimal, half up."""
    return None if value is None else str(value.quantize(TENTH, ROUND_HALF_UP))


def month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def month_before(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def elapsed(starts_on: date, ends_on: date, on: date) -> str:
    """How much of the time of a plan has passed at the end of ``on``, in percent."""
    days = (ends_on - starts_on).days + 1
    passed = min(max((on - starts_on).days + 1, 0), days)
    return percent(passed, days) or "0.0"


def ranks(shares: Iterable[Fraction]) -> list[int]:
    """Places by falling share; equal shares have equal places and the next place is left out.

    >>> ranks([Fraction(1, 2), Fraction(1), Fraction(2, 4)])
    [2, 1, 2]
    """
    values = list(shares)
    order = sorted(values, reverse=True)
    place = {value: position for position, value in reversed(list(enumerate(order, start=1)))}
    return [place[value] for value in values]


def amount(value: str | None, word: str) -> str:
    """A figure with its measure word as Chinese officials write it: 1,000名, 5亿元, 30万元, —.

    Shown with two decimals at most; the spreadsheet and the open data have every digit.
    """
    if value is None:
        return "—"
    number = Decimal(value)
    if word == "元" and abs(number) >= WAN:
        large, unit = (YI, "亿元") if abs(number) >= YI else (WAN, "万元")
        return f"{_grouped(number / large)}{unit}"
    return f"{_grouped(number)}{word}"


def _grouped(number: Decimal) -> str:
    shown = number.quantize(HUNDREDTH, ROUND_HALF_UP)
    return "0" if shown == 0 else _trimmed(f"{shown:,f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
