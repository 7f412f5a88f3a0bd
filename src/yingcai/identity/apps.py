from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yingcai.audit.covers import ask_about_covers
from yingcai.audit.vocabulary import name_actions

ACTIONS = {
    "account.created": _("开通账号"),
    "account.closed": _("停用账号"),
    "account.unnamed": _("去除账号姓名"),
    "account.left": _("注销账号"),
    "account.password_reset": _("重置密码"),
    "account.password_changed": _("修改密码"),
    "role.granted": _("授予角色"),
    "role.revoked": _("收回角色"),
    "role.covered": _("安排代理"),
    "unit.created": _("新增单位"),
    "unit.changed": _("变更单位"),
    "unit.retired": _("停用单位"),
    "signin.succeeded": _("登录成功"),
    "signin.failed": _("登录失败"),
    "signin.locked": _("登录锁定"),
    "signin.refused": _("锁定期间尝试登录"),
    "signin.ended": _("退出登录"),
    "second_factor.activated": _("启用动态口令"),
    "second_factor.deactivated": _("停用动态口令"),
    "second_factor.recovery_codes_made": _("生成恢复码"),
    "token.made": _("开通接口凭证"),
    "token.revoked": _("撤销接口凭证"),
    "token.locked": _("接口凭证多次无效，暂停受理"),
    "audit.exported": _("导出审计记录"),
    "audit.key_changed": _("更换审计密钥"),
}


class IdentityConfig(AppConfig):
    name = "yingcai.identity"
    label = "identity"
    verbose_name = _("身份")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        name_actions(ACTIONS)
        ask_about_covers("yingcai.identity.queries.covered_by")
