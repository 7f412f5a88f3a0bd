"""The copy of one's data as a page that can be read and printed: the same content as the JSON file."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.registry.access import scoped
from yingcai.registry.copying import tables_elsewhere
from yingcai.registry.lines import field_words
from yingcai.registry.models import ChangeRequest, RightsRequest, Subject
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.scope import SELF, Scope
from yingcai.registry.vocabulary import in_language, number_words, vocabulary

Row = dict[str, Any]


class Moment(NamedTuple):
    """A cell that is a time."""

    moment: datetime


class Span(NamedTuple):
    """A cell that is a span of days, either end open."""

    first: date | None
    last: date | None

    @property
    def days(self) -> bool:
        return True


class Part(NamedTuple):
    """A table of the copy: its title, the heads of its columns, and its rows."""

    title: str
    heads: list[str]
    rows: list[list[str | Moment | Span]]


@require_safe
@scoped(SELF, act=gettext_lazy("阅读和打印自己的信息副本"))
def my_copy_page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Everything that is known about me, for people to read (PIPL art. 45)."""
    own = scope.subjects().filter(kind=Subject.Kind.PERSON).first()
    if own is None:
        raise Http404
    told = copy_of(scope, own, now=clock.now())
    context = {"subject": own, "made_at": clock.now(), "parts": _parts(told), "told": told}
    return render(request, "registry/my_copy.html", context)


def _parts(told: Row) -> list[Part]:
    return [
        _numbers(told["numbers"]),
        _accounts(told["accounts"]),
        _facts(told["facts"]),
        _relations(told["relations"]),
        _requests(told["requests"]),
        _guardians(told["guardians"]),
        _rights(told["rights"]),
        _consents(told["consents"]),
        _looks(told["looks"]),
        *(
            Part(one.title, one.heads, [[*row] for row in one.rows])
            for one in tables_elsewhere(told)
        ),
        Part(
            _("合并记录"),
            [_("时间"), _("事项"), _("理由")],
            [
                [_moment(one["at"]), _("撤销合并") if one["undone"] else _("合并"), one["reason"]]
                for one in told["merges"]
            ],
        ),
    ]


def _numbers(rows: Iterable[Row]) -> Part:
    heads = [_("号码"), _("内容"), _("来源"), _("状态")]
    return Part(
        _("号码"),
        heads,
        [
            [
                number_words(one["kind"]),
                one["number"],
                one["source"],
                _("在用")
                if one["in_use"]
                else _("已停用：%(why)s") % {"why": one["retired_reason"]},
            ]
            for one in rows
        ],
    )


def _accounts(rows: Iterable[Row]) -> Part:
    return Part(
        _("收款账户"),
        [_("户名"), _("开户银行"), _("账号"), _("登记时间"), _("状态")],
        [
            [
                one["holder"],
                one["bank"],
                one["number"],
                _moment(one["named_at"]),
                _("在用") if one["in_use"] else _("已停用"),
            ]
            for one in rows
        ],
    )


def _facts(rows: Iterable[Row]) -> Part:
    words = vocabulary().facts
    heads = [_("信息"), _("内容"), _("来源"), _("有效期"), _("文号或编号"), _("状态")]
    return Part(
        _("已知信息"),
        heads,
        [
            [
                one["label"],
                words[one["fact"]].words(one["value"]) if one["fact"] in words else one["value"],
                one["source"],
                _span(one),
                one["reference"],
                _("现在采信") if one["held"] else _("已被更正或撤回"),
            ]
            for one in rows
        ],
    )


def _relations(rows: Iterable[Row]) -> Part:
    words = vocabulary().relations
    return Part(
        _("关系"),
        [_("关系"), _("对方"), _("起止"), _("来源")],
        [
            [
                in_language(
                    words[one["relation"]].back
                    if one["direction"] == "back"
                    else words[one["relation"]].label
                )
                if one["relation"] in words
                else one["relation"],
                one["other"],
                _span(one),
                one["source"],
            ]
            for one in rows
        ],
    )


def _requests(rows: Iterable[Row]) -> Part:
    heads = [_("信息"), _("申请改为"), _("理由"), _("证明材料"), _("状态"), _("答复")]
    return Part(
        _("我的更正申请"),
        heads,
        [
            [
                one["label"],
                one["words"],
                one["reason"],
                one["evidence"],
                str(ChangeRequest.Status(one["status"]).label),
                one["answer"],
            ]
            for one in rows
        ],
    )


def _guardians(rows: Iterable[Row]) -> Part:
    heads = [_("监护人"), _("起止"), _("理由和依据"), _("证明材料"), _("状态")]
    return Part(
        _("监护人"),
        heads,
        [
            [
                one["guardian"],
                _span(one),
                one["reason"],
                one["evidence"],
                _guardian_state(one),
            ]
            for one in rows
        ],
    )


def _guardian_state(one: Row) -> str:
    if one["ended_on"]:
        return _("已终止")
    return _("待第二人确认") if one["waiting"] else _("已确认")


def _rights(rows: Iterable[Row]) -> Part:
    grounds = vocabulary().grounds
    heads = [_("申请编号"), _("申请"), _("理由"), _("状态"), _("依据"), _("说明")]
    return Part(
        _("权利申请"),
        heads,
        [
            [
                one["number"],
                str(RightsRequest.Kind(one["kind"]).label),
                one["reason"],
                str(RightsRequest.Status(one["status"]).label),
                grounds[one["ground"]].article if one["ground"] in grounds else one["ground"],
                one["remark"],
            ]
            for one in rows
        ],
    )


def _consents(rows: Iterable[Row]) -> Part:
    return Part(
        _("同意事项"),
        [_("时间"), _("目的"), _("决定"), _("告知书版本")],
        [
            [
                _moment(one["at"]),
                _purpose(one["purpose"]),
                _("同意") if one["granted"] else _("撤回同意"),
                str(one["version"]),
            ]
            for one in rows
        ],
    )


def _looks(rows: Iterable[Row]) -> Part:
    return Part(
        _("谁看过我"),
        [_("时间"), _("为了什么"), _("看了什么"), _("理由")],
        [
            [
                _moment(one["at"]),
                _purpose(one["purpose"]),
                _("、").join(field_words(one["fields"])),
                one["reason"],
            ]
            for one in rows
        ],
    )


def _purpose(name: str) -> str:
    found = vocabulary().purposes.get(name)
    return found.words if found else name


def _moment(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text))


def _span(one: Row) -> Span:
    first, last = one["since"], one["until"]
    return Span(
        date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None
    )
