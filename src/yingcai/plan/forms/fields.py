"""Fields that read what people type: days in several forms, blank-tolerant numbers."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAY = re.compile(r"^\s*(\d{4})\s*[年/.-]?\s*(\d{1,2})\s*[月/.-]?\s*(\d{1,2})\s*日?\s*$")


class DayField(forms.CharField):
    """A day typed as 2018-04-13, 2018/4/13, 2018年4月13日 or 20180413."""

    default_error_messages = {"invalid_day": _("请按 2018-04-13 或 2018年4月13日 的格式填写日期。")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.widget.attrs.setdefault("placeholder", "2018-04-13")
        self.widget.attrs.setdefault("autocomplete", "off")

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = DAY.match(text)
        try:
            if found is None:
                raise ValueError
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError as error:
            message = self.error_messages["invalid_day"]
            raise forms.ValidationError(message, code="invalid_day") from error


class AmountField(forms.DecimalField):
    """A number of at least nothing, shown without idle zeros; thousands separators are let be."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            max_digits=24, decimal_places=4, min_value=0, localize=False, widget=widget, **options
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace(" ", "")
        return super().to_python(value)


class YearField(forms.IntegerField):
    """A calendar year in four digits."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(min_value=1990, max_value=2100, widget=widget, **options)
