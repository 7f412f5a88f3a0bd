"""Forms for bringing a plan in, its head, the units of a measure, signing and returning."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingcai.identity.queries import units_by_code
from yingcai.plan.actions import Head, ResponsibleUnit
from yingcai.plan.forms.fields import DayField, YearField
from yingcai.plan.models import Measure, MeasureUnit, Plan


class ImportForm(forms.Form):
    """A plan as a file or as pasted text."""

    file = forms.FileField(
        label=_("选择文件"), required=False, help_text=_("txt、docx，或带文字层的 pdf。")
    )
    pasted = forms.CharField(
        label=_("或者粘贴全文"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    slug = forms.ChoiceField(
        label=_("这是哪个计划"),
        required=False,
        help_text=_("选已有计划，就作为它的新版本；不选则由系统按名称和年份判断。"),
    )

    def __init__(self, *args: Any, plans: list[Plan], **options: Any) -> None:
        super().__init__(*args, **options)
        titles = {plan.slug: plan.title for plan in reversed(plans)}
        slug = self.fields["slug"]
        if isinstance(slug, forms.ChoiceField):
            slug.choices = [("", _("由系统判断")), *titles.items()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("file") and not (given.get("pasted") or "").strip():
            raise forms.ValidationError(_("请选择一个文件，或者把计划全文粘贴进来。"))
        return given


class HeadForm(forms.Form):
    """What a plan is called, who issued it when, for which years."""

    title = forms.CharField(label=_("名称"), max_length=200)
    number = forms.CharField(label=_("文号"), max_length=60, required=False)
    issuers = forms.CharField(
        label=_("印发机关"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一行一个。"),
    )
    issued_on = DayField(label=_("印发日期"), required=False)
    period_start = YearField(label=_("开始年份"), required=False)
    period_end = YearField(label=_("结束年份"), required=False)

    def head(self) -> Head:
        given = self.cleaned_data
        lines = (line.strip() for line in given["issuers"].splitlines())
        return Head(
            title=given["title"],
            number=given["number"],
            issuers=tuple(line for line in lines if line),
            issued_on=given["issued_on"],
            period_start=given["period_start"],
            period_end=given["period_end"],
        )


def head_initial(plan: Plan) -> dict[str, Any]:
    names = ("title", "number", "issued_on", "period_start", "period_end")
    return {**{name: getattr(plan, name) for name in names}, "issuers": "\n".join(plan.issuers)}


NOBODY = "-"  # the printed name stands for no unit of the system


class UnitForm(forms.Form):
    """A responsible unit of a measure: the printed name, whom it means, in which role."""

    name = forms.CharField(label=_("原文名称"), max_length=120, required=False)
    code = forms.ChoiceField(label=_("对应单位"), required=False)
    role = forms.ChoiceField(label=_("分工"), choices=MeasureUnit.Role.choices)
    drop = forms.BooleanField(label=_("删去"), required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        code = self.fields["code"]
        if isinstance(code, forms.ChoiceField):
            code.choices = choices

    def stands(self) -> bool:
        """Whether the row says anything (an empty or dropped row does not)."""
        given = self.cleaned_data
        return not given.get("drop") and bool(given.get("name") or given.get("code"))

    def responsible(self, names: dict[str, str]) -> ResponsibleUnit:
        given = self.cleaned_data
        nobody = given["code"] == NOBODY
        code = "" if nobody else given["code"]
        name = given["name"] or names.get(code, "")
        return ResponsibleUnit(name, given["role"], code, printed_only=nobody)


def unit_choices() -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The choices for a unit, and the printed names by code."""
    units = units_by_code()
    names = {code: unit.name for code, unit in units.items()}
    labels = [(code, unit.label) for code, unit in units.items()]
    first = [("", str(_("（未确定）"))), (NOBODY, str(_("不对应任何单位，只保留原文")))]
    return [*first, *labels], names


def units_initial(measure: Measure) -> list[dict[str, str]]:
    return [
        {
            "name": row.name,
            "code": NOBODY if row.printed_only else row.unit.code if row.unit else "",
            "role": row.role,
        }
        for row in measure.units.select_related("unit")
    ]


class ReturnForm(forms.Form):
    """Why a submitted plan goes back."""

    reason = forms.CharField(label=_("退回理由"), max_length=300)
