"""The text of a Word document: paragraphs and tables in the order of the document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.document import Document as DocumentType
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from yingcai.engine.archives import ArchiveRefused, Room, members
from yingcai.engine.reading.errors import ReadingError

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
    except (  # lxml's XMLSyntaxError is a SyntaxError
        PackageNotFoundError, KeyError, ValueError, SyntaxError, zipfile.BadZipFile, OSError,
    ) as error:  # fmt: skip
        raise _broken(name) from error
    notes = [f"文件里有 {tables} 个表格，已逐行读作文字"] if tables else []
    return "\n".join(lines), notes


def _broken(name: str) -> ReadingError:
    return ReadingError(
        "这个 Word 文件已损坏或不是 .docx",
        where=name,
        way_out="请用 WPS 或 Word 打开后另存为 .docx 再试",
    )


def _check_archive(data: bytes, *, name: str) -> None:
    """Look at what the archive says about itself before anything is unpacked."""
    try:
        found = members(data, ROOM)
    except ArchiveRefused as refused:
        if refused.code != "large":
            raise _broken(name) from refused
        raise ReadingError(
            "文件解压后超出一份计划的大小，为安全起见没有打开",
            where=name, way_out="请只保留计划正文，另存后再试",
        ) from refused  # fmt: skip
    if _REQUIRED not in {part.filename for part in found}:
        raise ReadingError(
            "压缩包里没有 Word 正文，不是 .docx 文件",
            where=name,
            way_out="请另存为 .docx 或 .txt 再试",
        )


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
