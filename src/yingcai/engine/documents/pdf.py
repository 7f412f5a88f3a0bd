"""Set a document as a PDF with the measures of GB/T 9704-2012, by typst.

The text goes to the template as JSON and is only ever shown as strings, so nothing a person
typed is read as markup. Fonts of the standard are not free; without them the PDF is set in
Noto Serif SC and Noto Sans SC and says so on its last page.

Needs the extra ``pdf``.
"""

import json
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from yingcai.engine.documents.layout import (
    annex_entries,
    annex_label,
    keeps_signature,
    mark_size,
    signature_insets,
    turned,
)
from yingcai.engine.documents.measures import (
    BODY_PT,
    BOTTOM_MM,
    CHARACTER_PITCH_PT,
    DENSE_COLUMNS,
    DENSE_TABLE_PT,
    FINE_PT,
    LEFT_MM,
    LINE_PITCH_PT,
    MARK_DROP_MM,
    PAGE_NUMBER_DROP_MM,
    RED,
    RED_LINE_DROP_MM,
    RIGHT_MM,
    SMALL_PT,
    TABLE_PT,
    THICK_LINE_MM,
    THIN_LINE_MM,
    TITLE_CHARACTERS,
    TITLE_PT,
    TOP_MM,
)
from yingcai.engine.documents.model import (
    Annex,
    Block,
    Cell,
    Column,
    Document,
    DocumentError,
    Heading,
    Light,
    Note,
    Paragraph,
    RedHead,
    Table,
)
from yingcai.engine.documents.title import title_lines
from yingcai.engine.documents.wording import (
    HeadingNumbers,
    chinese_date,
    clean_text,
    join_names,
    with_colon,
)

try:
    import typst
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    AVAILABLE = True
except ImportError:  # the extra is not installed; write_pdf says so
    AVAILABLE = False

MAX_PDF_BYTES = 1_500_000
MAX_PDF_CELLS = 24_000
"""What is set as PDF in a second or two; longer documents go out as Word file or spreadsheet."""

FONT_NOTE = (
    "本PDF以思源宋体、思源黑体（Noto Serif SC、Noto Sans SC）代替标准规定的字体；"
    "正式印制请用Word文件。"
)

Item = dict[str, Any]


class PdfUnavailable(RuntimeError):
    """PDFs cannot be made on this machine; the message says what to install."""


def write_pdf(document: Document) -> bytes:
    """The document as the bytes of a PDF; equal documents give equal bytes.

    Raises: PdfUnavailable without the extra ``pdf``; DocumentError if the text is too long.
    """
    if not AVAILABLE:
        raise PdfUnavailable(
            "这台机器没有安装PDF组件：请运行 pip install 'yingcai[pdf]'，或改用Word文件"
        )
    content = json.dumps(_content(document), ensure_ascii=False)
    if _cells(document) > MAX_PDF_CELLS or len(content.encode()) > MAX_PDF_BYTES:
        raise DocumentError(["公文太长，不能生成PDF：请改用Word文件，或把明细另存为表格"])
    return _compile(content, moment=datetime.combine(document.issued_on, datetime.min.time(), UTC))


def _cells(document: Document) -> int:
    blocks = [*document.blocks, *(block for annex in document.annexes for block in annex.blocks)]
    tables = [block for block in blocks if isinstance(block, Table)]
    return sum(len(table.rows) * len(table.columns) for table in tables)


def _compile(content: str, *, moment: datetime) -> bytes:
    """PDF/A-2b, fit for the archive; plain PDF if it has characters that no font here can draw."""
    template = Path(__file__).with_name("official.typ").read_bytes()
    try:
        return _typst(template, content, moment=moment, standard="a-2b")
    except typst.TypstError:
        return _typst(template, content, moment=moment, standard="1.7")


def _typst(
    template: bytes, content: str, *, moment: datetime, standard: Literal["a-2b", "1.7"]
) -> bytes:
    return typst.compile(
        template,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": content},
        pdf_standards=standard,
        timestamp=moment,
    )


@cache
def _fonts() -> "typst.Fonts":
    """The fonts of the extra and no others, read once: the same page on every machine."""
    folders = sorted({str(path.parent) for path in (serif_path(), sans_path())})
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


def _content(document: Document) -> Item:
    head = document.head
    return {
        "measures": _MEASURES,
        "fonts": _FONTS,
        "title": clean_text(document.title),
        "organ": clean_text(document.signature) or (clean_text(head.mark) if head else ""),
        "lines": title_lines(document.title, characters=TITLE_CHARACTERS),
        "head": _head(head, document) if head else None,
        "addressee": with_colon(clean_text(document.addressee)),
        "groups": _groups(document),
    }


_FONTS = {
    "song": ["Noto Serif SC"],
    "hei": ["Noto Sans SC"],
    "kai": ["Noto Serif SC"],
    "title": ["Noto Serif SC"],
}

