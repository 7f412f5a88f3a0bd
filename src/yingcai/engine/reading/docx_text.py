"""The text of a Word document: paragraphs and tables in the order of the document."""

from __future__ import annotations

import io
from collections.abc import Iterator

from docx import Document
from docx.document import Document as DocumentType
from docx.table import Table
from docx.text.paragraph import Paragraph

from yingcai.engine.archives import ArchiveRefused, Room, members
from yingcai.engine.reading.errors import ReadingError
from yingcai.engine.reading.refusals import refused

ROOM = Room(unpacked=60 * 1024 * 1024)
_REQUIRED = "word/document.xml"


def read(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """The text and notes on what a person should know. Table cells are parted by tabs.

    Raises: ReadingError when the file is broken, no Word document, or unpacks to too much.
    """
    _check_archive(data, name=name)
    try:
        document = Document(io.BytesIO(data))
        if not hasattr(document.element, "body"):  # the main part is some other XML
            raise _broken(name)
        lines, tables = _lines(document)
    except (ReadingError, MemoryError):
        raise
    except Exception as error:  # a damaged package breaks in many ways; one answer to a person
        raise _broken(name) from error
    notes = [f"文件里有 {tables} 个表格，已逐行读作文字"] if tables else []
    return "\n".join(lines), notes


def _broken(name: str) -> ReadingError:
    return refused("plan-word-damaged", where=name)


def _check_archive(data: bytes, *, name: str) -> None:
    """Look at what the archive says about itself before anything is unpacked."""
    try:
        found = members(data, ROOM)
    except ArchiveRefused as error:
        if error.code != "large":
            raise _broken(name) from error
        raise refused("plan-unpacked", where=name) from error
    if _REQUIRED not in {part.filename for part in found}:
        raise refused("plan-word-none", where=name)


def _lines(document: DocumentType) -> tuple[list[str], int]:
    lines: list[str] = []
    tables = 0
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            tables += 1
            lines += ["", *_rows(block), ""]
    return lines, tables


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells: list[str] = []
        seen: set[int] = set()
        for cell in row.cells:
            if id(cell._tc) not in seen:  # a merged cell is listed once for each column
                seen.add(id(cell._tc))
                cells.append(" ".join(cell.text.split()))
        yield "\t".join(cells)
