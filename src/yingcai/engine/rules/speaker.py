"""Conditions and expressions in words, in Chinese and English.

A condition's own `text` goes before; where a programme gives none, the words are made from the
labels of its facts, so that no reason is ever shown as a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import Condition, FactType, Rule, Words
from yingcai.engine.rules.types import Boolean, Date, Enum, Integer, Money, Ratio
from yingcai.engine.rules.words import (
    Language,
    fill,
    money_words,
    parameter_words,
    value_words,
)

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
_ENUM_ORDER: dict[str, dict[str, str]] = {"zh": {"<=": "不高于"}, "en": {}}
_COUNT_ORDER = {
    "zh": {"<": "少于", "<=": "不超过", ">": "多于", ">=": "不少于"},
    "en": {"<": " is less than ", ">": " is more than "},
}
_OPPOSITE: dict[str, n.Comparison] = {
    "=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
}  # fmt: skip
_MIRRORED: dict[str, n.Comparison] = {
    "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
}  # fmt: skip
_TABLE_VALUES: dict[type, str] = {Money: "金额", Ratio: "比例", Integer: "数值"}
_EXTREME = {  # Chinese: least and greatest, of two and of more
    "date": ("较早者", "较晚者", "最早者", "最晚者"),
    "integer": ("较小者", "较大者", "最小者", "最大者"),
    "other": ("较低者", "较高者", "最低者", "最高者"),
}
_EXTREME_EN = {
    "date": ("the earlier", "the later", "the earliest", "the latest"),
    "other": ("the lower", "the higher", "the lowest", "the highest"),
}
_ROUND = {
    "zh": {"down": "舍去尾数", "up": "进位", "half_up": "四舍五入"},
    "en": {
        "down": "rounded down to a multiple of",
        "up": "rounded up to a multiple of",
        "half_up": "rounded to the nearest multiple of",
    },
}


def condition_words(
    condition: Condition, rule: Rule, facts: Mapping[str, FactType], language: Language
) -> str:
    """What a condition asks, in one sentence without its full stop."""
    text = condition.text.get(language)
    if text:
        return fill(text, rule, language)
    words = Speaker(facts, rule, language).say(condition.test)
    return words if language == "zh" else words[0].upper() + words[1:]


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

    def beside(self, node: n.Node, other: n.Node) -> str:
        """The words of a tree; a plain number takes the unit of what it stands beside."""
        if isinstance(node, n.Const) and isinstance(other.type, Integer):
            # A year of the calendar has its measure word in Chinese only: 2018年, 2018.
            unit = other.type.unit if self.zh or not isinstance(other, n.YearOf) else ""
            return self.const(n.Const(node.value, Integer(unit)))
        if isinstance(node, n.Case):
            return self.bracketed(self.case(node, beside=other))
        return self.say(node)

    def const(self, node: n.Const) -> str:
        labels: Mapping[str, Words] = {}
        if isinstance(node.type, Enum) and node.type.name in self.facts:
            labels = self.facts[node.type.name].value_labels
        return value_words(node.value, node.type, self.language, labels)

    def fact(self, node: n.Fact) -> str:
        return self.facts[node.name].label.get(self.language, node.name)

    def step(self, node: n.Step) -> str:
        step = self.steps[node.name]
        return step.label.get(self.language) or self.say(step.value)

    def param(self, node: n.Param) -> str:
        return parameter_words(self.parameters[node.name], self.language)

    def lookup(self, node: n.Lookup) -> str:
        keys = self.joined([self.say(key) for key in node.keys])
        kind = _TABLE_VALUES.get(type(node.type), "结果")
        return f"按{keys}查表所得的{kind}" if self.zh else f"the value of the table for {keys}"

    def covered(self, node: n.Covered, *, negative: bool = False) -> str:
        keys = self.joined([self.say(key) for key in node.keys])
        if self.zh:
            return f"{keys}{'不' if negative else ''}在表列范围内"
        return f"the table has {'no' if negative else 'a'} row for {keys}"

    def joined(self, parts: list[str], *, last: str = "") -> str:
        *first, end = parts
        if not first:
            return end
        if self.zh:
            return f"{'、'.join(first)}{last or '和'}{end}"
        return f"{', '.join(first)} {last or 'and'} {end}"

    def both(self, node: n.And) -> str:
        ends = _two_ends(node)
        if ends is not None:
            return self.between(*ends)
        return ("，且" if self.zh else ", and ").join(self.inner(item) for item in node.items)

    def between(self, item: n.Node, low: n.Node, high: n.Node, *, negative: bool = False) -> str:
        words = [self.say(item), self.beside(low, item), self.beside(high, item)]
        if self.zh:
            return f"{{}}{'不' if negative else ''}在{{}}至{{}}之间".format(*words)
        return f"{{}} is {'not ' if negative else ''}between {{}} and {{}}".format(*words)

    def either(self, node: n.Or) -> str:
        return ("，或" if self.zh else ", or ").join(self.inner(item) for item in node.items)

    def inner(self, node: n.Node) -> str:
        """A part of another: brackets where it is a connective itself, or a choice."""
        words = self.say(node)
        if isinstance(node, n.Case | n.Or) or (isinstance(node, n.And) and not _two_ends(node)):
            return self.bracketed(words)
        return words

    def bracketed(self, words: str) -> str:
        return f"（{words}）" if self.zh else f"({words})"

    def negation(self, node: n.Not) -> str:
        return self.denied(node.item)

    def denied(self, item: n.Node) -> str:
        """That a condition does not hold, turned round where it has an opposite."""
        if isinstance(item, n.Member):
            return self.member(item, negative=True)
        if isinstance(item, n.Compare):
            return self.compare(n.Compare(_OPPOSITE[item.op], item.left, item.right))
        if isinstance(item, n.Covered):
            return self.covered(item, negative=True)
        if isinstance(item, n.Not):
            return self.say(item.item)
        ends = _two_ends(item)
        if ends is not None:
            return self.between(*ends, negative=True)
        if self.zh and isinstance(item, n.Fact):
            return f"不属于{_of(self.say(item))}情形"
        words = self.inner(item)
        return f"不属于以下情形：{words}" if self.zh else f"not the case: {words}"

    def compare(self, node: n.Compare) -> str:
        flag = _flag(node)
        if flag is not None:
            item, wanted = flag
            return self.say(item) if wanted else self.denied(item)
        if isinstance(node.left.type, Boolean):
            return self.pair(node)
        node = _fact_first(node)
        orders = dict(_ORDER[self.language])
        if isinstance(node.left.type, Date) or isinstance(node.left, n.YearOf):
            orders |= _DATE_ORDER[self.language]
        elif isinstance(node.left.type, Enum):
            orders |= _ENUM_ORDER[self.language]
        elif isinstance(node.left.type, Integer) and not _measures(node):
            orders |= _COUNT_ORDER[self.language]
        left, right = self.beside(node.left, node.right), self.beside(node.right, node.left)
        return f"{left}{orders[node.op]}{right}"

    def pair(self, node: n.Compare) -> str:
        """Two conditions that hold together, or of which one does."""
        left, right = self.say(node.left), self.say(node.right)
        if self.zh:
            how = "同时成立或同时不成立" if node.op == "=" else "仅有一项成立"
            return f"以下两项{how}：{left}；{right}"
        return f"{'both or neither' if node.op == '=' else 'only one of the two'}: {left}; {right}"

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
        sides = [(node.left, node.right), (node.right, node.left)]
        left, right = (
            self.operand(one) if node.op == "*" else self.term(one, other) for one, other in sides
        )
        return f"{left}{sign[node.op]}{right}"

    def term(self, node: n.Node, other: n.Node) -> str:
        """A side of a sum."""
        return self.operand(node) if _compound(node) else self.beside(node, other)

    def operand(self, node: n.Node) -> str:
        """A part of a calculation, in brackets where it is one itself."""
        words = self.say(node)
        return self.bracketed(words) if _compound(node) else words

    def negative(self, node: n.Negative) -> str:
        words = self.operand(node.item)
        return f"负的{words}" if self.zh else f"minus {words}"

    def extreme(self, node: n.Extreme) -> str:
        united = next((one for one in node.items if not isinstance(one, n.Const)), node.items[0])
        items = self.joined([self.term(item, united) for item in node.items])
        place = (node.kind == "greatest") + 2 * (len(node.items) > 2)
        words = _EXTREME if self.zh else _EXTREME_EN
        kind = type(node.type).__name__.lower()
        word = words.get(kind, words["other"])[place]
        return f"{items}中{word}" if self.zh else f"{word} of {items}"

    def portion(self, node: n.Portion) -> str:
        money, share = self.operand(node.money), self.operand(node.share)
        if not isinstance(node.share, n.Const | n.Param | n.Fact | n.Step):
            return f"{money}乘以{share}" if self.zh else f"{money} times {share}"
        return f"{_of(money)}{share}" if self.zh else f"{share} of {money}"

    def round_to(self, node: n.RoundTo) -> str:
        unit, way = money_words(node.unit_fen, self.language), _ROUND[self.language][node.rounding]
        money = self.say(node.money)
        return f"{money}（以{unit}为单位{way}）" if self.zh else f"{money} ({way} {unit})"

    def case(self, node: n.Case, *, beside: n.Node | None = None) -> str:
        """The values by their conditions; plain numbers take the unit of a value, or of ``beside``."""
        values = [*(value for _, value in node.arms), node.otherwise]
        united = next((one for one in values if not isinstance(one, n.Const)), beside or values[0])
        arms = [(self.say(test), self.beside(value, united)) for test, value in node.arms]
        other = self.beside(node.otherwise, united)
        if self.zh:
            spoken = [f"{_of(test)}，为{value}" for test, value in arms]
            return "；".join([*spoken, f"其他情形，为{other}"])
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
        return f"{_of(day)}年份" if self.zh else f"the year of {day}"


def _measures(node: n.Compare) -> bool:
    """Whether a number says how high something stands, not how many there are."""
    return any(
        getattr(side.type, "unit", "") in ("age", "point") for side in (node.left, node.right)
    )


def _of(words: str) -> str:
    """With the particle that joins what follows, once."""
    return words if words.endswith("的") else f"{words}的"


def _compound(node: n.Node) -> bool:
    if isinstance(node, n.Arithmetic):
        return not isinstance(node.type, Ratio)  # a share on another scale is said as it stands
    return isinstance(node, n.Negative | n.Extreme | n.Case | n.Portion)


def _two_ends(node: n.Node) -> tuple[n.Node, n.Node, n.Node] | None:
    """The parts of a BETWEEN: one value, and its first and last."""
    match node:
        case n.And(
            items=(
                n.Compare(op=">=", left=item, right=low),
                n.Compare(op="<=", left=other, right=high),
            )
        ):
            return (item, low, high) if item == other else None
    return None


def _fact_first(node: n.Compare) -> n.Compare:
    """What is known of a subject at the left, what it is measured against at the right."""
    if isinstance(node.left, n.Const | n.Param | n.Case) and not isinstance(node.right, n.Const):
        return n.Compare(_MIRRORED[node.op], node.right, node.left)
    return node


def _flag(node: n.Compare) -> tuple[n.Node, bool] | None:
    """A comparison with TRUE or FALSE: what is compared, and whether it has to hold."""
    for item, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(other, n.Const) and isinstance(other.type, Boolean):
            return item, bool(other.value) is (node.op == "=")
    return None


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
