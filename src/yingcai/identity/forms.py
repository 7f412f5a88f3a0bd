"""What people type on the pages of identity and of the audit."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yingcai.audit.queries import EventFilter
from yingcai.identity.actions.accounts import clean_username
from yingcai.identity.models import Unit, User
from yingcai.identity.queries import Role, user_by_name

# Trap: <input type=date> follows the browser's language, not the page's.
DATES = ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


def day_field(label: Any, *, required: bool = False, **kwargs: Any) -> forms.DateField:
    """A day typed as 2018-06-08, 20180608, 2018/6/8 or 2018年6月8日."""
    return forms.DateField(
        label=label,
        input_formats=DATES,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2018-06-08"}),
        error_messages={"invalid": _("请按 2018-06-08 的样子填写日期。")},
        **kwargs,
    )


class LoginField(forms.CharField):
    """An account by its exact name; accounts are listed to nobody but the talent office."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("填写完整的账号名，不是姓名。"))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> User | None:
        """The account. Raises: ValidationError for none and for a closed one alike."""
        name = clean_username(super().clean(value))
        if not name:
            return None
        user = user_by_name(name)
        if user is None or not user.is_active:
            raise forms.ValidationError(_("没有这个账号，或者账号已经停用；请核对后重填。"))
        return user


class CoverForm(forms.Form):
    """Who stands in, from when to when."""

    login = LoginField(label=_("代理人账号"))
    starts_on = day_field(_("开始日期"), required=True)
    ends_on = day_field(_("结束日期"), required=True, help_text=_("这一天仍可代理，次日自动失效。"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("结束日期早于开始日期。"))
        return cleaned


class NewAccountForm(forms.Form):
    """A new account. The rules themselves are the action's."""

    username = forms.CharField(
        label=_("账号"), max_length=40, help_text=_("2 至 40 个字母、数字、汉字或 . @ + - _ 。")
    )
    display_name = forms.CharField(label=_("姓名"), max_length=60)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("所在单位"), required=False, empty_label=_("不指明")
    )
    person_of = forms.CharField(
        label=_("同一人的另一账号"),
        required=False,
        max_length=40,
        help_text=_("这个人若已有账号，请填写，以免一个人被当作两个人。"),
    )

    program = forms.BooleanField(
        label=_("程序账号"),
        required=False,
        help_text=_("没有人登录，由另一个系统凭接口凭证使用；上一栏填写负责人的账号。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = active_units()  # type: ignore[attr-defined]

    def clean_person_of(self) -> User | None:
        name = self.cleaned_data["person_of"].strip().lower()
        if not name:
            return None
        user = User.objects.filter(username=name).first()
        if user is None:
            raise forms.ValidationError(_("没有这个账号，请核对后重填。"))
        return user


class GrantForm(forms.Form):
    """A role for an account."""

    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("单位"),
        required=False,
        empty_label=_("全市"),
        help_text=_("单位填报人、单位负责人、县（市、区）人才办须指明单位。"),
    )
    starts_on = day_field(_("开始日期"), help_text=_("不填：从今天起。"))
    ends_on = day_field(_("结束日期"), help_text=_("不填：长期。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = active_units()  # type: ignore[attr-defined]


class DaysForm(forms.Form):
    """From one day to another, both included; empty means open."""

    first = day_field(_("起"))
    last = day_field(_("止"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first: date | None = cleaned.get("first")
        last: date | None = cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("止日早于起日。"))
        return cleaned


class EventFilterForm(DaysForm):
    """What to look for in the audit."""

    field_order = ["actor", "action", "object_type", "object_id", "first", "last"]
    actor = forms.CharField(label=_("操作账号"), required=False, max_length=150)
    action = forms.CharField(
        label=_("动作代码"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"placeholder": "role."}),
    )
    object_type = forms.CharField(
        label=_("对象类型"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"placeholder": "identity.user"}),
    )
    object_id = forms.CharField(label=_("对象编号"), required=False, max_length=64)

    def wanted(self) -> EventFilter:
        """The filter; only for a valid form."""
        return EventFilter(**self.cleaned_data)


def active_units() -> Any:
    """Units that one person can stand for: in use, and no mere name for several."""
    return Unit.objects.filter(~Q(kind=Unit.Kind.COLLECTIVE), active=True)
