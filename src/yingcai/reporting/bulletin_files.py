"""The files of a bulletin: Word, PDF, spreadsheet and the snapshot itself; and the layout check."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from yingcai.engine.documents.check import check_layout
from yingcai.engine.documents.docx import write_docx
from yingcai.engine.documents.sheet import Sheet, SheetColumn, Value, write_sheet
from yingcai.reporting.bulletin.snapshot import Json
from yingcai.reporting.bulletin.texts import LIGHT_WORDS
from yingcai.reporting.documents import (
    COUNT_LIGHTS,
    bulletin_document,
    document_number,
    unit_lines,
    unit_name,
    unit_names,
)

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_COUNTS = (
    "目标数",
    *(LIGHT_WORDS[light] for light in COUNT_LIGHTS),
    "按期率（%）",
    "与上月比（百分点）",
)


def layout_findings(frozen: Json, *, digest: str) -> list[str]:
    """What the automatic check of GB/T 9704-2012 finds in the Word file of a bulletin."""
    return [
        str(found) for found in check_layout(write_docx(bulletin_document(frozen, digest=digest)))
    ]


def bulletin_sheets(frozen: Json, *, digest: str, corrections: Sequence[tuple[date, str]]) -> bytes:
    """All tables of a bulletin as one spreadsheet, every figure with every digit.

    Raises: engine.documents.sheet.SheetError when a table is larger than a spreadsheet can be.
    """
    head = frozen["head"]
    notes = [
        frozen["texts"]["title"],
        document_number(head),
        f"数据快照摘要：sha256:{digest}" if digest else "草稿，未发布",
        "指标值编号和报送编号指向系统中的记录。",
        *(f"{day.isoformat()} 更正：{text}" for day, text in corrections),
    ]
    sheets = [
        _ranking_sheet(frozen, "units", "各单位进展"),
        _ranking_sheet(frozen, "counties", "各县（市、区）进展"),
        _targets_sheet(frozen),
        _units_sheet(frozen),
        _shares_sheet(frozen),
    ]
    return write_sheet(sheets, notes=notes, on=date.fromisoformat(head["issued_on"]))


def _columns(*titles: str) -> tuple[SheetColumn, ...]:
    return tuple(SheetColumn(title) for title in titles)


def _ranking_sheet(frozen: Json, key: str, name: str) -> Sheet:
    rows: list[list[Value]] = [
        [
            row["rank"],
            unit_name(frozen, row["unit"]),
            row["targets"],
            *(row["lights"][light] for light in COUNT_LIGHTS),
            number(row["share"]),
            number(row["share_change"]),
        ]
        for row in frozen[key]
    ]
    return Sheet(name, _columns("名次", "单位", *_COUNTS), rows)


def _targets_sheet(frozen: Json) -> Sheet:
    rows: list[list[Value]] = [
        [
            row["code"],
            row["measure"],
            row["title"],
            unit_names(frozen, row["leads"]),
            row["word"],
            *_figures(row),
            number(row["change"]),
            row["indicator"],
            " ".join(map(str, row["reports"])),
        ]
        for row in frozen["rows"]
    ]
    titles = (
        "编号",
        "措施",
        "目标",
        "牵头单位",
        "单位",
        *_FIGURES,
        "与上月比（百分点）",
        "指标值编号",
    )
    return Sheet("附件1 目标进度总表", _columns(*titles, "报送编号"), rows)


_FIGURES = ("目标值", "已达", "应达", "完成率（%）", "落后（百分点）", "状态")


def _figures(row: Json) -> list[Value]:
    return [
        number(row["goal"]),
        number(row["value"]),
        number(row["expected"]),
        number(row["progress"]),
        number(row["gap"]),
        LIGHT_WORDS[row["light"]],
    ]


def _units_sheet(frozen: Json) -> Sheet:
    rows: list[list[Value]] = [
        [unit_name(frozen, unit), row["code"], row["title"], row["word"], *_figures(row)]
        for unit, row in unit_lines(frozen)
    ]
    return Sheet("附件2 单位明细", _columns("责任单位", "编号", "目标", "单位", *_FIGURES), rows)


def _shares_sheet(frozen: Json) -> Sheet:
    rows: list[list[Value]] = [
        [
            row["code"],
            unit_name(frozen, row["unit"]),
            *_figures(row),
            row["indicator"],
            " ".join(map(str, row["reports"])),
        ]
        for row in frozen["shares"]
    ]
    return Sheet("分解任务", _columns("编号", "地方", *_FIGURES, "指标值编号", "报送编号"), rows)


def number(text: str | None) -> Decimal | None:
    """A figure of the snapshot as a number of the spreadsheet."""
    return None if text is None else Decimal(text)
