"""Every number of a text: its value, its measure word, and what kind of number it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from yingcai.engine.reading.numerals import CHINESE, arabic, chinese, magnitude
from yingcai.engine.reading.words import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    BEFORE_ABOUT,
    BEFORE_AT_LEAST,
    BEFORE_AT_MOST,
    BEFORE_CAP,
    MEASURE_WORD,
    SPELLINGS,
    TIME_WORDS,
)

_MAG = f"[百千]?[万亿]{{1,2}}|[百千](?={MEASURE_WORD})"
_ARABIC = r"\d{1,15}(?:\.\d{1,6})?"
_CN = f"[{CHINESE}]{{1,14}}"
_DASH = r"(?:[-－–—―~～﹣]{1,2}|至|到)"
_NUMBER = re.compile(
    r"(?P<code>(?<![A-Za-z])[A-Za-z]{1,20}-?\d{1,15}[A-Za-z0-9]{0,20}|\d{1,15}(?!m[2²])-?[A-Za-z]{1,20}\d{0,15})"
    rf"|(?P<date>(?:20|19)\d\d年?{_DASH}(?:20|19)\d\d年?|(?:20|19)\d\d年(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?|"
    r"(?:二〇|二零|一九)[〇零一二三四五六七八九]{2}年|\d{1,2}月\d{1,2}日|\d{1,2}月(?:份|底|末|初|前)?)"
    rf"|(?P<doc>〔\d{{4}}〕\d*|\d{{3,4}}[-－]\d{{7,8}}|1\d{{10}})"
    rf"|(?P<match>\d{{1,2}}(?:：\d{{1,2}}(?:\.\d{{1,2}})?){{1,4}}(?!\d|[万亿.%]|(?:{MEASURE_WORD})))"
    rf"|(?P<ordinal>第(?:{_ARABIC}|[{CHINESE}]{{1,14}}))"
    r"|(?P<part>[二三四五六七八九十]分之[一二三四五六七八九])"
    r"|(?P<tenths>[一二两三四五六七八九]成[一二三四五六七八九半](?![十百千万年月个名家]))"
    rf"|(?P<share>(?:百|千|万)分之(?:{_ARABIC}|[{CHINESE}点]+)(?:{_DASH}(?:(?:百|千)分之)?(?:{_ARABIC}|[{CHINESE}点]+))?)"
    rf"|(?P<fan>翻(?P<fan_n>[一两二三四]|\d)?番)"
    rf"|(?P<num>(?P<a>{_ARABIC})(?P<am>{_MAG})?(?P<amore>[余多])?"
    rf"(?:(?P<au>{MEASURE_WORD})?{_DASH}(?P<b>{_ARABIC})(?P<bm>{_MAG})?(?P<bmore>[余多])?)?"
    rf"(?P<u>(?:{MEASURE_WORD}))?)"
    rf"|(?P<cn>(?P<ca>{_CN})(?P<cmore>[余多几])?"
    rf"(?:(?P<cau>{MEASURE_WORD})?(?:{_DASH})(?P<cb>{_CN})(?P<cbmore>[余多])?)?"
    rf"(?P<cu>(?:{MEASURE_WORD})))"
)
_BEFORE_NONE = re.compile(r"[第统唯同专单任某另万逐若之]$")
_BEFORE = (
    (BEFORE_CAP, "<="),
    (BEFORE_AT_LEAST, ">="),
    (BEFORE_AT_MOST, "<="),
    (BEFORE_ABOUT, "~"),
)
# 不低于符合条件教师的10%: words may stand between the mark and a share.
_FAR_BEFORE_SHARE = (
    (
        re.compile(r"(?:不得?[低少]于|(?<![不得])超过|达到|(?<![不得])高于)[^，。；、\d\n]{1,24}$"),
        ">=",
    ),
    (re.compile(r"(?:不得?超过|不得?高于|(?<![不得])低于)[^，。；、\d\n]{1,24}$"), "<="),
)
_VAGUE = re.compile(r"[数几]$")
_HUNDREDTH = {"百": Decimal(1), "千": Decimal("0.1"), "万": Decimal("0.01")}


class Values(NamedTuple):
    """The value of a number, and the upper one of a range."""

    low: Decimal
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A number in the view. ``kind``: count, ratio, time, date, name, vague or code."""

    kind: str
    start: int
    end: int  # after the measure word and 以上/左右
    number_end: int  # after the measure word
    value: Decimal
    value_max: Decimal | None = None
    unit: str = ""
    comparator: str = "="
    spelled: bool = False  # written in Chinese numerals
    bare: bool = False  # nothing but a magnitude: 千亿, 百名


def mentions(text: str, start: int, end: int) -> list[Mention]:
    """The numbers of ``text[start:end]``, in order, never overlapping."""
    found = []
    for match in _NUMBER.finditer(text, start, end):
        mention = _READERS[_kind(match)](text, match)
        if mention is not None:
            found.append(mention)
    return found


def _kind(match: re.Match[str]) -> str:
    """The one of the named groups that has matched."""
    return next(name for name in _READERS if match.group(name) is not None)


Reader = Callable[[str, re.Match[str]], "Mention | None"]


def _label(kind: str) -> Reader:
    def read(text: str, match: re.Match[str]) -> Mention:
        return Mention(kind, match.start(), match.end(), match.end(), Decimal(0))

    return read


