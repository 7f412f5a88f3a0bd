"""The one reader of spreadsheets that people send in: .xlsx, .xls and .csv.

A file of a stranger is read in a process apart (`read_sheet_apart`): a few bytes can claim thousands of
millions of cells, and a parser that believes them fills the memory it may have.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

from yingcai.engine.apart.parent import BOUNDS, MEMORY, TIME, Stopped, apart
from yingcai.engine.archives import ArchiveRefused, Room, members
from yingcai.engine.documents.sheet_cells import ReadValue, SheetError, unguarded
from yingcai.engine.documents.sheet_refusals import refused

MAX_BYTES = 20_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 256
MAX_CELLS = 500_000
"""Cells of all rows that are not empty."""

MAX_TEXT = 20_000_000
"""Characters in all of them; a few bytes can stand for a long text in every cell."""

_ZIP = b"PK\x03\x04"
_WORKBOOK, _OTHER_KINDS = "xl/workbook.xml", ("content.xml", "xl/workbook.bin")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Raw = int | float | str | bool | time | date | datetime | timedelta
"""A cell as the parser gives it."""


@dataclass(frozen=True)
class SheetRow:
    """One row that is not empty; ``number`` is the one the spreadsheet program shows."""

    number: int
    cells: tuple[ReadValue, ...]


@dataclass(frozen=True)
class Rows:
    """The rows of the first visible sheet (its name is empty for CSV)."""

    sheet: str
    rows: tuple[SheetRow, ...]


def read_sheet_apart(data: bytes, *, name: str) -> Rows:
    """`read_sheet` in a process apart, for files of strangers. Every cell comes as text, as it is written.

    Raises: SheetError with a sentence a person can act on.
    """
    _check_bytes(data, name)
    try:
        answers = list(apart(f"{__name__}:{told_sheet.__name__}", [data], name))
    except Stopped as stopped:
        raise _stopped(stopped.reason, name) from None
    if "code" in answers[0]:
        raise refused(answers[0]["code"], **answers[0]["places"])
    rows = (SheetRow(number, tuple(cells)) for number, cells in answers[1:])
    return Rows(answers[0]["sheet"], tuple(rows))


def told_sheet(data: bytes, name: str) -> Iterator[Any]:
    """What runs apart: the name of the sheet, or why it is refused; then number and cells of each row."""
    try:
        found = read_sheet(data, name=name)
    except SheetError as error:
        yield {"code": error.code, "places": error.places}
        return
    yield {"sheet": found.sheet}
    for row in found.rows:
        yield row.number, [_written(cell) for cell in row.cells]


def _written(cell: ReadValue) -> str | None:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return None if cell is None else str(cell)


def read_sheet(data: bytes, *, name: str) -> Rows:
    """The rows of a spreadsheet file; ``name`` is what its sender calls it.

    Numbers come as int or Decimal, days as date, an empty cell as None; text without the quote
    that our own export puts before a formula sign. Formulas give their last value.

    Raises: SheetError with a sentence a person can act on.
    """
    _check_bytes(data, name)
    if data.startswith((_ZIP, _OLE)):
        if data.startswith(_ZIP):
            _look_through(data, name)
        return _read_workbook(data, name)
    return _read_csv(data, name)


def _check_bytes(data: bytes, name: str) -> None:
    if not data:
        raise refused("sheet-empty", name)
    if len(data) > MAX_BYTES:
        raise refused("sheet-size", name, most=MAX_BYTES // 1_000_000)


def _stopped(reason: str, name: str) -> SheetError:
    if reason == MEMORY:
        return refused("sheet-heavy", name)
    if reason == TIME:
        return refused("sheet-slow", name, most=BOUNDS.seconds)
    return refused("sheet-damaged", name)


def _look_through(data: bytes, name: str) -> None:
    """Refuse a package that unpacks to too much, or is none."""
    try:
        names = {member.filename.lower().lstrip("/") for member in members(data, Room())}
    except ArchiveRefused as error:
        code = "sheet-unpacked" if error.code == "large" else "sheet-damaged"
        raise refused(code, name) from None
    if _WORKBOOK not in names or names & set(_OTHER_KINDS):
        raise refused("sheet-damaged", name)


def _read_workbook(data: bytes, name: str) -> Rows:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            shown = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == Visible.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            if not shown:
                raise refused("sheet-hidden", name)
            sheet = book.get_sheet_by_name(shown[0])
            _check_size(sheet.total_height, sheet.total_width, name)
            # Rows come from the first on, columns from the first used one.
            left = (None,) * (sheet.start or (0, 0))[1]
            rows = ((*left, *map(_value, row)) for row in sheet.iter_rows())
            return Rows(shown[0], _kept(rows, name))
    except (SheetError, MemoryError):
        raise
    except PasswordError as error:
        raise refused("sheet-password", name) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise refused("sheet-damaged", name) from error
    except BaseException as error:
        # The parser is native; where it gives up it raises a panic that is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise refused("sheet-damaged", name) from error


def _kept(rows: Iterable[tuple[ReadValue, ...]], name: str) -> tuple[SheetRow, ...]:
    """The rows that are not empty, as many as a person can have meant."""
    kept: list[SheetRow] = []
    cells = length = 0
    for number, row in enumerate(rows, start=1):
        _check_size(number, len(row), name)
        if any(value is not None for value in row):
            kept.append(SheetRow(number, row))
            cells += len(row)
            length += sum(len(value) for value in row if isinstance(value, str))
        if cells > MAX_CELLS or length > MAX_TEXT:
            raise refused("sheet-heavy", name)
    return tuple(kept)


def _value(cell: Raw) -> ReadValue:
    if isinstance(cell, str):
        return unguarded(cell) if cell.strip() else None
    if isinstance(cell, bool | int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else Decimal(repr(cell))
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date()
    if isinstance(cell, date):
        return cell
    return str(cell)


def _read_csv(data: bytes, name: str) -> Rows:
    text = _decoded(data, name)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = (tuple(unguarded(cell) if cell.strip() else None for cell in row) for row in reader)
    try:
        return Rows("", _kept(rows, name))
    except csv.Error as error:
        raise refused("sheet-quotes", name, row=reader.line_num) from error


def _decoded(data: bytes, name: str) -> str:
    """Text in UTF-8, UTF-16 with its mark, or GB18030, which Chinese Excel writes."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return text
    raise refused("sheet-damaged", name)


def _check_size(rows: int, columns: int, name: str) -> None:
    if rows > MAX_ROWS:
        raise refused("sheet-rows", name, rows=rows, most=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise refused("sheet-columns", name, columns=columns, most=MAX_COLUMNS)
