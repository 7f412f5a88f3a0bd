"""The main menu: which pages a role finds there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yingcai.identity.queries import Role

ONE_LINE = 8  # so many entries stand side by side
EVERYONE: frozenset[str] = frozenset()
STAFF = frozenset(str(role) for role in Role)
REPORTING = frozenset({Role.OFFICE, Role.REPORTER, Role.HEAD, Role.COUNTY})
CASEWORK = frozenset(
    {Role.OFFICE, Role.AUDITOR, Role.HEAD, Role.OFFICER, Role.WINDOW, Role.COUNTY, Role.FINANCE}
)
SEATS = frozenset(
    {
        Role.WINDOW, Role.OFFICER, Role.HEAD, Role.FINANCE, Role.OFFICE, Role.LEADER, Role.EXPERT, Role.COUNTY,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A page of the menu. ``roles`` empty: open to everyone. ``under``: addresses that belong to it.

    ``rare``: stands under “more” for whoever finds many pages.
    """

    label: Promise | str
    name: str
    roles: frozenset[str]
    under: tuple[str, ...]
    about: Promise | str
    icon: str
    rare: bool = False


PLACES = (
    Place(
        _("我能享受什么"),
        "cases:entitled",
        EVERYONE,
        ("/entitled/",),
        _("答几个问题，看能享受哪些政策、为什么、多少钱"),
        "patch-question",
        rare=True,
    ),
    Place(
        _("办事指南"),
        "cases:guides",
        EVERYONE,
        ("/guide/",),
        _("每项政策给谁、给多少、交什么、依据哪一条"),
        "signpost-2",
        rare=True,
    ),
    Place(
        _("评审任务"),
        "cases:reviews",
        frozenset({Role.EXPERT}),
        ("/reviews/",),
        _("评审邀请，等我评分的项目"),
        "clipboard-check",
    ),
    Place(
        _("办件"),
        "cases:desk",
        SEATS,
        ("/desk/",),
        _("等我办理的事项，先到期的在前"),
        "inboxes",
    ),
    Place(
        _("行动计划"),
        "plan:ledger",
        STAFF,
        ("/plan/",),
        _("计划原文、逐条目标与责任单位"),
        "journal-text",
    ),
    Place(
        _("进度总览"),
        "reporting:dashboard",
        STAFF,
        ("/progress/", "/map/"),
        _("每项目标走到哪一步、灯色与预测"),
        "speedometer2",
    ),
    Place(
        _("月度报送"),
        "reporting:inbox",
        REPORTING,
        ("/reporting/",),
        _("本月要填、要审、要核对的数字"),
        "pencil-square",
    ),
    Place(
        _("督办"),
        "reporting:orders",
        STAFF,
        ("/orders/",),
        _("督办单的交办、反馈与办结"),
        "clipboard2-check",
    ),
    Place(
        _("每月通报"),
        "reporting:bulletins",
        STAFF,
        ("/bulletins/",),
        _("一键生成通报，公文格式下载"),
        "file-earmark-text",
        rare=True,
    ),
    Place(
        _("领导驾驶舱"),
        "reporting:leader",
        frozenset({Role.LEADER, Role.OFFICE}),
        ("/leader/",),
        _("一页看全市：在哪里、谁落后、为什么"),
        "compass",
        rare=True,
    ),
    Place(
        _("主体登记"),
        "registry:subjects",
        frozenset({Role.OFFICE, Role.COUNTY, Role.AUDITOR, "employer"}),
        ("/registry/",),
        _("人员、单位和项目：已知什么、来自哪里、谁看过"),
        "person-vcard",
    ),
    Place(
        _("我的"),
        "registry:me",
        frozenset({"self"}),
        ("/registry/me/",),
        _("本市掌握的我的信息，更正、同意和谁看过"),
        "person-circle",
    ),
    Place(
        _("我的事项"),
        "cases:my_cases",
        frozenset({"self", "employer", Role.WINDOW, Role.OFFICE, Role.COUNTY}),
        ("/my/", "/apply/"),
        _("草稿、在办和办结的申请，收到的通知和理由"),
        "folder2-open",
        rare=True,
    ),
    Place(
        _("被监护人的同意事项"),
        "registry:wards",
        frozenset({"guardian"}),
        ("/registry/wards/",),
        _("为未满十四周岁的孩子决定同意事项"),
        "people",
    ),
    Place(
        _("我的权利"),
        "registry:my_rights",
        frozenset({"asked"}),
        ("/registry/me/rights/",),
        _("我的申请和答复"),
        "shield-check",
    ),
    Place(
        _("公开进度"),
        "reporting:public",
        EVERYONE,
        ("/public/", "/open-data/"),
        _("面向公众的目标进度与开放数据"),
        "bar-chart-line",
        rare=True,
    ),
    Place(
        _("公示"),
        "cases:publicity",
        EVERYONE,
        ("/publicity/",),
        _("拟认定、拟兑现的名单，公示期内可以提异议"),
        "megaphone",
        rare=True,
    ),
    Place(
        _("审计记录"),
        "audit:index",
        frozenset({Role.AUDITOR}),
        ("/audit/",),
        _("谁在什么时候对哪条记录做了什么"),
        "journal-check",
    ),
)


