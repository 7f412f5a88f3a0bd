"""A table of the model as WordprocessingML: fixed widths, repeating head, unbroken rows."""

from itertools import groupby

from yingcai.engine.documents.measures import DENSE_COLUMNS, HEITI
from yingcai.engine.documents.model import Align, Cell, Column, Light, Row, Table
from yingcai.engine.documents.ooxml import paragraph, run
from yingcai.engine.documents.wording import clean_text

_BORDER = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_CELL_MARGINS = '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'


def table_xml(table: Table, *, width: int) -> str:
    """Caption, unit line and table. Units: ``width`` in twips, shared by column weight."""
    above = _line("TableCaption", table.caption)
    above += _line("TableUnit", table.unit)
    dense = "Dense" if len(table.columns) >= DENSE_COLUMNS else ""
    widths = share(width, [column.width for column in table.columns])
    grid = "".join(f'<w:gridCol w:w="{part}"/>' for part in widths)
    layout = (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDER}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{_CELL_MARGINS}</w:tblCellMar></w:tblPr>"
    )
    head = _head_rows(table.columns, widths, style=f"TableHead{dense}")
    rows = "".join(
        _row(table.columns, row, widths, style=f"TableText{dense}") for row in table.rows
    )
    return f"{above}<w:tbl>{layout}<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"


def _line(style: str, text: str) -> str:
    content = run(text)
    return paragraph(style, content) if content else ""


def share(total: int, weights: list[int]) -> list[int]:
    """Split a width by weight into whole parts that sum to it exactly."""
    parts = [total * weight // sum(weights) for weight in weights]
    parts[-1] += total - sum(parts)
    return parts


def _head_rows(columns: tuple[Column, ...], widths: list[int], *, style: str) -> str:
    if not any(clean_text(column.group) for column in columns):
        cells = [
            _cell(column.title, width, style=style)
            for column, width in zip(columns, widths, strict=True)
        ]
        return _row_xml(cells, head=True)
    upper: list[str] = []
    lower: list[str] = []
    numbered = list(zip(columns, widths, strict=True))
    for group, members in groupby(numbered, key=lambda pair: clean_text(pair[0].group)):
        parts = list(members)
        if group:
            span = f'<w:gridSpan w:val="{len(parts)}"/>'
            upper.append(_cell(group, sum(width for _, width in parts), style=style, extra=span))
            lower += [_cell(column.title, width, style=style) for column, width in parts]
            continue
        for column, width in parts:
            start, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
            upper.append(_cell(column.title, width, style=style, extra=start))
            lower.append(_cell("", width, style=style, extra=go_on))
    return _row_xml(upper, head=True) + _row_xml(lower, head=True)


def _row(columns: tuple[Column, ...], row: Row, widths: list[int], *, style: str) -> str:
    cells = [
        _cell(cell, width, style=style, align=column.align, total=row.total)
        for cell, width, column in zip(row.cells, widths, columns, strict=True)
    ]
    return _row_xml(cells)


def _row_xml(cells: list[str], *, head: bool = False) -> str:
    repeat = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    cell: Cell,
    width: int,
    *,
    style: str,
    extra: str = "",
    align: Align | None = None,
    total: bool = False,
) -> str:
    properties = (
        f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{extra}<w:vAlign w:val="center"/></w:tcPr>'
    )
    justify = f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:tc>{properties}{paragraph(style, _cell_run(cell, total=total), justify)}</w:tc>"


def _cell_run(cell: Cell, *, total: bool) -> str:
    if isinstance(cell, Light):
        return run(cell.text, colour=cell.tone.colour)
    return run(cell, font=HEITI if total else "")
