"""Lay the plan of Yanjiang out twice: as text copied from a PDF, and as a Word file.

Run it after editing `yanjiang-2023-2025.source` (one paragraph a line, table cells apart by tabs):
`python -m tests.engine.reading.gold.make_yanjiang`. A test holds the two files to the source.
"""

from itertools import groupby
from pathlib import Path

from docx import Document

HERE = Path(__file__).parent
SOURCE = HERE / "yanjiang-2023-2025.source"
TEXT = SOURCE.with_suffix(".txt")
WORD = SOURCE.with_suffix(".docx")

RUNNING_HEAD = "砚江区人才强区三年行动计划"
WIDTH = 30  # characters a line
LENGTH = 22  # lines a page


def lay_out(source: str) -> str:
    """Return the source as hard-wrapped lines with a running head and a number on every page."""
    lines = [line for paragraph in source.splitlines() for line in _wrap(paragraph)]
    pages = [lines[at : at + LENGTH] for at in range(0, len(lines), LENGTH)]
    numbered = [
        [*([RUNNING_HEAD] if number > 1 else []), *page, f"— {number} —"]
        for number, page in enumerate(pages, start=1)
    ]
    return "\n".join(line for page in numbered for line in page) + "\n"


def _wrap(paragraph: str) -> list[str]:
    """Break a line where it is full, as a page does: in the middle of words and numbers."""
    flat = paragraph.replace("\t", " ")
    prose = len(flat) > WIDTH and "\t" not in paragraph
    text = "　　" + flat if prose else flat
    return [text[at : at + WIDTH].strip(" ") for at in range(0, len(text), WIDTH)]


def write_word(source: str, path: Path) -> None:
    """Write the source as a Word file: paragraphs, then the table as a real table."""
    document = Document()
    for is_row, group in groupby(source.splitlines(), key=lambda line: "\t" in line):
        lines = list(group)
        if not is_row:
            for line in lines:
                document.add_paragraph(line)
            continue
        rows = [line.split("\t") for line in lines]
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    document.save(str(path))


if __name__ == "__main__":
    text = SOURCE.read_text(encoding="utf-8")
    TEXT.write_text(lay_out(text), encoding="utf-8")
    write_word(text, WORD)
