"""Numbers as such documents write them: 1,000  10万  1.5亿  三十  四百四  百分之三十  5—8."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
MAGNITUDES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
CHINESE = "〇零一二两三四五六七八九十百千万亿"


def magnitude(text: str) -> int:
    """The factor of a row of magnitudes: 万 is 10000, 百万 is 1000000, none is 1."""
    factor = 1
    for char in text:
        factor *= MAGNITUDES[char]
    return factor


def chinese(text: str) -> int | None:
    """The value of a Chinese numeral, or None when it is none (二三, 十百).

    Digits in a row are read as digits only for years and codes of three or more (二〇二〇).
    """
    if len(text) >= 3 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = 0
    digit: int | None = None
    last = 10_000
    for char in text:
        if char in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[char]
        elif char in _TENS:
            if _TENS[char] >= last or digit == 0:
                return None
            last = _TENS[char]
            section += (1 if digit is None else digit) * last
            digit = None
        else:
            count = section + (digit or 0)
            if char == "亿":  # 三万亿: what stands before is multiplied as a whole
                total = (total + count or 1) * _MYRIADS[char]
            else:
                total += (count or 1) * _MYRIADS[char]
            section, digit, last = 0, None, 10_000
    if digit is None:
        return total + section
    # 三万五 is 35000 and 四百四 is 440: a lone digit after a magnitude counts the next one down.
    if len(text) >= 3 and text[-2] in MAGNITUDES and text[-2] != "十":
        return total + section + digit * (MAGNITUDES[text[-2]] // 10)
    return total + section + digit


def arabic(text: str) -> Decimal:
    """The exact value of digits with an optional point, thousands separators dropped."""
    return Decimal(text.replace(",", ""))
