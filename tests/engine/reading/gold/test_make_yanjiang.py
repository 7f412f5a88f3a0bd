"""The two lay-outs of the plan of Yanjiang say what their source says."""

from docx import Document

from tests.engine.reading.gold.make_yanjiang import SOURCE, TEXT, WORD, lay_out


def test_the_text_is_laid_out_from_the_source() -> None:
    assert TEXT.read_text(encoding="utf-8") == lay_out(SOURCE.read_text(encoding="utf-8"))


def test_the_word_file_holds_every_paragraph_and_row_of_the_source() -> None:
    document = Document(str(WORD))
    rows = ["\t".join(cell.text for cell in row.cells) for row in document.tables[0].rows]
    printed = [paragraph.text for paragraph in document.paragraphs] + rows
    assert printed == SOURCE.read_text(encoding="utf-8").splitlines()


def test_a_page_breaks_inside_a_sentence() -> None:
    lines = TEXT.read_text(encoding="utf-8").splitlines()
    before = [lines[at - 1] for at, line in enumerate(lines) if line.startswith("— ")]
    assert any(not line.endswith(("。", "：", "表")) for line in before)
