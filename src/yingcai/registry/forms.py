"""What people type on the pages of the registry. The rules themselves are the actions'."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingcai.engine.identifiers import KINDS
from yingcai.engine.rules.types import Boolean, Enum
from yingcai.identity.actions.tokens import LONGEST_DAYS
from yingcai.identity.forms import LoginField, day_field
from yingcai.identity.queries import user_by_name
from yingcai.registry.actions.relations import Tie
from yingcai.registry.models import Mandate, Relation, RightsRequest, Subject
from yingcai.registry.vocabulary import FactWord, Ground, in_language, number_words, vocabulary
from yingcai.registry.wishes import WISHES, RelationWish

BACK = "/"  # marks a kind of relation that is said from the other side
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


class RelationWishForm(forms.Form):
    """What is wrong with a relation, why, and what proves it."""

    what = forms.ChoiceField(label=_("哪里不对"), choices=[("", _("请选择")), *WISHES.items()])
    since = day_field(_("正确的开始日期"), help_text=_("只在起止日期不对时填写。"))
    until = day_field(_("最后一天"), help_text=_("仍在继续的不填。"))
    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.FileField(
        label=_("证明材料"),
        required=False,
        help_text=_("PDF、PNG、JPG、DOCX 或 XLSX，不超过 20 MB。"),
    )

    def wish(self, relation: Relation) -> RelationWish:
        given = self.cleaned_data
        return RelationWish(
            relation, given["what"], given["reason"], given["since"], given["until"]
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


class RightForm(forms.Form):
    """Why a person asks for erasure or restriction; he need not say."""

    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("可以不填。"),
    )


class StartForm(forms.Form):
    """A request that an office starts: what, for whom, and why."""

    kind = forms.ChoiceField(label=_("办理什么"), widget=forms.RadioSelect)
    asker = forms.ChoiceField(
        label=_("由谁提出"),
        widget=forms.RadioSelect,
        choices=[
            (one.value, one.label)
            for one in (RightsRequest.Asker.RELATIVE, RightsRequest.Asker.OFFICE)
        ],
    )
    reason = forms.CharField(
        label=_("提出人和依据"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "近亲属提出的，写明姓名、与已故者的关系和核验了什么证明。删除时这段文字一并销毁。"
        ),
    )

    def __init__(self, *args: Any, kinds: Sequence[RightsRequest.Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, one.label) for one in kinds]
        self.fields["kind"] = forms.ChoiceField(
            label=_("办理什么"), widget=forms.RadioSelect, choices=choices
        )


class ReplyForm(forms.Form):
    """The answer to a request: one of the lawful grounds, and what the officer adds."""

    ground = forms.ChoiceField(label=_("答复和依据"), widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("补充说明"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("申请人会看到；同意删除的，随信息一起销毁。"),
    )

    def __init__(self, *args: Any, grounds: Sequence[Ground], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"] = forms.ChoiceField(
            label=_("答复和依据"),
            widget=forms.RadioSelect,
            choices=[(one.name, _reply_words(one)) for one in grounds],
        )


def _reply_words(ground: Ground) -> str:
    answer = RightsRequest.Answer(ground.answer).label
    return f"{answer}{gettext('：')}{ground.words}{gettext('（')}{ground.article}{gettext('）')}"


class SubjectForm(forms.Form):
    """A new subject and, if it is known, its number."""

    kind = forms.ChoiceField(label=_("类别"), choices=Subject.Kind.choices)
    name = forms.CharField(label=_("名称"), max_length=120)
    sort = forms.ChoiceField(label=_("机构类型"), required=False, help_text=_("只用于机构。"))
    county: Any = forms.ModelChoiceField(
        label=_("所在地"), queryset=None, required=False, empty_label=_("不指明")
    )
    number_kind = forms.ChoiceField(label=_("号码种类"), required=False)
    number = forms.CharField(
        label=_("完整号码"), required=False, max_length=40, help_text=_("保存后只显示遮盖的号码。")
    )

    def __init__(self, *args: Any, places: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = vocabulary().kinds.items()
        sorts = [(name, in_language(words)) for name, words in kinds]
        self.fields["sort"] = forms.ChoiceField(
            label=_("机构类型"),
            required=False,
            choices=[("", _("不指明")), *sorts],
            help_text=_("只用于机构。"),
        )
        self.fields["number_kind"] = forms.ChoiceField(
            label=_("号码种类"),
            required=False,
            choices=[("", _("不指明")), *((kind, number_words(kind)) for kind in KINDS)],
        )
        county: Any = self.fields["county"]
        county.queryset = places


class NumberForm(forms.Form):
    """One more number of a subject."""

    kind = forms.ChoiceField(label=_("号码种类"))
    number = forms.CharField(
        label=_("完整号码"), max_length=40, help_text=_("保存后只显示遮盖的号码。")
    )

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind, number_words(kind)) for kind in kinds]
        self.fields["kind"] = forms.ChoiceField(label=_("号码种类"), choices=choices)


class RetireForm(forms.Form):
    """Why a number no longer names a subject."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明依据；不要写号码。本人可以看到。"),
    )


