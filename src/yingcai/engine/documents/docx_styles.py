"""The style sheet of our Word files: every element of an official document has its own style."""

from dataclasses import dataclass
from decimal import Decimal

from yingcai.engine.documents.measures import (
    BODY_PT,
    CHARACTER_PITCH_PT,
    DENSE_TABLE_PT,
    FANGSONG,
    FINE_PT,
    HEADING_FONTS,
    HEITI,
    KAITI,
    LINE_PITCH_PT,
    MARK_DROP_MM,
    RED,
    RED_LINE_DROP_MM,
    SMALL_PT,
    SONGTI,
    TABLE_PT,
    TITLE_PT,
    TITLE_SONG,
    mm_to_pt,
    mm_to_twips,
    twips,
)
from yingcai.engine.documents.ooxml import fonts, root, sizes

LINE = twips(LINE_PITCH_PT)
CHARACTER = twips(CHARACTER_PITCH_PT)
_INDENT = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * CHARACTER}"/>'
_RED_LINE = (
    f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="{int(mm_to_pt(RED_LINE_DROP_MM)) - 2}"'
    f' w:color="{RED}"/></w:pBdr>'
)


@dataclass(frozen=True)
class Style:
    """One paragraph style. Units: ``pitch``, ``before`` and ``after`` twips; ``size`` points."""

    key: str
    name: str
    font: str = FANGSONG
    size: Decimal = BODY_PT
    pitch: int = LINE
    before: int = 0
    after: int = 0
    align: str = "both"
    indent: str = ""
    flow: str = ""
    """Properties that stand before spacing in the schema: keeping, breaks, borders, tabs."""
    outline: int | None = None
    colour: str = ""


_KEEP = "<w:keepNext/><w:keepLines/>"


def _headings() -> list[Style]:
    return [
        Style(
            f"Heading{level}",
            f"heading {level}",
            font=font,
            indent=_INDENT,
            flow=_KEEP,
            outline=level - 1,
        )
        for level, font in HEADING_FONTS.items()
    ]


def _table_styles() -> list[Style]:
    styles = [
        Style(
            "TableCaption", "表题", HEITI, SMALL_PT, before=LINE // 3, align="center", flow=_KEEP
        ),
        Style(
            "TableUnit", "表格单位", size=TABLE_PT, pitch=360, align="right", flow="<w:keepNext/>"
        ),
        Style("Remark", "注", size=TABLE_PT, pitch=360, before=80),
    ]
    for suffix, label, size in (("", "", TABLE_PT), ("Dense", "小", DENSE_TABLE_PT)):
        pitch = twips(size * Decimal("1.4"))
        styles += [
            Style(
                f"TableText{suffix}",
                f"表格文字{label}",
                size=size,
                pitch=pitch,
                align="left",
            ),
            Style(
                f"TableHead{suffix}",
                f"表头{label}",
                HEITI,
                size,
                pitch=pitch,
                align="center",
            ),
        ]
    return styles


def _all_styles() -> list[Style]:
    mark_drop = mm_to_twips(MARK_DROP_MM)
    return [
        Style("BodyText", "公文正文", indent=_INDENT),
        *_headings(),
        Style(
            "Mark",
            "发文机关标志",
            TITLE_SONG,
            Decimal(36),
            pitch=960,
            before=mark_drop,
            align="center",
            colour=RED,
        ),
        Style(
            "Kind",
            "红头文种",
            TITLE_SONG,
            Decimal(48),
            pitch=1240,
            align="center",
            colour=RED,
        ),
        Style("Issue", "期号", before=LINE, align="center"),
        Style("Number", "发文字号", pitch=400, before=2 * LINE, align="center", flow=_RED_LINE),
        Style(
            "Title",
            "Title",
            TITLE_SONG,
            TITLE_PT,
            before=2 * LINE,
            after=LINE,
            align="center",
            flow=_KEEP,
        ),
        Style("Addressee", "主送机关"),
        Style("AnnexList", "附件说明", align="left"),
        Style("Signature", "发文机关署名", align="right", flow=_KEEP),
        Style("IssuedOn", "成文日期", align="right"),
        Style(
            "AnnexLabel",
            "附件标识",
            HEITI,
            after=LINE,
            align="left",
            flow="<w:keepNext/><w:pageBreakBefore/>",
        ),
        Style(
            "AnnexTitle", "附件标题", TITLE_SONG, TITLE_PT, after=LINE, align="center", flow=_KEEP
        ),
        *_table_styles(),
        Style("Imprint", "版记", size=SMALL_PT, pitch=460),
        Style("Fine", "摘要行", size=FINE_PT, pitch=240, align="left", colour="595959"),
        Style("Tiny", "分节", size=Decimal(1), pitch=20),
        Style("Footer", "footer", SONGTI, SMALL_PT, pitch=320),
    ]


def _run_properties(style: Style) -> str:
    # Body type is set tight, so that 28 characters fill a line in any program.
    tight = f'<w:spacing w:val="{CHARACTER - twips(BODY_PT)}"/>' if style.size == BODY_PT else ""
    colour = f'<w:color w:val="{style.colour}"/>' if style.colour else ""
    return f"<w:rPr>{fonts(style.font)}{colour}{tight}{sizes(style.size)}</w:rPr>"


def _paragraph_properties(style: Style) -> str:
    spacing = (
        f'<w:spacing w:before="{style.before}" w:after="{style.after}"'
        f' w:line="{style.pitch}" w:lineRule="exact"/>'
    )
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    align = f'<w:jc w:val="{style.align}"/>'
    return f"<w:pPr>{style.flow}{spacing}{style.indent}{align}{outline}</w:pPr>"


def _style_xml(style: Style) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{style.key}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/>'
        f"{_paragraph_properties(style)}{_run_properties(style)}</w:style>"
    )


def styles_part() -> str:
    """``word/styles.xml``."""
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts(FANGSONG)}{sizes(BODY_PT)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:qFormat/><w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/>'
        f'<w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:line="{LINE}" w:lineRule="exact"/>'
        f'<w:jc w:val="both"/></w:pPr><w:rPr>{fonts(FANGSONG)}{sizes(BODY_PT)}</w:rPr></w:style>'
    )
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        '<w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
    )
    return root("styles", defaults + normal + table + "".join(map(_style_xml, _all_styles())))


# What a machine without the named face should use instead, so that it never falls back to a
# Latin font: Word and WPS look here first.
_OTHER_NAMES = {
    FANGSONG: "仿宋",
    KAITI: "楷体",
    HEITI: "SimHei",
    SONGTI: "SimSun",
    TITLE_SONG: "方正小标宋_GBK",
}


def font_table_part() -> str:
    """``word/fontTable.xml``: the fonts by name, none embedded."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        f'<w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for name, other in _OTHER_NAMES.items()
    )
    return root("fonts", entries)
