"""Files of every kind become text, or are refused with what, where and the way out."""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pytest
import typst
from docx import Document

from tests.engine.reading.gold_loader import FOLDER
from tests.engine.reading.plans import BRACKETED, TABLED, all_targets
from yingcai.engine.reading import ReadingError, load_text, read_plan
from yingcai.engine.reading.source import MAX_TEXT_BYTES


def docx(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf(markup: str) -> bytes:
    font = str(Path(pylopdf_fonts_zh_cn.sans_path()).parent)
    source: Any = markup.encode()
    return bytes(typst.compile(source, font_paths=[font], ignore_system_fonts=True))


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encodings(encoding: str, named: str) -> None:
    loaded = load_text(BRACKETED.encode(encoding), name="plan.txt")

    assert loaded.text == BRACKETED
    assert (loaded.format, loaded.encoding) == ("txt", named)
    assert loaded.source.characters == len(BRACKETED)


def test_docx_with_its_table_in_order() -> None:
    heading, _, rest = TABLED.partition("附件")
    rows = tuple(tuple(line.split("\t")) for line in rest.splitlines()[1:])

    loaded = load_text(docx(*heading.splitlines(), "附件：任务分工表", rows=rows), name="plan.docx")
    reading = read_plan(loaded.text)

    assert loaded.format == "docx"
    assert loaded.notes == ("文件里有 1 个表格，已逐行读作文字",)
    assert [int(t.value) for t in all_targets(reading)] == [90, 4]
    assert [u.name for u in reading.measures[1].units] == ["区人社局", "区总工会", "区教育局"]
    assert "table" in [problem.code for problem in reading.problems]


def test_docx_reads_like_the_same_text() -> None:
    as_docx = load_text((FOLDER / "yanjiang-2023-2025.docx").read_bytes(), name="plan.docx")
    as_text = load_text((FOLDER / "yanjiang-2023-2025.txt").read_bytes(), name="plan.txt")

    one, two = read_plan(as_docx.text), read_plan(as_text.text)

    assert [(t.value, t.unit) for t in all_targets(one)] == [
        (t.value, t.unit) for t in all_targets(two)
    ]
    assert [[u.name for u in m.units] for m in one.measures] == [
        [u.name for u in m.units] for m in two.measures
    ]


def test_pdf_without_its_page_numbers() -> None:
    body = BRACKETED.replace("\n", "\n\n").replace("1. ", "1\\. ").replace("2. ", "2\\. ")
    markup = (
        '#set page(width: 12cm, height: 9cm, numbering: "— 1 —")\n#set text(font: "Noto Sans SC")\n'
    )

    loaded = load_text(pdf(markup + body), name="plan.pdf")

    assert loaded.format == "pdf"
    assert "— 1 —" not in loaded.text
    assert [int(t.value) for t in all_targets(read_plan(loaded.text))] == [30, 5, 2]


def bomb() -> bytes:
    """A small archive that declares 3 GB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"x")
    data = bytearray(buffer.getvalue())
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 3_000_000_000)
    return bytes(data)


def other_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "文件是空的"),
        (b" \r\n\t ", "文件是空的"),
        (b"\xef\xbb\xbf  ", "文件里没有文字"),
        (bytes(range(128, 256)) * 40, "读不出文字"),
        (b"\xff\xfe\x00\xd8\x41", "读不出文字"),
        (b"PK\x03\x04 broken", "已损坏"),
        (other_archive(), "不是 .docx"),
        (bomb(), "为安全起见没有打开"),
        (b"%PDF-1.7 broken", "已损坏"),
        (pdf("#set page(width: 3cm, height: 3cm)\n#rect()"), "扫描件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "旧版 Word"),
        (b"\x89PNG\r\n", "图片"),
        ("人".encode() * (MAX_TEXT_BYTES // 3 + 1), "文件太大"),
        (b"x" * 50_000_000, "文件太大"),
    ],
    ids=range(14),
)
def test_what_cannot_be_read_is_refused_with_a_way_out(data: bytes, what: str) -> None:
    with pytest.raises(ReadingError) as refusal:
        load_text(data, name="计划.txt")

    assert what in refusal.value.what
    assert refusal.value.where == "计划.txt"
    assert len(refusal.value.way_out) >= 4


@pytest.mark.parametrize(
    "text", ["你好。", "今天天气很好，我们去公园。", "hello world 100 times", "，。；", ""]
)
def test_not_a_plan_is_refused(text: str) -> None:
    with pytest.raises(ReadingError) as refusal:
        read_plan(text)

    assert "不像一份计划" in refusal.value.what
    assert "没有编号的标题" in refusal.value.what


def test_a_text_longer_than_any_plan_is_refused() -> None:
    with pytest.raises(ReadingError, match="400000"):
        read_plan("引进人才10名。" * 60_000)