class MandateForm(forms.Form):
    """Which login may act, from when to when, on the ground of what."""

    login = LoginField(label=_("账号"))
    starts_on = day_field(_("开始日期"), help_text=_("不填：从今天起。"))
    ends_on = day_field(_("结束日期"), help_text=_("不填：长期。"))
    reason = forms.CharField(
        label=_("理由和依据"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如单位授权书的文号；不要写号码。"),
    )

    paper = forms.FileField(
        label=_("证明文件"),
        required=False,
        help_text=_("PDF、PNG、JPG、DOCX 或 XLSX，不超过 20 MB；加密保存，供第二位工作人员核对。"),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != Mandate.Kind.GUARDIAN:
            del self.fields["paper"]
        if kind == Mandate.Kind.SELF:
            self.fields["reason"].help_text = _("例如当面核对了哪种证件；不要写号码。")
        if kind == Mandate.Kind.GUARDIAN:
            self.fields["ends_on"].help_text = _("不填：到满十四周岁的前一天，最晚也到这一天。")
            self.fields["reason"].help_text = _(
                "核对了哪些证明，例如户口簿、出生医学证明；不要写号码。"
            )


class TieForm(forms.Form):
    """How two subjects hang together. The kind says what the other one is to the subject."""

    kind = forms.ChoiceField(label=_("关系"))
    since = day_field(_("从哪天起"), required=True)
    until = day_field(_("到哪天为止"), help_text=_("仍然有效可以不填。"))
    percent = forms.DecimalField(
        label=_("持股比例（%）"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=4,
        help_text=_("只用于持股关系。"),
    )
    source = forms.ChoiceField(label=_("来源"))

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label=_("关系"), choices=kinds)
        sources = [(name, in_language(words)) for name, words in vocabulary().sources.items()]
        self.fields["source"] = forms.ChoiceField(label=_("来源"), choices=sources)

    def tie(self) -> tuple[Tie, bool]:
        """What was said, and whether it is said from the other side; only for a valid form."""
        given = self.cleaned_data
        kind, mark, _rest = given["kind"].partition(BACK)
        percent = given["percent"]
        share = None if percent is None else int(percent * 10_000)
        tie = Tie(kind, given["since"], given["source"], until=given["until"], share=share)
        return tie, bool(mark)


class TieCorrectionForm(TieForm):
    """The same, with why what was recorded is wrong."""

    reason = forms.CharField(
        label=_("更正的理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class LastDayForm(forms.Form):
    """The last day of a relation."""

    until = day_field(_("最后一天"), required=True, help_text=_("这一天仍算在内。"))


class FactForm(ChangeForm):
    """A fact that an officer records, from a source, for some days."""

    until = day_field(_("到哪天为止"), help_text=_("仍然有效可以不填。"))
    source = forms.ChoiceField(label=_("来源"))
    reference = forms.CharField(
        label=_("文号或编号"), required=False, max_length=120, help_text=_("不写个人信息。")
    )

    def __init__(self, *args: Any, word: FactWord, **kwargs: Any) -> None:
        super().__init__(*args, word=word, **kwargs)
        del self.fields["reason"], self.fields["evidence"]
        sources = [(name, in_language(words)) for name, words in vocabulary().sources.items()]
        self.fields["source"] = forms.ChoiceField(
            label=_("来源"), choices=sources, initial=word.source
        )


class TokenForm(forms.Form):
    """A token for a program."""

    label = forms.CharField(
        label=_("用途"), max_length=60, help_text=_("写明由哪个系统使用、做什么。")
    )
    scopes = forms.MultipleChoiceField(label=_("凭证范围"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("有效期（天）"), min_value=1, max_value=LONGEST_DAYS, initial=90
    )
    purpose = forms.ChoiceField(
        label=_("只用于一个处理目的"), required=False, help_text=_("不选：按账号的身份而定。")
    )

    def __init__(
        self, *args: Any, scopes: Sequence[Any], purposes: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose: Any = self.fields
        choose["scopes"].choices = scopes
        choose["purpose"].choices = [("", _("不指明")), *purposes]


class EndpointForm(forms.Form):
    """An address that another system listens at."""

    label = forms.CharField(
        label=_("接收方"), max_length=60, help_text=_("写明哪个系统、做什么用。")
    )
    address = forms.CharField(
        label=_("地址"),
        max_length=300,
        help_text=_("https:// 开头；内网主机须先由运维列入允许名单。"),
    )
    wants = forms.MultipleChoiceField(label=_("事件"), widget=forms.CheckboxSelectMultiple)
    owner = forms.CharField(
        label=_("所属账号"),
        max_length=40,
        help_text=_("只推送这个账号职责范围内的主体；接收方用它的凭证取详情。"),
    )

    def __init__(self, *args: Any, areas: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose: Any = self.fields["wants"]
        choose.choices = areas

    def clean_owner(self) -> Any:
        user = user_by_name(self.cleaned_data["owner"].strip().lower())
        if user is None:
            raise forms.ValidationError(_("没有这个账号，请核对后重填。"))
        return user
