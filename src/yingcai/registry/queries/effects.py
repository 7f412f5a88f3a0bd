"""What an erasure does to each thing that is kept about a person, and why what stays may stay.

The policy is of the product and not of a city: it says what `actions.erasing` does. Every column of
class personal or sensitive is named in one rule; a test compares them with data_classes.csv.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingcai.audit import clock
from yingcai.engine.values import digest
from yingcai.registry.activity import is_busy
from yingcai.registry.models import (
    ChangeRequest,
    Consent,
    FacetEntry,
    Fact,
    Identifier,
    ImportBatch,
    ImportRow,
    LinkageDigest,
    ListMember,
    Look,
    Mandate,
    Merge,
    PayeeAccount,
    Relation,
    RightsRequest,
    Subject,
)
from yingcai.registry.queries.merged import members, merged_into

DELETE, ANONYMISE, KEEP = "delete", "anonymise", "keep"
FATES: Mapping[str, Promise] = {
    DELETE: gettext_lazy("彻底删除"),
    ANONYMISE: gettext_lazy("匿名保留"),
    KEEP: gettext_lazy("保留"),
}


@dataclass(frozen=True)
class Rule:
    """What happens to one thing. ``columns`` of class personal or sensitive that are it."""

    name: str
    label: Promise
    fate: str
    why: Promise
    columns: tuple[str, ...] = ()


RULES = (
    Rule(
        "name",
        gettext_lazy("姓名、拼音和所在地"),
        DELETE,
        gettext_lazy("查不到这个人"),
        ("Subject.name", "Subject.pinyin", "Subject.initials"),
    ),
    Rule(
        "numbers",
        gettext_lazy("号码及查找号码的索引"),
        DELETE,
        gettext_lazy("按号码查不到这个人"),
        ("Identifier.sealed", "Identifier.blind_index", "Identifier.mask", "Identifier.retired_reason"),
    ),
    Rule(
        "accounts",
        gettext_lazy("收款账户的户名、开户银行和账号"),
        DELETE,
        gettext_lazy("只留下登记和停用的时间"),
        (
            "PayeeAccount.holder",
            "PayeeAccount.bank",
            "PayeeAccount.sealed",
            "PayeeAccount.blind_index",
            "PayeeAccount.ending",
        ),
    ),
    Rule(
        "facts",
        gettext_lazy("个人信息和敏感信息的内容"),
        DELETE,
        gettext_lazy("密钥销毁后，任何人都不能再读"),
        ("SubjectKey.wrapped", "Fact.sealed", "Fact.sealed_reference", "Fact.fingerprint"),
    ),
    Rule(
        "digests",
        gettext_lazy("查找重复用的比对摘要"),
        DELETE,
        gettext_lazy("不能再与别人比对"),
        ("LinkageDigest.digest",),
    ),
    Rule(
        "facets",
        gettext_lazy("按信息查找用的索引"),
        DELETE,
        gettext_lazy("按任何一项信息都查不到这个人"),
        ("FacetEntry.digest", "FacetEntry.since", "FacetEntry.until"),
    ),
    Rule(
        "lists",
        gettext_lazy("名单中的位置和备注，按姓名保存的查询"),
        DELETE,
        gettext_lazy("工作人员的名单里不再有这个人"),
        ("ListMember.note", "SavedList.filters", "CountRun.told"),
    ),
    Rule(
        "changes",
        gettext_lazy("更正申请的内容、理由和答复"),
        DELETE,
        gettext_lazy("只留下办理的时间和结果"),
        (
            "ChangeRequest.sealed",
            "ChangeRequest.reason",
            "ChangeRequest.answer",
            "ChangeRequest.evidence_name",
        ),
    ),
    Rule(
        "evidence",
        gettext_lazy("证明材料文件"),
        DELETE,
        gettext_lazy("从磁盘上删除"),
    ),
    Rule(
        "papers",
        gettext_lazy("监护人的证明文件"),
        DELETE,
        gettext_lazy("从磁盘上删除"),
        ("Mandate.evidence_name",),
    ),
    Rule(
        "imports",
        gettext_lazy("导入文件中有关的行"),
        DELETE,
        gettext_lazy("只留下行号和数量"),
        ("ImportBatch.file_name", "ImportBatch.head", "ImportKey.wrapped", "ImportRow.sealed",
         "ImportRow.blind_index", "FileKey.wrapped"),
    ),
    Rule(
        "plain",
        gettext_lazy("层次等不属于个人信息级别的工作信息"),
        ANONYMISE,
        gettext_lazy("不再与任何人相连，只用于统计（《个人信息保护法》第四条、第七十三条）"),
    ),
    Rule(
        "relations",
        gettext_lazy("与单位、项目等的关系"),
        ANONYMISE,
        gettext_lazy("不再与任何人相连，单位和项目的历史仍然完整"),
    ),
    Rule(
        "mandates",
        gettext_lazy("本人账号"),
        ANONYMISE,
        gettext_lazy("授权终止，账号去除姓名，留着供本人查看结果，本人可以随时注销"),
    ),
    Rule(
        "consents",
        gettext_lazy("同意和撤回的记录"),
        ANONYMISE,
        gettext_lazy("证明过去的处理合法（《个人信息保护法》第六十九条）"),
    ),
    Rule(
        "looks",
        gettext_lazy("谁看过的记录"),
        ANONYMISE,
        gettext_lazy("约束查看的人，理由随密钥销毁（《个人信息保护法》第五十一条、第五十四条）"),
        ("Look.sealed_reason",),
    ),
    Rule(
        "merges",
        gettext_lazy("合并和疑似重复的记录"),
        ANONYMISE,
        gettext_lazy("只留下编号和时间，理由一并删除"),
        ("Merge.sealed_reason", "Duplicate.reason", "Duplicate.proposed_reason"),
    ),
    Rule(
        "rights",
        gettext_lazy("权利申请"),
        ANONYMISE,
        gettext_lazy("留下编号、时间、结果和依据条文，文字随密钥销毁"),
        ("RightsRequest.sealed_reason", "RightsRequest.sealed_remark"),
    ),
    Rule(
        "exports",
        gettext_lazy("导出名单的登记"),
        KEEP,
        gettext_lazy("只有时间、人数和理由，不写姓名和号码（《网络数据安全管理条例》第十二条）"),
        ("ListExport.reason",),
    ),
    Rule(
        "backups",
        gettext_lazy("旧备份"),
        KEEP,
        gettext_lazy("到期销毁；恢复备份时按删除日志重新删除，不会把人带回来"),
    ),
    Rule(
        "audit",
        gettext_lazy("审计记录和删除日志"),
        KEEP,
        gettext_lazy("只有编号，没有个人信息；法律要求留存日志（《网络安全法》第二十一条）"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """A rule with how many rows of a person it is about; None where nothing is counted."""

    rule: Rule
    count: int | None

    @property
    def fate(self) -> Promise:
        return FATES[self.rule.fate]


def effects(counts: Mapping[str, int]) -> list[Effect]:
    """Every rule in order, with what was counted."""
    return [Effect(rule, counts.get(rule.name)) for rule in RULES]


def counts_of(subject: Subject) -> dict[str, int]:
    """How many rows of each thing there are about a subject and those that were merged into it."""
    one = members([subject])
    rows: dict[str, QuerySet[Any]] = {
        "numbers": Identifier.objects.filter(subject__in=one),
        "accounts": PayeeAccount.objects.filter(subject__in=one),
        "facts": Fact.objects.filter(subject__in=one).exclude(sealed=None),
        "digests": LinkageDigest.objects.filter(subject__in=one),
        "facets": FacetEntry.objects.filter(subject__in=one),
        "lists": ListMember.objects.filter(subject__in=one),
        "changes": ChangeRequest.objects.filter(subject__in=one),
        "evidence": ChangeRequest.objects.filter(subject__in=one).exclude(evidence_stored_as=""),
        "papers": Mandate.objects.filter(subject__in=one).exclude(evidence_stored_as=""),
        "imports": _rows_of_files(one),
        "plain": Fact.objects.filter(subject__in=one, sealed=None),
        "relations": Relation.objects.filter(Q(subject__in=one) | Q(other__in=one)),
        "mandates": Mandate.objects.filter(subject__in=one, ended_on=None),
        "consents": Consent.objects.filter(subject__in=one),
        "looks": Look.objects.filter(subject__in=one),
        "merges": Merge.objects.filter(Q(kept__in=one) | Q(gone__in=one)),
        "rights": RightsRequest.objects.filter(subject__in=one),
    }
    return {"name": len(one), **{name: found.count() for name, found in rows.items()}}


def _rows_of_files(one: QuerySet[Subject]) -> QuerySet[ImportRow]:
    """The rows of imported files that a number names, or that were written into the register."""
    indexes = Identifier.objects.filter(subject__in=one).values("blind_index")
    return ImportRow.objects.filter(Q(blind_index__in=indexes) | Q(subject__in=one))


def shown_digest(subject: Subject, counts: Mapping[str, int]) -> str:
    """What was shown to who proposes; another digest at the confirmation means that it has changed.

    That somebody looked is no change.
    """
    counted = {name: count for name, count in counts.items() if name != "looks"}
    handles = [str(one.handle) for one in (subject, *merged_into(subject))]
    shown = {"subjects": handles, "standing": subject.standing, "counts": counted}
    return digest(json.dumps(shown, sort_keys=True).encode())


def erasure_obstacles(subject: Subject) -> list[str]:
    """Why a person cannot be erased yet, each with the way out: what runs, lists that would bring him back."""
    found = []
    if is_busy([pk for (pk,) in members([subject]).values_list("pk")]):
        found.append(_("还有正在办理的事项：先办结，或请本人撤回"))
    rows = _rows_of_files(members([subject]))
    files: Iterable[ImportBatch] = (
        ImportBatch.objects.filter(pk__in=rows.values("batch_id")).exclude(key=None).order_by("id")
    )
    return found + [
        _("%(day)s上传的导入文件里有这个人，还没有办结：先写入或撤回这个文件")
        % {"day": clock.day_of(one.uploaded_at).isoformat()}
        for one in files
    ]
