"""Set a document as a Word file in the layout of GB/T 9704-2012.

The package is written part by part rather than from a template: every property in the file is
one that this layout asks for, and the same document gives the same bytes on any day.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby

from yingcai.engine.documents.docx_imprint import imprint_xml
from yingcai.engine.documents.docx_parts import (
    FOOTERS,
    content_types_part,
    document_relationships_part,
    footer_part,
    package_relationships_part,
    properties_part,
    section,
    settings_part,
)
from yingcai.engine.documents.docx_styles import CHARACTER, LINE, font_table_part, styles_part
from yingcai.engine.documents.docx_table import table_xml
from yingcai.engine.documents.layout import (
    annex_entries,
    annex_label,
    keeps_signature,
    mark_size,
    signature_insets,
    turned,
)
from yingcai.engine.documents.measures import (
    KAITI,
    TEXT_HEIGHT_MM,
    TEXT_WIDTH_MM,
    TITLE_CHARACTERS,
    mm_to_twips,
)
from yingcai.engine.documents.model import (
    Annex,
    Block,
    Document,
    Heading,
    Note,
    Paragraph,
    RedHead,
    Table,
)
from yingcai.engine.documents.ooxml import (
    line_break,
    pack,
    paragraph,
    root,
    run,
    tab,
)
from yingcai.engine.documents.title import title_lines
from yingcai.engine.documents.wording import (
    HeadingNumbers,
    chinese_date,
    clean_text,
    with_colon,
)

_TEXT_WIDTH = mm_to_twips(TEXT_WIDTH_MM)
_KEEP = "<w:keepNext/>"
_TEXT_HEIGHT = mm_to_twips(TEXT_HEIGHT_MM)


def write_docx(document: Document) -> bytes:
    """The document as the bytes of a .docx file; equal documents give equal bytes."""
    organ = clean_text(document.signature) or (document.head.mark if document.head else "")
    parts = {
        "[Content_Types].xml": content_types_part(),
        "_rels/.rels": package_relationships_part(),
        "docProps/core.xml": properties_part(
            title=document.title, organ=organ, on=document.issued_on
        ),
        "word/document.xml": root("document", f"<w:body>{_body(document)}</w:body>"),
        "word/_rels/document.xml.rels": document_relationships_part(),
        "word/styles.xml": styles_part(),
        "word/settings.xml": settings_part(),
        "word/fontTable.xml": font_table_part(),
    }
    parts |= {f"word/footer_{name}.xml": footer_part(name) for name in FOOTERS}
    return pack(parts)


Piece = tuple[bool, str]
"""Whether it stands on a landscape page, and its markup."""


def _body(document: Document) -> str:
    pieces: list[Piece] = [(False, _opening(document))]
    pieces += _blocks(document.blocks, keep_last=keeps_signature(document))
    pieces.append((False, _closing(document)))
    for number, annex in enumerate(document.annexes, start=1):
        pieces += _annex(annex, annex_label(number, of=len(document.annexes)))
    pieces.append((False, imprint_xml(document)))
    return "".join(_sections(piece for piece in pieces if piece[1]))


def _sections(pieces: Iterable[Piece]) -> Iterator[str]:
    """Join pieces of one orientation; a section break stands in a paragraph one point high."""
    runs = [(wide, "".join(xml for _, xml in group)) for wide, group in groupby(pieces, key=_wide)]
    for wide, xml in runs[:-1]:
        yield xml + paragraph("Tiny", "", section(wide=wide))
    wide, xml = runs[-1]
    # A table may not be the last thing in a body.
    yield xml + paragraph("Tiny", "") + section(wide=wide)


def _wide(piece: Piece) -> bool:
    return piece[0]


def _opening(document: Document) -> str:
    head = _red_head(document.head, document) if document.head else ""
    lines = title_lines(document.title, characters=TITLE_CHARACTERS)
    title = paragraph("Title", line_break().join(run(line) for line in lines))
    addressee = run(with_colon(document.addressee))
    return head + title + (paragraph("Addressee", addressee) if addressee else "")


def _red_head(head: RedHead, document: Document) -> str:
    mark = paragraph("Mark", run(head.mark, size=mark_size(head.mark)))
    kind = paragraph("Kind", run(head.kind)) if clean_text(head.kind) else ""
    issue = paragraph("Issue", run(head.issue)) if clean_text(head.issue) else ""
    return mark + kind + issue + _number_line(head, document)


def _number_line(head: RedHead, document: Document) -> str:
    """The line above the red rule: number and signer (7.2.5, 7.2.6), or organ and date."""
    above = f'<w:spacing w:before="{LINE}"/>' if clean_text(head.issue) else ""
    if clean_text(head.number) and not clean_text(head.signer):
        return paragraph("Number", run(head.number), above)
    if clean_text(head.signer):
        left, right = head.number, run("签发人：") + run(head.signer, font=KAITI)
    else:
        left, right = document.signature, run(chinese_date(document.issued_on))
    stops = (
        f'<w:tabs><w:tab w:val="left" w:pos="{CHARACTER}"/>'
        f'<w:tab w:val="right" w:pos="{_TEXT_WIDTH - CHARACTER}"/></w:tabs>'
    )
    content = tab() + run(left) + tab() + right
    return paragraph("Number", content, f'{stops}{above}<w:jc w:val="left"/>')


def _blocks(
    blocks: tuple[Block, ...], *, wide: bool = False, keep_last: bool = False
) -> Iterator[Piece]:
    """Blocks as pieces. ``wide`` keeps all of them on landscape pages, as in a turned annex."""
    numbers = HeadingNumbers()
    gap = ""
    for place, (block, block_wide) in enumerate(turned(blocks), start=1):
        on_wide = wide or block_wide
        keep = _KEEP if keep_last and place == len(blocks) else ""
        yield on_wide, _block(block, numbers, wide=on_wide, direct=keep + gap)
        gap = f'<w:spacing w:before="{LINE // 2}"/>' if isinstance(block, Table) else ""


def _block(block: Block, numbers: HeadingNumbers, *, wide: bool, direct: str) -> str:
    match block:
        case Heading(level=level, text=text):
            return paragraph(f"Heading{level}", run(numbers.next(level) + text), direct)
        case Paragraph(text=text, lead=lead):
            return paragraph("BodyText", run(lead, bold=True) + run(text), direct)
        case Note(text=text):
            return paragraph("Remark", run("注：" + text))
        case table:
            width = _TEXT_HEIGHT if wide else _TEXT_WIDTH
            # Two tables in a row would grow together; the gap keeps them apart.
            between = paragraph("Tiny", "", direct) if direct else ""
            return between + table_xml(table, width=width)


def _closing(document: Document) -> str:
    return _annex_list(document) + _signature(document)


def _annex_list(document: Document) -> str:
    """附件： and the annexes, one a line, names aligned under each other (7.3.4)."""
    lines = []
    for position, (number, title) in enumerate(annex_entries(document)):
        before = f'<w:spacing w:before="{LINE}"/>' if position == 0 else ""
        start = run("附件：") if position == 0 else ""
        name_at = 13 * CHARACTER // 2 if number else 5 * CHARACTER
        hang = name_at - (2 if position == 0 else 5) * CHARACTER
        indent = f'<w:ind w:left="{name_at}" w:hanging="{hang}"/>'
        ordinal = run(number) + tab() if number else ""
        keep = _KEEP if clean_text(document.signature) else ""
        lines.append(paragraph("AnnexList", start + ordinal + run(title), keep + before + indent))
    return "".join(lines)


def _signature(document: Document) -> str:
    organ = clean_text(document.signature)
    if not organ:
        return ""
    organ_inset, date_inset = signature_insets(organ, document.issued_on)
    return paragraph(
        "Signature",
        run(organ),
        f'<w:spacing w:before="{LINE}"/>{_inset(organ_inset)}',
    ) + paragraph("IssuedOn", run(chinese_date(document.issued_on)), _inset(date_inset))


def _inset(characters: Decimal) -> str:
    return f'<w:ind w:right="{int(characters * CHARACTER)}"/>'


def _annex(annex: Annex, label: str) -> Iterator[Piece]:
    """An annex on pages of its own; a wide table turns all of it, so that none stands alone."""
    wide = any(isinstance(block, Table) and block.wide for block in annex.blocks)
    lines = title_lines(annex.title, characters=TITLE_CHARACTERS)
    title = paragraph("AnnexTitle", line_break().join(run(line) for line in lines))
    yield wide, paragraph("AnnexLabel", run(label)) + title
    yield from _blocks(annex.blocks, wide=wide)
