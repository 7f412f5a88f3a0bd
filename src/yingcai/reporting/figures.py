"""What may be reported: the shape of a figure, and when a figure needs a reason. Pure of the database."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.engine.indicators import plain
from yingcai.reporting.errors import Problem

if TYPE_CHECKING:
    from yingcai.plan.models import Target

# Measured rather than counted: these words may carry a fraction.
CONTINUOUS = frozenset({"", "%", "％", "元", "万元", "亿元", "平方米", "公里", "亩", "吨", "小时"})
MULTIPLIERS = {"万": 10_000, "亿": 100_000_000}
LIMIT = Decimal(10) ** 18
NARRATIVE_LIMIT = 2000
REASON_LIMIT = 300
DEFAULT_JUMP_PERCENT = Decimal(50)


def month_end(month: date) -> date:
    """The last day of the month that ``month`` lies in."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """What the figures of one target must look like. ``goal`` in the target's measure word."""

    kind: str
    course: str
    measure_word: str
    goal: Decimal
    baseline: Decimal
    jump_percent: Decimal

    @property
    def counted(self) -> bool:
        """Whether only whole numbers make sense."""
        return _counted(self.course, self.measure_word)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last accepted figure before the month in question."""

    month: date
    value: Decimal


def is_counted(target: "Target") -> bool:
    """Whether ``target`` counts whole pieces: people, firms, documents."""
    return _counted(target.course, target.measure_word)


def _counted(course: str, measure_word: str) -> bool:
    return course != "level" and measure_word not in CONTINUOUS


def rule_of(target: "Target", goal: Decimal, jump_percent: Decimal) -> Rule:
    return Rule(
        kind=target.kind,
        course=target.course,
        measure_word=target.measure_word,
        goal=goal,
        baseline=target.baseline_value,
        jump_percent=jump_percent,
    )


def parse_figure(text: str) -> Decimal | None:
    """The number that a person typed, None if blank.

    Full-width digits, thousands separators and a closing 万 or 亿 are understood: 1,200; 5.8亿.

    Raises: ValueError when it is not a number.
    """
    cleaned = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").strip()
    if not cleaned:
        return None
    digits = cleaned[:-1] if cleaned[-1] in MULTIPLIERS else cleaned
    try:
        value = Decimal(digits) * MULTIPLIERS.get(cleaned[-1], 1)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(_("“%(text)s”不是数字，请填写如 412 或 3.5 的数字") % {"text": text[:40]})
    return value


def shape_problems(value: Decimal | None, rule: Rule) -> list[Problem]:
    """What is wrong with the figure itself, whatever the months before; drafts must pass this too."""
    if value is None:
        return []
    found = [message for wrong, message in _checks(value, rule) if wrong]
    return [Problem(_("数值"), message) for message in found]


def _checks(value: Decimal, rule: Rule) -> list[tuple[bool, str]]:
    too_fine = abs(value) < LIMIT and value != round(value, 4)
    return [
        (value < 0, _("不能小于 0，请填写本期末的实际数")),
        (abs(value) >= LIMIT, _("数字过大，请核对计量单位")),
        (too_fine, _("最多保留四位小数")),
        (
            rule.counted and not too_fine and abs(value) < LIMIT and value != value.to_integral(),
            _("按“%(word)s”计数，应为整数") % {"word": rule.measure_word},
        ),
        (
            rule.kind == "document" and value not in (0, 1),
            _("文件类目标只能填 0（未出台）或 1（已出台）"),
        ),
        (
            rule.kind != "document"
            and rule.measure_word in {"%", "％"}
            and rule.kind == "coverage"
            and value > 100,
            _("覆盖率不能超过 100%"),
        ),
    ]


def text_problems(narrative: str, reason: str) -> list[Problem]:
    found = []
    if len(narrative) > NARRATIVE_LIMIT:
        found.append(
            Problem(_("进展说明"), _("最多 %(limit)s 字，请精简") % {"limit": NARRATIVE_LIMIT})
        )
    if len(reason) > REASON_LIMIT:
        found.append(
            Problem(_("原因说明"), _("最多 %(limit)s 字，请精简") % {"limit": REASON_LIMIT})
        )
    return found


def reason_needed(
    value: Decimal | None, *, month: date, earlier: Earlier | None, rule: Rule
) -> str:
    """Why the figure cannot stand without a reason; empty when it can.

    Counts must not fall (within the year for yearly targets). A step of more than
    ``rule.jump_percent`` of the goal (of the last figure for levels) in one month needs words,
    unless it is a step of one.
    """
    if value is None or rule.kind == "document":
        return ""
    same_course = rule.course != "yearly" or (earlier and earlier.month.year == month.year)
    last = earlier.value if earlier and same_course else rule.baseline
    if rule.course == "yearly" and not same_course:
        last = Decimal(0)
    if earlier and same_course and rule.course != "level" and value < last:
        return _("由上期 %(last)s 降为 %(now)s，累计数一般不减少，请说明原因") % {
            "last": plain(last),
            "now": plain(value),
        }
    yardstick = last if rule.course == "level" else rule.goal
    if yardstick > 0 and _jumps(value - last, yardstick, rule.jump_percent):
        return _("由上期 %(last)s 变为 %(now)s，变动超过 %(percent)s%%，请说明原因") % {
            "last": plain(last),
            "now": plain(value),
            "percent": plain(rule.jump_percent),
        }
    return ""


def _jumps(change: Decimal, yardstick: Decimal, percent: Decimal) -> bool:
    return abs(change) > 1 and abs(change) * 100 > yardstick * percent