_MEASURES = {
    "top": str(TOP_MM),
    "bottom": str(BOTTOM_MM),
    "left": str(LEFT_MM),
    "right": str(RIGHT_MM),
    "pitch": str(LINE_PITCH_PT),
    "character": str(CHARACTER_PITCH_PT),
    "body": str(BODY_PT),
    "title": str(TITLE_PT),
    "small": str(SMALL_PT),
    "table": str(TABLE_PT),
    "fine": str(FINE_PT),
    "mark_drop": str(MARK_DROP_MM),
    "red_line_drop": str(RED_LINE_DROP_MM),
    "number_drop": str(PAGE_NUMBER_DROP_MM),
    "thick_line": str(THICK_LINE_MM),
    "thin_line": str(THIN_LINE_MM),
    "red": RED,
}


def _head(head: RedHead, document: Document) -> Item:
    number, signer = clean_text(head.number), clean_text(head.signer)
    left, label, right = number, "签发人：" if signer else "", signer
    if not number and not signer:
        left, right = clean_text(document.signature), chinese_date(document.issued_on)
    return {
        "mark": clean_text(head.mark),
        "size": str(mark_size(head.mark)),
        "kind": clean_text(head.kind),
        "issue": clean_text(head.issue),
        "number": number,
        "left": left,
        "right_label": label,
        "right": right,
    }


def _groups(document: Document) -> list[Item]:
    """Runs of items that stand on pages of one orientation."""
    items = _items(document.blocks, wide=False)
    if keeps_signature(document):
        items[-1][1]["keep"] = True
    items.append((False, _closing(document)))
    for number, annex in enumerate(document.annexes, start=1):
        items += _annex(annex, annex_label(number, of=len(document.annexes)))
    items.append((False, _imprint(document)))
    return [
        {"wide": wide, "items": [item for _, item in group]}
        for wide, group in groupby(items, key=lambda pair: pair[0])
    ]


def _annex(annex: Annex, label: str) -> list[tuple[bool, Item]]:
    wide = any(isinstance(block, Table) and block.wide for block in annex.blocks)
    lines = title_lines(annex.title, characters=TITLE_CHARACTERS)
    start = {"kind": "annex", "label": label, "lines": lines, "after_table": False}
    return [(wide, start), *_items(annex.blocks, wide=wide)]


def _items(blocks: tuple[Block, ...], *, wide: bool) -> list[tuple[bool, Item]]:
    numbers = HeadingNumbers()
    items: list[tuple[bool, Item]] = []
    after_table = False
    for block, block_wide in turned(blocks):
        item = _item(block, numbers) | {"after_table": after_table}
        items.append((wide or block_wide, item))
        after_table = isinstance(block, Table)
    return items


def _item(block: Block, numbers: HeadingNumbers) -> Item:
    match block:
        case Heading(level=level, text=text):
            return {
                "kind": "heading",
                "level": level,
                "text": numbers.next(level) + clean_text(text),
            }
        case Paragraph(text=text, lead=lead):
            return {
                "kind": "paragraph",
                "lead": clean_text(lead),
                "text": clean_text(text),
                "keep": False,
            }
        case Note(text=text):
            return {"kind": "note", "text": "注：" + clean_text(text)}
        case table:
            return _table(table)


def _table(table: Table) -> Item:
    dense = len(table.columns) >= DENSE_COLUMNS
    return {
        "kind": "table",
        "caption": clean_text(table.caption),
        "unit": clean_text(table.unit),
        "size": str(DENSE_TABLE_PT if dense else TABLE_PT),
        "widths": [column.width for column in table.columns],
        "align": [column.align for column in table.columns],
        "head": _table_head(table.columns),
        "rows": [
            {"cells": [_cell(cell) for cell in row.cells], "total": row.total} for row in table.rows
        ],
    }


def _table_head(columns: tuple[Column, ...]) -> list[list[Item]]:
    """One row of column titles, or two where neighbouring columns share a group."""
    grouped = any(clean_text(column.group) for column in columns)
    upper: list[Item] = []
    lower: list[Item] = []
    for group, members in groupby(columns, key=lambda column: clean_text(column.group)):
        titles = [clean_text(column.title) for column in members]
        if group:
            upper.append({"text": group, "colspan": len(titles), "rowspan": 1})
            lower += [{"text": title, "colspan": 1, "rowspan": 1} for title in titles]
            continue
        rowspan = 2 if grouped else 1
        upper += [{"text": title, "colspan": 1, "rowspan": rowspan} for title in titles]
    return [upper, lower] if grouped else [upper]


def _cell(cell: Cell) -> str | Item:
    if isinstance(cell, Light):
        return {"text": clean_text(cell.text), "colour": cell.tone.colour}
    return clean_text(cell)


def _closing(document: Document) -> Item:
    organ = clean_text(document.signature)
    organ_inset, date_inset = signature_insets(organ, document.issued_on)
    return {
        "kind": "closing",
        "annexes": [{"number": n, "title": title} for n, title in annex_entries(document)],
        "signature": organ,
        "date": chinese_date(document.issued_on),
        "organ_inset": str(organ_inset),
        "date_inset": str(date_inset),
    }


def _imprint(document: Document) -> Item:
    printed_on = document.printed_on or document.issued_on
    fine = [clean_text(document.digest_line), FONT_NOTE]
    return {
        "kind": "imprint",
        "fine": [line for line in fine if line],
        "copies_to": join_names(document.copies_to),
        "printed_by": clean_text(document.printed_by),
        "printed_on": f"{chinese_date(printed_on)}印发",
    }
