"""Whatever goes out as a table: text stays text, in every exporter there is, and comes back as it was."""

import ast
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from yingcai.engine.documents import sheet, sheet_cells
from yingcai.engine.documents.sheet import Sheet, SheetColumn, read_sheet, write_csv, write_sheet

SOURCE = Path(__file__).parents[2] / "src/yingcai"
SIGNS = ["=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫"]
TEXTS = [f"{lead}{sign}1+1" for sign in SIGNS for lead in ("", " ", "'", "''")]
DANGEROUS = re.compile("\\s*[=+\\-@\t\r\x00＝＋－＠﹦﹢﹣﹫]")

# Every function that hands out a file, and by which writer its texts go. A new one is added here once
# somebody has looked at it: tables go through the one writer, whose cells are tried below.
WRITERS = {"write_csv", "write_sheet", "write_docx", "write_pdf", "attachment", "brought"}
REVIEWED = {
    "cases/views/awards.py": {"attachment", "write_docx", "write_pdf"},
    "cases/views/desk.py": {"brought"},
    "cases/views/evidence.py": {"attachment"},
    "cases/views/exceptional.py": {"attachment", "write_csv", "write_sheet"},
    "cases/views/judging.py": {"brought"},
    "cases/views/letters.py": {"attachment", "write_docx", "write_pdf"},
    "cases/views/mine.py": {"brought"},
    "cases/views/panels/experts.py": {"brought"},
    "cases/views/panels/results.py": {"attachment"},
    "cases/views/paper_files.py": {"attachment", "write_csv"},
    "cases/views/paper_steps.py": {"attachment"},
    "cases/views/proving.py": {"attachment"},
    "identity/views/downloads.py": {"attachment", "brought"},
    "identity/views/events.py": {"write_csv"},
    "plan/views/ledger.py": {"write_csv", "write_sheet"},
    "registry/importing/sheets.py": {"write_csv", "write_sheet"},
    "registry/views/acting.py": {"brought"},
    "registry/views/desk.py": {"brought"},
    "registry/views/import_steps.py": {"attachment"},
    "registry/views/imports.py": {"attachment"},
    "registry/views/lists.py": {"attachment", "write_csv", "write_sheet"},
    "reporting/bulletin_files.py": {"write_docx", "write_sheet"},
    "reporting/sheets.py": {"write_csv", "write_sheet"},
    "reporting/views/bulletin_files.py": {"attachment", "write_docx", "write_pdf"},
    "reporting/views/dashboard.py": {"attachment", "write_csv"},
    "reporting/views/open_data.py": {"write_csv"},
    "reporting/views/reports.py": {"brought"},
    "reporting/views/sheets.py": {"attachment"},
}  # fmt: skip
# Files handed out by a header of their own: JSON and plain text, which no spreadsheet program opens as a table.
OTHERS = {
    "identity/views/events.py",
    "identity/views/sealing.py",
    "plan/views/ledger.py",
    "plan/views/plans.py",
    "registry/views/me.py",
    "reporting/views/bulletin_files.py",
    "reporting/views/open_data.py",
}
FORMATS = ("csv", "xlsxwriter", "openpyxl", "xlwt", "odf", "pandas")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> set[str]:
    named = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {node.id for node in named if isinstance(node, ast.Name)}


def writes_tables(tree: ast.Module) -> bool:
    """Whether a module makes a table by a library of its own choice."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("writer", "DictWriter", "Workbook"):
            return isinstance(node.value, ast.Name) and node.value.id in FORMATS
    return False


def test_every_exporter_is_reviewed() -> None:
    found = {name: calls(tree) & WRITERS for name, tree in modules()}

    assert {name: used for name, used in found.items() if used} == REVIEWED


def test_every_other_file_that_is_handed_out_is_reviewed() -> None:
    found = {
        name
        for name, _tree in modules()
        if "Content-Disposition" in (SOURCE / name).read_text(encoding="utf-8")
    }

    assert found == OTHERS | {"identity/views/downloads.py"}


def test_tables_are_written_in_one_place() -> None:
    found = [name for name, tree in modules() if writes_tables(tree)]

    assert found == ["engine/documents/sheet.py"]


def book() -> bytes:
    """Every place of a workbook where a text of a person may come to stand."""
    columns = (*(SheetColumn(text, choices=(text, "x")) for text in TEXTS),)
    return write_sheet([Sheet("表", columns, [TEXTS], spare_rows=1)], mark=TEXTS[0], notes=TEXTS)


def cells(data: bytes) -> list[str]:
    """Every text of every sheet, hidden ones too, as another program finds it."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [
        str(cell)
        for name in opened.sheet_names
        for row in opened.get_sheet_by_name(name).to_python()
        for cell in row
        if cell != ""
    ]


def formulas(data: bytes) -> list[str]:
    """Parts of a workbook with a cell that is calculated."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [
            name
            for name in archive.namelist()
            if name.startswith("xl/worksheets/") and re.search(rb"<f[\s>/]", archive.read(name))
        ]


def test_no_text_of_a_workbook_is_a_formula() -> None:
    found = cells(book())

    assert len(found) > 3 * len(TEXTS)
    assert [text for text in found if DANGEROUS.match(text)] == []
    assert formulas(book()) == []


def test_no_text_of_a_csv_is_a_formula() -> None:
    text = write_csv([TEXTS, *([one] for one in TEXTS)]).decode("utf-8-sig")
    found = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]

    assert len(found) == 2 * len(TEXTS)
    assert [cell for cell in found if DANGEROUS.match(cell)] == []


def kept(text: str) -> str:
    """What a spreadsheet file can hold of a text."""
    return text.replace("\r", "\n").replace("\x00", "")


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_as_it_was_and_goes_out_the_same(text: str) -> None:
    first = write_sheet([Sheet("表", (SheetColumn("甲"), SheetColumn("乙")), [("a", text)])])
    again = read_sheet(first, name="表.xlsx").rows[1].cells

    assert again == ("a", kept(text))
    assert (
        write_sheet([Sheet("表", (SheetColumn("甲"), SheetColumn("乙")), [("a", kept(text))])])
        == first
    )
    assert read_sheet(write_csv([("甲", "乙"), ("a", text)]), name="表.csv").rows[1].cells == again
    assert write_csv([("甲", "乙"), ("a", kept(text))]) == write_csv([("甲", "乙"), ("a", text)])


def test_without_the_quote_these_checks_find_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "guarded", lambda text: text.replace("\r", "").replace("\x00", ""))

    assert len([text for text in cells(book()) if DANGEROUS.match(text)]) > len(TEXTS)
    assert DANGEROUS.match(write_csv([["=1+1"]]).decode("utf-8-sig"))
    assert sheet_cells.guarded("=1+1") == "'=1+1"


def test_a_formula_in_a_workbook_would_be_found() -> None:
    data = book()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b"</c>", b"<f>1+1</f></c>", 1))

    assert "xl/worksheets/sheet1.xml" in formulas(buffer.getvalue())