# Pages that are used less often: on the home page, not in the menu.
DESK = (
    Place(
        _("评审管理"),
        "cases:panels",
        frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR}),
        ("/panels/",),
        _("申报批次、评审组、专家、得分和排名"),
        "people",
    ),
    Place(
        _("计划阅读"),
        "plan:index",
        frozenset({Role.OFFICE}),
        (),
        _("导入计划原文，逐条确认、更正并发布"),
        "book",
    ),
    Place(
        _("办件统计"),
        "cases:statistics",
        CASEWORK,
        (),
        _("在办、超期、各环节用时和退回"),
        "bar-chart-steps",
    ),
    Place(
        _("一事一议台账"),
        "cases:exceptional_register",
        frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.HEAD, Role.OFFICER}),
        (),
        _("不按规则、由人签署议定的事项：议定多少、依据什么、谁签署"),
        "journal-bookmark",
    ),
    Place(
        _("纸质决定补录"),
        "cases:papers",
        frozenset({Role.OFFICE, Role.HEAD, Role.OFFICER}),
        (),
        _("把以前纸上作出的决定从文件补录进来，由另一人审批"),
        "archive",
    ),
    Place(
        _("账号与角色"),
        "identity:users",
        frozenset({Role.OFFICE}),
        (),
        _("开通账号、授予和收回角色"),
        "people",
    ),
    Place(
        _("审计记录"),
        "audit:index",
        frozenset({Role.OFFICE}),
        (),
        _("谁在什么时候对哪条记录做了什么"),
        "journal-check",
    ),
)


@dataclass(frozen=True)
class Item:
    """A line of the menu as one visitor sees it."""

    label: str
    href: str
    current: bool
    about: str
    icon: str
    rare: bool = False


def menu(roles: Collection[str], path: str) -> list[Item]:
    """The places open to ``roles``, with the one that ``path`` lies in marked; of many, some are ``rare``."""
    found = _items(PLACES, frozenset(roles), path)
    return found if len(found) > ONE_LINE else [replace(one, rare=False) for one in found]


def doors(roles: Collection[str]) -> list[Item]:
    """What the home page offers to ``roles``: the menu and the pages used less often."""
    offered = _items((*PLACES, *DESK), frozenset(roles), "")
    return list({item.href: item for item in offered}.values())


def _items(places: Sequence[Place], held: frozenset[str], path: str) -> list[Item]:
    return [
        Item(
            label=str(place.label),
            href=href,
            current=bool(place.under) and path.startswith(place.under),
            about=str(place.about),
            icon=place.icon,
            rare=place.rare,
        )
        for place in places
        if (not place.roles or held & place.roles) and (href := address(place.name))
    ]


def address(name: str) -> str:
    """The address of a page; empty while this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
