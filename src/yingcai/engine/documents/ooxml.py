"""Small pieces of WordprocessingML as text, and the package that holds them.

Text is escaped here and nowhere else: every other module passes plain text in.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from decimal import Decimal
from xml.sax.saxutils import escape

from yingcai.engine.documents.wording import printable

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = f'xmlns:w="{WORD}" xmlns:r="{RELATIONS}"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# The oldest moment a zip entry can carry: the same document gives the same bytes on any day.
_FIXED_MOMENT = (1980, 1, 1, 0, 0, 0)


def words(text: str) -> str:
    """Escaped, cleaned text content."""
    return escape(printable(text))


def fonts(name: str) -> str:
    """The font of all four scripts of a run: one face for Chinese, Latin and figures.

    The hint sets marks that exist in both scripts (“”…—) in their Chinese form.
    """
    faces = " ".join(f'w:{script}="{name}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    return f'<w:rFonts w:hint="eastAsia" {faces}/>'


def sizes(points: Decimal) -> str:
    """Type size for both kinds of script."""
    half_points = int(points * 2)
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def run(
    text: str, *, font: str = "", bold: bool = False, colour: str = "", size: Decimal | None = None
) -> str:
    """A run of cleaned text; what is not given comes from the paragraph's style."""
    content = words(text)
    if not content:
        return ""
    face = fonts(font) if font else '<w:rFonts w:hint="eastAsia"/>'
    weight = "<w:b/><w:bCs/>" if bold else ""
    tint = f'<w:color w:val="{colour}"/>' if colour else ""
    height = sizes(size) if size is not None else ""
    return (
        f"<w:r><w:rPr>{face}{weight}{tint}{height}</w:rPr>"
        f'<w:t xml:space="preserve">{content}</w:t></w:r>'
    )


def tab() -> str:
    """A tab stop's character."""
    return "<w:r><w:tab/></w:r>"


def line_break() -> str:
    """A line break inside a paragraph."""
    return "<w:r><w:br/></w:r>"


def field(instruction: str) -> str:
    """A field that Word computes, e.g. the page number."""
    hint = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
    return (
        f'<w:r>{hint}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{hint}<w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r>{hint}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r>{hint}<w:t>1</w:t></w:r>"
        f'<w:r>{hint}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(style: str, content: str, properties: str = "") -> str:
    """A paragraph in a style, with direct properties in the order the schema wants."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def root(tag: str, content: str) -> str:
    """A whole part: declaration, root element with its namespaces, content."""
    return f"{DECLARATION}<w:{tag} {NAMESPACES}>{content}</w:{tag}>"


def relationships(targets: Iterable[tuple[str, str, str]]) -> str:
    """A relationships part of (id, full type, target)."""
    base = "http://schemas.openxmlformats.org/package/2006/relationships"
    entries = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
        for key, kind, target in targets
    )
    return f'{DECLARATION}<Relationships xmlns="{base}">{entries}</Relationships>'


def pack(parts: Mapping[str, str]) -> bytes:
    """The zip file of the parts in the given order, with no trace of when or where it was made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _FIXED_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, text.encode("utf-8"))
    return buffer.getvalue()
