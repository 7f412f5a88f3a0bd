"""Taking a list out of the house: for a reason, up to a number of rows, written down person by person."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.registry.actions.finding import asked_about, personal_among
from yingcai.registry.actions.looking import note_export, note_looks
from yingcai.registry.errors import InvalidSubject
from yingcai.registry.models import ListExport, SavedList, Subject
from yingcai.registry.queries.facets import index_is_whole, values_of
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.lists import subjects_of
from yingcai.registry.queries.scope import Scope
from yingcai.registry.vocabulary import in_language, vocabulary

MOST = 5000
STARS = "******"
FORMS = ("xlsx", "csv")


@dataclass(frozen=True)
class Taken:
    """The head and the rows of a list that goes out."""

    head: list[str]
    rows: list[list[str]]


def export_list(scope: Scope, saved: SavedList, *, reason: str, form: str, now: datetime) -> Taken:
    """The subjects of a list in scope, with facts that are searched by as far as the purpose shows them.

    Others are starred, as on pages; sensitive facts and numbers are never among them.
    Raises: InvalidSubject (no reason, too many), InvalidFilter, TooMany.
    """
    reason = reason.strip()
    problems = [] if reason else [_("请写明导出的理由")]
    if len(reason) > 200:
        problems.append(_("理由超过200个字"))
    if form not in FORMS:
        problems.append(_("请选择文件格式"))
    rows = list(
        subjects_of(scope, saved).select_related("county").order_by("pinyin", "id")[: MOST + 1]
    )
    if len(rows) > MOST:
        problems.append(_("超过 %(most)s 行，请缩小条件后分次导出") % {"most": MOST})
    if problems:
        raise InvalidSubject(problems)
    words = vocabulary().facets
    shown = {name: word for name, word in words.items() if scope.shows(word.data_class)}
    if not index_is_whole():
        raise InvalidSubject(_("查询索引还没有建立，暂时不能导出；请联系管理员"))
    filters = Filters.read(saved.filters)
    asked = asked_about(scope, filters, now=now)
    names = personal_among(name for name, _value in filters.facets)
    note_looks(scope, set(asked) - set(rows), names, now=now)
    with transaction.atomic():
        given = {"rows": len(rows), "form": form}
        ListExport.objects.create(
            listed=saved.handle, at=now, by=scope.user, capacity=scope.capacity,
            purpose=scope.purpose.name, reason=reason, **given,
        )  # fmt: skip
        details = {**given, "list": str(saved.handle)}
        record("list.exported", saved, actor=scope.user, details=details, at=now)
        note_export(scope, rows, ["name", *shown], reason=reason, now=now)
    return _taken(scope, rows)


def _taken(scope: Scope, rows: list[Subject]) -> Taken:
    words = vocabulary()
    shown = {n: word for n, word in words.facets.items() if scope.shows(word.data_class)}
    values = values_of(scope, [row.pk for row in rows], shown)
    head = [_("名称"), _("类别"), _("机构类型"), _("所在地"), _("状态")]
    table = [
        [
            row.name,
            str(Subject.Kind(row.kind).label),
            in_language(words.kinds.get(row.sort, {"zh": ""})),
            row.county.label if row.county else "",
            str(Subject.Standing(row.standing).label),
            *(
                word.words(values[row.pk, name])
                if (row.pk, name) in values
                else ""
                if name in shown
                else STARS
                for name, word in words.facets.items()
            ),
        ]
        for row in rows
    ]
    return Taken([*head, *(word.label for word in words.facets.values())], table)
