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
    "call.announced": _("发布申报批次"),
    "panel.opened": _("组成评审组"),
    "panel.invited": _("邀请评审专家"),
    "panel.answered": _("专家答复邀请"),
    "panel.conflict": _("登记回避"),
    "panel.reported": _("申请专家回避"),
    "panel.report_settled": _("处理回避申请"),
    "panel.assigned": _("分配评分"),
    "sheet.kept": _("暂存评分"),
    "sheet.submitted": _("提交评分"),
    "panel.opening_asked": _("提请启封评分"),
    "panel.scores_opened": _("启封评分"),
    "panel.defence_drawn": _("抽定答辩顺序"),
    "panel.defence_called": _("答辩叫号"),
    "panel.concluded": _("形成评审结果"),
}


class CasesConfig(AppConfig):
    name = "yingcai.cases"
    label = "cases"
    verbose_name = _("事项办理")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        name_actions(ACTIONS)
        ask_about_activity("yingcai.cases.queries.activity.busy_until")
