"""Forms for the changes of a published target; each asks for the reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingcai.identity.queries import counties, units_by_code
from yingcai.plan.forms.fields import AmountField, DayField
from yingcai.plan.models import MeasureUnit, Target


class ReasonForm(forms.Form):
    """Why a target is changed."""

    reason = forms.CharField(
        label=_("调整理由"), max_length=300, help_text=_("例如“领导小组 2018 年第 2 次会议决定”。")
    )


class OwnerForm(forms.Form):
    """One unit that answers for a target; an empty row is let be."""

    code = forms.ChoiceField(label=_("单位"), required=False)
    role = forms.ChoiceField(label=_("分工"), choices=MeasureUnit.Role.choices)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        code = self.fields["code"]
        if isinstance(code, forms.ChoiceField):
            code.choices = choices


def owner_unit_choices() -> list[tuple[str, str]]:
    return [("", "—"), *((code, unit.label) for code, unit in units_by_code().items())]


class SharesForm(ReasonForm):
    """One number for each county and zone; empty means no share."""

    def __init__(self, *args: Any, target: Target, **options: Any) -> None:
        super().__init__(*args, **options)
        held = {share.unit.code: share.value for share in target.shares.all()}
        self.codes = []
        for unit in counties():
            self.codes.append(unit.code)
            self.fields[f"share-{unit.code}"] = AmountField(
                label=unit.label, required=False, initial=held.get(unit.code)
            )
        self.order_fields([*(f"share-{code}" for code in self.codes), "reason"])

    def shares(self) -> dict[str, Any]:
        given = {code: self.cleaned_data[f"share-{code}"] for code in self.codes}
        return {code: value for code, value in given.items() if value is not None}


class PointForm(forms.Form):
    """One point of a path; an empty row is let be."""

    due_on = DayField(label=_("到哪一天"), required=False)
    value = AmountField(label=_("应完成"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        day, value = given.get("due_on"), given.get("value")
        if not self.errors and (day is None) != (value is None):
            raise forms.ValidationError(_("日期和数值要么都填，要么都空。"))
        return given


class PathForm(ReasonForm):
    """Whether a path may fall, and why it is changed."""

    falling_is_meant = forms.BooleanField(label=_("允许回落"), required=False)


class BaselineForm(ReasonForm):
    value = AmountField(label=_("基数"))

    field_order = ["value", "reason"]


class DatesForm(ReasonForm):
    starts_on = DayField(label=_("开始日期"))
    due_on = DayField(label=_("截止日期"))

    field_order = ["starts_on", "due_on", "reason"]


class CourseForm(ReasonForm):
    course = forms.ChoiceField(
        label=_("计数方式"),
        choices=Target.Course.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "累计：从计划开始累加；逐年：每年一月从零起算；水平：要达到并保持的比率或状态。"
        ),
    )

    field_order = ["course", "reason"]
