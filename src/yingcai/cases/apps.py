from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yingcai.audit.vocabulary import name_actions
from yingcai.cases.tokens import SCOPES
from yingcai.registry.activity import ask_about_activity
from yingcai.registry.copying import add_to_copies
from yingcai.registry.held_files import ask_about_files
from yingcai.registry.offered import Area, name_scopes, tell_area

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
    "case.recuse": _("专家回避"),
    "case.experts_drawn": _("抽取评议专家"),
    "case.pause": _("停止计时"),
    "case.resume": _("恢复计时"),
    "case.object": _("对公示提出异议"),
    "case.uphold": _("异议成立"),
    "case.dismiss": _("异议不成立"),
    "case.withdraw": _("撤回申请"),
    "case.stop": _("终止办理"),
    "case.lapse": _("期满"),
    "case.appealed": _("提出申诉或投诉"),
    "case.reopen": _("重新办理"),
    "case.prepared": _("准备续期申请"),
    "case.lapsed": _("续期申请到期未提交"),
    "case.change": _("变更决定"),
    "case.marked": _("催办督办"),
    "case.decided": _("事项办结：作出决定"),
    "case.recalled": _("收回待确认的申请"),
    "case.proven": _("导出决定证明"),
    "case.account_named": _("填写或更改收款账户"),
    "case.consented": _("同意办理为本人准备的申请"),
    "case.file_added": _("提交材料"),
    "case.file_removed": _("撤下材料"),
    "case.answers_changed": _("补正时更改填报内容"),
    "case.judged": _("人工认定"),
    "bundle.started": _("开始一并申请"),
    "bundle.left": _("移出一并申请"),
    "bundle.submitted": _("一并提交申请"),
    "entitled.found": _("查找符合条件而没有申请的人"),
    "entitled.told": _("提醒可以申请"),
    "entitled.declined": _("不再提示"),
    "case.versioned": _("改用新流程"),
    "version.proposed": _("提议改用新流程"),
    "version.confirmed": _("确认改用新流程"),
    "version.taken_back": _("撤回改用新流程的提议"),
    "version.ended": _("改用新流程完毕"),
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
    "award.reminded": _("提醒有效期将满"),
    "award.evidence": _("导出事项证据包"),
    "award.proposed": _("提出对认定（兑现）的决定"),
    "award.decided": _("作出对认定（兑现）的决定"),
    "award.refused": _("不予作出对认定（兑现）的决定"),
    "award.withdrawn": _("撤回对认定（兑现）的提议"),
    "exceptional.proposed": _("提出一事一议"),
    "exceptional.signed": _("签署一事一议"),
    "exceptional.settled": _("一事一议签署完成"),
    "exceptional.refused": _("不签署一事一议"),
    "exceptional.replaced": _("更改一事一议"),
    "exceptional.withdrawn": _("撤回一事一议"),
    "exceptional.ended": _("一事一议失效"),
    "exceptional.exported": _("导出一事一议台账"),
    "paper.uploaded": _("上传纸质决定文件"),
    "paper.matched": _("核对纸质决定文件的列"),
    "paper.checked": _("检查纸质决定文件"),
    "paper.unreadable": _("纸质决定文件读不出"),
    "paper.exported": _("下载纸质决定文件中有错误的行"),
    "paper.submitted": _("提交纸质决定补录"),
    "paper.approved": _("批准纸质决定补录"),
    "paper.refused": _("不予纸质决定补录"),
    "paper.withdrawn": _("撤回纸质决定文件"),
    "paper.swept": _("销毁久未办理的纸质决定文件"),
    "paper.step": _("补录一部分纸质决定"),
    "paper.applied": _("纸质决定补录完毕"),
    "paper.undo_asked": _("提出撤销补录"),
    "paper.undo_dropped": _("不撤销补录"),
    "paper.undo_confirmed": _("批准撤销补录"),
    "paper.undone": _("撤销补录完毕"),
    "case.taken_in": _("补录纸质决定"),
    "case.taken_back": _("撤销补录的纸质决定"),
    "obligation.begun": _("后续义务开始"),
    "obligation.ended": _("后续义务终止"),
    "obligation.report": _("报告履行情况"),
    "obligation.ask": _("要求补充履行情况"),
    "obligation.meet": _("核实已履行"),
    "obligation.miss": _("认定未履行"),
    "obligation.facts": _("数据核验已履行"),
    "obligation.reminded": _("提醒履行义务"),
}
# What other systems are told; steps inside the office are nobody else's affair, nor is a draft.
REACH, TOLD = "yingcai.cases.queries.events.reached", "yingcai.cases.queries.events.told"
AREAS = {
    "case": Area(
        _("事项：提交、办理、退回、办结、撤回"),
        frozenset({
            "case.submitted", "case.agree", "case.refuse", "case.return", "case.pause",
            "case.resume", "case.lapse", "case.withdraw", "case.stop", "case.decided",
        }),
        {"cases.case": "subject"}, REACH, TOLD,
    ),
    "award": Area(
        _("认定和兑现决定：作出、撤销"),
        frozenset({"award.made", "award.voided"}),
        {"cases.award": "subject"}, REACH, TOLD,
    ),
}  # fmt: skip


class CasesConfig(AppConfig):
    name = "yingcai.cases"
    label = "cases"
    verbose_name = _("事项办理")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        name_actions(ACTIONS)
        name_scopes(SCOPES)
        for name, area in AREAS.items():
            tell_area(name, area)
        ask_about_activity("yingcai.cases.queries.activity.busy_until")
        ask_about_files("yingcai.cases.queries.held_files.files_held")
        copies = "yingcai.cases.queries.copies"
        add_to_copies(f"{copies}.cases_copied", table=f"{copies}.cases_table")
