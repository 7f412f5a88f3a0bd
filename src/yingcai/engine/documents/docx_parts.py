"""The parts of a Word file around its text: pages, page numbers, settings, properties."""

from datetime import date

from yingcai.engine.documents.docx_styles import CHARACTER, LINE
from yingcai.engine.documents.measures import (
    BOTTOM_MM,
    FOOTER_MM,
    LEFT_MM,
    PAPER_MM,
    RIGHT_MM,
    TEXT_WIDTH_MM,
    TOP_MM,
    mm_to_twips,
)
from yingcai.engine.documents.ooxml import (
    DECLARATION,
    RELATIONS,
    field,
    paragraph,
    relationships,
    root,
    run,
    words,
)

_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_GRID = f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/>'
_PAGE = run("— ") + field("PAGE") + run(" —")
_NUMBER_BOX_MM = 6

FOOTERS = ("odd", "even", "wide_odd", "wide_even")


def section(*, wide: bool) -> str:
    """The page of a section: portrait, or turned for wide tables with the same type area."""
    width, height = (mm_to_twips(side) for side in PAPER_MM)
    # A landscape page is the portrait page turned clockwise: its left edge was the foot.
    edges = (TOP_MM, RIGHT_MM, BOTTOM_MM, LEFT_MM)
    turned = (LEFT_MM, TOP_MM, RIGHT_MM, BOTTOM_MM)
    top, right, bottom, left = (mm_to_twips(edge) for edge in (turned if wide else edges))
    if wide:
        size = f'<w:pgSz w:w="{height}" w:h="{width}" w:orient="landscape"/>'
    else:
        size = f'<w:pgSz w:w="{width}" w:h="{height}"/>'
    odd, even = ("wide_odd", "wide_even") if wide else ("odd", "even")
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{odd}"/>'
        f'<w:footerReference w:type="even" r:id="{even}"/><w:type w:val="nextPage"/>{size}'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
        f' w:header="851" w:footer="{mm_to_twips(FOOTER_MM)}" w:gutter="0"/>{_GRID}</w:sectPr>'
    )


def footer_part(name: str) -> str:
    """A footer: odd page numbers at the right, even ones at the left, one character in (7.5)."""
    even = name.endswith("even")
    space = 14 * 20
    if even:
        place = f'<w:ind w:left="{space}"/><w:jc w:val="left"/>'
    else:
        place = f'<w:ind w:right="{space}"/><w:jc w:val="right"/>'
    number = paragraph("Footer", _PAGE, place)
    if not name.startswith("wide"):
        return root("ftr", number)
    return root("ftr", _turned_box(number) + paragraph("Tiny", ""))


def _turned_box(number: str) -> str:
    """The page number at the short edge, turned with the sheet, as on upright pages (8)."""
    width, height = mm_to_twips(_NUMBER_BOX_MM), mm_to_twips(TEXT_WIDTH_MM)
    x, y = mm_to_twips(FOOTER_MM), mm_to_twips(LEFT_MM)
    place = (
        f'<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="page"'
        f' w:horzAnchor="page" w:tblpX="{x}" w:tblpY="{y}"/>'
    )
    margins = '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    return (
        f'<w:tbl><w:tblPr>{place}<w:tblW w:w="{width}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>'
        f'<w:tr><w:trPr><w:trHeight w:val="{height}" w:hRule="exact"/></w:trPr>'
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:textDirection w:val="tbRl"/>'
        f'<w:vAlign w:val="center"/></w:tcPr>{number}</w:tc></w:tr></w:tbl>'
    )


def settings_part() -> str:
    """``word/settings.xml``: page numbers differ on odd and even pages."""
    return root(
        "settings",
        "<w:defaultTabStop w:val="
        f'"{2 * CHARACTER}"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>',
    )


def properties_part(*, title: str, organ: str, on: date) -> str:
    """``docProps/core.xml``; its moments come from the document's own date."""
    moment = f"{on.isoformat()}T00:00:00Z"
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{words(title)}</dc:title><dc:creator>{words(organ)}</dc:creator>"
        "<dc:language>zh-CN</dc:language><cp:revision>1</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified>'
        "</cp:coreProperties>"
    )


def content_types_part() -> str:
    """``[Content_Types].xml``."""
    kinds = {"document": "document.main", "styles": "styles", "settings": "settings"}
    kinds |= {"fontTable": "fontTable"} | {f"footer_{name}": "footer" for name in FOOTERS}
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_OFFICE}.{kind}+xml"/>'
        for part, kind in kinds.items()
    )
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def package_relationships_part() -> str:
    """``_rels/.rels``."""
    core = f"{_PACKAGE}/relationships/metadata/core-properties"
    return relationships(
        [
            ("document", f"{RELATIONS}/officeDocument", "word/document.xml"),
            ("properties", core, "docProps/core.xml"),
        ]
    )


def document_relationships_part() -> str:
    """``word/_rels/document.xml.rels``."""
    targets = [(key, f"{RELATIONS}/{key}", f"{key}.xml") for key in ("styles", "settings")]
    targets.append(("fontTable", f"{RELATIONS}/fontTable", "fontTable.xml"))
    targets += [(name, f"{RELATIONS}/footer", f"footer_{name}.xml") for name in FOOTERS]
    return relationships(targets)