def _share(text: str, match: re.Match[str]) -> Mention | None:
    parts = [p for p in re.split(r"[百千万]分之", match.group()) if p]
    pieces = [p for part in parts for p in re.split(_DASH, part) if p]
    factor = _HUNDREDTH[match.group()[0]]
    values = [v for v in (_decimal(p) for p in pieces) if v is not None]
    if len(values) != len(pieces) or not values:
        return None
    found = Values(*(value * factor for value in values[:2]))
    return _finish(text, match.span(), found, "%", spelled=True)


def _fan(text: str, match: re.Match[str]) -> Mention:
    """翻一番 is a growth of 100 %, 翻两番 of 300 %."""
    times = match.group("fan_n") or "一"
    count = int(times) if times.isdigit() else (chinese(times) or 1)
    return _finish(text, match.span(), Values(Decimal(2**count - 1) * 100), "%", spelled=True)


def _tenths(text: str, match: re.Match[str]) -> Mention:
    """三成五 is 35 %."""
    tens, _, ones = match.group().partition("成")
    value = (chinese(tens) or 0) * 10 + (5 if ones == "半" else chinese(ones) or 0)
    return _finish(text, match.span(), Values(Decimal(value)), "%", spelled=True)


def _decimal(text: str) -> Decimal | None:
    if text[:1].isdigit():
        return arabic(text)
    whole, _, fraction = text.partition("点")
    value = chinese(whole)
    if value is None:
        return None
    digits = "".join(str(chinese(c)) for c in fraction if chinese(c) is not None)
    return Decimal(f"{value}.{digits or 0}") if fraction else Decimal(value)


def _number(text: str, match: re.Match[str]) -> Mention:
    factor_a = magnitude(match.group("am") or "")
    low = arabic(match.group("a"))
    high = None
    if match.group("b"):
        factor_b = magnitude(match.group("bm") or "")
        high = arabic(match.group("b")) * factor_b
        # 10-20万: the magnitude belongs to both unless the first has its own.
        low *= factor_a if match.group("am") or match.group("au") else factor_b
    else:
        low *= factor_a
    unit = match.group("u") or ""
    more = bool(match.group("amore") or match.group("bmore"))
    return _finish(text, match.span(), Values(low, high), unit, more=more)


def _chinese(text: str, match: re.Match[str]) -> Mention | None:
    start = match.start()
    printed = match.group("ca")
    if _BEFORE_NONE.search(text[max(0, start - 1) : start]) and printed[0] in "一两二三":
        return None
    low = chinese(printed)
    high = chinese(match.group("cb")) if match.group("cb") else None
    if printed[0] in "零〇" or low is None or (match.group("cb") and high is None):
        return None
    if _VAGUE.search(text[max(0, start - 1) : start]) and printed[0] in "十百千万亿":
        return Mention("vague", start, match.end(), match.end(), Decimal(0))
    values = Values(Decimal(low), None if high is None else Decimal(high))
    more = bool(match.group("cmore") or match.group("cbmore"))
    bare = printed[0] in "百千万亿"
    return _finish(
        text, match.span(), values, match.group("cu"), spelled=True, more=more, bare=bare
    )


def _finish(
    text: str, span: tuple[int, int], values: Values, unit: str, *,
    spelled: bool = False, more: bool = False, bare: bool = False,
) -> Mention:  # fmt: skip
    start, end = span
    unit, low, high = _normal_unit(unit, values)
    before, after = text[max(0, start - 32) : start], text[end : end + 4]
    comparator, length = _compare(before, after, _kind_of(unit), more=more)
    if high is not None and high <= low:
        high = None
    return Mention(
        _kind_of(unit), start, end + length, end, _tidy(low), None if high is None else _tidy(high),
        unit, comparator, spelled, bare,
    )  # fmt: skip


def _kind_of(unit: str) -> str:
    if not unit:
        return "name"
    if unit in TIME_WORDS:
        return "time"
    return "ratio" if unit in ("%", "‰", "个百分点", "倍") else "count"


def _tidy(value: Decimal) -> Decimal:
    """8.5万 is 85000, not 85000.0."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def _normal_unit(unit: str, values: Values) -> tuple[str, Decimal, Decimal | None]:
    low, high = values
    if unit == "成":
        return "%", low * 10, None if high is None else high * 10
    if unit == "番":
        return "%", (2 ** int(low) - 1) * Decimal(100), None
    return SPELLINGS.get(unit, unit), low, high


def _compare(before: str, after: str, kind: str, *, more: bool) -> tuple[str, int]:
    """The comparator, and how many characters after the measure word belong to it."""
    for pattern, sign in ((AT_LEAST, ">="), (AT_MOST, "<="), (ABOUT, "~")):
        match = pattern.match(after)
        if match:
            return sign, match.end()
    for pattern, sign in (*_BEFORE, *(_FAR_BEFORE_SHARE if kind == "ratio" else ())):
        if pattern.search(before):
            return sign, 0
    return (">=", 0) if more else ("=", 0)


_READERS: dict[str, Reader] = {
    "code": _label("code"),
    "date": _label("date"),
    "doc": _label("code"),
    "match": _label("match"),
    "ordinal": _label("name"),
    "part": _label("part"),
    "tenths": _tenths,
    "share": _share,
    "fan": _fan,
    "num": _number,
    "cn": _chinese,
}
