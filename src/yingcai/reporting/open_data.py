"""The open data sets: their columns, each with its meaning, and their rows as tables. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yingcai.engine.documents.sheet import Value
from yingcai.reporting.queries.public import PublishedMonth, PublishedTarget, PublishedValue


@dataclass(frozen=True)
class Column:
    """One column of a data set: its name in files, its kind, and what it means."""

    name: str
    kind: str
    meaning: Promise


@dataclass(frozen=True)
class DataSet:
    """A table that anybody may take. The names of columns never change within a version."""

    name: str
    title: Promise
    about: Promise
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


LIGHT_MEANING = _("灯色：done 已完成，green 正常，yellow 滞后，red 严重滞后，none 暂无数据")
MONTH = Column("month", "yyyy-mm", _("数据月份"))
CODE = Column("code", "text", _("目标编号：措施号-序号"))
MEASURE = Column("measure", "integer", _("措施编号，0 为总体目标"))

MEASURES = DataSet(
    "measures",
    _("措施"),
    _("行动计划的措施，和最新一期通报中各措施目标的灯色。"),
    (
        MONTH,
        MEASURE,
        Column("section", "text", _("所在章节的序号")),
        Column("title", "text", _("措施名称")),
        Column("targets", "integer", _("目标数")),
        Column("on_time", "integer", _("其中已完成和正常的目标数")),
        Column("light", "text", LIGHT_MEANING),
    ),
)
TARGETS = DataSet(
    "targets",
    _("目标"),
    _("最新一期通报统计的全部目标。"),
    (
        CODE,
        MEASURE,
        Column("kind", "text", _("种类：quantity 数量，coverage 全覆盖，document 出台文件")),
        Column("title", "text", _("目标名称")),
        Column("title_en", "text", _("英文名称，可空")),
        Column("word", "text", _("计量单位")),
        Column("goal", "decimal", _("目标值，按计量单位计")),
        Column("lead_units", "text", _("牵头单位，以顿号分隔")),
    ),
)
VALUES = DataSet(
    "values",
    _("进度"),
    _("各期已发布通报中的目标进度，全市和各地分解任务。数字以发布时的快照为准。"),
    (
        MONTH,
        CODE,
        Column("unit", "text", _("地方或单位代码，空为全市")),
        Column("unit_name", "text", _("地方或单位名称，空为全市")),
        Column("word", "text", _("计量单位")),
        Column("goal", "decimal", _("目标值")),
        Column("value", "decimal", _("月末已达，空为暂无数据")),
        Column("expected", "decimal", _("按时间表月末应达")),
        Column("progress", "decimal", _("完成率，百分数")),
        Column("gap", "decimal", _("落后时间表的百分点，负数为超前")),
        Column("light", "text", LIGHT_MEANING),
    ),
)
BULLETINS = DataSet(
    "bulletins",
    _("通报"),
    _("已发布的各期通报及其总体数字。"),
    (
        MONTH,
        Column("title", "text", _("标题")),
        Column("published_on", "yyyy-mm-dd", _("发布日期")),
        Column("targets", "integer", _("目标数")),
        Column("done", "integer", _("已完成")),
        Column("green", "integer", _("正常")),
        Column("yellow", "integer", _("滞后")),
        Column("red", "integer", _("严重滞后")),
        Column("none", "integer", _("暂无数据")),
        Column("share", "decimal", _("已完成和正常占全部的百分数")),
        Column("digest", "text", _("数据快照的 SHA-256 摘要")),
    ),
)
SETS = {item.name: item for item in (MEASURES, TARGETS, VALUES, BULLETINS)}

Rows = list[list[Value]]


def measure_rows(months: Sequence[PublishedMonth]) -> Rows:
    """Measures of the newest published month."""
    if not months:
        return []
    newest = months[0]
    return [
        [
            f"{newest.month:%Y-%m}",
            row["number"],
            row["section"],
            row["title"],
            row["targets"],
            row["on_time"],
            row["light"],
        ]
        for row in newest.summary["measures"]
    ]


def target_rows(targets: Iterable[PublishedTarget]) -> Rows:
    return [
        [
            row.code,
            row.measure,
            row.kind,
            row.title,
            row.title_en,
            row.word,
            row.goal,
            "、".join(row.lead_units),
        ]
        for row in targets
    ]


def value_rows(values: Iterable[PublishedValue]) -> Rows:
    return [
        [
            row.month,
            row.code,
            row.unit,
            row.unit_name,
            row.word,
            row.goal,
            row.value,
            row.expected,
            row.progress,
            row.gap,
            row.light,
        ]
        for row in values
    ]


def bulletin_rows(months: Iterable[PublishedMonth]) -> Rows:
    rows: Rows = []
    for item in months:
        overall = item.summary["overall"]
        lights = overall["lights"]
        rows.append(
            [
                f"{item.month:%Y-%m}",
                item.title,
                item.published_on.isoformat(),
                overall["targets"],
                *(lights[light] for light in ("done", "green", "yellow", "red", "none")),
                item.share,
                item.digest,
            ]
        )
    return rows
