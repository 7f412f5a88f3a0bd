"""The measures of GB/T 9704-2012, in one place for the writers and for the check.

Units: ``_mm`` millimetres, ``_pt`` points (1/72 inch). Each number names its clause.
"""

from decimal import Decimal
from typing import Final

STANDARD: Final = "GB/T 9704-2012"

# 5.1 paper, 5.2.1 margins and text block: 天头 37, 订口 28, 版心 156 x 225; the rest follows.
PAPER_MM: Final = (210, 297)
TOP_MM: Final = 37
BOTTOM_MM: Final = 35
LEFT_MM: Final = 28
RIGHT_MM: Final = 26
TEXT_WIDTH_MM: Final = PAPER_MM[0] - LEFT_MM - RIGHT_MM
TEXT_HEIGHT_MM: Final = PAPER_MM[1] - TOP_MM - BOTTOM_MM
MARGIN_TOLERANCE_MM: Final = Decimal(1)

# 5.2.2 size 3 type; 5.2.3 22 lines of 28 characters fill the text block.
BODY_PT: Final = Decimal(16)
LINES: Final = 22
CHARACTERS: Final = 28
# 225 mm / 22 = 28.99 pt; Word counts twentieths of a point and 28.95 keeps 22 lines in.
LINE_PITCH_PT: Final = Decimal("28.95")
LINE_PITCH_RANGE_PT: Final = (Decimal(28), Decimal(29))
# 156 mm / 28 = 15.79 pt: a line of 28 characters of 16 pt is set a hair tighter than solid.
# Word counts this too in twentieths of a point.
CHARACTER_PITCH_PT: Final = Decimal("15.75")

# 7.3.1 title in size 2; 7.4.2, 7.5 imprint and page number in size 4.
TITLE_PT: Final = Decimal(22)
TITLE_CHARACTERS: Final = 20
SMALL_PT: Final = Decimal(14)

# 7.2.4 the upper edge of the mark is 35 mm under the upper edge of the text block.
MARK_DROP_MM: Final = 35
# 7.2.7 the red line is 4 mm under the document number.
RED_LINE_DROP_MM: Final = 4
# 7.5 the dash of the page number is 7 mm under the text block.
PAGE_NUMBER_DROP_MM: Final = 7
# So that the dash of a 14 pt number stands 7 mm under the text, its line ends here above the edge.
FOOTER_MM: Final = Decimal(25)
FOOTER_RANGE_MM: Final = (Decimal(23), Decimal(28))
# 7.4.1 first and last line of the imprint, and those between.
THICK_LINE_MM: Final = Decimal("0.35")
THIN_LINE_MM: Final = Decimal("0.25")

# The standard leaves these two free; they are what reads well in a table of figures.
TABLE_PT: Final = Decimal(12)
DENSE_TABLE_PT: Final = Decimal("10.5")
DENSE_COLUMNS: Final = 8
FINE_PT: Final = Decimal("7.5")

RED: Final = "E60012"

# Fonts by the names Word and WPS know. They are named, never shipped: they are not ours to give.
FANGSONG: Final = "仿宋_GB2312"
KAITI: Final = "楷体_GB2312"
HEITI: Final = "黑体"
SONGTI: Final = "宋体"
TITLE_SONG: Final = "方正小标宋简体"
HEADING_FONTS: Final = {1: HEITI, 2: KAITI, 3: FANGSONG, 4: FANGSONG}

# Other names of the same type faces, which offices use side by side.
SAME_FACE: Final = {
    FANGSONG: frozenset(
        {FANGSONG, "仿宋", "FangSong", "FangSong_GB2312", "方正仿宋_GBK", "方正仿宋简体"}
    ),
    KAITI: frozenset({KAITI, "楷体", "KaiTi", "KaiTi_GB2312", "方正楷体_GBK", "方正楷体简体"}),
    HEITI: frozenset({HEITI, "SimHei", "方正黑体_GBK", "方正黑体简体"}),
    SONGTI: frozenset({SONGTI, "SimSun", "Times New Roman"}),
    TITLE_SONG: frozenset(
        {TITLE_SONG, "方正小标宋_GBK", "小标宋体", "FZXiaoBiaoSong-B05S", "华文中宋"}
    ),
}


def twips(points: Decimal) -> int:
    """Twentieths of a point, Word's unit of length."""
    return int((points * 20).to_integral_value())


def mm_to_pt(millimetres: Decimal | int) -> Decimal:
    """Points for millimetres, exact to a thousandth."""
    return (Decimal(millimetres) * 72 / Decimal("25.4")).quantize(Decimal("0.001"))


def mm_to_twips(millimetres: Decimal | int) -> int:
    """Twentieths of a point for millimetres."""
    return twips(mm_to_pt(millimetres))
