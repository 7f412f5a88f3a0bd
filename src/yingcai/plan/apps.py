from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yingcai.audit.vocabulary import name_actions

ACTIONS = {
    "pack.published": _("发布城市包"),
    "plan.imported": _("导入计划"),
    "plan.ledger_applied": _("按台账确认"),
    "plan.targets_named": _("目标英文名"),
    "plan.head_corrected": _("更正抬头"),
    "plan.measure_units_set": _("更正责任单位"),
    "plan.clause_confirmed": _("确认条款"),
    "plan.clauses_confirmed": _("整条确认"),
    "plan.clause_corrected": _("更正条款"),
    "plan.clause_added": _("添加条款"),
    "plan.clause_split": _("拆分条款"),
    "plan.clause_rejected": _("剔除条款"),
    "plan.decision_undone": _("撤销处理"),
    "plan.submitted": _("提交复核"),
    "plan.returned": _("退回"),
    "plan.published": _("发布计划"),
    "plan.superseded": _("被新版取代"),
    "plan.target_changed": _("调整目标"),
}


class PlanConfig(AppConfig):
    name = "yingcai.plan"
    label = "plan"
    verbose_name = _("计划")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        name_actions(ACTIONS)
