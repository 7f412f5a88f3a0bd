"""The form by which a file is uploaded. What it is for is narrowed to what the sender may bring."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingcai.engine.identifiers import check
from yingcai.registry.actions.imports.receiving import Wanted
from yingcai.registry.models import ImportBatch, Subject
from yingcai.registry.queries.imports import STATED, organisation_by_code, organisations
from yingcai.registry.queries.scope import EMPLOYER, Scope
from yingcai.registry.vocabulary import in_language, vocabulary


class UploadForm(forms.Form):
    """A file, of what, from whom, as of when. Officers of employers are asked for less."""

    kind = forms.ChoiceField(label=_("名单内容"), choices=ImportBatch.Kind.choices)
    source = forms.ChoiceField(
        label=_("来源"), help_text=_("登记部门提供的名单请选该部门；单位报来的请选“用人单位填报”。")
    )
    organisation = forms.ModelChoiceField(
        Subject.objects.none(), label=_("所属单位"), empty_label=None
    )
    code = forms.CharField(
        label=_("任职单位的统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=_("名单只属于一个单位时填写；否则留空，并在表中设这一列。"),
    )
    as_of = forms.DateField(
        label=_("数据截止日"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("表中各项从这一天起有效；没有入职日期的，也从这一天算起。"),
    )
    file = forms.FileField(
        label=_("名单文件"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV（200 MB 以内）或 .xlsx（50 MB 以内），第一行是列名。"),
    )

    def __init__(self, scope: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scope = scope
        if scope.capacity == EMPLOYER:
            for name in ("kind", "source", "code"):
                del self.fields[name]
            mine: Any = self.fields["organisation"]
            mine.queryset = organisations(scope)
            mine.label_from_instance = lambda subject: subject.name
        else:
            del self.fields["organisation"]
            sources: Any = self.fields["source"]
            sources.choices = [("", _("请选择"))] + [
                (name, in_language(words)) for name, words in vocabulary().sources.items()
            ]

    def clean_code(self) -> Subject | None:
        """The organisation in reach that the code names."""
        written = self.cleaned_data["code"]
        if not written.strip():
            return None
        number = check("credit-code", written, today=self._scope.on).number
        found = organisation_by_code(self._scope, number)
        if found is None:
            raise forms.ValidationError(_("没有找到这个单位：请先登记，或核对代码。"))
        return found

    def wanted(self) -> Wanted:
        """What the file is for."""
        told = self.cleaned_data
        return Wanted(
            kind=told.get("kind", ImportBatch.Kind.PERSON),
            source=told.get("source", STATED),
            organisation=told.get("organisation") or told.get("code"),
            as_of=told["as_of"],
        )
