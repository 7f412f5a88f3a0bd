"""The imprint at the foot of the last page of a Word file (7.4), under the frozen line."""

from collections.abc import Iterator
from decimal import Decimal

from yingcai.engine.documents.measures import (
    BOTTOM_MM,
    PAPER_MM,
    SMALL_PT,
    TEXT_WIDTH_MM,
    THICK_LINE_MM,
    THIN_LINE_MM,
    mm_to_pt,
    mm_to_twips,
    twips,
)
from yingcai.engine.documents.model import Document
from yingcai.engine.documents.ooxml import paragraph, run, tab
from yingcai.engine.documents.wording import chinese_date, clean_text, join_names, text_width

_WIDTH = mm_to_twips(TEXT_WIDTH_MM)
_SMALL = twips(SMALL_PT)
_ROW = 460
_FINE_ROW = 280

ImprintRow = tuple[str, int]
"""A row's paragraph and its height in twips."""


def imprint_xml(document: Document) -> str:
    """The imprint as a table whose last line lies on the lower edge of the text block.

    Its place is given from the edge of the paper, with row heights known beforehand, because
    not every office program can hang a table from the foot of the text.
    """
    fine = [(paragraph("Fine", line), _FINE_ROW) for line in [run(document.digest_line)] if line]
    boxed = list(_rows(document))
    if not fine and not boxed:
        return ""
    height = sum(height for _, height in (*fine, *boxed))
    y = mm_to_twips(PAPER_MM[1] - BOTTOM_MM) - height
    rows = [_row_xml(content, height) for content, height in fine]
    for position, (content, row_height) in enumerate(boxed):
        top = _rule("top", THICK_LINE_MM if position == 0 else THIN_LINE_MM)
        bottom = _rule("bottom", THICK_LINE_MM) if position == len(boxed) - 1 else ""
        borders = f"<w:tcBorders>{top}{bottom}</w:tcBorders>"
        rows.append(_row_xml(content, row_height, borders=borders))
    place = (
        '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="page"'
        f' w:horzAnchor="margin" w:tblpX="1" w:tblpY="{y}"/>'
    )
    return (
        f'<w:tbl><w:tblPr>{place}<w:tblW w:w="{_WIDTH}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{_WIDTH}"/></w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _rows(document: Document) -> Iterator[ImprintRow]:
    names = join_names(document.copies_to)
    if names:
        indent = f'<w:ind w:left="{4 * _SMALL}" w:right="{_SMALL}" w:hanging="{3 * _SMALL}"/>'
        room = (_WIDTH - 5 * _SMALL) // _SMALL
        lines = -(-text_width(names) // (2 * room))
        yield paragraph("Imprint", run("抄送：" + names), indent), lines * _ROW
    if clean_text(document.printed_by):
        printed_on = document.printed_on or document.issued_on
        stop = f'<w:tabs><w:tab w:val="right" w:pos="{_WIDTH - _SMALL}"/></w:tabs>'
        content = run(document.printed_by) + tab() + run(f"{chinese_date(printed_on)}印发")
        yield paragraph("Imprint", content, f'{stop}<w:ind w:left="{_SMALL}"/>'), _ROW


def _row_xml(content: str, height: int, *, borders: str = "") -> str:
    cell = (
        f'<w:tcPr><w:tcW w:w="{_WIDTH}" w:type="dxa"/>{borders}<w:vAlign w:val="center"/></w:tcPr>'
    )
    size = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>'
    return f"<w:tr><w:trPr><w:cantSplit/>{size}</w:trPr><w:tc>{cell}{content}</w:tc></w:tr>"


def _rule(side: str, millimetres: Decimal) -> str:
    eighths = int((mm_to_pt(millimetres) * 8).to_integral_value())
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="000000"/>'
