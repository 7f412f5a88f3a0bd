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


class _NoNumeral(Exception):
    """The characters are numerals, but in no order that means a number."""


def chinese(text: str) -> int | None:
    """The value of a Chinese numeral, or None when it is none (二三, 十百).

    Digits in a row are read as digits only for years and codes of three or more (二〇二〇).
    """
    if len(text) >= 3 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    counter = _Counter()
    try:
        for char in text:
            counter.take(char)
    except _NoNumeral:
        return None
    return counter.result(text)


class _Counter:
    """Adds up a Chinese numeral character by character."""

    def __init__(self) -> None:
        self.total = 0
        self.section = 0  # below the next 万 or 亿
        self.digit: int | None = None
        self.last = 10_000  # the magnitude before, within the section

    def take(self, char: str) -> None:
        if char in _DIGITS:
            if self.digit not in (None, 0):
                raise _NoNumeral
            self.digit = _DIGITS[char]
        elif char in _TENS:
            self._tens(_TENS[char])
        else:
            self._myriads(_MYRIADS[char])

    def _tens(self, magnitude: int) -> None:
        if magnitude >= self.last or self.digit == 0:
            raise _NoNumeral
        self.last = magnitude
        self.section += (1 if self.digit is None else self.digit) * magnitude
        self.digit = None

    def _myriads(self, magnitude: int) -> None:
        count = self.section + (self.digit or 0)
        if magnitude > 10_000:  # 三万亿: what stands before is multiplied as a whole
            self.total = (self.total + count or 1) * magnitude
        else:
            self.total += (count or 1) * magnitude
        self.section, self.digit, self.last = 0, None, 10_000

    def result(self, text: str) -> int:
        value = self.total + self.section
        if self.digit is None:
            return value
        # 三万五 is 35000, 四百四 is 440: a lone digit after a magnitude counts the next one down.
        if len(text) >= 3 and text[-2] in MAGNITUDES and text[-2] != "十":
            return value + self.digit * (MAGNITUDES[text[-2]] // 10)
        return value + self.digit


def arabic(text: str) -> Decimal:
    """The exact value of digits with an optional point, thousands separators dropped."""
    return Decimal(text.replace(",", ""))
