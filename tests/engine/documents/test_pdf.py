"""The PDF: same measures, own fonts, text that is never markup, clean refusals."""

import re
import runpy
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pypdfium2
import pytest

from tests.engine.documents.make import DIGEST, make_bulletin, make_document, make_table
from yingcai.engine.documents import (
    Annex,
    Document,
    DocumentError,
    Heading,
    Note,
    Paragraph,
    RedHead,
    pdf,
)
from yingcai.engine.documents.pdf import FONT_NOTE, write_pdf


@contextmanager
def opened(document: Document) -> Iterator[pypdfium2.PdfDocument]:
    file = pypdfium2.PdfDocument(write_pdf(document))
    try:
        yield file
    finally:
        file.close()


def pages_of(document: Document) -> list[str]:
    """The text of each page without space and line ends."""
    with opened(document) as file:
        texts = [page.get_textpage().get_text_range() for page in file]
    return [re.sub(r"\s|\ufffe", "", text) for text in texts]


def box_of(document: Document, words: str, *, page: int = 0) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of some words on a page, in points."""
    with opened(document) as file:
        text = file[page].get_textpage()
        place = text.search(words).get_next()
        assert place is not None
        boxes = [text.get_charbox(place[0] + n) for n in range(place[1])]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def mm(points: float) -> float:
    return points / 72 * 25.4


def test_everything_that_is_said_stands_on_the_page() -> None:
    (page,) = pages_of(make_document())

    for words in (
        "云溪市人才工作领导小组办公室文件",
        "云人才办〔2026〕5号",
        "关于4月份人才工作进展情况的通报",
        "各县（市、区）委人才办，市直有关单位：",
        "2026年5月8日",
        "抄送：市委办公室、市政府办公室。",
        "2026年5月9日印发",
        DIGEST,
        re.sub(r"\s", "", FONT_NOTE),
        "—1—",
    ):
        assert words in page


def test_the_page_is_a4_and_a_wide_table_turns_it() -> None:
    document = make_document(Paragraph("前文。"), make_table(wide=True), Paragraph("后文。"))
    with opened(document) as file:
        sizes = [tuple(round(mm(side)) for side in page.get_size()) for page in file]

    assert sizes == [(210, 297), (297, 210), (210, 297)]


def test_text_starts_at_the_margins_and_the_first_line_two_characters_in() -> None:
    document = make_document(Paragraph("正" + "文" * 60), plain=True)

    left, _, right, _ = box_of(document, "文" * 60)
    first, *_ = box_of(document, "正文")

    assert mm(left) == pytest.approx(28, abs=0.7)
    assert mm(right) == pytest.approx(210 - 26, abs=0.7)
    assert first == pytest.approx(28 / 25.4 * 72 + 2 * 15.75, abs=2)


def test_a_page_holds_twenty_two_lines() -> None:
    document = make_document(*(Paragraph(f"第{n}行。") for n in range(100, 150)), plain=True)
    second = pages_of(document)[1]

    _, upper, _, _ = box_of(document, "第120行。", page=1)
    _, lower, _, _ = box_of(document, "第121行。", page=1)

    assert len(re.findall(r"第\d+行。", second)) == 22
    assert upper - lower == pytest.approx(28.95, abs=0.05)


def test_page_numbers_stand_at_the_right_then_at_the_left_under_the_text() -> None:
    document = make_document(*(Paragraph(f"第{n}行。") for n in range(100, 150)), plain=True)

    odd_left, odd_low, odd_right, odd_high = box_of(document, "— 1 —")
    even_left, *_ = box_of(document, "— 2 —", page=1)

    assert odd_right == pytest.approx((210 - 26) / 25.4 * 72 - 14, abs=2)
    assert even_left == pytest.approx(28 / 25.4 * 72 + 14, abs=2)
    assert mm((odd_low + odd_high) / 2) == pytest.approx(35 - 7, abs=1)
    assert odd_left > even_left


def test_the_red_mark_hangs_35_mm_under_the_text_block() -> None:
    *_, top = box_of(make_document(), "云溪市人才工作领导小组办公室文件")

    assert 297 - mm(top) == pytest.approx(37 + 35, abs=1)


def test_the_imprint_ends_at_the_foot_of_the_text() -> None:
    _, bottom, _, _ = box_of(make_document(), "2026年5月9日印发")

    assert 35 < mm(bottom) < 38.5


def test_a_signer_stands_beside_the_number() -> None:
    head = RedHead("云溪市人才办文件", number="云人才办〔2026〕5号", signer="林越")

    assert "云人才办〔2026〕5号签发人：林越" in pages_of(replace(make_document(), head=head))[0]


def test_the_head_of_a_long_table_stands_on_each_of_its_pages() -> None:
    pages = pages_of(make_document(make_table(rows=80), plain=True))

    assert len(pages) == 3
    for page in pages:
        assert "县（市、区）全年目标本月新增累计完成率位次状态" in page


def test_the_signature_never_stands_alone_on_a_page() -> None:
    pages = pages_of(make_document(*(Paragraph(f"第{n}行。") for n in range(100, 130))))

    assert len(pages) == 3
    assert pages[2].startswith("第129行。云溪市人才工作领导小组办公室2026年5月8日")


def test_every_annex_starts_a_page_and_numbers_its_headings_anew() -> None:
    annexes = (Annex("甲表", (Heading(1, "说明"),)), Annex("乙表", (Heading(1, "口径"),)))

    pages = pages_of(replace(make_document(), annexes=annexes))

    assert pages[1].startswith("附件1甲表一、说明")
    assert pages[2].startswith("附件2乙表一、口径")


def test_the_bulletin_has_its_imprint_on_an_upright_last_page() -> None:
    with opened(make_bulletin()) as file:
        width, height = file[len(file) - 1].get_size()

    assert height > width
    assert "印发" in pages_of(make_bulletin())[-1]


def test_only_the_fonts_of_the_extra_are_used() -> None:
    data = write_pdf(make_bulletin())

    fonts = {name.split(b"+")[-1] for name in re.findall(rb"/FontName\s*/([\w+-]+)", data)}

    assert fonts == {b"NotoSerifSC-Regular", b"NotoSansSC-Regular"}


def test_the_file_is_fit_for_the_archive_and_dated_by_the_document() -> None:
    data = write_pdf(make_document())

    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"2026-05-08T00:00:00" in data


def test_the_same_document_gives_the_same_bytes() -> None:
    assert write_pdf(make_bulletin()) == write_pdf(make_bulletin())


MARKUP = [
    "#panic()",
    '#read("/etc/passwd")',
    "*强调* _斜_ $x^2$ `码`",
    "= 标题",
    '"); #',
    "\\u{41}",
]


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_the_text_is_printed_as_it_was_typed(text: str) -> None:
    document = make_document(Paragraph(text), Heading(1, text), Note(text), title=text)
    page = "".join(pages_of(replace(document, signature=text, copies_to=(text,))))

    assert page.count(re.sub(r"\s", "", text)) >= 5


def test_a_character_that_no_font_has_does_not_stop_the_document() -> None:
    data = write_pdf(make_document(Paragraph("生僻字\U0003106c\ue000。")))

    assert data.startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "document",
    [make_document(make_table(rows=4000)), make_document(Paragraph("字" * 500_001))],
    ids=["rows", "text"],
)
def test_what_is_too_long_is_refused_before_it_is_set(document: Document) -> None:
    start = time.process_time()

    with pytest.raises(DocumentError, match="公文太长，不能生成PDF：请改用Word文件"):
        write_pdf(document)

    assert time.process_time() - start < 1


def test_without_the_extra_the_refusal_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    bare = runpy.run_path(pdf.__file__)

    with pytest.raises(bare["PdfUnavailable"], match=r"pip install 'yingcai\[pdf\]'"):
        bare["write_pdf"](make_document())


def test_a_table_of_two_hundred_rows_is_quick() -> None:
    start = time.process_time()

    write_pdf(make_document(make_table(rows=200)))

    assert time.process_time() - start < 3
