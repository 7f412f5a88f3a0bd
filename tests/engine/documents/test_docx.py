"""The Word file: exact measures, stable bytes, text that stays text."""

import hashlib
import io
import re
import time
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import docx
import pytest

from tests.engine.documents.make import (
    DIGEST,
    ISSUED_ON,
    make_bulletin,
    make_document,
    make_table,
)
from tests.engine.documents.unpack import parts
from yingcai.engine.documents import Annex, Document, Heading, Note, Paragraph, RedHead
from yingcai.engine.documents.docx import write_docx
from yingcai.engine.documents.word_file import Line, Page, read_word


def lines_of(document: Document) -> dict[str, Line]:
    """The paragraphs of the written document by their text."""
    return {line.text: line for line in read_word(write_docx(document)).lines if line.text}


def edges(page: Page) -> list[Decimal]:
    """The margins in millimetres: top, right, bottom, left."""
    return [page.top, page.right, page.bottom, page.left]


def body_of(document: Document) -> str:
    return parts(write_docx(document))["word/document.xml"]


def test_the_page_is_a4_with_the_margins_of_the_standard() -> None:
    (page,) = read_word(write_docx(make_document())).pages

    assert edges(page) == [37, 26, 35, 28]
    assert [page.width, page.height, page.footer] == [210, 297, 25]


def test_twenty_two_lines_of_twenty_eight_characters_fit_the_text_block() -> None:
    line = lines_of(make_document())["现将4月份人才工作进展情况通报如下。"]
    styles = parts(write_docx(make_document()))["word/styles.xml"]
    body = re.search('w:styleId="BodyText".*?</w:style>', styles)

    assert line.pitch == Decimal("28.95")
    assert 22 * Decimal("28.95") <= Decimal(225) / Decimal("25.4") * 72
    assert body is not None
    assert '<w:spacing w:val="-5"/><w:sz w:val="32"/>' in body[0]
    assert 28 * (16 - Decimal("0.25")) <= Decimal(156) / Decimal("25.4") * 72


@pytest.mark.parametrize(
    ("text", "font", "size"),
    [
        ("云溪市人才工作领导小组办公室文件", "方正小标宋简体", "26"),
        ("云人才办〔2026〕5号", "仿宋_GB2312", "16"),
        ("关于4月份人才工作进展情况的通报", "方正小标宋简体", "22"),
        ("各县（市、区）委人才办，市直有关单位：", "仿宋_GB2312", "16"),
        ("一、总体情况", "黑体", "16"),
        ("（一）目标进展", "楷体_GB2312", "16"),
        ("1.引进人才", "仿宋_GB2312", "16"),
        ("（1）高校毕业生", "仿宋_GB2312", "16"),
        ("全市累计到岗2380名。", "仿宋_GB2312", "16"),
        ("附件", "黑体", "16"),
        ("分县情况表", "方正小标宋简体", "22"),
        ("抄送：市委办公室、市政府办公室。", "仿宋_GB2312", "14"),
        (DIGEST, "仿宋_GB2312", "7.5"),
    ],
)
def test_each_element_has_its_face_and_size(text: str, font: str, size: str) -> None:
    document = make_document(
        Heading(1, "总体情况"),
        Heading(2, "目标进展"),
        Heading(3, "引进人才"),
        Heading(4, "高校毕业生"),
        Paragraph("全市累计到岗2380名。"),
    )
    line = lines_of(replace(document, annexes=(Annex("分县情况表", (make_table(),)),)))[text]

    assert {piece.font for piece in line.pieces} == {font}
    assert {piece.size for piece in line.pieces} == {Decimal(size)}


def test_every_style_names_its_east_asian_font() -> None:
    styles = parts(write_docx(make_document()))["word/styles.xml"]

    for style in re.findall(r'<w:style w:type="paragraph".*?</w:style>', styles):
        assert 'w:eastAsia="' in style


def test_fonts_are_named_with_a_stand_in_and_never_shipped() -> None:
    packed = parts(write_docx(make_document()))

    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in packed["word/fontTable.xml"]
    assert not any("fonts/" in name or "embed" in text for name, text in packed.items())


def test_the_red_head_hangs_35_mm_under_the_text_block_over_a_red_line() -> None:
    styles = parts(write_docx(make_document()))["word/styles.xml"]
    mark = re.search('w:styleId="Mark".*?</w:style>', styles)
    number = re.search('w:styleId="Number".*?</w:style>', styles)

    assert mark is not None
    assert number is not None
    assert 'w:before="1984"' in mark[0]  # 35 mm in twentieths of a point
    assert '<w:color w:val="E60012"/>' in mark[0]
    assert '<w:bottom w:val="single" w:sz="12" w:space="9" w:color="E60012"/>' in number[0]
    assert 'w:before="1158"' in number[0]  # two lines under the mark


def test_an_upward_document_names_its_signer_at_the_right_in_kaiti() -> None:
    head = RedHead("云溪市人才办文件", number="云人才办〔2026〕5号", signer="林越")
    line = lines_of(replace(make_document(), head=head))["云人才办〔2026〕5号 签发人：林越"]

    assert line.align == "left"
    assert line.pieces[-1].text == "林越"
    assert line.pieces[-1].font == "楷体_GB2312"


def test_a_bulletin_shows_issue_organ_and_date_above_the_red_line() -> None:
    lines = lines_of(make_bulletin())

    assert lines["第3期"].align == "center"
    assert "云溪市人才工作领导小组办公室 2026年5月8日" in lines


