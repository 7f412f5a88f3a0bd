from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yingcai.audit.covers import ask_about_covers
from yingcai.audit.vocabulary import name_actions

ACTIONS = {
    "subject.registered": _("登记主体"),
    "subject.erased": _("销毁个人信息密钥"),
    "subject.restricted": _("限制处理"),
    "subject.released": _("解除限制处理"),
    "right.asked": _("申请删除、限制或解除限制"),
    "right.withdrawn": _("撤回权利申请"),
    "right.proposed": _("提出对权利申请的答复"),
    "right.taken_back": _("撤回答复"),
    "right.granted": _("同意权利申请"),
    "right.refused": _("不予同意权利申请"),
    "identifier.added": _("登记号码"),
    "identifier.retired": _("停用号码"),
    "account.named": _("登记收款账户"),
    "account.ended": _("停用收款账户"),
    "fact.recorded": _("记录事实"),
    "fact.corrected": _("更正事实"),
    "fact.retracted": _("撤回事实"),
    "relation.recorded": _("记录关系"),
    "relation.ended": _("结束关系"),
    "relation.corrected": _("更正关系"),
    "relation.retracted": _("撤销关系"),
    "mandate.given": _("授权代办"),
    "mandate.agreed": _("确认代办"),
    "mandate.ended": _("终止代办"),
    "mandate.swept": _("按期清除监护人的证明文件"),
    "consent.given": _("同意"),
    "consent.withdrawn": _("撤回同意"),
    "request.made": _("申请更正"),
    "request.accepted": _("同意更正"),
    "request.refused": _("不予更正"),
    "request.withdrawn": _("撤回更正申请"),
    "request.sealed": _("加密更正申请的证明材料"),
    "identifier.searched": _("按号码查询"),
    "register.asked": _("向登记系统核对"),
    "facet.searched": _("按事实查询少数人"),
    "facet.indexed": _("建立查询索引"),
    "list.kept": _("建立名单"),
    "list.changed": _("修改名单"),
    "list.deleted": _("删除名单"),
    "list.picked": _("向名单添加主体"),
    "list.dropped": _("从名单移除主体"),
    "list.exported": _("导出名单"),
    "linkage.digested": _("计算比对摘要"),
    "duplicate.found": _("查找疑似重复"),
    "duplicate.dismissed": _("认定不是同一主体"),
    "merge.proposed": _("提出合并或撤销合并"),
    "merge.withdrawn": _("撤回合并提议"),
    "subject.merged": _("合并主体"),
    "subject.unmerged": _("撤销合并主体"),
    "import.uploaded": _("上传导入文件"),
    "import.matched": _("确认列的对应"),
    "import.checked": _("检查导入文件"),
    "import.unreadable": _("导入文件无法读取"),
    "import.submitted": _("提交导入审批"),
    "import.split": _("分出无误的行"),
    "import.exported": _("导出有错误的行"),
    "import.approved": _("批准导入"),
    "import.refused": _("不予导入"),
    "import.withdrawn": _("撤回导入"),
    "import.step": _("写入一批导入的行"),
    "import.applied": _("导入完成"),
    "fact.swept": _("按期清除事实的内容"),
    "request.swept": _("按期清除更正申请的内容"),
    "import.swept": _("按期清除搁置的导入文件"),
    "import.rows_swept": _("按期清除导入文件的行"),
    "identifier.swept": _("按期清除停用的号码"),
    "file.swept": _("清除无主的证明材料文件"),
    "endpoint.proposed": _("提议事件接收端"),
    "endpoint.confirmed": _("确认事件接收端"),
    "endpoint.paused": _("暂停事件推送"),
    "endpoint.resumed": _("恢复事件推送"),
    "endpoint.ended": _("终止事件接收端"),
    "delivery.repeated": _("重新推送事件"),
    "key.rewrapped": _("更换密钥封装"),
}


class RegistryConfig(AppConfig):
    name = "yingcai.registry"
    label = "registry"
    verbose_name = _("主体登记")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        name_actions(ACTIONS)
        ask_about_covers("yingcai.registry.queries.scope.covered_by")
