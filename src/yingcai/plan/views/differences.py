"""The differences between two editions as rows that a page can show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingcai.engine.reading import Change

WHAT = {
    "measure": _("措施"),
    "unit": _("责任单位"),
    "targets": _("量化目标"),
    "coverage": _("全覆盖目标"),
    "deliverables": _("需出台文件"),
    "incentives": _("奖补条款"),
    "deadlines": _("时限"),
}
HOW = {"added": (_("新增"), "ok"), "removed": (_("删除"), "bad"), "changed": (_("变化"), "warn")}
FIELDS = {
    "value": _("数值"),
    "value_max": _("上限"),
    "unit": _("计量单位"),
    "comparator": _("比较方式"),
    "per": _("统计口径"),
    "cumulative": _("累计"),
    "subject": _("统计对象"),
    "baseline": _("基数"),
    "by": _("完成年份"),
    "title": _("名称"),
    "number": _("编号"),
    "role": _("分工"),
    "action": _("出台还是修订"),
    "values": _("数值"),
    "condition": _("条件"),
    "every": _("频次"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One difference: what it is about, how it differs, the words before and after."""

    what: str
    how: str
    tone: str
    old: str
    new: str
    fields: list[str]


@dataclass(slots=True)
class Group:
    """The differences of one measure; ``number`` of the new edition, or of the old if it went."""

    number: int | None
    title: str
    rows: list[Row] = field(default_factory=list)


def rows_of(changes: Sequence[Change]) -> list[Group]:
    """The changes by measure, in the order in which they come."""
    groups: dict[tuple[int | None, int | None], Group] = {}
    for change in changes:
        key = (change.old_measure, change.new_measure)
        number = change.new_measure if change.new_measure is not None else change.old_measure
        group = groups.setdefault(key, Group(number, ""))
        if change.what == "measure":
            group.title = getattr(change.new or change.old, "title", "")
        group.rows.append(_row(change))
    return list(groups.values())


def _row(change: Change) -> Row:
    word, tone = HOW[change.how]
    return Row(
        what=str(WHAT[change.what]),
        how=str(word),
        tone=tone,
        old=_words(change.old),
        new=_words(change.new),
        fields=[_difference(name, change) for name in change.fields],
    )


def _words(thing: Any) -> str:
    if thing is None:
        return ""
    return str(getattr(thing, "text", "") or getattr(thing, "name", "") or thing.title)


def _difference(name: str, change: Change) -> str:
    label = str(FIELDS.get(name, name))
    old, new = (_plain(getattr(side, name, None)) for side in (change.old, change.new))
    return f"{label}{_('：')}{old} → {new}"


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    if isinstance(value, tuple):
        return "、".join(f"{_plain(part.value)}{part.unit}" for part in value)
    return str(value)
