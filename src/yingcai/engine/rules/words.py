"""Values in words, in Chinese and English: amounts, counts, days, parameters, outcomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from yingcai.engine.rules.model import Parameter, Rule, Words
from yingcai.engine.rules.types import (
    Boolean,
    Date,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
    Value,
    from_civil,
)
from yingcai.engine.rules.written import plain, write_value

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

# Measure words of counts: Chinese, English singular, English plural. Other units stand as written.
UNITS: dict[str, tuple[str, str, str]] = {
    "year": ("年", "year", "years"),
    "age": ("周岁", "year", "years"),
    "month": ("个月", "month", "months"),
    "day": ("天", "day", "days"),
    "person": ("人", "person", "people"),
    "firm": ("家", "firm", "firms"),
    "time": ("次", "time", "times"),
    "point": ("分", "point", "points"),
    "item": ("项", "item", "items"),
    "home": ("套", "home", "homes"),
    "sqm": ("平方米", "m²", "m²"),
    "count": ("", "", ""),
}


def value_words(
    value: Value, kind: Type, language: Language, labels: Mapping[str, Words] | None = None
) -> str:
    """A known value in words; ``labels``: the words of an enum's values.

    >>> value_words(30000000, Money(), "zh"), value_words(6, Integer("month"), "en")
    ('30万元', '6 months')
    """
    if isinstance(kind, Boolean):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][bool(value)]
    if isinstance(kind, Enum):
        word = kind.values[value]
        return str((labels or {}).get(word, {}).get(language, word))
    if isinstance(kind, Money):
        return money_words(value, language)
    if isinstance(kind, Ratio):
        return f"{plain(Decimal(value) * 100 / kind.scale)}%"
    if isinstance(kind, Date):
        day = from_civil(value)
        return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
    return _count(value, kind, language)


def money_words(fen: int, language: Language) -> str:
    """An amount as people write it: 30万元, 1.5亿元 where it is even in the hundredth, else 12,345.60元.

    >>> money_words(30000000, "zh"), money_words(123450, "zh"), money_words(30000000, "en")
    ('30万元', '1,234.50元', '300,000 yuan')
    """
    for unit, word in ((10**10, "亿元"), (10**6, "万元")):
        if language == "zh" and abs(fen) >= unit and fen % (unit // 100) == 0:
            return f"{plain(Decimal(fen) / unit)}{word}"
    whole, rest = divmod(abs(fen), 100)
    number = f"{'-' if fen < 0 else ''}{whole:,}" + (f".{rest:02d}" if rest else "")
    return f"{number}元" if language == "zh" else f"{number} yuan"


def reach_words(low: int, high: int | None, language: Language) -> str:
    """The least and the most of an amount in fen; empty where nothing bounds it (``high`` None: no most).

    >>> reach_words(0, 5000000, "zh"), reach_words(100000, 5000000, "en"), reach_words(0, None, "en")
    ('最高5万元', '1,000 yuan to 50,000 yuan', '')
    """
    if low == high:
        return money_words(low, language)
    least, zh = money_words(low, language), language == "zh"
    if high is None:
        return (f"至少{least}" if zh else f"at least {least}") if low else ""
    most = money_words(high, language)
    if low:
        return f"{least}至{most}" if zh else f"{least} to {most}"
    return f"最高{most}" if zh else f"up to {most}"


def _count(value: int, kind: Integer, language: Language) -> str:
    zh, one, many = UNITS.get(kind.unit or "count", (f" {kind.unit}", kind.unit, kind.unit))
    if language == "zh":
        return f"{value}{zh}"
    return f"{value} {one if abs(value) == 1 else many}".rstrip()


_BLANK = re.compile(r"\{(param|number)\.([a-z0-9_]+)\}")


def fill(text: str, rule: Rule, language: Language) -> str:
    """``text`` with every {param.NAME} replaced by the value, {number.NAME} by its bare number.

    Dated values stand as a list with their first days.
    """
    known = {parameter.name: parameter for parameter in rule.parameters}

    def value(found: re.Match[str]) -> str:
        parameter = known.get(found[2])
        if parameter is None:
            return found[0]
        return parameter_words(parameter, language, bare=found[1] == "number")

    return _BLANK.sub(value, text)


def blanks(text: str) -> set[str]:
    """The names of the parameters that `fill` puts into a text."""
    return {found[2] for found in _BLANK.finditer(text)}


def parameter_words(parameter: Parameter, language: Language, *, bare: bool = False) -> str:
    """The value of a parameter; dated ones as a list with their first days. ``bare``: without unit."""
    kind = parameter.type
    words = [
        (day, write_value(value, kind) if bare else value_words(value, kind, language))
        for day, value, _, _ in parameter.values
    ]
    if len(words) == 1:
        return words[0][1]
    since = "{}（{}起）" if language == "zh" else "{} (from {})"
    joint = "、" if language == "zh" else ", "
    return joint.join(since.format(text, value_words(day, Date(), language)) for day, text in words)


def outcome_words(outcome: str, language: Language) -> str:
    """An outcome as people say it."""
    return _OUTCOMES[language][outcome]


_OUTCOMES = {
    "zh": {"yes": "符合", "no": "不符合", "unknown": "待补充信息", "person": "需人工认定"},
    "en": {
        "yes": "entitled",
        "no": "not entitled",
        "unknown": "facts missing",
        "person": "needs a person",
    },
}
