from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yingcai.audit.vocabulary import name_actions
from yingcai.registry.activity import ask_about_activity

ACTIONS = {
    "case.started": _("开始填写申请"),
    "case.discarded": _("删除申请草稿"),
    "case.unconfirmed": _("请本人确认申请"),
    "case.not_confirmed": _("本人不确认申请"),
    "case.submitted": _("提交申请"),
    "case.agree": _("同意"),
    "case.refuse": _("不同意"),
    "case.return": _("退回"),
    "case.add_sign": _("加签"),
    "case.transfer": _("转办"),
    "case.delegate": _("委托"),
    "case.pause": _("停止计时"),
    "case.resume": _("恢复计时"),
    "case.object": _("提出异议"),
    "case.uphold": _("异议成立"),
    "case.dismiss": _("异议不成立"),
    "case.withdraw": _("撤回申请"),
    "case.stop": _("终止办理"),
    "case.lapse": _("期满"),
    "case.appealed": _("提出申诉或投诉"),
    "case.reopen": _("重新办理"),
    "case.marked": _("催办督办"),
    "case.proven": _("导出决定证明"),
    "case.file_added": _("提交材料"),
    "case.file_removed": _("撤下材料"),
    "case.answers_changed": _("补正时更改填报内容"),
    "case.judged": _("人工认定"),
    "bulk.started": _("确认批量办理"),
    "bulk.ended": _("批量办理完毕"),
    "award.made": _("作出认定或兑现决定"),
    "award.voided": _("撤销认定或兑现决定"),
    "award.reminded": _("提醒有效期将满"),
    "award.evidence": _("导出事项证据包"),
    "award.proposed": _("提出对认定（兑现）的决定"),
    "award.decided": _("作出对认定（兑现）的决定"),
    "award.refused": _("不予作出对认定（兑现）的决定"),
    "award.withdrawn": _("撤回对认定（兑现）的提议"),
    "obligation.begun": _("后续义务开始"),
    "obligation.ended": _("后续义务终止"),
    "obligation.report": _("报告履行情况"),
    "obligation.ask": _("要求补充履行情况"),
    "obligation.meet": _("核实已履行"),
    "obligation.miss": _("认定未履行"),
    "obligation.facts": _("数据核验已履行"),
    "obligation.reminded": _("提醒履行义务"),
}


class CasesConfig(AppConfig):
    name = "yingcai.cases"
    label = "cases"
    verbose_name = _("事项办理")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        name_actions(ACTIONS)
        ask_about_activity("yingcai.cases.queries.activity.busy_until")
