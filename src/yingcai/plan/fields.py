"""The fields of a clause as plain values: what a form gives, what a decision records, what is signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yingcai.plan.models import Clause

COMPARATORS = (">=", "~", "=", "<=")
PER = ("total", "year", "county", "each")
BASELINES = ("", "growth")
ACTIONS = ("issue", "revise")
LIMIT = Decimal(10) ** 20  # the column holds 20 digits before the point
YEARS = range(1990, 2101)
COUNTED = (Clause.Kind.TARGET, Clause.Kind.INCENTIVE)


@dataclass(frozen=True, slots=True)
class ClauseFields:
    """What a clause says. ``start`` and ``end`` are character offsets into the plan's text."""

    kind: str
    start: int
    end: int
    subject: str = ""
    value: Decimal | None = None
    value_max: Decimal | None = None
    measure_word: str = ""
    comparator: str = ""
    per: str = ""
    cumulative: bool = False
    baseline: str = ""
    by_year: int | None = None
    part_of: int | None = None  # id of the containing clause
    details: Mapping[str, Any] = field(default_factory=dict)

    def with_span(self, start: int, end: int) -> "ClauseFields":
        return replace(self, start=start, end=end)


COLUMNS = tuple(entry.name for entry in fields(ClauseFields) if entry.name != "part_of")


def fields_of(clause: Clause) -> ClauseFields:
    """The fields that ``clause`` holds now."""
    values = {name: getattr(clause, name) for name in COLUMNS}
    return ClauseFields(**values, part_of=clause.part_of_id)


def columns(given: ClauseFields) -> dict[str, Any]:
    """``given`` as the columns of the table."""
    values = {name: getattr(given, name) for name in COLUMNS}
    return {**values, "details": dict(given.details), "part_of_id": given.part_of}


def plain(given: ClauseFields) -> dict[str, Any]:
    """``given`` as JSON values; numbers as exact text (``20`` and ``20.0000`` are the same)."""
    values = columns(given)
    values["part_of"] = values.pop("part_of_id")
    return {**values, "value": number_text(given.value), "value_max": number_text(given.value_max)}


def from_plain(kept: Mapping[str, Any]) -> ClauseFields:
    """The inverse of ``plain``."""
    values = dict(kept)
    for name in ("value", "value_max"):
        values[name] = None if values.get(name) is None else Decimal(values[name])
    return ClauseFields(**values)


def number_text(value: Decimal | None) -> str | None:
    """An exact number without trailing zeros and without an exponent."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def problems_of(given: ClauseFields, *, within: tuple[int, int]) -> list[str]:
    """What is wrong with ``given``, all at once; ``within`` is the span of its measure."""
    found = [*_span_problems(given, within)]
    if given.kind not in Clause.Kind.values:
        return [*found, _("请选择条款的类别。")]
    if given.kind in (Clause.Kind.TARGET, Clause.Kind.COVERAGE) and not given.subject.strip():
        found.append(_("请填写统计的对象（例如“博士后工作站”）。"))
    if len(given.subject) > 300:
        found.append(_("统计对象最长 300 个字，请缩短。"))
    # A rule may name a condition and no amount (每引进1名…，给予相应奖励).
    if given.kind in COUNTED and not given.details.get("only_condition"):
        found.extend(_number_problems(given))
    if given.kind == Clause.Kind.TARGET:
        found.extend(_target_problems(given))
    if given.by_year is not None and given.by_year not in YEARS:
        found.append(_("完成年份请填四位数字，例如 2020。"))
    return [*found, *_details_problems(given)]


def _span_problems(given: ClauseFields, within: tuple[int, int]) -> list[str]:
    if not 0 <= given.start < given.end:
        return [_("所选文字是空的，请在原文中选中一段。")]
    if given.start < within[0] or given.end > within[1]:
        return [_("所选文字超出了这项措施的范围，请在本措施的原文内选择。")]
    return []


def _number_problems(given: ClauseFields) -> list[str]:
    found = []
    if given.value is None:
        found.append(_("请填写数值。"))
    for value in (given.value, given.value_max):
        if value is not None and not _fits(value):
            found.append(_("数值请填不小于 0 的数，整数部分不超过 20 位，小数不超过 4 位。"))
            break
    if given.value is not None and given.value_max is not None and given.value_max < given.value:
        found.append(_("上限不能小于数值本身。"))
    if len(given.measure_word) > 12:
        found.append(_("计量单位最长 12 个字。"))
    return found


def _fits(value: Decimal) -> bool:
    if not value.is_finite() or not 0 <= value < LIMIT:
        return False
    return value == value.quantize(Decimal("0.0001"))


def _target_problems(given: ClauseFields) -> list[str]:
    found = []
    if not given.measure_word.strip():
        found.append(_("请填写计量单位（例如“名”“家”“%”）。"))
    if given.comparator not in COMPARATORS:
        found.append(_("请选择比较方式：不少于、约、等于或不超过。"))
    if given.per not in PER:
        found.append(_("请选择统计口径：总量、每年、每个县（市、区）或各自。"))
    if given.baseline not in BASELINES:
        found.append(_("基数只能是“无”或“增长”。"))
    return found


def _details_problems(given: ClauseFields) -> list[str]:
    found = []
    if given.kind == Clause.Kind.DELIVERABLE:
        if not str(given.details.get("title") or "").strip():
            found.append(_("请填写要出台的文件名称。"))
        if given.details.get("action") not in ACTIONS:
            found.append(_("请选择是出台还是修订。"))
    if (
        given.kind == Clause.Kind.UNCLASSIFIED
        and not str(given.details.get("reason") or "").strip()
    ):
        found.append(_("请说明这个数字为什么不属于任何一类。"))
    return found
