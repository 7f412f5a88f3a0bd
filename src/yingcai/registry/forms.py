"""What people type on the pages of the registry. The rules themselves are the actions'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingcai.engine.rules.types import Boolean, Enum
from yingcai.identity.forms import day_field
from yingcai.registry.vocabulary import FactWord, in_language

YES_NO = [("yes", _("是")), ("no", _("否"))]


class ChangeForm(forms.Form):
    """A value that should be recorded, why, and what proves it."""

    value = forms.CharField(label=_("正确的内容"), max_length=200)
    since = day_field(_("从哪天起"), help_text=_("不清楚可以不填。"))
    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.FileField(
        label=_("证明材料"),
        required=False,
        help_text=_("PDF、PNG、JPG、DOCX 或 XLSX，不超过 20 MB。"),
    )

    def __init__(self, *args: Any, word: FactWord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = _choices(word)
        if choices:
            self.fields["value"] = forms.ChoiceField(
                label=self.fields["value"].label, choices=[("", _("请选择")), *choices]
            )


def _choices(word: FactWord) -> list[tuple[str, Any]]:
    kind = word.type.type
    if isinstance(kind, Boolean):
        return list(YES_NO)
    if isinstance(kind, Enum):
        labels = word.type.value_labels
        return [(value, in_language(labels.get(value, {"zh": value}))) for value in kind.values]
    return []


class AnswerForm(forms.Form):
    """What an officer says to a request; a refusal needs it."""

    answer = forms.CharField(
        label=_("答复"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不予更正时必须写明理由和依据，申请人会看到。"),
    )


class ReasonForm(forms.Form):
    """Why two subjects are one, or are not."""

    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明依据；不要写号码。"),
    )
