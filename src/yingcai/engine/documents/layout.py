"""Decisions of layout that the Word file and the PDF share."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from yingcai.engine.documents.measures import TEXT_WIDTH_MM, mm_to_pt
from yingcai.engine.documents.model import Block, Document, Note, Paragraph, Table
from yingcai.engine.documents.wording import chinese_date, clean_text, text_width

_SMALLEST_MARK_PT = 22
_LARGEST_MARK_PT = 42
_SHORT = 200
_SIGNATURE_AXIS = Decimal(4)


def mark_size(mark: str) -> Decimal:
    """Type size of the red mark: as large as fits on one line, within what looks dignified."""
    characters = Decimal(max(text_width(clean_text(mark)), 2)) / 2
    fits = int(mm_to_pt(TEXT_WIDTH_MM) * Decimal("0.96") / characters)
    return Decimal(min(max(fits, _SMALLEST_MARK_PT), _LARGEST_MARK_PT))


def annex_label(number: int, *, of: int) -> str:
    """附件 when there is one annex, 附件1 and so on when there are several (7.3.7)."""
    return "附件" if of == 1 else f"附件{number}"


def annex_entries(document: Document) -> list[tuple[str, str]]:
    """Ordinal and title of each annex for the list after the text; no ordinal for a single one."""
    titles = [clean_text(annex.title) for annex in document.annexes]
    if len(titles) == 1:
        return [("", titles[0])]
    return [(f"{number}.", title) for number, title in enumerate(titles, start=1)]


def signature_insets(organ: str, issued_on: date) -> tuple[Decimal, Decimal]:
    """How far organ and date stand from the right edge, in characters.

    The date stands four characters in and the organ is centred above it; a long organ stays
    inside the text block and moves the date with it (7.3.5.1).
    """
    organ_width = Decimal(text_width(organ)) / 2
    date_width = Decimal(text_width(chinese_date(issued_on))) / 2
    axis = max(_SIGNATURE_AXIS + date_width / 2, organ_width / 2)
    return max(axis - organ_width / 2, Decimal(0)), axis - date_width / 2


def keeps_signature(document: Document) -> bool:
    """Whether the last paragraph should stay with the signature, so that it never stands alone."""
    last = document.blocks[-1] if document.blocks else None
    return isinstance(last, Paragraph) and len(last.text) <= _SHORT and bool(document.signature)


def turned(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, bool]]:
    """Each block with whether it needs a landscape page; a note stays with its wide table."""
    wide = False
    for block in blocks:
        wide = (isinstance(block, Table) and block.wide) or (wide and isinstance(block, Note))
        yield block, wide
