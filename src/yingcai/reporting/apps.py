from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yingcai.audit.vocabulary import name_actions

ACTIONS = {
    "month.opened": _("开始填报"),
    "month.reports_added": _("补充填报项"),
    "month.reports_approved": _("批量审核"),
    "month.reports_accepted": _("批量核定"),
    "month.imported": _("导入月份"),
    "month.sheet_imported": _("导入表格"),
    "month.locked": _("锁定月份"),
    "month.reopened": _("重新开放月份"),
    "report.save": _("保存填报"),
    "report.submit": _("提交填报"),
    "report.approve": _("审核填报"),
    "report.return": _("退回填报"),
    "report.accept": _("核定填报"),
    "evidence.added": _("添加佐证"),
    "evidence.withdrawn": _("撤下佐证"),
    "indicators.computed": _("计算指标"),
    "order.open": _("发出督办单"),
    "order.answer": _("反馈督办单"),
    "order.ask_again": _("再次督办"),
    "order.escalate": _("督办升级"),
    "order.close": _("办结督办单"),
    "reminders.sent": _("发出提醒"),
    "bulletin.drafted": _("起草通报"),
    "bulletin.refreshed": _("更新通报数据"),
    "bulletin.edited": _("编辑通报"),
    "bulletin.restored": _("还原通报文字"),
    "bulletin.published": _("发布通报"),
    "bulletin.corrected": _("更正通报"),
}


class ReportingConfig(AppConfig):
    name = "yingcai.reporting"
    label = "reporting"
    verbose_name = _("报送与通报")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        name_actions(ACTIONS)
