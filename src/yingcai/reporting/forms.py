"""The forms of reporting: one report, an order, a file."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingcai.reporting.actions.orders import TEXT_LIMIT
from yingcai.reporting.actions.reports import Entry
from yingcai.reporting.figures import parse_figure
from yingcai.reporting.models import SupervisionOrder


class FigureField(forms.CharField):
    """A number as people type it: 1,200; ５０; 5.8亿."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return parse_figure(text or "")
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def validate(self, value: Any) -> None:
        """Blank is a draft without a figure; the action says when one is needed."""

    def run_validators(self, value: Any) -> None:
        """The action knows the rules of the target."""


class ReportForm(forms.Form):
    """What a reporter fills in. ``version`` is that of the row the person saw."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    value = FigureField(label=_("截至本月末数值"), required=False, max_length=40)
    narrative = forms.CharField(
        label=_("进展说明"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = forms.CharField(
        label=_("原因说明"),
        required=False,
        help_text=_("数值减少、变动过大时必填；进度滞后时请写明原因，供通报引用"),
    )

    def entry(self) -> Entry:
        """The content of the valid form."""
        words = self.cleaned_data
        return Entry(words["value"], words["narrative"].strip(), words["reason"].strip())


class OrderForm(forms.Form):
    """A new supervision order. ``units``: pairs of id and name to choose from."""

    unit = forms.TypedChoiceField(label=_("督办单位"), coerce=int)
    title = forms.CharField(label=_("督办事项"), max_length=200)
    text = forms.CharField(
        label=_("工作要求"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 5})
    )
    due_on = forms.DateField(
        label=_("办理期限"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    colour = forms.ChoiceField(label=_("颜色"), choices=SupervisionOrder.Colour.choices)
    target = forms.CharField(
        label=_("相关目标"),
        required=False,
        max_length=20,
        help_text=_("目标编号，例如 8-3；与具体目标无关时留空"),
    )

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = units


class AskAgainForm(forms.Form):
    """The office's answer to an answer that does not settle the matter."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("补充要求"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = forms.DateField(
        label=_("新的期限"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def month_from(text: str) -> date | None:
    """2018-05 as the first day of that month; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
