"""Invented values for the page that shows every component."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=gettext_lazy("目标名称"), help_text=gettext_lazy("不超过 100 字。"), max_length=100
    )
    figure = forms.DecimalField(label=gettext_lazy("本月累计"), min_value=0)
    unit = forms.ChoiceField(
        label=gettext_lazy("责任单位"),
        choices=[("a", gettext_lazy("示例一局")), ("b", gettext_lazy("示例二局"))],
        required=False,
    )
    course = forms.ChoiceField(
        label=gettext_lazy("进度类型"),
        choices=[("total", gettext_lazy("累计")), ("year", gettext_lazy("逐年"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("情况说明"), widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.FileField(label=gettext_lazy("佐证材料"), required=False)
    sure = forms.BooleanField(label=gettext_lazy("数字已与台账核对"))


def samples() -> dict[str, Any]:
    """Everything templates/styleguide.html shows."""
    wrong = SampleForm({"name": "", "figure": "-3", "unit": "a", "course": "total", "words": "…"})
    wrong.is_valid()
    return {
        "lights": ["green", "yellow", "red", "done", "none"],
        "tones": ["info", "ok", "warn", "bad", "muted"],
        "form": SampleForm(prefix="blank"),
        "wrong": wrong,
        "problems": [
            _("第 3 行：“本月累计”应是数字，表中是“约 20”。"),
            _("第 7 行：没有编号为 99-1 的目标。"),
        ],
        "steps": [
            {"label": _("填报"), "state": "done", "note": _("6月2日")},
            {"label": _("负责人审核"), "state": "done", "note": _("6月4日")},
            {"label": _("人才办核定"), "state": "current", "note": ""},
            {"label": _("锁定"), "state": "todo", "note": ""},
            {"label": _("通报"), "state": "todo", "note": ""},
        ],
        "changes": [
            {"label": _("目标值"), "value": "150 → 160"},
            {"label": _("理由"), "value": _("上级下达的任务增加")},
        ],
        "hidden": [("version", "3")],
        "rows": _rows(),
        "amounts": [Decimal("1234567.5000"), Decimal("0.0000"), None],
        "money": [Decimal(500_000_000), Decimal(300_000), Decimal("123456.78")],
        "day": date(2018, 4, 13),
        "names": [_("示例一局"), _("示例二局"), _("示例三局")],
        **_drawings(),
    }


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "code": "1-1",
            "title": _("新增示例人才"),
            "owner": _("示例一局"),
            "goal": Decimal(100_000),
            "unit": "人",
            "value": Decimal(48_210),
            "percent": Decimal("48.2"),
            "expected": Decimal(46),
            "light": "green",
        },
        {
            "code": "2-3",
            "title": _("示例产业园（省级），名称很长时在自己的一栏里换行而不挤压数字"),
            "owner": _("示例二局"),
            "goal": Decimal(20),
            "unit": "家",
            "value": Decimal(7),
            "percent": Decimal(35),
            "expected": Decimal(46),
            "light": "yellow",
        },
        {
            "code": "5-2",
            "title": _("示例基金规模"),
            "owner": _("示例三局"),
            "goal": Decimal(500_000_000),
            "unit": "元",
            "value": Decimal(0),
            "percent": Decimal(0),
            "expected": Decimal(46),
            "light": "red",
        },
    ]


def _drawings() -> dict[str, Any]:
    months = [date(2018 + (3 + step) // 12, (3 + step) % 12 + 1, 28) for step in range(14)]
    values: list[Decimal | None] = [Decimal(value) for value in range(8, 120, 8)]
    values[5] = None
    return {
        "points": list(zip(months, values, strict=True)),
        "path": [(date(2018, 4, 13), Decimal(0)), (date(2020, 12, 31), Decimal(300))],
        "guess": (date(2020, 12, 31), Decimal(271)),
        "shapes": [
            {
                "path": path,
                "label": label,
                "x": x,
                "y": y,
                "light": light,
                "value": value,
                "href": "#map",
            }
            for path, label, x, y, light, value in [
                ("M10 10H150V110H10Z", _("甲县"), 80, 58, "green", "82%"),
                ("M150 10H290V110H150Z", _("乙县"), 220, 58, "yellow", "61%"),
                ("M290 10H430V110H290Z", _("丙市"), 360, 58, "red", "20%"),
                ("M10 110H220V200H10Z", _("丁区"), 115, 150, "done", "100%"),
                ("M220 110H430V200H220Z", _("戊区"), 325, 150, "none", ""),
            ]
        ],
    }
