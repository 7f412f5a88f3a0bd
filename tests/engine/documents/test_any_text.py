"""Whatever a person types, the writers give a file that opens and says it."""

import io

import docx
import pypdfium2
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.documents.make import ISSUED_ON, make_table
from yingcai.engine.documents import (
    Annex,
    Column,
    Document,
    Heading,
    Note,
    Paragraph,
    RedHead,
    Row,
    Table,
)
from yingcai.engine.documents.check import check_layout
from yingcai.engine.documents.docx import write_docx
from yingcai.engine.documents.pdf import write_pdf
from yingcai.engine.documents.sheet import Sheet, SheetColumn, read_sheet, write_csv, write_sheet
from yingcai.engine.documents.sheet_cells import guarded, unguarded
from yingcai.engine.documents.title import title_lines
from yingcai.engine.documents.wording import clean_text

# All of Unicode, lone surrogates and controls included, with the signs that formats trip over.
TEXT = (
    st.text(max_size=60)
    | st.text(st.characters(codec=None), max_size=30)
    | st.text("<&>\"'\\#$@=\0\r\n\t一，（", max_size=30)
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(TEXT)
    table = Table((Column(text), Column("数", group=text)), (Row((text, text)),), caption=text)
    return Document(
        title=f"题{text}",
        blocks=(Heading(2, f"一{text}"), Paragraph(text, lead=text), table, Note(text)),
        issued_on=ISSUED_ON,
        head=RedHead(f"云{text}", kind=text, number=text, issue=text, signer=text),
        addressee=text,
        annexes=(Annex(f"表{text}", (make_table(wide=True),)),),
        signature=text,
        copies_to=(text,),
        printed_by=text,
        digest_line=text,
    )


@settings(max_examples=60, deadline=None)
@given(documents())
def test_any_text_gives_a_word_file_that_opens(document: Document) -> None:
    data = write_docx(document)

    opened = docx.Document(io.BytesIO(data))
    said = "".join(paragraph.text for paragraph in opened.paragraphs)

    assert clean_text(document.signature) in said
    check_layout(data)


@settings(max_examples=30, deadline=None)
@given(documents())
def test_any_text_gives_a_pdf_that_opens(document: Document) -> None:
    file = pypdfium2.PdfDocument(write_pdf(document))
    try:
        assert len(file) >= 2
    finally:
        file.close()


@settings(max_examples=200, deadline=None)
@given(st.text("关于和的、工作《》（）ab12", min_size=1, max_size=90))
def test_no_title_loses_or_gains_a_word(title: str) -> None:
    assert "".join(title_lines(title, characters=20)) == clean_text(title)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=5))
def test_any_text_comes_back_from_a_spreadsheet(texts: list[str]) -> None:
    rows = [(f"行{n}", text) for n, text in enumerate(texts)]
    sheet = Sheet("表", (SheetColumn("序"), SheetColumn("文")), rows)

    for data in (write_sheet([sheet]), write_csv([("序", "文"), *rows])):
        read = read_sheet(data, name="表.xlsx").rows[1:]
        assert [row.cells[0] for row in read] == [key for key, _ in rows]
        # A cell of nothing but space is an empty cell.
        wanted = [unguarded(guarded(text)) if guarded(text).strip() else None for text in texts]
        assert [row.cells[1] if len(row.cells) > 1 else None for row in read] == wanted


@settings(max_examples=150, deadline=None)
@given(st.text("'=+-@＝＋ \t\r\nx一", max_size=12))
def test_guarding_is_undone_exactly_and_guarded_text_never_starts_a_formula(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")

    assert unguarded(guarded(text)) == plain
    assert guarded(text).lstrip(" ")[:1] not in tuple("=+-@＝＋\t")
