"""What tokens may be made for in cases, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

READ, APPLY, WORK = "cases:read", "cases:apply", "cases:work"
SCOPES: dict[str, Promise] = {
    READ: _("查看本人或者代办的事项；按职责查看待办事项和办件统计"),
    APPLY: _("填写、提交、补正、撤回本人或者代办的申请"),
    WORK: _("办理事项：同意、退回等"),
}