def test_page_numbers_stand_outside_between_dashes() -> None:
    footers = read_word(write_docx(make_document())).footers

    assert [(kind, line.text, line.align) for kind, lines in footers for line in lines] == [
        ("default", "— 1 —", "right"),
        ("even", "— 1 —", "left"),
    ]
    pieces = [piece for _, lines in footers for line in lines for piece in line.pieces]
    assert {(piece.font, piece.size) for piece in pieces} == {("宋体", Decimal(14))}


def test_the_head_of_a_table_repeats_and_no_row_is_split() -> None:
    body = body_of(make_document(make_table(rows=3)))

    assert body.count("<w:tblHeader/>") == 1
    assert body.count("<w:cantSplit/>") == body.count("<w:tr>") == 5


def test_a_grouped_table_has_two_head_rows_that_both_repeat() -> None:
    table = make_table(rows=1)
    columns = tuple(
        replace(column, group="本年" if place in (2, 3) else "")
        for place, column in enumerate(table.columns)
    )
    body = body_of(make_document(replace(table, columns=columns)))

    assert body.count("<w:tblHeader/>") == 2
    assert body.count('<w:gridSpan w:val="2"/>') == 1
    assert body.count('<w:vMerge w:val="restart"/>') == 5


def test_column_widths_fill_the_text_block_exactly() -> None:
    body = body_of(make_document(make_table()))
    widths = [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', body)]

    assert sum(widths) == 8844  # 156 mm
    assert len(widths) == 7


def test_numbers_are_set_right_and_lights_carry_shape_word_and_colour() -> None:
    lines = lines_of(make_document(make_table(rows=2)))

    assert lines["1200"].align == "right"
    assert lines["▲滞后"].pieces[0].colour == "9A6700"
    assert lines["■严重滞后"].pieces[0].colour == "C8161D"


def test_a_wide_table_gets_a_landscape_page_with_its_note_and_the_text_goes_on_upright() -> None:
    document = make_document(
        Paragraph("前文。"), make_table(wide=True), Note("数据截至4月。"), Paragraph("后文。")
    )
    pages = read_word(write_docx(document)).pages
    body = body_of(document)

    assert [page.landscape for page in pages] == [False, True, False]
    assert edges(pages[1]) == [28, 37, 26, 35]
    turned = body[body.index("前文。") : body.index('w:orient="landscape"')]
    assert "注：数据截至4月。" in turned
    assert "后文。" not in turned


def test_annexes_start_on_pages_of_their_own_and_are_listed_after_the_text() -> None:
    one = Annex("甲表", (Heading(1, "说明"),))
    two = Annex("乙表", (Heading(1, "口径"),))
    lines = list(lines_of(replace(make_document(), annexes=(one, two))))
    styles = parts(write_docx(make_document()))["word/styles.xml"]

    assert "附件：1. 甲表" in lines
    assert "2. 乙表" in lines
    assert lines.index("附件1") < lines.index("甲表") < lines.index("附件2")
    assert "一、口径" in lines  # each annex numbers anew
    assert re.search('w:styleId="AnnexLabel".*?<w:pageBreakBefore/>.*?</w:style>', styles)


def test_a_single_annex_has_no_number() -> None:
    lines = lines_of(replace(make_document(), annexes=(Annex("甲表", (Paragraph("一"),)),)))

    assert "附件：甲表" in lines
    assert "附件" in lines
    assert "附件1" not in lines


def test_the_imprint_hangs_from_the_foot_of_the_last_page() -> None:
    body = body_of(make_document())
    imprint = body[body.index(DIGEST) - 400 :]

    assert imprint.count('w:yAlign="bottom"') == 6  # digest, three rules, copies, printer
    assert re.findall(r'w:fill="000000"/><w:spacing w:line="(\d+)"', imprint) == ["20", "14", "20"]
    assert "云溪市人才工作领导小组办公室</w:t></w:r><w:r><w:tab/></w:r>" in imprint
    assert "2026年5月9日印发" in imprint


def test_the_signature_never_stands_alone_on_a_page() -> None:
    body = body_of(make_document(Paragraph("首段。"), Paragraph("末段。")))

    assert '<w:pStyle w:val="BodyText"/><w:keepNext/></w:pPr>' in body[: body.index("末段。")]
    assert "keepNext" not in body[: body.index("首段。")]


def test_a_plain_document_has_no_head_no_signature_and_no_imprint() -> None:
    lines = list(lines_of(make_document(plain=True)))

    assert lines == ["关于4月份人才工作进展情况的通报", "现将4月份人才工作进展情况通报如下。"]


def test_the_same_document_gives_the_same_bytes() -> None:
    first, second = write_docx(make_bulletin()), write_docx(make_bulletin())

    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_the_file_is_dated_by_the_document_not_by_the_clock() -> None:
    packed = write_docx(make_document())
    document = docx.Document(io.BytesIO(packed))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        moments = {entry.date_time for entry in archive.infolist()}

    assert moments == {(1980, 1, 1, 0, 0, 0)}
    assert document.core_properties.created is not None
    assert document.core_properties.created.date() == ISSUED_ON
    assert document.core_properties.author == "云溪市人才工作领导小组办公室"


def test_a_later_issue_differs() -> None:
    later = replace(make_document(), issued_on=date(2026, 5, 9))

    assert write_docx(later) != write_docx(make_document())


@pytest.mark.parametrize("text", ["</w:t><w:br/>", "&amp;&#x0;", "]]>", '" onload="x'])
def test_markup_in_the_text_is_printed_as_it_was_typed(text: str) -> None:
    document = docx.Document(io.BytesIO(write_docx(make_document(Paragraph(text)))))

    assert text in [paragraph.text for paragraph in document.paragraphs]


def test_a_table_of_two_hundred_rows_is_quick() -> None:
    document = make_document(make_table(rows=200))
    start = time.process_time()

    write_docx(document)

    assert time.process_time() - start < 2
