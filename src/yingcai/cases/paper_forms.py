"""The form by which a file of decisions on paper is brought."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from yingcai.identity.models import Unit


class PaperForm(forms.Form):
    """A file, and whose programmes it holds where the sender works for several units."""

    unit = forms.ChoiceField(label=_("牵头单位"))
    file = forms.FileField(
        label=_("纸质决定文件"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV（20 MB 以内）或 .xlsx（10 MB 以内），最多1万行，第一行是列名。"),
    )

    def __init__(self, units: "list[Unit | None]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = units
        if len(units) < 2:
            del self.fields["unit"]
        else:
            choices: Any = self.fields["unit"]
            choices.choices = [(unit.code, unit.label) for unit in units if unit is not None]

    def chosen(self) -> "Unit | None":
        """Whose programmes the file holds; None: the whole city's."""
        code = self.cleaned_data.get("unit")
        if code is None:
            return self._units[0] if self._units else None
        return next(unit for unit in self._units if unit is not None and unit.code == code)
