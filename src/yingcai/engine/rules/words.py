"""Rules in words: values, expressions and conditions in Chinese and English.

A condition's own `text` goes before; where a programme gives none, the words are made from the
labels of its facts, so that no reason is ever shown as a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import Condition, FactType, Parameter, Rule, Words
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
    "month": ("个月", "month", "months"),
    "day": ("天", "day", "days"),
    "person": ("人", "person", "people"),
    "firm": ("家", "firm", "firms"),
    "time": ("次", "time", "times"),
    "point": ("分", "point", "points"),
    "item": ("项", "item", "items"),
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
    """An amount as people write it; Chinese counts even amounts from ten thousand yuan on in 万.

    >>> money_words(30000000, "zh"), money_words(123450, "zh"), money_words(30000000, "en")
    ('30万元', '1,234.50元', '300,000 yuan')
    """
    if language == "zh" and abs(fen) >= 10_000_00 and fen % 100_00 == 0:
        return f"{plain(Decimal(fen) / 10_000_00)}万元"
    whole, rest = divmod(abs(fen), 100)
    number = f"{'-' if fen < 0 else ''}{whole:,}" + (f".{rest:02d}" if rest else "")
    return f"{number}元" if language == "zh" else f"{number} yuan"


def _count(value: int, kind: Integer, language: Language) -> str:
    zh, one, many = UNITS.get(kind.unit, (kind.unit, kind.unit, kind.unit))
    if language == "zh":
        return f"{value}{zh}"
    return f"{value} {one if value == 1 else many}".rstrip()


def condition_words(
    condition: Condition, rule: Rule, facts: Mapping[str, FactType], language: Language
) -> str:
    """What a condition asks, in one sentence without its full stop."""
    text = condition.text.get(language)
    if text:
        return fill(text, rule, language)
    return Speaker(facts, rule, language).say(condition.test)


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
    since = "{}（自{}起）" if language == "zh" else "{} (from {})"
    joint = "，" if language == "zh" else ", "
    return joint.join(since.format(text, value_words(day, Date(), language)) for day, text in words)


_ORDER = {
    "zh": {"=": "为", "<>": "不为", "<": "低于", "<=": "不超过", ">": "高于", ">=": "不低于"},
    "en": {
        "=": " is ", "<>": " is not ", "<": " is below ", "<=": " is at most ",
        ">": " is above ", ">=": " is at least ",
    },
}  # fmt: skip
_DATE_ORDER = {
    "zh": {"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"},
    "en": {
        "<": " is before ", "<=": " is not after ", ">": " is after ", ">=": " is not before ",
    },
}  # fmt: skip
_COUNT_ORDER = {
    "zh": {"<": "少于", "<=": "不多于", ">": "多于", ">=": "不少于"},
    "en": {},
}
_ROUND = {
    "zh": {"down": "舍去尾数", "up": "进位", "half_up": "四舍五入"},
    "en": {"down": "rounded down", "up": "rounded up", "half_up": "rounded to the nearest"},
}


class Speaker:
    """Says expressions of one rule in one language."""

    def __init__(self, facts: Mapping[str, FactType], rule: Rule, language: Language) -> None:
        self.facts, self.language = facts, language
        self.zh = language == "zh"
        self.steps = {step.name: step for step in rule.steps}
        self.parameters = {one.name: one for one in rule.parameters}

    def say(self, node: n.Node) -> str:
        """The words of a tree."""
        return _SAYINGS[type(node)](self, node)

    def const(self, node: n.Const) -> str:
        labels: Mapping[str, Words] = {}
        if isinstance(node.type, Enum) and node.type.name in self.facts:
            labels = self.facts[node.type.name].value_labels
        return value_words(node.value, node.type, self.language, labels)

    def fact(self, node: n.Fact) -> str:
        return self.facts[node.name].label.get(self.language, node.name)

    def step(self, node: n.Step) -> str:
        step = self.steps.get(node.name)
        label = step.label.get(self.language) if step else None
        return label or (self.say(step.value) if step else node.name)

    def param(self, node: n.Param) -> str:
        return parameter_words(self.parameters[node.name], self.language)

    def lookup(self, node: n.Lookup) -> str:
        keys = self.joined([self.say(key) for key in node.keys])
        return f"按{keys}查表所得" if self.zh else f"the table's value for {keys}"

    def covered(self, node: n.Covered) -> str:
        keys = self.joined([self.say(key) for key in node.keys])
        return f"{keys}在表列范围内" if self.zh else f"{keys} stands in the table"

    def joined(self, parts: list[str], *, last: str = "") -> str:
        if self.zh:
            *first, end = parts
            return f"{'、'.join(first)}{last or '和'}{end}" if first else end
        return f" {last or 'and'} ".join(parts)

    def both(self, node: n.And) -> str:
        return ("，且" if self.zh else ", and ").join(self.inner(item) for item in node.items)

    def either(self, node: n.Or) -> str:
        return ("，或" if self.zh else ", or ").join(self.inner(item) for item in node.items)

    def inner(self, node: n.Node) -> str:
        """A part of a connective: brackets where it is one itself."""
        words = self.say(node)
        if isinstance(node, n.And | n.Or):
            return f"（{words}）" if self.zh else f"({words})"
        return words

    def negation(self, node: n.Not) -> str:
        if isinstance(node.item, n.Member):
            return self.member(node.item, negative=True)
        words = self.inner(node.item)
        return f"不属于以下情形：{words}" if self.zh else f"not: {words}"

    def compare(self, node: n.Compare) -> str:
        orders = dict(_ORDER[self.language])
        if isinstance(node.left.type, Date):
            orders |= _DATE_ORDER[self.language]
        elif isinstance(node.left.type, Integer):
            orders |= _COUNT_ORDER[self.language]
        return f"{self.say(node.left)}{orders[node.op]}{self.say(node.right)}"

    def member(self, node: n.Member, *, negative: bool = False) -> str:
        values = [self.say(n.Const(code, node.item.type)) for code in node.codes]
        listed = self.joined(values, last="或" if self.zh else "or")
        verb = ("不为" if negative else "为") if self.zh else (" is not " if negative else " is ")
        return f"{self.say(node.item)}{verb}{listed}"

    def arithmetic(self, node: n.Arithmetic) -> str:
        if isinstance(node.type, Ratio):  # a ratio brought to another scale says the same
            return self.say(node.left)
        sign = (
            {"+": "加", "-": "减", "*": "乘以"}
            if self.zh
            else {"+": " plus ", "-": " minus ", "*": " times "}
        )
        return f"{self.say(node.left)}{sign[node.op]}{self.say(node.right)}"

    def negative(self, node: n.Negative) -> str:
        return f"负的{self.say(node.item)}" if self.zh else f"minus {self.say(node.item)}"

    def extreme(self, node: n.Extreme) -> str:
        items = self.joined([self.say(item) for item in node.items])
        least = node.kind == "least"
        if self.zh:
            return f"{items}中{'较低' if least else '较高'}者"
        return f"the {'lower' if least else 'higher'} of {items}"

    def portion(self, node: n.Portion) -> str:
        money, share = self.say(node.money), self.say(node.share)
        return f"{money}的{share}" if self.zh else f"{share} of {money}"

    def round_to(self, node: n.RoundTo) -> str:
        unit, way = money_words(node.unit_fen, self.language), _ROUND[self.language][node.rounding]
        money = self.say(node.money)
        return f"{money}（按{unit}{way}）" if self.zh else f"{money} ({way} to {unit})"

    def case(self, node: n.Case) -> str:
        arms = [(self.say(test), self.say(value)) for test, value in node.arms]
        other = self.say(node.otherwise)
        if self.zh:
            return "；".join([*(f"{test}的，{value}" for test, value in arms), f"其他情形{other}"])
        return "; ".join([*(f"{value} if {test}" for test, value in arms), f"otherwise {other}"])

    def months(self, node: n.Months) -> str:
        start, end = self.say(node.start), self.say(node.end)
        if self.zh:
            return f"{start}至{end}的整{'年' if node.years else '月'}数"
        return f"full {'years' if node.years else 'months'} from {start} to {end}"

    def days(self, node: n.Days) -> str:
        start, end = self.say(node.start), self.say(node.end)
        return f"{start}至{end}的天数" if self.zh else f"days from {start} to {end}"

    def year_of(self, node: n.YearOf) -> str:
        day = self.say(node.item)
        return f"{day}所在年份" if self.zh else f"the year of {day}"


_SAYINGS: dict[type, Callable[..., str]] = {
    n.Const: Speaker.const,
    n.Fact: Speaker.fact,
    n.Step: Speaker.step,
    n.Param: Speaker.param,
    n.Lookup: Speaker.lookup,
    n.Covered: Speaker.covered,
    n.And: Speaker.both,
    n.Or: Speaker.either,
    n.Not: Speaker.negation,
    n.Compare: Speaker.compare,
    n.Member: Speaker.member,
    n.Arithmetic: Speaker.arithmetic,
    n.Negative: Speaker.negative,
    n.Extreme: Speaker.extreme,
    n.Portion: Speaker.portion,
    n.RoundTo: Speaker.round_to,
    n.Case: Speaker.case,
    n.Months: Speaker.months,
    n.Days: Speaker.days,
    n.YearOf: Speaker.year_of,
}


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
