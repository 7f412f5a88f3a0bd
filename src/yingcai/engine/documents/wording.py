"""How the words of an official document are numbered, dated, broken and cleaned."""

import re
from collections.abc import Iterable
from datetime import date

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")

# XML 1.0 and PDF text take none of these: control characters, lone surrogates, non-characters.
# Directional controls go too: they make a printed number differ from the stored one.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]"
)
_NON_CHARACTER_LOW_BITS = (0xFFFE, 0xFFFF)


def printable(text: str) -> str:
    """One line of printable text: line breaks and tabs become spaces, controls are dropped."""
    kept = _UNPRINTABLE.sub("", re.sub(r"\s*[\r\n\t\u2028\u2029]+\s*", " ", text))
    return "".join(c for c in kept if ord(c) & 0xFFFF not in _NON_CHARACTER_LOW_BITS)


def clean_text(text: str) -> str:
    """One line of printable text without space around it."""
    return printable(text).strip()


def clean_lines(text: str) -> list[str]:
    """The lines of a text, cleaned one by one; blank lines are dropped."""
    lines = (clean_text(line) for line in text.splitlines())
    return [line for line in lines if line]


def chinese_number(number: int) -> str:
    """A number from 1 to 9999 in Chinese numerals.

    >>> [chinese_number(n) for n in (1, 10, 12, 20, 105, 110, 2018)]
    ['一', '十', '十二', '二十', '一百零五', '一百一十', '二千零一十八']
    """
    if not 1 <= number <= 9999:
        raise ValueError(f"{number} is not between 1 and 9999")
    words = ""
    for place, digit in enumerate(reversed(str(number))):
        unit = _PLACES[place] if digit != "0" else ""
        words = _DIGITS[int(digit)] + unit + words
    words = re.sub("零+", "零", words).rstrip("零")
    return words.removeprefix("一") if words.startswith("一十") else words


def chinese_date(day: date) -> str:
    """A date with Arabic figures and without leading zeros (7.3.5.4).

    >>> chinese_date(date(2018, 5, 8))
    '2018年5月8日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


class HeadingNumbers:
    """Counts headings: 一、 then （一） then 1. then （1）, each anew under the one above it.

    Source: GB/T 9704-2012, 7.3.3.
    """

    def __init__(self) -> None:
        self._counts = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        """The number to print before the next heading of this level (1 to 4)."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (4 - level)
        count = self._counts[level - 1]
        if level == 1:
            return f"{chinese_number(count)}、"
        if level == 2:
            return f"（{chinese_number(count)}）"
        return f"{count}." if level == 3 else f"（{count}）"


def join_names(names: Iterable[str]) -> str:
    """Organs in one line, parted by 、 unless they part themselves, ended by 。 (7.4.2)."""
    joined = ""
    for name in (clean_text(name) for name in names):
        if joined and joined[-1] not in "，、；。":
            joined += "、"
        joined += name
    return joined.rstrip("，、；。") + "。" if joined else ""


def with_colon(addressee: str) -> str:
    """The addressee with the full-width colon that ends it (7.3.2)."""
    return addressee.rstrip("：: ") + "：" if addressee.strip() else ""


def text_width(text: str) -> int:
    """Width in half characters: a Chinese character or mark counts two, a Latin one counts one."""
    return sum(1 if ord(c) < 0x2E80 and c not in "“”‘’…—·〔〕●▲■○" else 2 for c in text)
