"""The imprint at the foot of the last page of a Word file (7.4), under the frozen line."""

from collections.abc import Iterator
from decimal import Decimal

from yingcai.engine.documents.measures import (
    SMALL_PT,
    TEXT_WIDTH_MM,
    THICK_LINE_MM,
    THIN_LINE_MM,
    mm_to_twips,
    twips,
)
from yingcai.engine.documents.model import Document
from yingcai.engine.documents.ooxml import paragraph, run, tab
from yingcai.engine.documents.wording import chinese_date, clean_text, join_names

_WIDTH = mm_to_twips(TEXT_WIDTH_MM)
_SMALL = twips(SMALL_PT)
# A frame, because every office program hangs one from the foot of the text; a floating table as
# wide as the text stays where it is in some of them.
_FRAME = (
    f'<w:framePr w:w="{_WIDTH}" w:wrap="notBeside" w:vAnchor="margin" w:hAnchor="margin"'
    ' w:xAlign="left" w:yAlign="bottom"/>'
)


def imprint_xml(document: Document) -> str:
    """The imprint as framed paragraphs whose last line lies on the lower edge of the text block."""
    fine = run(document.digest_line)
    boxed = list(_lines(document))
    parts = [paragraph("Fine", fine, _FRAME)] if fine else []
    for position, line in enumerate(boxed):
        parts += [_rule(THICK_LINE_MM if position == 0 else THIN_LINE_MM), line]
    if boxed:
        parts.append(_rule(THICK_LINE_MM))
    return "".join(parts)


def _lines(document: Document) -> Iterator[str]:
    names = join_names(document.copies_to)
    if names:
        indent = f'<w:ind w:left="{4 * _SMALL}" w:right="{_SMALL}" w:hanging="{3 * _SMALL}"/>'
        yield paragraph("Imprint", run("抄送：" + names), _FRAME + indent)
    if clean_text(document.printed_by):
        printed_on = document.printed_on or document.issued_on
        stop = f'<w:tabs><w:tab w:val="right" w:pos="{_WIDTH - _SMALL}"/></w:tabs>'
        content = run(document.printed_by) + tab() + run(f"{chinese_date(printed_on)}印发")
        yield paragraph("Imprint", content, f'{_FRAME}{stop}<w:ind w:left="{_SMALL}"/>')


def _rule(millimetres: Decimal) -> str:
    """A line as wide as the text block: an empty paragraph of that height, filled black.

    Borders would stop at the indents, and paragraphs with unlike borders do not share a frame.
    """
    height = mm_to_twips(millimetres)
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="000000"/>'
    spacing = f'<w:spacing w:line="{height}" w:lineRule="exact"/>'
    return paragraph("Tiny", "", _FRAME + fill + spacing)
