"""Files that open and then turn out broken, too long or unreadable are refused with a way out."""

import io
import zipfile

import pypdfium2
import pytest
from docx import Document

from yingcai.engine.reading import ReadingError, load_text, pdf_text


def blank_pdf(pages: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(100, 100).close()
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


def broken_docx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<not closed")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (broken_docx(), "这个 Word 文件已损坏或不是 .docx"),
        (blank_pdf(401), "文件有 401 页，一份计划不超过 400 页"),
        (blank_pdf(1).replace(b"/Kids[ 4 0", b"/Kids[ 9 0"), "第 1 页读不出来"),
        (b"\xef\xbb\xbf" + b"\x01\x02\x03" * 100, "读不出文字，编码不是 UTF-8、UTF-16 或 GB18030"),
        (b"\x01\x02\x03" * 101, "读不出文字，编码不是 UTF-8、UTF-16 或 GB18030"),
    ],
    ids=["docx", "long-pdf", "broken-page", "bytes-behind-a-mark", "bytes"],
)
def test_refused(data: bytes, what: str) -> None:
    with pytest.raises(ReadingError) as refusal:
        load_text(data, name="计划")

    assert (refusal.value.what, refusal.value.where) == (what, "计划")
    assert refusal.value.way_out.startswith("请")


def test_a_pdf_with_more_words_than_any_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "MAX_CHARACTERS", -1)

    with pytest.raises(ReadingError) as refusal:
        pdf_text.read(blank_pdf(1), name="计划.pdf")

    assert refusal.value.what == "文字太多，不是一份计划"


def test_a_merged_cell_of_a_word_table_is_read_once() -> None:
    document = Document()
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "引进人才"
    table.cell(0, 2).text = "5名"
    buffer = io.BytesIO()
    document.save(buffer)

    assert load_text(buffer.getvalue(), name="计划.docx").text.strip() == "引进人才\t5名"
