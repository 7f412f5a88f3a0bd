"""Filters of the reporting pages: ``{% load reporting %}``."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yingcai.engine.indicators import plain

if TYPE_CHECKING:
    from yingcai.plan.models import Target
    from yingcai.reporting.models import IndicatorValue

register = template.Library()

TONES = {
    "draft": "muted",
    "submitted": "info",
    "approved": "info",
    "returned": "warn",
    "accepted": "ok",
    "open": "info",
    "locked": "ok",
    "answered": "info",
    "closed": "ok",
    "blue": "info",
    "done": "ok",
    "done_late": "warn",
    "working": "info",
    "late": "bad",
    "missing": "bad",
    "yellow": "warn",
    "red": "bad",
}
ACTS: dict[str, str | Promise] = {
    "save": _("填写"),
    "submit": _("提交"),
    "approve": _("负责人审核通过"),
    "accept": _("人才办核定"),
    "return": _("退回"),
    "missing": _("锁定时缺报"),
    "import": _("历史数据导入"),
    "open": _("开立"),
    "lock": _("锁定"),
    "reopen": _("重新开放"),
    "answer": _("反馈"),
    "ask_again": _("退回补充"),
    "escalate": _("升级"),
    "close": _("办结"),
}
METHODS: dict[str, str | Promise] = {
    "trend": _("近六个月趋势（斜率中位数）"),
    "seasonal": _("上年同期比例"),
}

# From a size on, computed figures are shown in steps of so much.
NEAR = [
    (Decimal(100_000_000), Decimal("1E6")),
    (Decimal(1_000_000), Decimal("1E4")),
    (Decimal(100), Decimal(1)),
]


@register.filter
def target_title(target: "Target") -> str:
    """The target's title in the language of the page."""
    return target.title_en if get_language() == "en" and target.title_en else target.title


@register.filter
def tone(status: str) -> str:
    """The tone of components/status.html for a status or a colour."""
    return TONES.get(status, "info")


@register.filter
def act(action: str) -> str:
    """A step in words."""
    return str(ACTS.get(action, action))


@register.filter
def method_name(method: str) -> str:
    """The method of a forecast in words."""
    return str(METHODS.get(method, method))


@register.filter
def typed(value: Decimal | None) -> str:
    """A figure as it stands in an input: plain digits, empty for nothing."""
    return "" if value is None else plain(value)


@register.filter
def near(value: Decimal | None) -> Decimal | None:
    """A computed figure (expected, foreseen) to a sensible place: nobody forecasts half a person."""
    if value is None:
        return None
    size = abs(value)
    for least, step in NEAR:
        if size >= least:
            return value.quantize(step, ROUND_HALF_UP) + 0
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


@register.filter
def behind(gap: Decimal | None) -> str:
    """Points behind (above zero) or ahead of the path, with words so that the sign is never guessed."""
    if gap is None:
        return "—"
    if gap == 0:
        return str(_("持平"))
    text = plain(abs(gap).quantize(Decimal("0.1")))
    return str(_("落后 %(n)s") if gap > 0 else _("超前 %(n)s")) % {"n": text}


@register.filter
def size_label(size: int) -> str:
    """A file's size in KB or MB."""
    if size >= 1024 * 1024:
        return f"{(Decimal(size) / 1024 / 1024).quantize(Decimal('0.1'))} MB"
    return f"{max(1, size // 1024)} KB"


CELL_WORDS: dict[str, str | Promise] = {
    "done": _("按时报齐"),
    "done_late": _("迟报"),
    "working": _("办理中"),
    "late": _("逾期"),
    "missing": _("缺报"),
}
COLUMN_WORDS: dict[str, str | Promise] = {
    "red": _("红色督办"),
    "yellow": _("黄色预警"),
    "blue": _("蓝色提醒"),
    "answered": _("已反馈"),
    "closed": _("已办结"),
}


@register.filter
def cell_word(state: str) -> str:
    """A cell of the matrix of months in words."""
    return str(CELL_WORDS.get(state, state))


@register.filter
def column_word(key: str) -> str:
    """A column of the board, or a colour, in words."""
    return str(COLUMN_WORDS.get(key, key))


@register.filter
def counted(counts: dict[str, int], key: str) -> int:
    """The number under ``key``, zero where there is none."""
    return counts.get(key, 0)


@register.filter
def expected_percent(row: "IndicatorValue") -> Decimal | None:
    """How far the path says a value should be, in percent: its own progress and its gap together."""
    if row.progress is None or row.gap is None or row.light == "done":
        return None
    return row.progress + row.gap
